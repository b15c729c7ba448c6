"""Servers that misbehave, and sessions that may talk to them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.http import HttpSession, Surroundings
from tests.fixtures.certificates import certificates, server_context
from tests.http.faulty_server import NOW, Server

__all__ = ["certificates"]


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def open_session(server: Server) -> Iterator[Callable[..., HttpSession]]:
    """Open sessions with the server, or with whatever URL; they are closed afterwards."""
    sessions = []

    def open_one(url: str = "", **options: Any) -> HttpSession:
        options.setdefault("allowed_endpoints", [("127.0.0.1", server.port)])
        options.setdefault("surroundings", Surroundings(now=lambda: NOW, sleep=pytest.fail))
        session = HttpSession(url or f"{server.url}/api", source="docks", **options)
        sessions.append(session)
        return session

    yield open_one
    for session in sessions:
        session.close()


@pytest.fixture
def session(open_session: Callable[..., HttpSession]) -> HttpSession:
    return open_session(headers={"Authorization": "Bearer canary-token-42"})


@pytest.fixture
def serve_tls(certificates: Path) -> Iterator[Callable[[str], Server]]:
    """Start servers that speak TLS with a named certificate."""
    running = []

    def start(name: str) -> Server:
        running.append(Server(tls=server_context(certificates, name)))
        return running[-1]

    yield start
    for one in running:
        one.stop()
