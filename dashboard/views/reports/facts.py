"""What the page of a report says: its way, what it is of, its files, and what may be done to it."""

from typing import Any

from django.urls import reverse

from dashboard import formats
from dashboard.domain.reports import ReportFile, ReportStatus
from dashboard.models import Report
from dashboard.services import reports
from dashboard.services.rights import may_act
from dashboard.services.visibility import Viewer
from dashboard.tables.reports import status_of, subject_of
from dashboard.views import outward_links

FILE_LABELS = {
    ReportFile.HTML: "Report (HTML)",
    ReportFile.NOTEBOOK: "Notebook, filled",
    ReportFile.EMPTY_NOTEBOOK: "Notebook as it was given",
    ReportFile.DATA: "Data of the runs (ZIP)",
}
_STEPS = (ReportStatus.SUBMITTED, ReportStatus.QUEUED, ReportStatus.RUNNING)


def facts(viewer: Viewer, report: Report) -> dict[str, Any]:
    """The live part's context; the same for all who see the same."""
    return {
        "report": report,
        "status": status_of(report),
        "subject": subject_of(report),
        "steps": steps(report),
        "took": _took(report),
        "pairs": _pairs(report),
        "files": [_file(report, each) for each in reports.files(report)],
        "has_failed": reports.has_failed(report),
        "reason": report.status_reason or _untold(report),
        "progress": {"done": report.progress_done, "total": report.progress_total},
        "actions": _actions(viewer, report),
        "why_no_action": "" if report.is_gone else reports.why_not_deleted(viewer, report),
    }


def steps(report: Report) -> list[dict[str, str]]:
    """The stages on a report's way, each with the state that its icon shows: done, current, waiting or failed.

    It is empty for a stage of which nobody knows whether it was passed.
    """
    status = ReportStatus(report.status)
    before = [
        {"label": step.value.capitalize(), "state": _state(report, status, number)}
        for number, step in enumerate(_STEPS)
    ]
    if status.has_failed:
        return [*before, {"label": status.value.capitalize(), "state": status.value}]
    return [*before, {"label": "Done", "state": "completed" if status is ReportStatus.SUCCEEDED else "pending"}]


def _state(report: Report, status: ReportStatus, number: int) -> str:
    if status not in _STEPS:
        return "completed" if number < _passed(report, status) else ""
    reached = _STEPS.index(status)
    if number == reached:
        return "running"
    return "completed" if number < reached else "pending"


def _passed(report: Report, status: ReportStatus) -> int:
    """How many stages are surely behind it, where its state is none of them.

    A source says of one that failed just that. It was asked for; of our own the row tells whether it was begun.
    """
    return len(_STEPS) if status is ReportStatus.SUCCEEDED or report.options.get("beginnings") else 1


def _took(report: Report) -> str:
    began, ended = report.created_at, report.finished_at
    return formats.duration(ended - began) if began and ended else ""


def _untold(report: Report) -> str:
    """What stands where a reason is missing."""
    if report.is_own or not report.job_id:
        return "No reason was given."
    return "Its source tells no reason; the log of its job does."


def _pairs(report: Report) -> list[dict[str, Any]]:
    pairs: list[dict[str, Any]] = [
        {"name": "Asked for by", "value": report.created_by or "–"},
        {"name": "Made by", "value": "Quayside" if report.is_own else str(report.source or "–")},
    ]
    if report.template is not None and report.template.description:
        pairs.append({"name": "Template", "value": report.template.description})
    if report.template_external_id:
        pairs.append({"name": "Template’s id", "value": report.template_external_id, "copyable": True})
    if report.job_id:
        pairs.append({"name": "Job", "value": report.job_id, "copyable": True})
        pairs += [
            {"name": f"Job’s {link['label'].lower()}", "value": "in Cromwell", "url": link["url"]}
            for link in _jobs(report)
        ]
    if report.size is not None:
        pairs.append({"name": "Size", "value": formats.size(report.size)})
    return pairs


def _jobs(report: Report) -> list[outward_links.Link]:
    return outward_links.jobs(report.source, report.job_id) if report.source else []


def _file(report: Report, file: reports.StoredFile) -> dict[str, str]:
    return {
        "label": FILE_LABELS[file.name],
        "address": file.address,
        "why_not": file.why_not,
        "console_url": outward_links.console_url(file.address),
        "url": "" if file.why_not else reverse("report-file", args=[report.pk, file.name.value]),
    }


def _actions(viewer: Viewer, report: Report) -> list[dict[str, Any]]:
    """Links to the pages that ask; an own or a source's report that cannot be changed now has none that works."""
    offered = [("Delete report", "report-delete", reports.why_not_deleted(viewer, report), True)]
    if reports.has_failed(report):
        offered.insert(0, ("Retry", "report-retry", reports.why_not_retried(viewer, report), False))
    return [
        {"label": label, "url": reverse(name, args=[report.pk]), "is_allowed": not why_not, "is_ending": is_ending}
        for label, name, why_not, is_ending in (offered if may_act(viewer) and not report.is_gone else [])
    ]
