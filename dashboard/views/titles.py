"""The titles of windows: a run's state and progress, for whoever looks from another tab."""

from dashboard.domain.statuses import RunStatus
from dashboard.models import Run

_ENDS = {
    RunStatus.COMPLETED: "✓ done",
    RunStatus.FAILED: "✕ failed",
    RunStatus.CANCELLED: "⊘ cancelled",
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
