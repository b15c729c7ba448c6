"""Several processes over one database for minutes, and processes that are killed: what is lost, what is done twice."""

import shutil
from pathlib import Path

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import median
from tests.fleet import runs
from tests.fleet.servers import is_installed, servers

N_SOURCES = 8
WRITERS = 50


def measure(bench: Bench) -> None:
    """Two minutes each on PostgreSQL and on SQLite, and 50 kills on both; little of each where it is a try."""
    seconds, kills = (10.0, 5) if bench.is_small else (120.0, 50)
    _together(bench, "SQLite", seconds, server="", cache="", each=1)
    _killed(bench, "SQLite", kills, server="", cache="")
    if not is_installed():
        bench.report.remark("PostgreSQL or Redis is not installed: nothing was measured on them.")
        return
    with servers() as (server, cache):
        _together(bench, "PostgreSQL", seconds, server=server, cache=cache, each=2)
        _killed(bench, "PostgreSQL", kills, server=server, cache=cache)


def _together(bench: Bench, name: str, seconds: float, *, server: str, cache: str, each: int) -> None:
    bench.report.begin(
        f"{name}: {each} web and {each} sync processes, {N_SOURCES} sources read every {runs.PAUSE:g} s and {WRITERS} "
        f"people who write, for {seconds:g} s"
    )
    found = runs.together(
        _folder(bench, f"fleet-{name}"), web=each, sync=each, sources=N_SOURCES, people=WRITERS, seconds=seconds,
        server=server, cache=cache,
    )  # fmt: skip
    add = bench.report.add
    add(
        "looks at lists",
        len(found.gaps) + N_SOURCES,
        "",
        note=f"{median(found.gaps):.2f} s apart, at most {max(found.gaps):.2f}",
    )
    add("looks done twice for one interval", len(found.too_early), "", aim=0)
    add("looks missed", len(found.too_late), "", aim=0)
    add("changes by people", found.n_kept / found.seconds, "/s", note=f"answers: {sorted(found.statuses)}")
    _add_faults(bench, found)


def _killed(bench: Bench, name: str, kills: int, *, server: str, cache: str) -> None:
    bench.report.begin(f"{name}: one web and one sync process, {kills} times one of them is killed at any moment")
    found = runs.killed(_folder(bench, f"kills-{name}"), kills=kills, people=8, seed=7, server=server, cache=cache)
    bench.report.add("changes by people that were answered", found.n_kept, "", note=f"in {found.seconds:.0f} s")
    bench.report.add("until every source was read again", found.resumed_after, "s", aim=runs.RESUMED)
    _add_faults(bench, found)


def _add_faults(bench: Bench, found: runs.Found) -> None:
    bench.report.add("errors of locks in the logs", len(found.troubles), "", aim=0, note="; ".join(found.troubles[:2]))
    bench.report.add("what is not whole, or lost", len(found.faults), "", aim=0, note="; ".join(found.faults[:2]))


def _folder(bench: Bench, name: str) -> Path:
    folder = bench.folder / name.lower()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
