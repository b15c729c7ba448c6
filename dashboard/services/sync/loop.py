"""The worker: claims what is due, reads it in a few threads, sleeps until something is due again."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from dashboard.services import own_report_making, retention
from dashboard.services.notices import noticing, sending
from dashboard.services.sync import claims, looks
from dashboard.services.sync.reading import Clock

log = logging.getLogger("quayside.sync")

THREADS = 8
"""Looks at a time. Nearly all of one is waiting; three of one source at most (see ``claims``)."""
MOST_NOTICES = 3
"""Notices that are sent at a time: a webhook may take ten seconds to answer."""
MOST_REPORTS = 2
"""Reports of our own that are made at a time: that is all work and no waiting."""
TICK = 0.5
"""Seconds between two questions for what is due."""

HOLD_EVERY = claims.LEASE / 3
"""How often the claims of what is still being read are renewed."""

Look = Callable[[int, Clock, looks.Question], None]


class Worker:
    """Keeps the mirror up to date until it is told to stop. Nothing that a look raises ends it."""

    def __init__(self, clock: Clock = timezone.now) -> None:
        self.clock = clock
        self.stopped = threading.Event()
        self._under_way: dict[Future[None], tuple[Look, int]] = {}
        self._held_at = clock()

    def stop(self) -> None:
        """Take nothing new; the looks under way end after the run they are reading."""
        self.stopped.set()

    def run(self) -> None:
        """Work until :meth:`stop`."""
        with ThreadPoolExecutor(THREADS, thread_name_prefix="sync") as pool:
            while not self.stopped.wait(TICK):
                self._turn(pool)

    def _turn(self, pool: ThreadPoolExecutor) -> None:
        try:
            self._hold(self.clock())
            self._fill(pool)
        except DatabaseError:
            # The database is busy or away: what was claimed comes free when its lease ends.
            log.exception("nothing claimed")
            connection.close()

    def _hold(self, now: datetime) -> None:
        """Renew the claims of looks that take long, so that nobody begins the same again."""
        if now - self._held_at < HOLD_EVERY:
            return
        self._held_at = now
        claims.renew(
            now,
            sources=self._ids(looks.look_at_source),
            runs=self._ids(looks.look_at_run),
            reports=self._ids(own_report_making.make),
        )
        sending.renew(now, self._ids(sending.send))

    def _ids(self, kind: Look) -> list[int]:
        """What is under way of a kind of look."""
        return [pk for look, pk in list(self._under_way.values()) if look is kind]

    def _fill(self, pool: ThreadPoolExecutor) -> None:
        free = THREADS - len(self._under_way)
        if free <= 0:
            return
        for look, ids in self._claim(self.clock(), free):
            for pk in ids:
                self._start(pool, look, pk)

    def _claim(self, now: datetime, free: int) -> list[tuple[Look, list[int]]]:
        """The sources come first: without them nothing is new. What has no thread to spare is not asked about."""
        sources = claims.claim_sources(now, limit=free)
        notices = self._claim_notices(now, free - len(sources))
        free -= len(sources) + sum(len(ids) for _, ids in notices)
        runs = claims.claim_runs(now, limit=free) if free else []
        room = min(free - len(runs), MOST_REPORTS - len(self._ids(own_report_making.make)))
        reports = claims.claim_reports(now, limit=room) if room > 0 else []
        return [
            (looks.look_at_source, sources),
            *notices,
            (looks.look_at_run, runs),
            (own_report_making.make, reports),
            (retention.look, retention.claim_day(now)),
        ]

    def _claim_notices(self, now: datetime, free: int) -> list[tuple[Look, list[int]]]:
        """One sweep at a time, if anything ended since the last, and a few notices to send."""
        is_wanted = free > 0 and not self._ids(noticing.notice) and noticing.is_due()
        sweeps = [noticing.SWEEP] if is_wanted else []
        room = min(free - len(sweeps), MOST_NOTICES - len(self._ids(sending.send)))
        return [(noticing.notice, sweeps), (sending.send, sending.claim(now, limit=room) if room > 0 else [])]

    def _start(self, pool: ThreadPoolExecutor, look: Look, pk: int) -> None:
        future = pool.submit(self._look, look, pk)
        self._under_way[future] = look, pk
        future.add_done_callback(self._ended)

    def _look(self, look: Look, pk: int) -> None:
        close_old_connections()
        look(pk, self.clock, self.stopped.is_set)

    def _ended(self, future: Future[None]) -> None:
        """A look that broke is a defect of ours: told in the log, tried again when its lease ends."""
        self._under_way.pop(future, None)
        error = future.exception()
        if error is not None:
            log.error("look broke", exc_info=error)


def look_once(clock: Clock = timezone.now) -> None:
    """Read everything that is due, make and tell what is to be, once, in this thread (``manage.py sync --once``).

    What is still to be read stays claimed: between two runs the claims are renewed.
    """
    sources = claims.claim_sources(clock(), limit=1_000)
    for done, pk in enumerate(sources):
        looks.look_at_source(pk, clock, _renewing(clock, sources=sources[done:]))
    runs = claims.claim_runs(clock(), limit=1_000, of_source=1_000)
    for done, pk in enumerate(runs):
        looks.look_at_run(pk, clock, _renewing(clock, runs=runs[done:]))
    reports = claims.claim_reports(clock(), limit=1_000)
    for done, pk in enumerate(reports):
        own_report_making.make(pk, clock, _renewing(clock, reports=reports[done:]))
    noticing.notice(noticing.SWEEP, clock)
    # A few at a time, so that no lease ends before its notice's turn comes.
    while due := sending.claim(clock(), limit=MOST_NOTICES):
        for pk in due:
            sending.send(pk, clock)


def _renewing(clock: Clock, **held: Sequence[int]) -> looks.Question:
    """The question whether to stop, answered with no; being asked, it holds these claims, at once and now and then."""
    held_at: datetime | None = None

    def is_stopped() -> bool:
        nonlocal held_at
        now = clock()
        if held_at is None or now - held_at >= HOLD_EVERY:
            held_at = now
            claims.renew(now, **held)
        return False

    return is_stopped
