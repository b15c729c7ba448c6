"""How a look at a source went, remembered on its row: all processes, and the pages, know it from there."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dashboard.domain.errors import SourceError
from dashboard.domain.records import Problem
from dashboard.domain.statuses import SourceHealth
from dashboard.models import MirrorClock, Source
from dashboard.services.sync import cadence, mirror

log = logging.getLogger("quayside.sync")

AT_ONCE = timedelta(seconds=2)
"""Readings that fail within it count as one failure."""
MOST_PROBLEMS = 50
"""Problems of one look that are stored."""


def show_progress(source: Source, done: int, total: int, note: str = "") -> None:
    """How far a long look has come, and in words what it has read."""
    fields = {"progress_done": done, "progress_total": total, "progress_note": note[:200]}
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(**fields, version=MirrorClock.tick())


def record_success(source: Source, problems: Sequence[Problem], now: datetime) -> None:
    """The source answered; the next look is due as its cadence says."""
    stored = mirror.as_json(problems[:MOST_PROBLEMS])
    source.refresh_from_db()
    is_news = source.health != SourceHealth.HEALTHY or source.problems != stored or source.progress_total > 0
    found = {
        "error": "",
        "error_code": "",
        "failures": 0,
        "problems": stored,
        "last_looked_at": now,
        "last_good_at": now,
    }
    due = cadence.next_listing(source, now)
    finish(source, due=due, is_news=is_news, fields=_health(source, SourceHealth.HEALTHY, now) | found)


def record_failure(source: Source, error: SourceError, now: datetime, *, is_run: bool = False) -> None:
    """The source failed; it is tried again after a pause that grows.

    A failure met while reading one of its runs (``is_run``) leaves the claim of the source itself as it is.
    """
    source.refresh_from_db()
    failures = source.failures + (0 if is_run and _has_just_failed(source, now) else 1)
    is_news = source.health != SourceHealth.FAILING or source.error != error.sentence[:500] or source.progress_total > 0
    level = logging.WARNING if is_news else logging.DEBUG
    log.log(level, "source failing", extra={"source": source.name, "code": error.code})
    due = cadence.next_after_failure(failures, now, error.retry_after, error.code)
    failure = {"error": error.sentence[:500], "error_code": error.code[:40], "failures": failures}
    fields = _health(source, SourceHealth.FAILING, now) | failure | {"last_looked_at": now}
    finish(source, due=due, is_news=is_news, fields=fields, lets_go=not is_run)


def _has_just_failed(source: Source, now: datetime) -> bool:
    """Whether another reading told the same a moment ago: several of a source's runs are read at a time."""
    if source.health != SourceHealth.FAILING or source.last_looked_at is None:
        return False
    return now - source.last_looked_at < AT_ONCE


def finish(source: Source, *, due: datetime, is_news: bool, fields: dict[str, object], lets_go: bool = True) -> None:
    """Write how the look went and let go of the claim; the clock ticks only if pages have something new to show."""
    if lets_go:
        fields = fields | {"claimed_until": None, "progress_done": 0, "progress_total": 0, "progress_note": ""}
    with transaction.atomic():
        if is_news:
            fields = fields | {"version": MirrorClock.tick()}
        Source.objects.filter(pk=source.pk).update(**fields, next_sync_at=due)


def _health(source: Source, health: SourceHealth, now: datetime) -> dict[str, object]:
    """A state of health, and since when the source is in it."""
    return {"health": health, "health_since": source.health_since if source.health == health else now}
