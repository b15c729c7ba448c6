"""What is kept only for a while, as the team's settings say, and how it goes: once a day, a few rows at a time.

What people wrote or chose stays: a run that its source has forgotten is kept with notes, labels, stars, share links or
reports of our own, however old it is. What goes leaves an entry of the audit log; what has merely expired and is worth
nothing to anybody (sessions, links to sign in once, counted failures) leaves none.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from dashboard.domain.audits import AuditAction
from dashboard.domain.notices import DeliveryState
from dashboard.domain.reports import ReportMaker
from dashboard.models import Delivery, Label, MirrorClock, Note, OneTimeLink, Report, Run, ShareLink, Star, TeamSettings
from dashboard.services import audit, audit_chain, team, throttling
from dashboard.services.sync.looks import Question, never

BATCH = 500
"""Rows that go in one transaction: whoever else writes waits no longer than that."""
RUNS = 5
"""The same of runs, which take their trials along, thousands of them."""
SPENT_LINKS = timedelta(days=1)
"""For as long a link to sign in once says that it is worth nothing any more; then it is as if it had never been."""
_A_DAY = 86_400
_MARKS: tuple[type[Model], ...] = (Note, Label, Star)


def claim_day(now: datetime) -> list[int]:
    """The day of UTC on which whoever asks first, of all who share the cache, is to purge; nothing for the others."""
    return [now.toordinal()] if cache.add(_key(now.toordinal()), True, timeout=_A_DAY) else []


def look(day: int, clock: Callable[[], datetime], is_stopped: Question) -> None:
    """Purge, as one of the things that a worker of the sync does; what is left when it is to end is the next one's."""
    purge(clock(), is_stopped)
    if is_stopped():
        cache.delete(_key(day))


def purge(now: datetime, is_stopped: Question = never) -> dict[str, int]:
    """Remove what is older than is kept; how much of what went. Nothing is told of what there was nothing of.

    Ends between two batches where it is to stop.
    """
    settings = team.current()
    gone = {
        "deliveries": _remove(old_deliveries(settings, now), is_stopped),
        "share links": _remove(ended_links(settings, now), is_stopped),
        "gone runs": _remove(forgotten_runs(settings, now), is_stopped, batch=RUNS, is_shown=True),
    }
    for kind, n in gone.items():
        if n:
            audit.record(AuditAction.REMOVED, None, detail={"kind": kind, "rows": n, "why": "older than is kept"})
    return gone | _expired(now, is_stopped) | {"audit entries": audit_chain.trim(now, is_stopped=is_stopped)}


def old_deliveries(settings: TeamSettings, now: datetime) -> QuerySet[Delivery]:
    """Notices that went out, or were given up, long ago; what waits stays."""
    before = now - timedelta(days=settings.keep_deliveries)
    return Delivery.objects.filter(created_at__lt=before).exclude(state=DeliveryState.WAITING)


def ended_links(settings: TeamSettings, now: datetime) -> QuerySet[ShareLink]:
    """Links that were revoked, or expired, long ago."""
    before = now - timedelta(days=settings.keep_links)
    return ShareLink.objects.filter(Q(revoked_at__lt=before) | Q(expires_at__lt=before))


def forgotten_runs(settings: TeamSettings, now: datetime) -> QuerySet[Run]:
    """Runs that their source forgot long ago, and nothing of people hangs at; none where they are always kept."""
    if settings.keep_gone is None:
        return Run.objects.none()
    before = now - timedelta(days=settings.keep_gone)
    old = Run.objects.filter(is_gone=True, gone_at__lt=before)
    for mark in _MARKS:
        of_run = Q(run=OuterRef("pk")) | Q(trial__run=OuterRef("pk"))
        old = old.exclude(Exists(mark._default_manager.order_by().filter(of_run)))
    own = Report.runs.through.objects.filter(run=OuterRef("pk"), report__maker=ReportMaker.QUAYSIDE)
    shared = ShareLink.objects.order_by().filter(Q(run=OuterRef("pk")) | Q(report__runs=OuterRef("pk")))
    return old.exclude(Exists(own)).exclude(Exists(shared))


def _key(day: int) -> str:
    return f"retention-{day}"


def _expired(now: datetime, is_stopped: Question) -> dict[str, int]:
    """Remove what is worth nothing any more. Tickets are kept as sessions and go with them."""
    ended = _remove(Session.objects.filter(expire_date__lte=now), is_stopped)
    _remove(UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")), is_stopped)
    return {
        "sessions": ended,
        "one-time links": _remove(OneTimeLink.objects.filter(expires_at__lte=now - SPENT_LINKS), is_stopped),
        "failures to sign in": throttling.forget_old(now=now),
    }


def _remove(old: QuerySet[Model], is_stopped: Question, *, batch: int = BATCH, is_shown: bool = False) -> int:
    """Batch by batch, until it is to stop; where pages show them, the clock ticks."""
    removed = 0
    while not is_stopped() and (keys := list(old.order_by("pk").values_list("pk", flat=True)[:batch])):
        with transaction.atomic():
            if is_shown:
                MirrorClock.tick()
            old.filter(pk__in=keys).delete()
        removed += len(keys)
    return removed
