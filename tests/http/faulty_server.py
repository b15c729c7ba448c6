"""A server on loopback that does what a test tells it to, however wrong."""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.domain.errors import SourceError
from dashboard.http import HttpSession, Limits

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
"""What the sessions under test take for the present."""


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Peer:
    """The server's end of one connection."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self.connection = connection
        self._stopping = stopping
        self._file = connection.makefile("rb")

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.connection.sendall(piece)

    def drip(self, pieces: Iterable[bytes], every: float = 0.04) -> None:
        for piece in pieces:
            self.send(piece)
            if self._stopping.wait(every):
                return

    def hang(self) -> None:
        self._stopping.wait(10)

    def reset(self) -> None:
        self._file.close()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def read_request(self) -> Request | None:
        line = self._file.readline().decode("latin-1")
        if not line.strip():
            return None
        method, target, _ = line.split(" ", 2)
        headers = {}
        while (header := self._file.readline().decode("latin-1").strip()) != "":
            name, _, value = header.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self._file.read(int(headers.get("content-length", "0")))
        return Request(method, target, headers, body)

    def close(self) -> None:
        for closable in (self._file, self.connection):
            with suppress(OSError):
                closable.close()


Handler = Callable[[Peer, Request], Any]


def reply(
    body: bytes = b'{"ok": true}',
    *,
    status: int = 200,
    content_type: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Handler:
    """A handler that answers properly and keeps the connection."""
    lines = {"Content-Type": content_type, "Content-Length": str(len(body)), **(headers or {})}
    head = f"HTTP/1.1 {status} Status\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())

    def handle(peer: Peer, _: Request) -> bool:
        peer.send(head.encode("latin-1") + b"\r\n" + body)
        return True

    return handle


def raw(*pieces: bytes) -> Handler:
    """A handler that sends these bytes and closes."""

    def handle(peer: Peer, _: Request) -> None:
        peer.send(*pieces)

    return handle


@dataclass
class Server:
    """Listens on a port of the system's choice; answers by ``handlers`` in turn, the last one for ever."""

    tls: ssl.SSLContext | None = None
    handlers: list[Handler] = field(default_factory=lambda: [reply()])
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.scheme = "https" if self.tls else "http"
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        self._threads: list[threading.Thread] = []
        self._peers: list[Peer] = []
        self._begin_accepting()

    def answer(self, *handlers: Handler) -> None:
        self.handlers = list(handlers)

    def refuse(self) -> None:
        """Nothing listens any more; the port stays this server's."""
        self._end_accepting()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", self.port))
        self.drop()

    def listen(self) -> None:
        """Listen again after :meth:`refuse`."""
        self._listener.listen()
        self._begin_accepting()

    def drop(self) -> None:
        """End the connections that are open."""
        peers, self._peers = self._peers, []
        for peer in peers:
            with suppress(OSError):
                peer.connection.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._stopping.set()
        self._end_accepting()
        for thread in self._threads:
            thread.join(5)

    def _begin_accepting(self) -> None:
        thread = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _end_accepting(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(5)
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            peer = Peer(connection, self._stopping)
        except OSError:
            connection.close()
            return
        self._peers.append(peer)
        with suppress(OSError, ValueError):
            while self._exchange(peer):
                pass
        peer.close()

    def _exchange(self, peer: Peer) -> bool:
        request = peer.read_request()
        if request is None:
            return False
        self.requests.append(request)
        handler = self.handlers.pop(0) if len(self.handlers) > 1 else self.handlers[0]
        return bool(handler(peer, request))


def drip(*pieces: bytes, every: float = 0.04) -> Handler:
    """A handler that sends piece after piece with a pause after each."""
    return lambda peer, _: peer.drip(pieces, every)


def ask(session: HttpSession, limits: Limits) -> tuple[SourceError, float]:
    """The error a question ends in, and the seconds it took."""
    began = time.monotonic()
    with pytest.raises(SourceError) as error:
        session.get_json(["runs"], limits=limits)
    return error.value, time.monotonic() - began
