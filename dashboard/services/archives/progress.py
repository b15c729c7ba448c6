"""How far a download has come, for the page it was started from: written while it runs, for who started it alone."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache

from dashboard.models import Run
from dashboard.services.visibility import Viewer

PAUSE = 1.0
"""Seconds between two writes."""
KEPT_FOR = 3600
"""Seconds after the last write."""


class State(StrEnum):
    """Where a download is."""

    UNDER_WAY = "under way"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was done so far."""

    state: State = State.UNDER_WAY
    n_trials: int = 0
    n_trials_done: int = 0
    n_files: int = 0
    n_missing: int = 0
    n_bytes: int = 0
    """Of the files, before compression."""
    reason: str = ""
    """Why it failed, as a sentence."""


class Progress:
    """The tally of one download. What is counted shows within a second; how it ended shows at once."""

    def __init__(self, viewer: Viewer, run: Run, download: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.tally = Tally()
        self._key = _key(viewer, run, download)
        self._clock = clock
        self._due = clock()

    def step(self) -> None:
        """Something was counted."""
        if self._clock() >= self._due:
            self._write()

    def end(self, state: State, reason: str = "") -> None:
        """It is over; what comes first, counts."""
        if self.tally.state is State.UNDER_WAY:
            self.tally.state, self.tally.reason = state, reason
            self._write()

    def _write(self) -> None:
        _store().set(self._key, asdict(self.tally), KEPT_FOR)
        self._due = self._clock() + PAUSE


def read(viewer: Viewer, run: Run, download: str) -> Tally | None:
    """How far this viewer's download has come; None where there is none, or it has written nothing yet."""
    found = _store().get(_key(viewer, run, download))
    return None if found is None else Tally(**found)


def _key(viewer: Viewer, run: Run, download: str) -> str:
    return f"archive.{viewer.pk}.{run.pk}.{download}"


def _store() -> BaseCache:
    """The cache; while that is each process's own, a folder, for the page may ask another process than the sender."""
    shared = caches["default"]
    return FileBasedCache(str(settings.VAR_DIR / "downloads"), {}) if isinstance(shared, LocMemCache) else shared
