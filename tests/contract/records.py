"""Records for tests: a trial, a run and a reading that hang together, by a few words each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from dashboard.domain.records import ErrorInfo, RunReading, RunRecord, TrialRecord
from dashboard.domain.statuses import Outcome, RunStatus

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
END = START + timedelta(hours=1)
_REWARDS = {Outcome.PASSED: 1.0, Outcome.PARTIAL: 0.5, Outcome.FAILED: 0.0}
_ERRORS = {Outcome.ERRORED: "SandboxBuildFailedError", Outcome.CANCELLED: "CancelledError"}


def trial(external_id="a__1", outcome=Outcome.PASSED, **fields):
    """A trial; its task is named by what stands before ``__``, the rest follows from how it came out."""
    reward = _REWARDS.get(outcome)
    error = ErrorInfo(type=_ERRORS[outcome], message="It broke.") if outcome in _ERRORS else None
    base = {
        "task_name": external_id.split("__")[0],
        "agent": "solver",
        "model": "opus",
        "provider": "anthropic",
        "reward": reward,
        "rewards": None if reward is None else {"reward": reward},
        "error": error,
        "started_at": START,
        "finished_at": START + timedelta(minutes=10) if outcome.is_final else None,
    }
    record = TrialRecord(external_id=external_id, outcome=outcome, fingerprint="", **(base | fields))
    return replace(record, fingerprint=digest(record))


def run(external_id="nightly", *, status=RunStatus.COMPLETED, trials=(), **fields):
    """A run whose fingerprint follows from all that is in it."""
    base = {"name": external_id, "started_at": START, "finished_at": END if status.is_final else None}
    return printed(RunRecord(external_id=external_id, status=status, fingerprint="", **(base | fields)), trials)


def cancelled(record):
    """The trial as it is when somebody ended its run; one that had ended stays what it was."""
    if record.outcome.is_final:
        return record
    error = ErrorInfo(type=_ERRORS[Outcome.CANCELLED], message="Somebody ended the run.")
    ended = replace(record, outcome=Outcome.CANCELLED, error=error, finished_at=END, fingerprint="")
    return replace(ended, fingerprint=digest(ended))


def printed(record, trials):
    """The run with the fingerprint that it and its trials have."""
    return replace(record, fingerprint=digest((replace(record, fingerprint=""), tuple(trials))))


def reading(record, trials=()):
    """A reading of everything, as of a run that is not known yet."""
    return RunReading(run=record, trials=tuple(trials), present=frozenset(t.external_id for t in trials))


def digest(value):
    """A short text that says whether two values are the same."""
    return blake2b(repr(value).encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
