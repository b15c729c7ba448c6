"""Reports: as rows of the list, and one with its files."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from dashboard.api.shapes.pages import Named, VersionedPage
from dashboard.api.shapes.places import Places
from dashboard.domain.reports import ReportFile, ReportMaker, ReportStatus
from dashboard.models import Report
from dashboard.services import reports


class ReportOut(Named):
    """A document made from runs, or its making."""

    title: str = Field(description="What pages call it.")
    maker: ReportMaker = Field(description="Who makes it: its source, or Quayside.")
    source: str | None = Field(description="Name of its source; null where its runs are from several.")
    external_id: str
    template: str | None = Field(description="What it is made from; null for Quayside's own.")
    status: ReportStatus
    raw_status: str = Field(description="The source's own word for its state.")
    status_reason: str
    run_ids: list[int] = Field(description="The runs that it is of, as far as they are mirrored.")
    group: str | None = Field(description="The group of runs that it is of.")
    created_at: datetime | None
    created_by: str
    finished_at: datetime | None
    size_bytes: int | None = Field(description="Of its document, in bytes, where that is known.")
    is_gone: bool = Field(description="Its source has forgotten it.")
    version: int = Field(description="Grows with every change of the report.")


class ReportFileOut(Schema):
    """A file of a report."""

    name: ReportFile
    download_url: str | None = Field(description="Where its bytes are, for the same token; null where not_read says.")
    not_read: str = Field(description="Why Quayside does not fetch it; empty where it does.")


class ReportDetailOut(ReportOut):
    """A report with its files."""

    files: list[ReportFileOut]


class ReportPage(VersionedPage):
    """A page of reports."""

    items: list[ReportOut]


def of_report(report: Report, places: Places) -> ReportOut:
    """A row of the list. ``report`` comes with what it is of (:func:`dashboard.services.reports.with_subjects`)."""
    return ReportOut(**_fields(report, places))


def whole(report: Report, places: Places) -> ReportDetailOut:
    """One report with its files."""
    files = [
        ReportFileOut(
            name=each.name,
            download_url=None if each.why_not else places.page("api-report-bytes", report.pk, each.name),
            not_read=each.why_not,
        )
        for each in reports.files(report)
    ]
    return ReportDetailOut(**_fields(report, places), files=files)


def _fields(report: Report, places: Places) -> dict[str, Any]:
    same = (
        "maker", "external_id", "status", "raw_status", "status_reason", "created_at", "created_by", "finished_at",
        "is_gone", "version",
    )  # fmt: skip
    return {name: getattr(report, name) for name in same} | {
        "id": report.pk,
        "url": places.page("report-detail", report.pk),
        "title": str(report),
        "source": report.source.name if report.source else None,
        "template": str(report.template) if report.template else None,
        "run_ids": sorted(run.pk for run in report.runs.all()),
        "group": str(report.group) if report.group else None,
        "size_bytes": report.size,
    }
