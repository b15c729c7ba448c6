"""Records for tests: a trial, a run and a reading that hang together, by a few words each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from uuid import NAMESPACE_URL, uuid5

from dashboard.domain.pipelines import (
    PipelineCatalogue,
    PipelineRecord,
    PipelineTemplateRecord,
    PipelineTestRecord,
    ReportTemplateRecord,
    ResultType,
    ResultValue,
    TestRun,
)
from dashboard.domain.records import ErrorInfo, RunReading, RunRecord, TrialRecord
from dashboard.domain.reports import ReportKey, ReportRecord, ReportStatus, SubjectKind
from dashboard.domain.statuses import Outcome, RunKind, RunStatus

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
END = START + timedelta(hours=1)
_REWARDS = {Outcome.PASSED: 1.0, Outcome.PARTIAL: 0.5, Outcome.FAILED: 0.0}
_RAW = {
    RunStatus.PENDING: "testsubmitted",
    RunStatus.PROVISIONING: "building",
    RunStatus.RUNNING: "testrunning",
    RunStatus.COMPLETED: "succeeded",
    RunStatus.FAILED: "testfailed",
    RunStatus.CANCELLED: "testaborted",
    RunStatus.UNKNOWN: "resting",
}
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


def uuid_of(name):
    """The UUID that tests mean by a name, or a number."""
    return str(uuid5(NAMESPACE_URL, f"{name}"))


def pipeline_run(external_id=None, *, status=RunStatus.COMPLETED, results=None, **fields):
    """A run of the test of :func:`one_catalogue`; ``results`` are numbers and texts by name.

    Fields of its ``test_run`` (``test_id``, ``phase``, ``errors``, ``group_ids``, …) may be given like its own.
    """
    external_id = external_id or uuid_of("run")
    own = {key: fields.pop(key) for key in list(fields) if key in TestRun.__dataclass_fields__}
    values = tuple(_result(name, value) for name, value in (results or {}).items())
    test_run = TestRun(**({"test_id": uuid_of("test"), "results": values} | own))
    base = {"kind": RunKind.TEST, "raw_status": _RAW[status], "uid": external_id, "created_by": "ada@example.com"}
    return run(external_id, status=status, test_run=test_run, **(base | fields))


def _result(name, value):
    if isinstance(value, str):
        return ResultValue(name=name, text=value, type=ResultType.FILE if "://" in value else ResultType.TEXT)
    return ResultValue(name=name, text=str(value), type=ResultType.NUMERIC, number=float(value))


def one_catalogue(**fields):
    """One pipeline, with a template, a test of it and a report template: ``uuid_of("pipeline")`` and so on."""
    base = {
        "pipelines": (PipelineRecord(external_id=uuid_of("pipeline"), name="Calling", created_at=START),),
        "templates": (
            PipelineTemplateRecord(
                external_id=uuid_of("template"), pipeline_id=uuid_of("pipeline"), name="Sample", created_at=START
            ),
        ),
        "tests": (
            PipelineTestRecord(
                external_id=uuid_of("test"), template_id=uuid_of("template"), name="Sample 1", created_at=START
            ),
        ),
        "report_templates": (
            ReportTemplateRecord(external_id=uuid_of("report"), name="Concordance", created_at=START),
        ),
    }
    return PipelineCatalogue(**(base | fields))


def report(key=None, status=ReportStatus.SUCCEEDED, **fields):
    """A report of :func:`pipeline_run`."""
    key = key or ReportKey(SubjectKind.RUN, uuid_of("run"), uuid_of("report"))
    base = {
        "raw_status": str(status),
        "created_at": START,
        "created_by": "ada@example.com",
        "finished_at": END if status.is_final else None,
    }
    return ReportRecord(key=key, status=status, **(base | fields))


def reading(record, trials=()):
    """A reading of everything, as of a run that is not known yet."""
    return RunReading(run=record, trials=tuple(trials), present=frozenset(t.external_id for t in trials))


def digest(value):
    """A short text that says whether two values are the same."""
    return blake2b(repr(value).encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()
