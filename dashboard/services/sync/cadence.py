"""How often each kind of source, and each of its unfinished runs, is looked at."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.domain.statuses import SourceKind
from dashboard.models import Run, Source

WATCH_LASTS = timedelta(seconds=15)
"""How long one request of an open page counts as somebody looking."""
MIN_BACKOFF = timedelta(seconds=1)
MAX_BACKOFF = timedelta(minutes=5)
FORBIDDEN_PAUSE = timedelta(minutes=1)
"""Until a run that may not be read is asked for again, however many watch it."""


REPORT_LOOK = timedelta(seconds=30)
"""Until a report that a source has not finished is read again."""
CATALOGUE_LOOK = timedelta(minutes=5)
"""Until a source is asked again what it tests, unless something turns up that is not known."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """Pauses between two looks. ``None`` for runs: the look at the source itself tells which runs changed."""

    listing: timedelta
    watched_run: timedelta | None = None
    idle_run: timedelta | None = None


CADENCES: dict[str, Cadence] = {
    SourceKind.HARBOR: Cadence(listing=timedelta(seconds=2)),
    SourceKind.DOCKS: Cadence(
        listing=timedelta(seconds=30), watched_run=timedelta(seconds=3), idle_run=timedelta(seconds=30)
    ),
    # Its own states lag by minutes. What a listing brings need not be read by itself: that waits twice as long.
    SourceKind.CARROT: Cadence(
        listing=timedelta(seconds=30), watched_run=timedelta(seconds=30), idle_run=timedelta(seconds=60)
    ),
}


def pause_between_looks(source: Source) -> timedelta:
    """Between two looks at a source that answers: what an administrator set for it, or else what its kind wants."""
    return CADENCES[source.kind].listing if source.pause_between_looks is None else source.pause_between_looks


def next_listing(source: Source, now: datetime) -> datetime:
    """When a source that just answered is looked at again."""
    return now + pause_between_looks(source)


def next_idle_look(kind: str, now: datetime) -> datetime | None:
    """When an unfinished run that was just listed whole is read by itself, should no listing bring it before."""
    idle_run = CADENCES[kind].idle_run
    return None if idle_run is None else now + idle_run


def next_run_look(run: Run, kind: str, now: datetime) -> datetime | None:
    """When an unfinished run is read again by itself; None if the source's listing already says so."""
    cadence = CADENCES[kind]
    if run.is_finished or run.is_gone or cadence.idle_run is None:
        return None
    is_watched = run.watched_until is not None and run.watched_until > now
    return now + (cadence.watched_run or cadence.idle_run if is_watched else cadence.idle_run)


def next_after_failure(failures: int, now: datetime, retry_after: float | None = None, code: str = "") -> datetime:
    """When a source that failed is tried again: 1 s, doubling, up to 5 min, with up to a quarter of jitter.

    A wish of the source (``Retry-After``, seconds) is honoured between the same 1 s and 5 min, whatever it says. A
    refused token stays refused until somebody replaces it: that is asked about every 5 min.
    """
    if code == "auth":
        return now + MAX_BACKOFF
    if retry_after is not None:
        seconds = min(max(MIN_BACKOFF.total_seconds(), retry_after), MAX_BACKOFF.total_seconds())
        return now + timedelta(seconds=seconds)
    pause = min(timedelta(seconds=1 << min(failures - 1, 10)), MAX_BACKOFF)
    return now + pause * random.uniform(0.75, 1)  # noqa: S311 - spreads load, guards nothing  # nosec B311
