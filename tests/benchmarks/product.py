"""The product as a person starts it: its processes, its address, somebody signed in."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dashboard.start.options import Options
from dashboard.start.surroundings import database_file, surroundings
from tests.benchmarks import processes

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PATIENCE = 120
"""Seconds a start may take before we give it up."""


@dataclass(frozen=True, slots=True)
class Place:
    """An installation: a folder of jobs (None: sample data) and what is kept about it."""

    var: Path
    jobs: Path | None = None
    more: Mapping[str, str] = field(default_factory=dict)
    """Settings besides those of a start: another database, for instance."""

    @property
    def database(self) -> Path:
        return database_file(self._options)

    @property
    def _options(self) -> Options:
        return Options(jobs=(self.jobs,) if self.jobs else (), host=HOST, port=8000, var_dir=self.var)

    def environment(self) -> dict[str, str]:
        """Of a process of the product."""
        self.var.mkdir(parents=True, exist_ok=True)
        return surroundings(self._options, outer()) | {"DJANGO_SETTINGS_MODULE": "dashboard.settings", **self.more}

    def command(self, *more: str) -> list[str]:
        """How the product is started here."""
        jobs = ["--jobs", str(self.jobs)] if self.jobs else []
        return [sys.executable, "-m", "dashboard", "--var", str(self.var), *jobs, *more]

    def prepare(self) -> None:
        """Make the tables and collect the static files."""
        self.run("-m", "dashboard", "prepare", "--database", "--static-files")

    def run(self, *words: str, said: str = "") -> str:
        """Run Python with these words in the product's environment, to its end; what it wrote to what was ``said``."""
        done = subprocess.run(
            [sys.executable, *words],
            env=self.environment(),
            cwd=ROOT,
            check=True,
            input=said,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout


@dataclass(slots=True)
class Product:
    """A running product."""

    process: subprocess.Popen[str]
    port: int
    cookie: str
    """Of somebody signed in; empty before :func:`sign_in`."""
    answered_after: float
    """Seconds from its start to its first page."""

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.port}"

    def members(self) -> dict[str, list[int]]:
        """Process numbers by what they do: web, sync, supervisor."""
        found: dict[str, list[int]] = {"web": [], "sync": [], "supervisor": []}
        for pid in processes.family(self.process.pid):
            found[_part(pid)].append(pid)
        return found

    def get(self, path: str) -> str:
        """A page, as text."""
        return _ask(self.port, "GET", path, headers={"Cookie": self.cookie})[2]


@contextmanager
def running(place: Place, **environ: str) -> Iterator[Product]:
    """The product, started, answering and with somebody signed in; ended afterwards."""
    port = free_port()
    began = time.monotonic()
    # It must not write into a pipe that nobody empties.
    process = subprocess.Popen(
        place.command("--port", str(port)),
        env=outer() | environ,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until_answering(port, process)
        product = Product(process, port, "", time.monotonic() - began)
        assert process.stdout is not None
        product.cookie = _sign_in(port, _link(process.stdout))
        yield product
    finally:
        end(process)


def end(process: "subprocess.Popen[str]") -> None:
    """End a product that we started."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def free_port() -> int:
    """A port that nobody answers at."""
    with socket.create_server((HOST, 0)) as free:
        return int(free.getsockname()[1])


def wait_until_answering(port: int, process: "subprocess.Popen[str]", path: str = "/healthz") -> None:
    """Ask until a page is answered well."""
    deadline = time.monotonic() + PATIENCE
    while not _answers(port, path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"It did not start: {process.stdout.read() if process.stdout else process.returncode}")
        time.sleep(0.01)


def _answers(port: int, path: str) -> bool:
    try:
        return _ask(port, "GET", path)[0] == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


def _ask(port: int, method: str, path: str, **more: object) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request(method, path, **more)  # type: ignore[arg-type]
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read().decode()
    finally:
        connection.close()


def _link(output: IO[str]) -> str:
    line = next(line for line in output if "/sign-in/once/" in line)
    return "/" + line.strip().split("/", 3)[3]


def _sign_in(port: int, link: str) -> str:
    """The cookie of the local administrator, by the one-time link."""
    _, headers, page = _ask(port, "GET", link)
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, "the one-time link's page has no form"
    form = {"Cookie": headers["set-cookie"].split(";")[0], "Content-Type": "application/x-www-form-urlencoded"}
    _, headers, _ = _ask(port, "POST", link, body=f"csrfmiddlewaretoken={found[1]}", headers=form)
    return re.search(r"session-\d+=[^;]+", headers["set-cookie"])[0]  # type: ignore[index]


def _part(pid: int) -> str:
    """By its command line; honcho's watchers carry the supervisor's, the server's workers the web process'."""
    words = processes.words(pid)
    return next((part for part in ("web", "sync") if part in words[3:6] and "dashboard" in words), "supervisor")


def outer() -> dict[str, str]:
    """Of our own environment only what a person's shell would have; nothing that tests set."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "WEB_WORKERS", "WEB_THREADS")
    return {name: os.environ[name] for name in kept if name in os.environ}
