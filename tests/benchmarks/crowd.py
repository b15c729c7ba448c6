"""Many browsers that have one page open, in a process of its own: bounded in number and time, on this machine alone.

Each has its own connection and session, and asks every few seconds whether the page is still true, as the page's script
does: with the version it shows, which it takes from each answer that has a body.

::

    python -m tests.benchmarks.crowd <<< '{"port": 8000, "path": "/runs/1/", "cookies": ["session-8000=…"],
                                           "every": 3, "seconds": 60}'

The answer is JSON: ``milliseconds`` per request in the order they ended, ``statuses`` with how often each came,
``errors`` (refused, dropped, late), ``bytes`` received.
"""

import asyncio
import gzip
import json
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
MOST = 1_000
LONGEST = 60.0
PATIENCE = 10.0
"""Seconds after which an answer counts as an error."""
_VERSION = re.compile(rb'[?&](?:amp;)?v=([0-9.]+)"')


@dataclass(slots=True)
class Found:
    """What all of them saw."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    bytes: int = 0


@dataclass(slots=True)
class Browser:
    """One open page."""

    port: int
    path: str
    cookie: str
    version: str
    found: Found
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def watch(self, first: float, every: float, until: float) -> None:
        """Ask from ``first`` on, at an even pace; a connection that was lost is an error, and opened again."""
        due = first
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            try:
                await asyncio.wait_for(self.ask(), PATIENCE)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                self.found.errors[type(error).__name__] += 1
                self.close()
            due += every
        self.close()

    async def ask(self) -> None:
        """One poll."""
        began = time.perf_counter()
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection(HOST, self.port)
        self.writer.write(self._request())
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        body = await self.reader.readexactly(int(length[1])) if length else b""
        self.found.milliseconds.append((time.perf_counter() - began) * 1_000)
        self.found.statuses[head[9:12].decode()] += 1
        self.found.bytes += len(head) + len(body)
        if body and (seen := _VERSION.search(gzip.decompress(body) if b"gzip" in head.lower() else body)):
            self.version = seen[1].decode()

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    def _request(self) -> bytes:
        return (
            f"GET {self.path}?v={self.version} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nCookie: {self.cookie}\r\n"
            "HX-Request: true\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n\r\n"
        ).encode()


async def run(*, port: int, path: str, cookies: list[str], version: str, every: float, seconds: float) -> Found:
    """Let one browser for each cookie watch the page, their first questions spread evenly over an interval."""
    cookies, found = cookies[:MOST], Found()
    begin = time.perf_counter() + 0.5
    await asyncio.gather(
        *(
            Browser(port, path, cookie, version, found).watch(
                begin + every * number / len(cookies), every, begin + min(seconds, LONGEST)
            )
            for number, cookie in enumerate(cookies)
        )
    )
    return found


def main() -> None:
    """Read what is wanted, write what was found."""
    wanted: dict[str, Any] = json.load(sys.stdin)
    found = asyncio.run(run(**wanted))
    sys.stdout.write(
        json.dumps(
            {
                "milliseconds": found.milliseconds,
                "statuses": found.statuses,
                "errors": found.errors,
                "bytes": found.bytes,
            }
        )
    )


if __name__ == "__main__":
    main()
