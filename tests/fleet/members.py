"""The processes of a fleet, each started, killed and started again by itself."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from tests.benchmarks.product import HOST, ROOT, Place, free_port

PATIENCE = 60
"""Seconds a process may take to answer."""
TROUBLE = ("database is locked", "deadlock detected", "nothing claimed", "Traceback (most recent call last)")
"""Words in a log that none of them may write."""


@dataclass
class Member:
    """A web or a sync process of an installation."""

    place: Place
    part: str
    log: Path
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it; a web process answers afterwards."""
        environ = self.place.environment() | {"PORT": str(self.port or 1), "LOG_FORMAT": "json", "LOG_LEVEL": "WARNING"}
        environ |= {"WEB_WORKERS": "1", "PYTHONPATH": str(ROOT), **self.place.more}
        with self.log.open("ab") as log:
            # A family of its own: the server's workers are killed with it.
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dashboard", "--var", str(self.place.var), self.part],
                env=environ, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        if self.port:
            self._wait()

    def kill(self) -> None:
        """As the machine's power would: nothing of it runs on, and it was not told."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill()

    def ask(self, method: str, path: str, session: str, form: dict[str, object] | None = None) -> int:
        """The status of an answer to somebody signed in; 0 where there was none."""
        cookie = f"session-{self.port}={session}; csrf-{self.port}={_CSRF}"
        headers = {"Cookie": cookie, "X-CSRFToken": _CSRF, "Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        with closing(connection):
            try:
                connection.request(method, path, body=urlencode(form or {}, doseq=True), headers=headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                return 0
            return answer.status

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.ask("GET", "/healthz", "") != http.client.OK:
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The {self.part} process does not answer: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)


_CSRF = "c" * 32


@dataclass
class Fleet:
    """An installation and its processes."""

    place: Place
    members: list[Member] = field(default_factory=list)

    def add(self, part: str) -> Member:
        """One more of ``web`` or ``sync``, started."""
        log = self.place.var / f"{part}-{len(self.members)}.log"
        member = Member(self.place, part, log, free_port() if part == "web" else 0)
        self.members.append(member)
        member.start()
        return member

    def of(self, part: str) -> Sequence[Member]:
        return [member for member in self.members if member.part == part]

    def troubles(self) -> list[str]:
        """Lines of their logs that tell of what must not be."""
        lines = (line for member in self.members for line in member.log.read_text(errors="replace").splitlines())
        return [line[:300] for line in lines if any(words in line for words in TROUBLE)]


@contextmanager
def fleet(place: Place, *, web: int, sync: int) -> Iterator[Fleet]:
    """So many processes over one database that is prepared; ended afterwards."""
    found = Fleet(place)
    try:
        for part, number in (("web", web), ("sync", sync)):
            for _ in range(number):
                found.add(part)
        yield found
    finally:
        for member in found.members:
            member.end()
