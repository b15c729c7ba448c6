"""The product itself, started as a person starts it: own folder, own port, own ``var``."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pytest_socket import disable_socket, enable_socket

from dashboard.start import keys, options, stamps, surroundings

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds until a start has to answer, on a machine that does other things as well."""


FOLDERS: list[TemporaryDirectory[str]] = []
"""They go with the process."""

Rows = list[dict[str, Any]]


@contextmanager
def sockets() -> Iterator[None]:
    """Fixtures that outlive a test may open sockets in here."""
    enable_socket()
    try:
        yield
    finally:
        disable_socket(allow_unix_socket=True)


@dataclass(slots=True)
class Product:
    """A running dashboard over one folder of jobs."""

    jobs: Path
    var: Path
    port: int
    link: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    """What else its environment says."""
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def state(self) -> dict[str, object]:
        """Playwright's storage state of somebody who is signed in."""
        cookies = [
            {"name": name, "value": value, "domain": "127.0.0.1", "path": "/", "expires": -1,
             "httpOnly": True, "secure": False, "sameSite": "Lax"}
            for name, value in self.cookies.items()
        ]  # fmt: skip
        return {"cookies": cookies, "origins": []}

    def start(self) -> None:
        """Start it and wait for the link it prints."""
        if not self.var.exists():
            self._lay_out()
        self.process = subprocess.Popen(
            [*self.command, "--port", str(self.port)],
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout
        seen = []
        for line in self.process.stdout:
            seen.append(line)
            if "/sign-in/once/" in line:
                self.link = line.strip()
                return
        raise AssertionError("It did not start:\n" + "".join(seen))

    def _lay_out(self) -> None:
        """Spare it what a first start makes of nothing: all make the same. (What that is, tests/start looks at.)"""
        made = prepared()
        keys.make_folder(self.var)
        shutil.copytree(made.var / "static", self.var / "static", copy_function=shutil.copy)
        shutil.copy(stamps.mark_file(made.var), stamps.mark_file(self.var))
        shutil.copy(made.database, self.database)

    @property
    def database(self) -> Path:
        return surroundings.database_file(options.parse(self.command[3:], {}))

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "dashboard", "--jobs", str(self.jobs), "--var", str(self.var)]

    @property
    def environ(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.var.parent), "TZ": "UTC"} | self.given

    def run(self, *words: str, **environ: str) -> None:
        """Run one of the product's commands beside it."""
        subprocess.run([*self.command, *words], cwd=ROOT, env=self.environ | environ, check=True, capture_output=True)

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.communicate(timeout=20)

    def ask(self, method: str, path: str, body: str = "", *, is_stranger: bool = False) -> tuple[int, str]:
        """One request, with the cookies so far unless as a stranger; new cookies are kept."""
        known = {} if is_stranger else self.cookies
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in known.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body=body or None, headers=headers)
            response = connection.getresponse()
            for cookie in [] if is_stranger else response.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.split(";")[0].partition("=")
                self.cookies[name] = value
            return response.status, response.read().decode()
        finally:
            connection.close()

    def sign_in(self) -> None:
        """Use the printed link up."""
        path = self.link.removeprefix(self.address)
        _, page = self.ask("GET", path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, page
        status, _ = self.ask("POST", path, body=f"csrfmiddlewaretoken={token[1]}")
        assert status == 302

    def rows(self, address: str) -> Rows:
        """An export's rows."""
        found: Rows = json.loads(self.ask("GET", address)[1])
        return found

    def wait_for_rows(self, address: str, *, count: int, meanwhile: Callable[[], None] = lambda: None) -> Rows:
        """The same, as soon as there are so many; until then ``meanwhile`` is done again and again."""
        until = time.monotonic() + PATIENCE
        while len(rows := self.rows(address)) < count:
            assert time.monotonic() < until, f"There never were {count} at {address}."
            meanwhile()
            time.sleep(0.5)
        return rows

    def wait_for_runs(self, count: int) -> None:
        """Until the mirror has so many runs."""
        until = time.monotonic() + PATIENCE
        while f">{count} runs<" not in self.ask("GET", "/runs/")[1]:
            assert time.monotonic() < until, f"There never were {count} runs."
            time.sleep(0.2)


@cache
def prepared() -> Product:
    """One that was never started, with tables and static files; it is there as long as the process."""
    folder = TemporaryDirectory(prefix="prepared-")
    made = product(Path(folder.name))
    keys.make_folder(made.var)
    keys.secret_key(made.var)
    made.run("prepare", "--database", "--static-files")
    FOLDERS.append(folder)
    return made


def product(folder: Path) -> Product:
    """A product that is not started yet; its jobs go to ``folder/jobs``."""
    jobs = folder / "jobs"
    jobs.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return Product(jobs=jobs, var=folder / "var", port=port)
