"""A CARROT server of many runs: its first look, the looks after it, and pages of what is mirrored then."""

import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from dashboard.demo.servers import serve
from dashboard.sources.carrot.client import RUNS_AT_ONCE
from tests.benchmarks import processes
from tests.benchmarks.bench import Bench, FirstRun, ask
from tests.benchmarks.bench_lists import changing, web_seconds
from tests.benchmarks.figures import median, p95
from tests.benchmarks.pipeline_documents import Documents
from tests.benchmarks.pipeline_server import PipelineServer
from tests.benchmarks.product import HOST, Place, Product, running

PATIENCE = 900.0
"""Seconds that the first look may take before we give it up."""
LOOK_EVERY = 0.05
POLL_EVERY = 3.0
"""Seconds between two requests of an open page."""
N_LOOKS = 5
N_REQUESTS = 200
FEWEST_NOTES = 5
P50, P95 = 15, 40
"""Milliseconds a page, as for every list."""
_SO_FAR = re.compile(r"[\d,]+ runs? so far")


class Watched(NamedTuple):
    """A page that is timed, and what it has to hold."""

    what: str
    path: str
    pattern: str
    """Found at least ``least`` times."""
    least: int = 1


@dataclass
class Look:
    """One look at the server, as it is seen from outside."""

    began: float = 0.0
    """By the clock that never turns back."""
    seconds: float = 0.0
    processor: float = 0.0
    peak: float = 0.0
    """Megabytes, of the process that looked."""
    requests: int = 0
    notes: list[str] = field(default_factory=list)
    """What the source's row said of its progress, each once."""
    shown: list[str] = field(default_factory=list)
    """The same on the runs list, asked for as an open page asks."""


def measure(bench: Bench) -> None:
    """The product is started first, so that everything is read by the process that always reads."""
    server, place = PipelineServer(Documents(bench.n_many)), _place(bench)
    with _serving(server) as url, running(place) as product:
        bench.report.begin(f"A CARROT server of {bench.n_many:,} runs over 300 tests, read for the first time")
        with FirstRun(place.database) as first:
            found = _first_look(product, place, url, server)
        check_pages(server)
        _report_first(bench, server, found, first.seen_at - found.began)
        _report_later(bench, server, [_another_look(product, place, server) for _ in range(N_LOOKS)])
        bench.report.begin(f"Pages of tests of pipelines, signed in, one reader, at {bench.n_many:,} runs")
        _measure_pages(bench, product, place)


def _place(bench: Bench) -> Place:
    """An installation that shows an empty folder; the server joins it."""
    folder = bench.folder / "pipelines-jobs"
    folder.mkdir(exist_ok=True)
    place = bench.new_place("pipelines", folder)
    place.prepare()
    return place


@contextmanager
def _serving(server: PipelineServer) -> Iterator[str]:
    served = serve(server, HOST, 0)
    try:
        yield served.url
    finally:
        served.shutdown()


def _first_look(product: Product, place: Place, url: str, server: PipelineServer) -> Look:
    place.run("-m", "tests.benchmarks.joining", url)
    return _until(product, place, server, "listed_at IS NOT NULL AND claimed_until IS NULL")


def _another_look(product: Product, place: Place, server: PipelineServer) -> Look:
    """Due at once, whatever its cadence."""
    server.asked.clear()
    with closing(sqlite3.connect(place.database, timeout=10, isolation_level=None)) as connection:
        before = connection.execute("SELECT last_looked_at FROM dashboard_source WHERE kind = 'carrot'").fetchone()[0]
        connection.execute("UPDATE dashboard_source SET next_sync_at = last_looked_at WHERE kind = 'carrot'")
    return _until(product, place, server, f"last_looked_at > '{before}' AND claimed_until IS NULL")


def _until(product: Product, place: Place, server: PipelineServer, condition: str) -> Look:
    """Watch the source's row until this is true of it."""
    (sync,), look = product.members()["sync"], Look(began=time.monotonic())
    used, polled = processes.processor_seconds(sync), look.began
    for is_over, note in _rows(place.database, condition):
        _add(look.notes, note)
        if is_over:
            break
        if time.monotonic() - polled > POLL_EVERY:
            polled = time.monotonic()
            _add(look.shown, *_SO_FAR.findall(product.get("/runs/")))
    look.seconds = time.monotonic() - look.began
    look.processor = processes.processor_seconds(sync) - used
    look.peak = processes.peak_megabytes(sync)
    look.requests = server.asked.total()
    return look


def _rows(database: Path, condition: str) -> Iterator[tuple[bool, str]]:
    """Whether the condition is true, and the note, again and again."""
    words = f"SELECT {condition}, progress_note, error FROM dashboard_source WHERE kind = 'carrot'"
    deadline = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        while time.monotonic() < deadline:
            is_over, note, error = connection.execute(words).fetchone()
            if error:
                raise RuntimeError(f"The server could not be read: {error}")
            yield bool(is_over), note
            time.sleep(LOOK_EVERY)
    raise RuntimeError(f"A look took longer than {PATIENCE:g} s.")


def _add(noted: list[str], *notes: str) -> None:
    noted += [note for note in notes if note and note not in noted]


def check_pages(server: PipelineServer) -> None:
    """A first look asks each page of a list once, and leaves none out. Raises ``RuntimeError`` for another."""
    wanted, asked = server.pages(RUNS_AT_ONCE), server.asked_pages
    wrong = {line: asked.get(line, 0) for line in {*wanted, *asked} if asked.get(line) != 1 or line not in wanted}
    if wrong:
        raise RuntimeError(f"These pages were not asked for once: {wrong}")


def _report_first(bench: Bench, server: PipelineServer, look: Look, until_first: float) -> None:
    add, n = bench.report.add, bench.n_many
    rate = f"{n / look.seconds:,.0f} runs/s, {1_000 * look.processor / n:.1f} ms of processor each"
    add("first look, until all is mirrored", look.seconds, "s", note=f"{look.processor:.1f} s of processor; {rate}")
    add("first look: until the first run is in the mirror", until_first, "s", aim=2)
    add(
        "first look: pages of lists of runs",
        len(server.asked_pages),
        "",
        note=f"{RUNS_AT_ONCE} runs each; {look.requests} in all",
    )
    add("first look: requests per page, at most", max(server.asked_pages.values()), "", aim=1)
    note = f"{len(look.shown)} of them on the runs list, asked for every {POLL_EVERY:g} s"
    add("first look: words of its progress", len(look.notes), "", aim=FEWEST_NOTES, is_floor=True, note=note)
    add("memory of the process that looked", look.peak, "MB", note="resident, at most")


def _report_later(bench: Bench, server: PipelineServer, looks: Sequence[Look]) -> None:
    took, used = median([look.seconds for look in looks]), median([look.processor for look in looks])
    pages = sum(server.asked_pages.values())
    note = f"{pages} of them for runs, the others for reports"
    bench.report.add("a look that finds nothing new", took, "s", aim=1, note=f"{used:.2f} s of processor")
    bench.report.add(
        "a look that finds nothing new: requests", median([look.requests for look in looks]), "", note=note
    )


def _measure_pages(bench: Bench, product: Product, place: Place) -> None:
    for page in _pages(place.database):
        _check(product, page)
        _report_pages(bench, product, page.what, [page.path], N_REQUESTS)
    histories = [f"/tests/{pk}/" for (pk,) in _select(place.database, "SELECT id FROM dashboard_pipelinetest")]
    _report_pages(bench, product, "histories of all tests in turn, each for the first time", histories, len(histories))
    with changing(place.database):
        for page in _pages(place.database)[:2]:
            _report_pages(bench, product, f"{page.what}, while a run changes twice a second", [page.path], N_REQUESTS)


def _pages(database: Path) -> list[Watched]:
    """One of each kind; the test is the one of the newest run."""
    (pk, test, pipeline, template), *_ = _select(
        database,
        "SELECT test.id, test.name, pipeline.name, template.id FROM dashboard_run AS run"
        " JOIN dashboard_pipelinetest AS test ON test.id = run.test_id"
        " JOIN dashboard_pipelinetemplate AS template ON template.id = test.template_id"
        " JOIN dashboard_pipeline AS pipeline ON pipeline.id = template.pipeline_id"
        " ORDER BY run.started_at DESC LIMIT 1",
    )
    filters = [
        "kind:test", f'test:"{test}"', f"pipeline:{pipeline}", "owner:ada@*", "status:failed", "phase:eval", "NA12880"
    ]  # fmt: skip
    rows = r'<tr id="run-\d+"'
    return [
        Watched("a test's history", f"/tests/{pk}/", "F score", 2),
        *(Watched(f"the list, {each}", f"/runs/?q={quote(each)}", rows, 5) for each in filters),
        Watched("the list, by duration", "/runs/?q=kind%3Atest&sort=-duration", rows, 50),
        Watched("pipelines", "/pipelines/", re.escape(pipeline)),
        Watched("a template", f"/templates/{template}/", re.escape(test)),
        Watched("reports", "/reports/", "<h1"),
    ]


def _check(product: Product, page: Watched) -> None:
    """What is measured is the page that is meant."""
    if len(re.findall(page.pattern, product.get(page.path))) < page.least:
        raise RuntimeError(f"{page.path} does not show {page.pattern}.")


def _report_pages(bench: Bench, product: Product, what: str, paths: Sequence[str], number: int) -> None:
    add, before = bench.report.add, web_seconds(product)
    found = ask(product, paths, number=number, seconds=60)
    took = found["milliseconds"]
    used = 1_000 * (web_seconds(product) - before) / len(took)
    add(f"{what}: p50", median(took), "ms", aim=P50, note=f"{used:.1f} ms of processor each")
    note = f"slowest {max(took):.0f} ms; {found['bytes'] / len(took) / 1_000:.1f} kB each, compressed"
    add(f"{what}: p95", p95(took), "ms", aim=P95, note=note)


def _select(database: Path, words: str) -> list[Any]:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        return connection.execute(words).fetchall()
