"""The titles of windows: the state of a run, with its progress, or of a report, for whoever looks from another tab."""

from dashboard.domain.reports import ReportStatus
from dashboard.domain.statuses import RunStatus
from dashboard.models import Report, Run

_ENDS = {
    RunStatus.COMPLETED: "✓ done",
    RunStatus.FAILED: "✕ failed",
    RunStatus.CANCELLED: "⊘ cancelled",
}
_MADE = {
    ReportStatus.SUCCEEDED: "✓ done",
    ReportStatus.FAILED: "✕ failed",
    ReportStatus.CANCELLED: "⊘ cancelled",
}


def live_title(run: Run) -> str:
    """``● 34/60 nightly`` while it goes on, ``✓ done nightly`` after that; for a page that was open meanwhile."""
    if run.is_finished:
        return f"{_ENDS.get(RunStatus(run.status), run.status)} {run.name}"
    sign = "●" if run.status == RunStatus.RUNNING else "○"
    progress = f"{run.n_finished}/{run.n_trials} " if run.n_trials else ""
    return f"{sign} {progress}{run.name}"


def title(run: Run) -> str:
    """Of a page that is opened now: a finished run has just its name."""
    return run.name if run.is_finished or run.is_gone else live_title(run)


def live_report_title(report: Report) -> str:
    """``● Concordance`` while it is being made, ``✓ done Concordance`` after that; for an open page."""
    if report.is_finished:
        return f"{_MADE[ReportStatus(report.status)]} {report}"
    if report.is_gone:
        return str(report)
    return f"{'●' if report.status == ReportStatus.RUNNING else '○'} {report}"


def report_title(report: Report) -> str:
    """The same of a page that is opened now: a finished report has just its name."""
    return str(report) if report.is_finished else live_report_title(report)
