"""What a fleet is put through: so long of looking and writing, so many kills; and what was found."""

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.product import Place
from tests.fleet.databases import database
from tests.fleet.members import Fleet, fleet
from tests.fleet.stand_ins import LISTING, Noting, serving
from tests.fleet.writers import Writer, writing

PAUSE = 2.0
"""Seconds between two looks at a source's list."""
LATEST = 3.0
"""Seconds by which a look may be late: the worker asks twice a second what is due, and the machine is busy."""
BEGUN = 300.0
"""Seconds in which everything has to be read for the first time; nothing is measured before that."""
RESUMED = 60.0
"""Seconds in which every source has to be read again after the last kill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a run of a fleet showed."""

    seconds: float
    gaps: list[float]
    """Between two askings for the same list, of all sources."""
    troubles: list[str]
    """What the processes wrote in their logs and must not."""
    faults: list[str]
    """What is not whole in the database, and what people were told is kept and is not."""
    n_kept: int
    """Changes by people that were answered well."""
    statuses: set[int]
    """Of what people asked; 0: no answer."""
    n_kills: int = 0
    resumed_after: float = 0.0

    @property
    def too_early(self) -> list[float]:
        """Gaps that are no whole pause: something was read twice for one interval."""
        return [gap for gap in self.gaps if gap < PAUSE]

    @property
    def too_late(self) -> list[float]:
        """Gaps in which a look was missed."""
        return [gap for gap in self.gaps if gap > PAUSE + LATEST]


def together(
    var: Path,
    *,
    web: int,
    sync: int,
    sources: int,
    people: int,
    seconds: float,
    server: str | None = None,
    cache: str | None = None,
) -> Found:
    """Web and sync processes work for a while, and people write all the time."""
    with database(server, cache) as more, serving(var, sources) as apps:
        place = Place(var, more=more)
        sessions = _begin(place, apps, people)
        with fleet(place, web=web, sync=sync) as found:
            _until_read(apps)
            for app in apps:
                app.asked.clear()
            with writing(found.of("web"), sessions) as writers:
                time.sleep(seconds)
            gaps = [gap for app in apps for gap in app.gaps(LISTING)]
        return _found(place, found, writers, seconds=seconds, gaps=gaps)


def killed(
    var: Path, *, kills: int, people: int, seed: int, server: str | None = None, cache: str | None = None
) -> Found:
    """One web and one sync process, either of which is killed at a random moment, again and again."""
    chance = random.Random(seed)
    with database(server, cache) as more, serving(var, 2) as apps:
        place = Place(var, more=more)
        sessions = _begin(place, apps, people)
        began = time.monotonic()
        with fleet(place, web=1, sync=1) as found:
            _until_read(apps)
            with writing(found.of("web"), sessions) as writers:
                for _ in range(kills):
                    time.sleep(chance.uniform(0.1, 2.5))
                    member = chance.choice(found.members)
                    member.kill()
                    member.start()
            resumed = _resumed_after(place, time.time())
        return _found(
            place, found, writers, seconds=time.monotonic() - began, gaps=[], n_kills=kills, resumed_after=resumed
        )


def _begin(place: Place, apps: Sequence[Noting], people: int) -> list[str]:
    place.run("-m", "dashboard", "prepare", "--database", "--static-files")
    wanted = {"urls": [app.url for app in apps], "pause": PAUSE, "people": people}
    made: dict[str, Any] = json.loads(place.run("-m", "tests.fleet.inside", "begin", said=json.dumps(wanted)))
    return list(made["sessions"])


def _until_read(apps: Sequence[Noting]) -> None:
    """Wait until every list was asked for twice: the first reading of everything takes longer than those after it."""
    deadline = time.monotonic() + BEGUN
    while not all(app.gaps(LISTING) for app in apps):
        if time.monotonic() > deadline:
            raise RuntimeError(f"Not every source was looked at: {[len(app.asked) for app in apps]}")
        time.sleep(0.2)


def _state(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(place.run("-m", "tests.fleet.inside", "state"))
    return found


def _resumed_after(place: Place, since: float) -> float:
    """Seconds until every source was read well again; infinite where one was not in time."""
    began = time.monotonic()
    while time.monotonic() - began < RESUMED:
        if all((source["good_at"] or 0) > since for source in _state(place)["sources"]):
            return time.monotonic() - began
        time.sleep(0.5)
    return float("inf")


def _found(place: Place, of: Fleet, writers: Sequence[Writer], **more: Any) -> Found:
    state = _state(place)
    lost = [writer.fault(state["columns"].get(writer.name)) for writer in writers]
    return Found(
        troubles=of.troubles(),
        faults=[*state["faults"], *filter(None, lost)],
        n_kept=sum(writer.n_kept for writer in writers),
        statuses=set().union(*(writer.statuses for writer in writers)),
        **more,
    )
