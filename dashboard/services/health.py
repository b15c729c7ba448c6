"""Whether the dashboard can do its work, check by check."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache as once

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min, Q
from django.utils import timezone

from dashboard.models import MirrorClock, Source

try:
    from redis.exceptions import RedisError

    _AWAY: tuple[type[Exception], ...] = (OSError, RedisError)
except ImportError:
    # Only several machines share a cache.
    _AWAY = (OSError,)

LATE_AFTER = timedelta(minutes=2)
"""That a look at a source may be due and undone; then the sync process does not run, or cannot keep up."""
_CACHE_KEY = "health"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that the dashboard needs."""

    name: str
    fault: str
    """What is wrong with it, in words; empty: nothing."""


def checks() -> list[Check]:
    """Everything that has to be well for pages to be served and true; never raises for what is not."""
    database = Check(name="database", fault=_fault(_database))
    if database.fault:
        return [database]
    asked: dict[str, Callable[[], str]] = {"migrations": _migrations, "cache": _cache, "sync": _sync}
    return [database, *(Check(name=name, fault=_fault(ask)) for name, ask in asked.items())]


def _fault(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except DatabaseError:
        return "The database does not answer."


def _database() -> str:
    MirrorClock.now()
    return ""


def _migrations() -> str:
    missing = _known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    return f"{len(missing)} migrations are not applied: run “prepare”." if missing else ""


@once
def _known_migrations() -> frozenset[tuple[str, str]]:
    """All there are; they are files of the installation."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset((str(app), str(name)) for app, name in loader.disk_migrations)


def _cache() -> str:
    """Whether the cache gives back what it is given."""
    word = secrets.token_hex(8)
    try:
        cache.set(_CACHE_KEY, word, 60)
        is_kept = cache.get(_CACHE_KEY) is not None
    except _AWAY:
        is_kept = False
    return "" if is_kept else "The cache keeps nothing."


def _sync() -> str:
    """Late is a look that nobody has begun, though its time came a while ago."""
    now = timezone.now()
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=now)
    due = Source.objects.filter(unclaimed, is_paused=False, next_sync_at__lte=now - LATE_AFTER)
    oldest = due.aggregate(oldest=Min("next_sync_at"))["oldest"]
    return f"A look at a source is {round((now - oldest).total_seconds())} s late: does “sync” run?" if oldest else ""
