"""A thousand browsers on one live run: what their polls cost us, and what they cost the source."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dashboard.demo.docks import make_app, serve
from tests.benchmarks import processes
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import median, p95
from tests.benchmarks.product import HOST, ROOT, Place, Product, running

EVERY = 3.0
"""Seconds between two polls of a browser."""
TOKEN, TENANT = "bench-token", "bench"
MOST_UPSTREAM = 25
"""Requests per route and minute: one per interval, and a few for the listings between."""


def measure(bench: Bench) -> None:
    """For a minute, or for a few seconds where it is a try."""
    people, seconds = (100, 9.0) if bench.is_small else (1_000, 60.0)
    bench.report.begin(f"{people:,} browsers on one live run, each asking every {EVERY:g} s for {seconds:g} s")
    place = _place(bench)
    with _stand_in(bench.folder / "watch-docks") as server:
        made = _prepare(place, server.url, people)
        with running(place) as product:
            _watch(bench, product, server, made, seconds)


def _watch(bench: Bench, product: Product, server: Any, made: dict[str, Any], seconds: float) -> None:
    name = product.cookie.split("=")[0]
    path = f"/runs/{made['run']}/"
    product.get(path)
    time.sleep(2 * EVERY)
    server.app.asked.clear()
    before = _processor(product)
    found = _crowd(product.port, path, [f"{name}={key}" for key in made["sessions"]], seconds)
    after = _processor(product)
    _report(bench, found, Counter(path for _, path in server.app.asked), made["external_id"], seconds)
    for part in before:
        cores = (after[part] - before[part]) / seconds
        bench.report.add(f"processor: {part}", cores, "cores")
    total = sum(after.values()) - sum(before.values())
    bench.report.add("processor: web and sync together", total / seconds, "cores", aim=1.2)


def _report(bench: Bench, found: dict[str, Any], asked: Counter[str], external_id: str, seconds: float) -> None:
    add, took, n = bench.report.add, found["milliseconds"], len(found["milliseconds"])
    add("polls answered", n / seconds, "/s", note=f"{n:,} in all, {found['bytes'] / n / 1000:.1f} kB each")
    add("poll: p50", median(took), "ms")
    add("poll: p95", p95(took), "ms", aim=20, note=f"slowest {max(took):.0f} ms")
    add("answers without a body", 100 * found["statuses"].get("204", 0) / n, "%", note=str(found["statuses"]))
    bad = sum(count for status, count in found["statuses"].items() if status not in {"200", "204"})
    lost = sum(found["errors"].values())
    add("errors and dropped connections", bad + lost, "", aim=0, note=str(found["errors"] or ""))
    wire = external_id.partition("/")[2]
    of_run = {path: count for path, count in asked.items() if wire in path}
    for path, count in sorted(of_run.items()):
        add(f"requests to the source: {path.replace(wire, '{id}')}", count, "", aim=MOST_UPSTREAM)


def _crowd(port: int, path: str, cookies: list[str], seconds: float) -> dict[str, Any]:
    wanted = {"port": port, "path": path, "cookies": cookies, "version": "0", "every": EVERY, "seconds": seconds}
    words = [sys.executable, "-m", "tests.benchmarks.crowd"]
    done = subprocess.run(words, input=json.dumps(wanted), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _processor(product: Product) -> dict[str, float]:
    """Seconds of processor by part."""
    members = product.members()
    return {part: sum(map(processes.processor_seconds, members[part])) for part in ("web", "sync")}


def _place(bench: Bench) -> Place:
    """An installation that shows an empty folder; the tenant joins it."""
    folder = bench.folder / "watch-jobs"
    folder.mkdir(exist_ok=True)
    place = bench.new_place("watch", folder)
    place.prepare()
    return place


def _prepare(place: Place, url: str, people: int) -> dict[str, Any]:
    wanted = {"url": url, "tenant": TENANT, "token": TOKEN, "people": people}
    made: dict[str, Any] = json.loads(place.run("-m", "tests.benchmarks.watching", said=json.dumps(wanted)))
    return made


@contextmanager
def _stand_in(folder: Path) -> Iterator[Any]:
    """The stand-in with a run that goes on, in this process, which counts what it is asked."""
    app = make_app(folder, now=lambda: datetime.now(UTC), token=TOKEN, tenant=TENANT)
    server = serve(app, HOST, 0)
    app.base_url = server.url
    server.app = app  # type: ignore[attr-defined]
    try:
        yield server
    finally:
        server.shutdown()
