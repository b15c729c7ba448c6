"""Reading what a trial left: a trajectory and logs that no page could hold, and a run's files as one ZIP."""

import http.client
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser

from tests.benchmarks import browsing, large_files, processes
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import median
from tests.benchmarks.large_files import LOG, LONG_LOG, RARE, TRAJECTORY
from tests.benchmarks.product import HOST, Product, running

ROUNDS = 5
STEP, LINE = 4_000, 300_000
FOUND = "mark"
SEARCHED = "[data-log-found]:not([hx-get])"
"""There once a log is searched to its end."""
GROWTH = 30
"""Megabytes that reading may take of a process."""
PEERS = "Harbor's viewer: 6.9–9.2 s, 250,830 elements, 18.9 MB"
EXPANDED = "Harbor's viewer: +30 s, 1 GB"


def measure(bench: Bench) -> None:
    """In a browser with an empty cache each time; the first visit of a page is also the first reading of its file."""
    if not browsing.CHROMIUM.exists():
        bench.report.remark("Chromium is not installed: nothing was measured in a browser.")
        return
    large = large_files.SMALL if bench.is_small else large_files.FULL
    tree = large_files.cached(bench.folder, large)
    place = bench.new_place("reading", tree)
    place.prepare()
    with running(place) as product, browsing.browser() as browser:
        run, trial = _wait_for_trial(place.database)
        reading = Reading(bench, product, browser, f"/runs/{run}/trials/{trial}")
        reading.trajectory(min(STEP, large.steps * 4 // 5))
        reading.log("a log of 50 MB", LOG, min(LINE, large.log // 150), whole_find=1.0)
        reading.log("a log of 1 GB", LONG_LOG, min(LINE * 10, large.long_log // 150), whole_find=None)
        reading.archive(f"/runs/{run}/artifacts.zip")


class Reading:
    """Pages of one trial, opened and measured."""

    def __init__(self, bench: Bench, product: Product, browser: Browser, trial: str) -> None:
        self.report, self.product, self.browser, self.trial = bench.report, product, browser, trial

    def trajectory(self, step: int) -> None:
        """First steps, a step far down, and a word that only the last step holds."""
        self.report.begin("A trajectory of 5,000 steps and 20 MB")
        page = f"{self.trial}/file/{TRAJECTORY}"
        first = self._visits(page, "#s1")
        add = self.report.add
        add("first steps visible, first reading", first[0].seconds, "s", aim=0.5, note=PEERS)
        add("first steps visible", median([each.seconds for each in first]), "s", aim=0.5)
        add("elements of the page", max(each.elements for each in first), "", aim=5_000)
        add("elements and texts of the page", max(each.nodes for each in first), "")
        add("sent", max(each.kilobytes for each in first), "kB", aim=300)
        self._add_visits(f"step {step:,}", f"{page}?step={step}", f"#s{step}", 0.3)
        self._add_visits("find in all steps", f"{page}?{urlencode({'find': RARE})}", FOUND, 0.5)
        opened = self._visits(f"{page}?open=all", "#s1")
        add("everything expanded, first steps visible", median([each.seconds for each in opened]), "s", aim=0.5)
        add("everything expanded: elements", max(each.elements for each in opened), "", aim=5_000, note=EXPANDED)

    def log(self, name: str, path: str, line: int, *, whole_find: float | None) -> None:
        """Both ends, a line in the middle, and finding a word; and what it took of memory."""
        self.report.begin(f"Reading {name}")
        page = f"{self.trial}/file/{path}"
        self._grown(lambda: self._log(page, line, whole_find))

    def _log(self, page: str, line: int, whole_find: float | None) -> None:
        self._add_visits("last screen", f"{page}?at=end", ".log-lines li", 0.3)
        self._add_visits("first screen", f"{page}?line=1", "#L1", 0.3)
        self._add_visits(f"line {line:,}", f"{page}?line={line}", f"#L{line}", 0.3)
        what = "find over all of it" if whole_find else "first hits of a find"
        find = f"{page}?{urlencode({'find': RARE})}"
        self._add_visits(what, find, SEARCHED if whole_find else FOUND, whole_find or 1.0)
        if not whole_find:
            searched = browsing.visit(self.browser, self.product.origin + find, SEARCHED, self.product.cookie)
            self.report.add("until the whole is searched", searched.seconds, "s")

    def archive(self, path: str) -> None:
        """All files of the run's trials in one ZIP, read and thrown away."""
        self.report.begin("A ZIP of a run of 50 trials, with these files")
        began = time.monotonic()
        sizes: list[int] = []
        self._grown(lambda: sizes.append(_downloaded(self.product, path)))
        self.report.add("size", sizes[0] / 1e6, "MB", note=f"in {time.monotonic() - began:.0f} s")

    def _add_visits(self, what: str, path: str, row: str, aim: float) -> None:
        visits = self._visits(path, row)
        seconds = [each.seconds for each in visits]
        self.report.add(what, median(seconds), "s", aim=aim, note=f"the first time {seconds[0]:.2f} s")

    def _visits(self, path: str, row: str) -> Sequence[browsing.Visit]:
        address = self.product.origin + path
        return [browsing.visit(self.browser, address, row, self.product.cookie) for _ in range(ROUNDS)]

    def _grown(self, what: Callable[[], None]) -> None:
        """Add by how much the largest process of the web grew at most while something was done."""
        webs = self.product.members()["web"]
        before = {pid: processes.resident_megabytes(pid) for pid in webs}
        for pid in webs:
            processes.forget_peak(pid)
        what()
        grown = max(processes.peak_megabytes(pid) - before[pid] for pid in webs)
        self.report.add("memory of a process grew at most by", max(0.0, grown), "MB", aim=GROWTH)


def _wait_for_trial(database: Path) -> tuple[int, int]:
    """Primary keys of the run and of its trial with the large files, once they are mirrored."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with closing(sqlite3.connect(database, timeout=10)) as connection:
            found = connection.execute("SELECT run_id, id FROM dashboard_trial ORDER BY external_id LIMIT 1").fetchone()
        if found is not None:
            return int(found[0]), int(found[1])
        time.sleep(0.2)
    raise RuntimeError("The trial with the large files was not mirrored.")


def _downloaded(product: Product, path: str) -> int:
    """Bytes of a download."""
    connection = http.client.HTTPConnection(HOST, product.port, timeout=60)
    try:
        connection.request("GET", path, headers={"Cookie": product.cookie})
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise RuntimeError(f"{path} was not answered well: {response.status}")
        return sum(len(block) for block in iter(lambda: response.read(2**20), b""))
    finally:
        connection.close()
