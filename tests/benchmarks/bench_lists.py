"""The runs list, signed in: alone, by many at once, while the mirror changes; then what the processes hold."""

import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.benchmarks import processes
from tests.benchmarks.bench import Bench, ask
from tests.benchmarks.figures import median, p95
from tests.benchmarks.product import Place, Product, running

LIST = "/runs/"
WALK = (
    LIST,
    "/runs/?page=2",
    "/runs/?page=3&sort=name",
    "/runs/?sort=-cost",
    "/runs/?q=status%3Acompleted",
    "/runs/?q=agent%3Acodex&sort=-rate",
    "/runs/?q=errored%3A%3E0",
    "/runs/?q=dataset%3Aaider-polyglot+model%3Agpt-5.4",
    "/runs/?sort=duration",
    "/runs/?q=2026-10",
)
"""Addresses that people would open one after the other."""
AT_ONCE = 16


def measure(bench: Bench) -> None:
    """At as many runs as the tree has, and at many more."""
    workers, threads = os.environ.get("WEB_WORKERS", "2"), os.environ.get("WEB_THREADS", "8")
    bench.report.remark(
        f"Pages were served with WEB_WORKERS={workers}, WEB_THREADS={threads}; the load came from a process of its own."
    )
    for place, number in ((bench.place, bench.size.jobs), (bench.large_place, bench.n_many)):
        bench.report.begin(f"Runs list, signed in, 50 rows, at {number:,} runs")
        with running(place) as product:
            _check(product)
            _measure_alone(bench, product)
            _measure_changing(bench, product, place)
            _measure_at_once(bench, product)
            if place is bench.large_place:
                _measure_memory(bench, product)


def _check(product: Product) -> None:
    """What is measured is the page that is meant."""
    page = product.get(LIST)
    rows, columns = len(re.findall(r'<tr id="run-\d+"', page)), len(re.findall(r'<th scope="col"', page))
    if columns < 10 or rows not in {20, 50}:
        raise RuntimeError(f"The list shows {rows} rows of {columns} columns.")


def _measure_alone(bench: Bench, product: Product) -> None:
    add = bench.report.add
    ask(product, WALK, number=2 * len(WALK))
    before = web_seconds(product)
    found = ask(product, [LIST], number=300)
    used = (web_seconds(product) - before) / len(found["milliseconds"])
    add(
        "one reader, the list: p50",
        median(found["milliseconds"]),
        "ms",
        aim=15,
        note=f"{1_000 * used:.1f} ms of processor each",
    )
    add(
        "one reader, the list: p95",
        p95(found["milliseconds"]),
        "ms",
        aim=40,
        note=f"{found['bytes'] / 300 / 1_000:.1f} kB each, compressed",
    )
    walked = ask(product, WALK, number=300)
    add("one reader, other pages, sorts and filters in turn: p50", median(walked["milliseconds"]), "ms", aim=15)
    add("one reader, other pages, sorts and filters in turn: p95", p95(walked["milliseconds"]), "ms", aim=40)


def _measure_changing(bench: Bench, product: Product, place: Place) -> None:
    """A run changes twice a second, so that what is kept of a page is hardly ever still true."""
    with changing(place.database):
        found = ask(product, [LIST], number=300, seconds=15)["milliseconds"]
    bench.report.add("one reader, while a run changes twice a second: p50", median(found), "ms", aim=15)
    bench.report.add("one reader, while a run changes twice a second: p95", p95(found), "ms", aim=40)


def _measure_at_once(bench: Bench, product: Product) -> None:
    found = ask(product, [LIST], at_once=AT_ONCE, number=3_000, seconds=12)
    took, rate = found["milliseconds"], len(found["milliseconds"]) / found["seconds"]
    note = f"p50 {median(took):.0f} ms, p95 {p95(took):.0f} ms"
    bench.report.add(f"{AT_ONCE} readers at once: requests per second", rate, "/s", aim=150, is_floor=True, note=note)


def _measure_memory(bench: Bench, product: Product) -> None:
    """Proportional memory adds up to what is taken; resident memory counts pages that processes share in each."""
    members = product.members()
    resident = {part: sum(map(processes.resident_megabytes, pids)) for part, pids in members.items()}
    shares = {part: sum(map(processes.proportional_megabytes, pids)) for part, pids in members.items()}
    parts = "web {web:.0f} and sync {sync:.0f} MB".format
    note = f"{parts(**shares)}; resident, shared pages counted in each: {parts(**resident)}"
    bench.report.add("memory after the load: web and sync", shares["web"] + shares["sync"], "MB", aim=250, note=note)
    note = f"{len(members['supervisor'])} processes; resident {resident['supervisor']:.0f} MB"
    bench.report.add("memory after the load: supervisor", shares["supervisor"], "MB", note=note)


def web_seconds(product: Product) -> float:
    """Of processor, by all processes that serve pages, since each began."""
    return sum(map(processes.processor_seconds, product.members()["web"]))


@contextmanager
def changing(database: Path) -> Iterator[None]:
    """The newest run gets a new version twice a second, as when the sync has read it again."""
    stop = threading.Event()

    def change() -> None:
        with closing(sqlite3.connect(database, timeout=10, isolation_level=None)) as connection:
            while not stop.wait(0.5):
                connection.executescript(
                    "BEGIN IMMEDIATE; UPDATE dashboard_mirrorclock SET value = value + 1;"
                    "UPDATE dashboard_run SET version = (SELECT value FROM dashboard_mirrorclock)"
                    " WHERE id = (SELECT id FROM dashboard_run ORDER BY started_at DESC LIMIT 1); COMMIT;"
                )

    thread = threading.Thread(target=change, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
