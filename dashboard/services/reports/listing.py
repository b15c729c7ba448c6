"""Reports in the mirror, and how far the mirror has come with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Prefetch, QuerySet, Value, When
from django.db.models.functions import Coalesce

from dashboard.models import Report, Run, RunGroup, Source
from dashboard.services import visibility
from dashboard.services.reach import capabilities
from dashboard.services.sync.reports import reports_progress
from dashboard.services.visibility import Viewer

MOST_OF_ONE = 100
"""Reports that are shown with one run or group."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Of how many of a source's runs it has been asked for the reports."""

    source: Source
    n_asked: int
    n_runs: int

    @property
    def is_all(self) -> bool:
        """Whether it was asked for those of each run once at least."""
        return self.n_asked >= self.n_runs


def listed(viewer: Viewer) -> QuerySet[Any]:
    """All reports that one may see, each with its ``label``: its title, else its template's name, else nothing."""
    label = Case(When(title__gt="", then=F("title")), default=Coalesce(F("template__name"), Value("")))
    return visibility.reports(viewer).annotate(label=label)


def with_subjects(reports: QuerySet[Any]) -> QuerySet[Any]:
    """The same, each read with its source, its template and what it is of; of the runs their names and beginnings."""
    named = Prefetch("runs", Run.objects.only("name", "started_at"))
    return reports.select_related("source", "template", "group").prefetch_related(named)


def get(viewer: Viewer, report_id: int) -> Report:
    """One report with what it is of. Raises ``Report.DoesNotExist``, also for one that may not be seen."""
    found: Report = with_subjects(visibility.reports(viewer)).get(pk=report_id)
    return found


def of_run(viewer: Viewer, run: Run) -> Sequence[Report]:
    """The reports of a run, the newest first; those of its groups are not among them."""
    return list(with_subjects(visibility.reports(viewer).filter(runs=run, group=None))[:MOST_OF_ONE])


def of_group(viewer: Viewer, group: RunGroup) -> Sequence[Report]:
    """The reports of a group of runs, the newest first."""
    return list(with_subjects(visibility.reports(viewer).filter(group=group))[:MOST_OF_ONE])


def page_version(report: Report) -> str:
    """What a page of this report compares: the report's version and its source's health."""
    return f"{report.version}.{report.source.version if report.source else 0}"


def seen_at(report: Report, now: datetime) -> datetime | None:
    """As of when what the mirror has of a report is true: its last reading; of our own the mirror itself is told."""
    return now if report.is_own else report.looked_at


def progress(viewer: Viewer) -> list[Progress]:
    """How far each source that makes reports has been asked for those of its runs."""
    sources = [source for source in visibility.sources(viewer) if capabilities(source).reports]
    if not sources:
        return []
    counts = reports_progress(sources)
    return [Progress(source, *counts.get(source.pk, (0, 0))) for source in sources]
