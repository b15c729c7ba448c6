"""Stand-ins that note when they are asked for what."""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from dashboard.demo.docks import make_app, serve

HOST = "127.0.0.1"
TOKEN, TENANT = "fleet-token", "fleet"
LISTING = f"/tenants/{TENANT}/harbor/runs"


class Noting:
    """A stand-in for a Docks server, and when each of its paths was asked for."""

    def __init__(self, folder: Path) -> None:
        self.app = make_app(folder, now=lambda: datetime.now(UTC), token=TOKEN, tenant=TENANT)
        self.asked: list[tuple[float, str]] = []
        self.url = ""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked.append((time.monotonic(), environ["PATH_INFO"]))
        return self.app(environ, start_response)

    def gaps(self, path: str) -> list[float]:
        """Seconds between each two askings for a path."""
        return [later - sooner for sooner, later in pairwise(at for at, asked in list(self.asked) if asked == path)]


@contextmanager
def serving(folder: Path, number: int) -> Iterator[list[Noting]]:
    """So many of them, each at a port of its own, in this process."""
    with ExitStack() as stack:
        found = []
        for index in range(number):
            app = Noting(folder / f"docks-{index}")
            server = serve(app, HOST, 0)
            stack.callback(server.shutdown)
            app.url = app.app.base_url = server.url
            found.append(app)
        yield found
