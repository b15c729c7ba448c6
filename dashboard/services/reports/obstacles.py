"""Why a source cannot be asked to make or delete a report, by what the mirror says of it."""

from dashboard.domain.reports import ReportStatus
from dashboard.models import Report, Source
from dashboard.services.reach import capabilities
from dashboard.services.rights import may_act
from dashboard.services.troubles import reason, verdict
from dashboard.services.visibility import Viewer


def why_not_made(actor: Viewer, source: Source) -> str:
    """Why this source makes no report for this person now, as a sentence; empty where it does."""
    able = capabilities(source)
    if not may_act(actor):
        return "You may not make or delete reports."
    if not able.reports:
        return able.why_not.get("reports", f"{source.name} makes no reports.")
    return _why_not_now(source)


def why_not_deleted(actor: Viewer, report: Report) -> str:
    """Why this report cannot be deleted now; empty where it can."""
    if report.is_gone:
        return "It is no longer at its source."
    if report.is_own or report.source is None:
        return "" if may_act(actor) else "You may not make or delete reports."
    return why_not_made(actor, report.source)


def why_not_retried(actor: Viewer, report: Report) -> str:
    """Why this report cannot be made once more; empty where it can: it has failed."""
    if report.is_gone:
        return "It is no longer at its source."
    if not has_failed(report):
        return "Only a report that has failed is made once more."
    if report.is_own or report.source is None:
        return "" if may_act(actor) else "You may not make or delete reports."
    return why_not_made(actor, report.source)


def has_failed(report: Report) -> bool:
    """Whether it ended without a document."""
    return ReportStatus(report.status).has_failed


def _why_not_now(source: Source) -> str:
    if source.is_paused:
        return f"{source.name} is paused: nothing is asked of it until an administrator resumes it."
    found = verdict(source)
    return f"{source.name} {found}: {reason(source)}" if found else ""
