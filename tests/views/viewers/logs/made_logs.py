"""Logs that tests make up, of trials that came out one way or another."""

from dataclasses import replace

from dashboard.models import Run, Source, Trial
from tests.views.viewers.made_subjects import MadeSubject, made


def made_log(data: bytes | str, outcome: str = "passed", status: str = "completed") -> MadeSubject:
    """A log of a trial with this outcome, or of the run itself if that is empty."""
    run = Run(pk=1, external_id="job", status=status, source=Source(pk=1, address="/jobs"))
    trial = Trial(pk=2, run=run, external_id="trial", outcome=outcome) if outcome else None
    return replace(made("agent/a.txt", data), run=run, trial=trial)


def numbered(n: int) -> str:
    return "".join(f"text of line {number}\n" for number in range(1, n + 1))
