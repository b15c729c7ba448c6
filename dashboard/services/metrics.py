"""Numbers for Prometheus: requests as web processes count them, and the mirror's state as the database has it.

Web processes count in files of their own below ``VAR_DIR`` (see ``counting.py``), so whichever of them is asked tells
for all; a process that dies loses no count. The rest is read from the database when it is asked
for: the same from every process and machine. No label holds anything that people or sources can make up without end.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from dashboard import __version__
from dashboard.domain.notices import DeliveryState
from dashboard.domain.statuses import RunStatus, SourceHealth
from dashboard.models import ApiToken, Delivery, MirrorClock, Run, ShareLink, Source
from dashboard.services.counting import FOLDER

METHODS = frozenset({"GET", "HEAD", "POST"})
"""Methods with a count of their own; askers may make up others."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
MOST_SOURCES = 200
"""Sources with figures of their own."""
KEPT_FOR = 3600

_OF_SOURCES = (
    "name", "kind", "health", "failures", "last_good_at", "is_paused", "next_sync_at", "last_looked_at",
)  # fmt: skip

_process = CollectorRegistry()
REQUESTS = Counter("quayside_requests", "Requests answered.", ["method", "status"], registry=_process)
LATENCY = Histogram(
    "quayside_request_seconds", "Seconds until an answer began.", ["method"], buckets=SECONDS, registry=_process
)


def count_request(method: str, status: int, seconds: float) -> None:
    """One request was answered. The status counts by its class: ``2xx``."""
    known = method if method in METHODS else "other"
    REQUESTS.labels(known, f"{status // 100}xx").inc()
    LATENCY.labels(known).observe(seconds)


def exposition() -> bytes:
    """Everything, in the text format of Prometheus. Raises ``DatabaseError``."""
    registry = CollectorRegistry()
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_process)
    registry.register(_Mirror(timezone.now()))
    return generate_latest(registry)


class _Mirror(Collector):
    """What the database says at a moment."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each figure with its help."""
        version = MirrorClock.now()
        sources = list(Source.objects.order_by("pk").values_list("pk", *_OF_SOURCES, named=True))
        yield _gauge("quayside_up_info", "Always 1; the label is the version.", [([__version__], 1)], ["version"])
        yield _gauge("quayside_mirror_version", "Grows with every change of the mirror.", [([], version)])
        yield from self._sources(sources[:MOST_SOURCES])
        yield from self._schedule(sources)
        yield from _runs(version)
        yield from self._team()

    def _sources(self, rows: Sequence[Any]) -> Iterator[GaugeMetricFamily]:
        labels = ["source", "kind"]

        def told(name: str, text: str, values: Iterable[float | None]) -> GaugeMetricFamily:
            pairs = zip(rows, values, strict=True)
            return _gauge(name, text, [([row.name, row.kind], value) for row, value in pairs], labels)

        healthy = (float(row.health == SourceHealth.HEALTHY) for row in rows)
        yield told("quayside_source_healthy", "1: the last look at the source went well.", healthy)
        paused = (float(row.is_paused) for row in rows)
        yield told("quayside_source_paused", "1: an administrator paused it.", paused)
        lags = (self._since(row.last_good_at) for row in rows)
        yield told("quayside_source_lag_seconds", "Seconds since the source was last seen well.", lags)
        failures = (float(row.failures) for row in rows)
        yield told("quayside_source_failures", "Looks that failed in a row.", failures)

    def _schedule(self, sources: Sequence[Any]) -> Iterator[GaugeMetricFamily]:
        found = {"source": self._due_sources(sources), "run": self._due_runs(sources)}
        counts = [([kind], n) for kind, (n, _) in found.items()]
        yield _gauge("quayside_syncs_due", "Looks that are due and not done.", counts, ["kind"])
        ages = [([kind], self._since(oldest) or 0) for kind, (_, oldest) in found.items()]
        yield _gauge("quayside_syncs_oldest_due_seconds", "Seconds that the oldest of them is late.", ages, ["kind"])
        looked = max((each.last_looked_at for each in sources if each.last_looked_at), default=None)
        yield _gauge(
            "quayside_sync_last_look_seconds", "Seconds since any source was looked at.", [([], self._since(looked))]
        )

    def _due_sources(self, sources: Sequence[Any]) -> tuple[int, datetime | None]:
        moments = [each.next_sync_at for each in sources if each.next_sync_at and not each.is_paused]
        due = [moment for moment in moments if moment <= self._now]
        return len(due), min(due, default=None)

    def _due_runs(self, sources: Sequence[Any]) -> tuple[int, datetime | None]:
        """From the index of the schedule alone, but for sources that are paused."""
        paused = [each.pk for each in sources if each.is_paused]
        due = Run.objects.filter(next_sync_at__lte=self._now).order_by()
        found = (due.exclude(source__in=paused) if paused else due).aggregate(n=Count("pk"), oldest=Min("next_sync_at"))
        return found["n"], found["oldest"]

    def _team(self) -> Iterator[GaugeMetricFamily]:
        states = (DeliveryState.WAITING, DeliveryState.GIVEN_UP)
        found = Delivery.objects.filter(state__in=states).order_by().values_list("state").annotate(n=Count("pk"))
        notices = dict(found)
        counts = [([state.value.replace(" ", "_")], notices.get(state.value, 0)) for state in states]
        yield _gauge("quayside_deliveries", "Notices that wait, or that were given up.", counts, ["state"])
        links = ShareLink.objects.filter(revoked_at=None, expires_at__gt=self._now).count()
        yield _gauge("quayside_share_links", "Share links that are good.", [([], links)])
        is_good = Q(expires_at=None) | Q(expires_at__gt=self._now)
        tokens = ApiToken.objects.filter(is_good, revoked_at=None).count()
        yield _gauge("quayside_api_tokens", "Personal tokens that are good.", [([], tokens)])

    def _since(self, moment: datetime | None) -> float | None:
        return None if moment is None else max(0.0, (self._now - moment).total_seconds())


def _runs(version: int) -> Iterator[GaugeMetricFamily]:
    """Counted once for each version of the mirror."""
    counts: dict[str, int] = cache.get_or_set(f"metrics:runs:{version}", _count_runs, KEPT_FOR) or {}
    by_status = [([status.value], counts.get(status.value, 0)) for status in RunStatus]
    yield _gauge("quayside_runs", "Runs in the mirror.", by_status, ["status"])
    unfinished = sum(counts.get(status.value, 0) for status in RunStatus if not status.is_final)
    yield _gauge("quayside_runs_unfinished", "Of those, the runs that have not ended.", [([], unfinished)])


def _count_runs() -> dict[str, int]:
    return dict(Run.objects.order_by().values_list("status").annotate(n=Count("pk")))


def _gauge(
    name: str, text: str, rows: Iterable[tuple[list[str], float | None]], labels: Iterable[str] = ()
) -> GaugeMetricFamily:
    """A figure; what is not known has no sample."""
    family = GaugeMetricFamily(name, text, labels=list(labels))
    for values, value in rows:
        if value is not None:
            family.add_metric(values, value)
    return family
