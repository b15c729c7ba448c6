"""What the measurements share: the report, the tree, and mirrors of it that are made once."""

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.benchmarks import trees
from tests.benchmarks.figures import Report
from tests.benchmarks.product import ROOT, Place, Product

N_LOOKS = 6


@dataclass
class Bench:
    """One run of the benchmarks."""

    folder: Path
    is_small: bool
    report: Report = field(default_factory=Report)
    looks: dict[str, Any] = field(default_factory=dict)
    """What the first look and the looks after it took; there once :attr:`place` is."""

    @property
    def size(self) -> trees.Size:
        return trees.SMALL if self.is_small else trees.FULL

    @property
    def n_many(self) -> int:
        """Runs of the large mirror."""
        return 2_000 if self.is_small else 20_000

    @property
    def n_trials(self) -> int:
        """Trials of the large run."""
        return 500 if self.is_small else 5_000

    @cached_property
    def tree(self) -> Path:
        return trees.cached(self.folder, self.size)

    @cached_property
    def place(self) -> Place:
        """An installation whose mirror has the tree, read for the first time just now."""
        place = self.new_place("mirror")
        place.prepare()
        with FirstRun(place.database) as first:
            self.looks = json.loads(place.run("-m", "tests.benchmarks.looking", str(self.tree), str(N_LOOKS)))
        self.looks["first_run"] = first.seen_at
        return place

    @cached_property
    def large_place(self) -> Place:
        """A copy of it with many more runs, and one run of many trials."""
        place = self.copy("large-mirror")
        place.run("-m", "tests.benchmarks.filling", "runs", str(self.n_many))
        return place

    @cached_property
    def large_run(self) -> int:
        """Its primary key, in the large place."""
        return int(self.large_place.run("-m", "tests.benchmarks.filling", "trials", str(self.n_trials)))

    def copy(self, name: str) -> Place:
        """A copy of :attr:`place`, to be changed."""
        place = self.new_place(name)
        shutil.copytree(self.place.var, place.var)
        return place

    def new_place(self, name: str, jobs: Path | None = None) -> Place:
        """An installation of which nothing is there yet; without ``jobs`` it shows the tree."""
        var = self.folder / name
        shutil.rmtree(var, ignore_errors=True)
        return Place(var, jobs or self.tree)


class FirstRun:
    """Watches a database, from outside, for the first run in the mirror."""

    def __init__(self, database: Path) -> None:
        self.seen_at = float("inf")
        self._database = database
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "FirstRun":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        with closing(sqlite3.connect(f"{self._database.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            while not self._stop.wait(0.01):
                if connection.execute("SELECT EXISTS (SELECT 1 FROM dashboard_run)").fetchone()[0]:
                    self.seen_at = time.monotonic()
                    return


def load(
    port: int,
    paths: Sequence[str],
    *,
    cookie: str = "",
    at_once: int = 1,
    number: int,
    seconds: float = 20,
    body: str = "",
) -> dict[str, Any]:
    """What :mod:`tests.benchmarks.load` found, asked for in a process of its own, as a browser asks."""
    headers = {"Accept-Encoding": "gzip, deflate", "Accept": "*/*", **({"Cookie": cookie} if cookie else {})}
    wanted = {
        "port": port,
        "paths": list(paths),
        "headers": headers,
        "at_once": at_once,
        "number": number,
        "seconds": seconds,
        "body": body,
    }
    words = [sys.executable, "-m", "tests.benchmarks.load"]
    done = subprocess.run(words, input=json.dumps(wanted), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    if set(found["statuses"]) != {"200"}:
        raise RuntimeError(f"{paths[0]} was not answered well: {found['statuses']}")
    return found


def ask(product: Product, paths: Sequence[str], **more: Any) -> dict[str, Any]:
    """:func:`load` by somebody signed in."""
    return load(product.port, paths, cookie=product.cookie, **more)
