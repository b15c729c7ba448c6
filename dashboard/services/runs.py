"""Runs for pages: what is there, what is new, and who is looking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from dashboard.domain.reports import ReportStatus
from dashboard.models import MirrorClock, Run, RunDetail, ShareLink, Source
from dashboard.services import reach, visibility
from dashboard.services.sync.cadence import CADENCES, WATCH_LASTS, pause_between_looks
from dashboard.services.visibility import Viewer
from dashboard.sources.registry import capabilities_of

_FINAL_REPORTS = [status.value for status in ReportStatus if status.is_final]


@dataclass(frozen=True, slots=True)
class Poll:
    """What an open list should know: which of its rows changed, how many came that it lacks, how many went."""

    version: int
    """The mirror's clock when it was asked."""
    changed: tuple[tuple[int, int], ...] = ()
    """(primary key, version) of each."""
    n_new: int = 0
    n_gone: int = 0
    is_source_news: bool = False
    """A source's health changed, or how far its first look has come."""

    @property
    def is_empty(self) -> bool:
        """Nothing that the page shows is different."""
        return not (self.changed or self.n_new or self.n_gone or self.is_source_news)


@dataclass(frozen=True, slots=True)
class Opened:
    """What an open list tells with a poll."""

    shown: Sequence[int]
    """Primary keys of its rows."""
    since: int
    """Version of the last answer."""
    opened_at: int
    """Version at which the page was made."""


def get(viewer: Viewer, run_id: int) -> Run:
    """One run with its source, its details and its test. Raises ``Run.DoesNotExist``, also if it may not be seen."""
    runs = visibility.runs(viewer).select_related("source", "detail", "test__template__pipeline")
    return _with_reports(viewer, _with_links(runs)).get(pk=run_id)


def _with_links(runs: QuerySet[Run]) -> QuerySet[Run]:
    """With how many share links show each that have neither ended nor been revoked: ``n_shared``."""
    live = ShareLink.objects.filter(run=OuterRef("pk"), revoked_at=None, expires_at__gt=timezone.now()).order_by()
    counted = live.values("run").annotate(n=Count("pk")).values("n")
    return runs.annotate(n_shared=Coalesce(Subquery(counted), 0))


def _with_reports(viewer: Viewer, runs: QuerySet[Run]) -> QuerySet[Run]:
    """With how far its reports have come: ``reports_version``, and whether one is under way, ``has_open_reports``."""
    reports = visibility.reports(viewer).filter(runs=OuterRef("pk")).order_by()
    newest = reports.values("runs").annotate(newest=Max("version")).values("newest")
    is_open = Exists(reports.filter(is_gone=False).exclude(status__in=_FINAL_REPORTS))
    return runs.annotate(reports_version=Subquery(newest), has_open_reports=is_open)


_STATE = (
    "version", "status", "is_gone", "watched_until", "looked_at", "unread_since",
    "source__name", "source__kind", "source__address", "source__version", "source__last_good_at",
    "source__health", "source__next_sync_at", "source__is_paused",
)  # fmt: skip


def state(viewer: Viewer, run_id: int) -> Run:
    """A run with no more than what tells whether an open page of it is still true; half the price of :func:`get`.

    Raises ``Run.DoesNotExist`` as that does.
    """
    return _with_reports(viewer, visibility.runs(viewer).select_related("source").only(*_STATE)).get(pk=run_id)


def page_version(run: Run) -> str:
    """What a page of this run compares: the run's version, its source's health, and how far its reports have come."""
    reports = vars(run).get("reports_version")
    return f"{run.version}.{run.source.version}" + (f".{reports}" if reports else "")


def is_live(run: Run) -> bool:
    """Whether a page of this run (of :func:`get`) keeps itself up to date: it goes on, or a report of it does."""
    return not run.is_gone and (not run.is_finished or bool(vars(run).get("has_open_reports")))


def watch(run: Run, now: datetime) -> None:
    """Somebody is looking at an unfinished run: read it more often. At most one write per run and few seconds."""
    soon = now + WATCH_LASTS / 2
    is_open = not (run.is_finished or run.is_gone)
    if is_open and (run.watched_until is None or run.watched_until < soon):
        is_stale = Q(watched_until__isnull=True) | Q(watched_until__lt=soon)
        pause = CADENCES[run.source.kind].watched_run
        run.watched_until = now + WATCH_LASTS
        Run.objects.filter(pk=run.pk).filter(is_stale).update(
            watched_until=run.watched_until, **({} if pause is None else _read_by(now + pause))
        )


def want_reports(run: Run, now: datetime) -> None:
    """Somebody opened a finished run whose source makes reports: its next look asks for those of this run first.

    The mark outlasts the pause between two looks. At most one write per run and few seconds.
    """
    lasts = pause_between_looks(run.source) + WATCH_LASTS
    is_marked = run.watched_until is not None and run.watched_until > now + lasts / 2
    if run.is_finished and not run.is_gone and not is_marked and reach.capabilities(run.source).reports:
        Run.objects.filter(pk=run.pk).update(watched_until=now + lasts)


def _read_by(moment: datetime) -> dict[str, Case]:
    """The update by which a run that is read later is read then.

    One that has no time of its own keeps none, and one that cannot be read keeps its own: the source wants a pause.
    """
    is_later = Q(next_sync_at__gt=moment, unread_reason="")
    return {"next_sync_at": Case(When(is_later, then=moment), default=F("next_sync_at"))}


def poll(viewer: Viewer, opened: Opened, *, rows: QuerySet[Any], matching: QuerySet[Any]) -> Poll:
    """What changed among the rows that a list shows, what came since it was opened, and what went.

    ``rows`` are all the list could hold (runs, or trials of a run), ``matching`` those that its filter lets
    through; only these count as new. Both are limited to what the viewer may see.
    """
    now = MirrorClock.now()
    if now <= opened.since:
        return Poll(version=now)
    there = rows.filter(pk__in=opened.shown).values_list("pk", "version")
    versions = dict(there)
    return Poll(
        version=now,
        changed=tuple(row for row in versions.items() if row[1] > opened.since),
        n_new=matching.filter(created_version__gt=opened.opened_at).count(),
        n_gone=len(set(opened.shown) - versions.keys()),
        is_source_news=visibility.sources(viewer).filter(version__gt=opened.since).exists(),
    )


def refusals(run: Run) -> dict[str, str]:
    """Why this run's source cannot do what a page would otherwise offer, by what."""
    return dict(capabilities_of(run.source.kind).why_not)


def detail(run: Run) -> RunDetail:
    """What only the run's own page shows; empty if it was never read whole."""
    return getattr(run, "detail", None) or RunDetail(run=run)


def seen_at(run: Run) -> datetime | None:
    """As of when what the mirror has of a run is true: its own last reading or its source's last good look.

    The source's look says nothing of a run that cannot be read.
    """
    if run.unread_since is not None:
        return run.looked_at
    return max(filter(None, (run.looked_at, run.source.last_good_at)), default=None)


def oldest_look(sources: Sequence[Source]) -> datetime | None:
    """When the least fresh of these sources was last seen well."""
    looks = [source.last_good_at for source in sources]
    return min((look for look in looks if look is not None), default=None)
