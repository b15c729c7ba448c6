"""One request on its way: what it asks, how long it may take, and whether it is worth another try."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from dashboard.domain.errors import ServerError, SourceError, Throttled
from dashboard.http.addresses import Resolver, resolve
from dashboard.http.deadlines import Clock, Pace
from dashboard.http.failures import Classify

ACTIONS = {"POST", "PUT", "PATCH", "DELETE"}
"""Methods that change something at the source."""
MAX_RETRIES = 2

_FIRST_PAUSE = 0.25
_PASSING_CODES = {"refused", "reset"}
_PASSING_STATUSES = {429, 502, 503, 504}


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a session takes from the world around it; tests bring their own."""

    resolver: Resolver = resolve
    clock: Clock = time.monotonic
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    """From 0 to 1."""


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request and how far it has got."""

    method: str
    url: str
    pace: Pace
    connect: float
    body: bytes | None = field(default=None, repr=False)
    """May hold secrets that are passed on."""
    headers: Mapping[str, str] | None = None
    classify: Classify | None = None
    status: int = 0
    """Of the response; 0 while there is none."""
    clock_skew: timedelta | None = None

    def pause_after(self, error: SourceError, *, attempt: int, jitter: float) -> float | None:
        """Seconds to wait before the next try: full jitter over a doubling bound.

        None where another try cannot help or no time would be left for it, and where the source asks for a pause: that
        is for whoever schedules the next call, and nobody sleeps through it here.
        """
        if isinstance(error, ServerError | Throttled):
            is_passing = self.status in _PASSING_STATUSES
        else:
            is_passing = error.code in _PASSING_CODES
        pause = jitter * _FIRST_PAUSE * 2**attempt
        is_timely = not error.retry_after and pause < self.pace.deadline.remaining()
        return pause if is_passing and is_timely else None
