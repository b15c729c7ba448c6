"""One source that hangs beside two that are well: what the others' pages and readings lose by it."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from dashboard.demo.docks import make_app, serve
from tests.benchmarks.bench import Bench, ask
from tests.benchmarks.figures import p95
from tests.benchmarks.product import HOST, Place, Product, running

TOKEN, TENANT = "bench-token", "bench"
N_SOURCES = 3
SETTLE = 5.0
MOST = 1.10
"""What a figure may become by the source that hangs, as a share of what it was."""
LATE = 3_600.0
"""Seconds until the source that hangs would answer."""
PAGES_APART = 0.1


class Noting:
    """A stand-in that notes when each of its paths is asked for."""

    def __init__(self, folder: Path) -> None:
        self.app = make_app(folder, now=lambda: datetime.now(UTC), token=TOKEN, tenant=TENANT)
        self.app.faults.pause = threading.Event().wait
        self.asked: list[tuple[float, str]] = []

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.asked.append((time.monotonic(), environ["PATH_INFO"]))
        return self.app(environ, start_response)


def measure(bench: Bench) -> None:
    """Half a minute without it, as long with it and as long without again; a quarter of that where it is a try.

    What else the machine does comes and goes: it is compared with what was before and after.
    """
    seconds = 8.0 if bench.is_small else 32.0
    bench.report.begin(
        f"One source of {N_SOURCES} hangs for {seconds:g} s: the others then, and as long before and after"
    )
    folder = bench.folder / "faults-jobs"
    folder.mkdir(exist_ok=True)
    place = bench.new_place("faults", folder)
    place.prepare()
    with _stand_ins(bench.folder) as servers:
        made = [_register(place, url, number) for number, (_, url) in enumerate(servers)]
        with running(place) as product:
            found = [_watch(product, servers, made, seconds, latency) for latency in (0.0, LATE, 0.0)]
    _report(bench, {what: found[0][what] + found[2][what] for what in found[0]}, found[1])


def _report(bench: Bench, well: dict[str, list[float]], hanging: dict[str, list[float]]) -> None:
    for what, unit in (("pages", "ms"), ("intervals", "s")):
        one, other = p95(well[what]), p95(hanging[what])
        name = {"pages": "pages of the others' runs", "intervals": "between two readings of a watched run"}[what]
        bench.report.add(f"{name}: p95 while all are well", one, unit, note=f"{len(well[what])} in all")
        bench.report.add(f"{name}: p95 while one hangs", other, unit, note=f"{len(hanging[what])} in all")
        bench.report.add(f"{name}: p95, with to without", other / one, "", aim=MOST)


def _watch(
    product: Product, servers: list[tuple[Noting, str]], made: list[dict[str, Any]], seconds: float, latency: float
) -> dict[str, list[float]]:
    """Milliseconds of pages, and seconds between two readings, of all sources but the first; all are watched."""
    apps = [app for app, _ in servers]
    apps[0].app.faults.latency = latency
    _read_pages(product, made, SETTLE)
    for app in apps:
        app.asked.clear()
    pages = _read_pages(product, made, seconds)
    readings = [_moments(app, each) for app, each in zip(apps[1:], made[1:], strict=True)]
    intervals = [later - sooner for one in readings for sooner, later in pairwise(one)]
    return {"pages": pages, "intervals": intervals}


def _read_pages(product: Product, made: list[dict[str, Any]], seconds: float) -> list[float]:
    """Polls keep the runs watched, the first source's too; pages of the others' are what is timed."""
    took: list[float] = []
    end = time.monotonic() + seconds
    polled = 0.0
    while time.monotonic() < end:
        if time.monotonic() - polled > SETTLE:
            polled = time.monotonic()
            for each in made:
                _poll(product, f"/runs/{each['run']}/?v=0")
        for each in made[1:]:
            found = ask(product, [f"/runs/{each['run']}/"], number=20)
            took += found["milliseconds"]
        time.sleep(PAGES_APART)
    return took


def _poll(product: Product, path: str) -> None:
    """Ask as an open page does."""
    connection = http.client.HTTPConnection(HOST, product.port, timeout=30)
    with closing(connection):
        connection.request("GET", path, headers={"Cookie": product.cookie, "HX-Request": "true"})
        if connection.getresponse().status != http.client.OK:
            raise RuntimeError(f"{path} was not answered well.")


def _moments(app: Noting, made: dict[str, Any]) -> list[float]:
    wire = made["external_id"].partition("/")[2]
    return [moment for moment, path in list(app.asked) if path.endswith(f"/{wire}")]


def _register(place: Place, url: str, number: int) -> dict[str, Any]:
    wanted = {"url": url, "tenant": TENANT, "token": TOKEN, "people": 0, "name": f"Docks {number}"}
    made: dict[str, Any] = json.loads(place.run("-m", "tests.benchmarks.watching", said=json.dumps(wanted)))
    return made


@contextmanager
def _stand_ins(folder: Path) -> Iterator[list[tuple[Noting, str]]]:
    with ExitStack() as stack:
        found = []
        for number in range(N_SOURCES):
            app = Noting(folder / f"faults-docks-{number}")
            server = serve(app, HOST, 0)
            stack.callback(server.shutdown)
            app.app.base_url = server.url
            found.append((app, server.url))
        yield found
