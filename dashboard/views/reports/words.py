"""What is asked before a report is deleted or made once more, and what is asked for then."""

from typing import Any

from dashboard.domain.reports import ReportKey, ReportRequest
from dashboard.models import Report
from dashboard.services import offers, reports
from dashboard.services.visibility import Viewer


def deletion(viewer: Viewer, report: Report) -> dict[str, Any]:
    """What ``reports/confirm.html`` asks before a deletion."""
    other = offers.others_than(viewer, report.created_by)
    return {
        "title": f"Delete {report}?",
        "goes": _goes(report),
        "stays": _stays(report),
        "check": f"{other} created it. Delete it all the same." if other else "",
        "button": "Delete report",
        "is_ending": True,
        "why_not": reports.why_not_deleted(viewer, report),
    }


def retrial(viewer: Viewer, report: Report) -> dict[str, Any]:
    """The same before a failed report is made once more."""
    where = "Quayside" if report.is_own else str(report.source)
    owner = reports.owner_again(viewer, report)
    other = offers.others_than(viewer, report.created_by)
    told = f" The new one will say that {owner} created it." if owner else ""
    return {
        "title": f"Make {report} once more?",
        "goes": [f"The failed one: the new one takes its place.{told}"],
        "stays": [f"{where} begins at once, and this page follows it."],
        "check": f"{other} created the failed one. Have it replaced all the same." if other else "",
        "button": "Retry",
        "is_ending": False,
        "why_not": reports.why_not_retried(viewer, report),
    }


def again(viewer: Viewer, report: Report) -> ReportRequest:
    """The request by which a failed report of a source is made once more."""
    key = ReportKey.parse(report.external_id)
    return ReportRequest(
        template_id=key.template_id,
        created_by=reports.owner_again(viewer, report),
        subject=key.subject,
        subject_id=key.subject_id,
        replaces_failed=True,
    )


def _goes(report: Report) -> list[str]:
    if report.is_own:
        return ["The report and its document. Links to it lead nowhere then."]
    unfinished = "" if report.is_finished else " It is not finished: nobody will hear how it ends."
    return [f"The record of it at {report.source}.{unfinished}", "Here it is marked as gone."]


def _stays(report: Report) -> list[str]:
    if report.is_own:
        return ["The runs it is of."]
    job = f" {report.job_id}" if report.job_id else ""
    return ["Its files, where they are stored.", f"The job{job} that makes it in Cromwell, and what it left."]
