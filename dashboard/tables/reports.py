"""The columns of the reports list."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, cast

from django.db.models import F, Model
from django.db.models.expressions import OrderBy

from dashboard.domain.reports import ReportStatus
from dashboard.domain.statuses import RunStatus
from dashboard.models import Report, Run
from dashboard.tables.base import Table
from dashboard.tables.columns import Cell, DurationCell, Plain, TemplateCell, TimeCell

LOOKS = {
    ReportStatus.SUBMITTED: RunStatus.PENDING,
    ReportStatus.QUEUED: RunStatus.PROVISIONING,
    ReportStatus.RUNNING: RunStatus.RUNNING,
    ReportStatus.SUCCEEDED: RunStatus.COMPLETED,
    ReportStatus.FAILED: RunStatus.FAILED,
    ReportStatus.CANCELLED: RunStatus.CANCELLED,
    ReportStatus.UNKNOWN: RunStatus.UNKNOWN,
}
"""States of reports by the states of runs whose icon and colour they have."""
MOST_RUNS = 3
"""Runs that one cell names."""
SEVERAL_SOURCES = "several"
"""What stands for the source of a report over runs of more than one."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def status_of(report: Report) -> dict[str, Any]:
    """What ``reports/_status.html`` shows of a report; ``since`` only while it goes on."""
    since = None if report.is_finished or report.is_gone else report.created_at
    return {
        "word": report.status,
        "look": LOOKS[ReportStatus(report.status)].value,
        "raw": report.raw_status,
        "since": since,
    }


def subject_of(report: Report) -> dict[str, Any]:
    """What ``reports/_subject.html`` shows: the group, or the first runs and how many more there are."""
    runs = [] if report.group_id else runs_of(report)
    kind = report.external_id.partition("/")[0] if not report.is_own else ""
    return {
        "group": report.group,
        "runs": runs[:MOST_RUNS],
        "n_more": max(0, len(runs) - MOST_RUNS),
        "unmirrored": "" if report.group_id or runs else report.subject_external_id,
        "kind": "group" if kind == "run_group" else "run",
    }


def runs_of(report: Report) -> list[Run]:
    """Its runs, oldest first, as its title and its document have them; those without a beginning are last."""
    return sorted(report.runs.all(), key=lambda run: (run.started_at is None, run.started_at or _NEVER, run.pk))


class StatusCell(TemplateCell):
    """The report's state, and how long it has lasted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("reports/_status.html", **kwargs)

    def context_of(self, record: Model) -> dict[str, Any]:
        """The template's."""
        return status_of(cast("Report", record))


class NameCell(TemplateCell):
    """What the report is called."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("reports/_name.html", **kwargs)

    def plain(self, record: Model) -> Plain:
        """As pages call it: its own title, or that of its template."""
        return str(record)


class SubjectCell(TemplateCell):
    """What the report is of."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("reports/_subject.html", **kwargs)

    def context_of(self, record: Model) -> dict[str, Any]:
        """The template's."""
        return subject_of(cast("Report", record))

    def plain(self, record: Model) -> Plain:
        """The group, or the runs' names."""
        report = cast("Report", record)
        if report.group is not None:
            return str(report.group)
        return ", ".join(run.name for run in runs_of(report)) or report.subject_external_id


class SourceCell(Cell):
    """Where it is from."""

    def value_of(self, record: Model) -> str:
        """The source's name; of our own also that its runs are from more than one."""
        report = cast("Report", record)
        if report.source is not None:
            return report.source.name
        return SEVERAL_SOURCES


class TookCell(DurationCell):
    """How long the making took."""

    def value_of(self, record: Model) -> timedelta | None:
        """From its creation to its end; None while that is not known."""
        report = cast("Report", record)
        began, ended = report.created_at, report.finished_at
        return ended - began if began and ended and ended >= began else None


class ReportTable(Table):
    """Reports of all runs."""

    list_name: ClassVar[str] = "reports"
    row_prefix: ClassVar[str] = "report"
    default_columns: ClassVar[tuple[str, ...]] = (
        "name", "status", "subject", "source", "owner", "created", "finished", "job",
    )  # fmt: skip

    name = NameCell(verbose_name="Report", css="name", is_row_header=True, order_by=("label",))
    status = StatusCell()
    subject = SubjectCell(empty_values=(), orderable=False, verbose_name="Of", css="clip", label="Of")
    source = SourceCell(accessor="source__name", empty_values=(), css="clip", label="Source")
    owner = Cell(accessor="created_by", verbose_name="Owner", css="clip", label="Owner")
    created = TimeCell(accessor="created_at", verbose_name="Created", label="Created")
    finished = TimeCell(accessor="finished_at", verbose_name="Finished", label="Finished")
    took = TookCell(empty_values=(), orderable=False, verbose_name="Took", label="Took")
    job = Cell(accessor="job_id", verbose_name="Job", css="mono clip", label="Job")
    maker = Cell(verbose_name="Made by", label="Made by")
    id = Cell(accessor="external_id", verbose_name="Id", css="mono clip", label="Id")

    class Meta(Table.Meta):
        model = Report
        fields: ClassVar[tuple[str, ...]] = ()
        order_by = "-created"

    def ordering(self, sort: str) -> list[OrderBy]:
        """As for every table; several columns with commas between are sorted by one after the other."""
        known = [word for word in sort.split(",") if self._is_sortable(word.lstrip("-"))]
        first = [super(ReportTable, self).ordering(word)[0] for word in known]
        return [*first, F("pk").desc()] if first else super().ordering("-created")

    def _is_sortable(self, name: str) -> bool:
        return name in self.base_columns and self.base_columns[name].orderable is not False
