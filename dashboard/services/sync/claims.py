"""Who reads what: rows as the schedule, claimed by a conditional update.

A claim is a lease: it expires, so a worker that was killed loses nothing. Any number of workers, on any number
of machines, may claim from the same database.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from dashboard.domain.reports import ReportMaker, ReportStatus
from dashboard.domain.statuses import SourceHealth
from dashboard.models import Report, Run, Source

_LONGEST_DUE = F("next_sync_at").asc(nulls_first=True)
"""What was never looked at is due longest; databases differ in where they would put it."""

LEASE = timedelta(seconds=30)
_UNMADE = [status.value for status in (ReportStatus.SUBMITTED, ReportStatus.QUEUED, ReportStatus.RUNNING)]
MOST_OF_SOURCE = 2
"""Runs of one source that are read at a time, beside its listing."""


def claim_sources(now: datetime, *, limit: int) -> list[int]:
    """Ids of sources that are due and now ours to read, longest due first."""
    due = Source.objects.filter(is_paused=False).filter(_is_due(now)).order_by(_LONGEST_DUE)
    return _claim(due, now, limit)


def claim_runs(now: datetime, *, limit: int, of_source: int = MOST_OF_SOURCE) -> list[int]:
    """Ids of unfinished runs that are due by themselves and now ours to read: those that somebody watches first.

    Of a source that fails none: its next listing is the one probe. Of no source more than ``of_source`` at a time,
    whoever reads them, so that one that hangs, or has a thousand runs that are due, leaves room for the others.
    """
    is_watched = Case(When(watched_until__gt=now, then=Value(0)), default=Value(1))
    due = (
        Run.objects.filter(source__is_paused=False, next_sync_at__isnull=False)
        .exclude(source__health=SourceHealth.FAILING)
        .filter(_is_due(now))
    )
    place = Window(RowNumber(), partition_by="source", order_by=[is_watched.asc(), _LONGEST_DUE])
    first = due.annotate(place=place).filter(place__lte=of_source).order_by(is_watched, _LONGEST_DUE)
    room = _Room(now, of_source)
    claimed: list[int] = []
    for pk, source in first.values_list("pk", "source"):
        row = Run.objects.filter(pk=pk, next_sync_at__isnull=False)
        if len(claimed) < limit and room.is_left(source) and _take(row, now):
            room.take(source)
            claimed.append(pk)
    return claimed


def claim_reports(now: datetime, *, limit: int) -> list[int]:
    """Ids of reports of our own that are to be made and now ours to make, longest due first."""
    to_make = Report.objects.filter(maker=ReportMaker.QUAYSIDE, status__in=_UNMADE, is_gone=False)
    return _claim(to_make.filter(_is_due(now)).order_by(_LONGEST_DUE, "pk"), now, limit)


class _Room:
    """How many runs of each source may still be claimed."""

    def __init__(self, now: datetime, of_source: int) -> None:
        self._of_source = of_source
        held = Run.objects.filter(claimed_until__gt=now).order_by().values_list("source")
        self._held = Counter(dict(held.annotate(n=Count("pk"))))

    def is_left(self, source: int) -> bool:
        return self._held[source] < self._of_source

    def take(self, source: int) -> None:
        self._held[source] += 1


def renew(
    now: datetime, *, sources: Collection[int] = (), runs: Collection[int] = (), reports: Collection[int] = ()
) -> None:
    """Go on holding what is still being read or made; what was let go of meanwhile stays free."""
    for model, ids in ((Source, sources), (Run, runs), (Report, reports)):
        held = model._default_manager.filter(pk__in=ids)
        held.filter(claimed_until__isnull=False).update(claimed_until=now + LEASE)


def _is_due(now: datetime) -> Q:
    unclaimed = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    return (Q(next_sync_at__isnull=True) | Q(next_sync_at__lte=now)) & unclaimed


def _claim(due: "QuerySet[Source] | QuerySet[Run] | QuerySet[Report]", now: datetime, limit: int) -> list[int]:
    """Claim one by one: whoever updates the row first has it. ``due`` asks the row's own columns alone."""
    candidates = list(due.values_list("pk", flat=True)[:limit])
    return [pk for pk in candidates if _take(due.filter(pk=pk), now)]


def _take(row: "QuerySet[Any]", now: datetime) -> bool:
    """Whether the row was still free, and is ours.

    What an UPDATE finds by a join PostgreSQL does not look at again after it has waited for another's, and both would
    have it: so ``row`` is found by its own columns.
    """
    return bool(row.filter(_is_due(now)).order_by().update(claimed_until=now + LEASE))
