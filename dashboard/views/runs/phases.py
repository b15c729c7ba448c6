"""How far a run of a test has come: build → test → eval → reports, each stage with its state and a word for it."""

from collections.abc import Sequence

from dashboard.domain.pipelines import RunPhase
from dashboard.domain.reports import ReportStatus
from dashboard.domain.statuses import RunStatus
from dashboard.models import Run

Step = dict[str, str]
"""``label``, ``state`` (names its icon and colour) and ``word``."""

_ORDER = (RunPhase.BUILD, RunPhase.TEST, RunPhase.EVAL)
_HERE = {
    RunStatus.FAILED: ("failed", "failed"),
    RunStatus.CANCELLED: ("cancelled", "cancelled"),
    RunStatus.PENDING: ("pending", "waiting"),
    RunStatus.PROVISIONING: ("provisioning", "begins"),
}
"""State and word of the stage that a run of this status is in; any other is being done now."""


def steps(run: Run, *, is_built: bool, reports: Sequence[str]) -> list[Step]:
    """The stages in order. ``is_built``: something is made for it first; ``reports``: the states of its reports."""
    at = _place(run)
    stages = [_stage(run, phase, number, at) for number, phase in enumerate(_ORDER)]
    if not is_built and at > 0:
        stages[0] = _step(RunPhase.BUILD, "cancelled", "not needed")
    return [*stages, _reports(run, reports)]


def _place(run: Run) -> int:
    """The number of the stage it is in; behind them all where it is through, before them where nobody knows."""
    if run.status == RunStatus.COMPLETED:
        return len(_ORDER)
    return _ORDER.index(RunPhase(run.phase)) if run.phase else -1


def _stage(run: Run, phase: RunPhase, number: int, at: int) -> Step:
    if number < at:
        return _step(phase, "completed", "done")
    if number > at:
        return _step(phase, "pending", _ahead(run))
    return _step(phase, *_HERE.get(RunStatus(run.status), ("running", "now")))


def _reports(run: Run, states: Sequence[str]) -> Step:
    found = [ReportStatus(state) for state in states]
    n_ready = found.count(ReportStatus.SUCCEEDED)
    if any(not state.is_final for state in found):
        return _step("reports", "running", "being made")
    if n_ready:
        return _step("reports", "completed", f"{n_ready} ready")
    if found:
        return _step("reports", "failed", "failed")
    return _step("reports", "pending", "none yet" if run.status == RunStatus.COMPLETED else _ahead(run))


def _ahead(run: Run) -> str:
    return "not reached" if run.is_finished else "not yet"


def _step(label: str, state: str, word: str) -> Step:
    return {"label": str(label).capitalize(), "state": state, "word": word}
