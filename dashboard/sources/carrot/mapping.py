"""The wire's runs → records, in the shapes of all versions from 2020 to 1.0."""

import re
from collections.abc import Sequence
from hashlib import blake2b
from json import dumps

from dashboard.domain.pipelines import TestRun, Workflow
from dashboard.domain.records import Json, RunReading, RunRecord
from dashboard.domain.statuses import FINAL_RUN_STATUSES, RunKind, RunStatus
from dashboard.sources.carrot import statuses
from dashboard.sources.carrot.results import results_of
from dashboard.sources.carrot.values import PERSON_LIMIT, TEXT_LIMIT, Fields
from dashboard.sources.carrot.wdls import wdl_address
from dashboard.sources.problems import Problems
from dashboard.sources.texts import clean

RAW_STATUS_LIMIT = 100
REASON_LIMIT = 300
JOB_LIMIT = 200
MOST_ERRORS = 200
MOST_GROUPS = 100
MOST_SOFTWARE = 50

_MAPPING = "2"
"""To be changed when the same JSON becomes another record: everything is read again then."""
_IMAGE = re.compile(r"image_build:([^|\s]{1,300})\|(\S{1,300})")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?: ")
_UPDATING = re.compile(
    r"Encountered error while trying to update status for run with id \S{1,50}: (?:UpdateStatusError [A-Za-z]{1,20} )?"
)


def run_reading(run_id: str, item: Json, *, api: str = "") -> RunReading:
    """All of a run: it has no trials. ``api`` is where the server is asked, for addresses below it."""
    return RunReading(run=_run_record(run_id, Fields(item, "run", Problems()), api))


def _run_record(run_id: str, fields: Fields, api: str) -> RunRecord:
    raw = fields.text("status", limit=RAW_STATUS_LIMIT)
    status, created_at, finished_at = (
        statuses.run_status(raw),
        fields.moment("created_at"),
        fields.moment("finished_at"),
    )
    test_run = _test_run(raw, fields, api)
    return RunRecord(
        external_id=run_id,
        fingerprint=_fingerprint(api, fields.values),
        name=fields.text("name") or run_id,
        status=status,
        kind=RunKind.TEST,
        raw_status=raw,
        status_reason=_reason(raw, status, test_run.errors),
        uid=run_id,
        created_by=fields.text("created_by", limit=PERSON_LIMIT),
        test_run=test_run,
        started_at=created_at,
        updated_at=finished_at or created_at,
        finished_at=finished_at if status in FINAL_RUN_STATUSES else None,
        problems=fields.problems.listed(),
    )


def _test_run(raw: str, fields: Fields, api: str) -> TestRun:
    workflows = _workflow("test", fields, api), _workflow("eval", fields, api)
    software = _software(fields)
    jobs = {workflow.name: workflow.job_id for workflow in workflows}
    return TestRun(
        test_id=fields.identity("test_id"),
        phase=statuses.run_phase(raw, jobs=jobs, is_built=bool(software)),
        group_ids=_group_ids(fields),
        results=results_of(fields.inner("results")),
        errors=tuple(fields.texts("errors", MOST_ERRORS)),
        workflows=workflows,
        software=software,
    )


def _workflow(name: str, fields: Fields, api: str) -> Workflow:
    jobs = [f"{name}_cromwell_job_id", *(["cromwell_job_id"] if name == "test" else [])]
    return Workflow(
        name=name,
        wdl=wdl_address(fields.text(f"{name}_wdl", limit=TEXT_LIMIT), api),
        wdl_hash=fields.text(f"{name}_wdl_hash"),
        dependencies=fields.text(f"{name}_wdl_dependencies", limit=TEXT_LIMIT),
        dependencies_hash=fields.text(f"{name}_wdl_dependencies_hash"),
        job_id=fields.text(*jobs, limit=JOB_LIMIT),
        inputs=fields.json(f"{name}_input"),
        options=fields.json(f"{name}_options"),
    )


def _group_ids(fields: Fields) -> tuple[str, ...]:
    """Of servers before 1.0 there is one at most."""
    if fields.values.get("run_group_ids") is not None:
        return tuple(fields.identities("run_group_ids", MOST_GROUPS))
    group = fields.identity("run_group_id")
    return (group,) if group else ()


def _software(fields: Fields) -> tuple[tuple[str, str], ...]:
    """What inputs ask to be built: ``image_build:NAME|COMMIT_OR_TAG``, each once."""
    inputs = [*fields.inner("test_input").values.values(), *fields.inner("eval_input").values.values()]
    asked = (_IMAGE.fullmatch(value) for value in inputs if isinstance(value, str))
    found = dict.fromkeys((clean(match[1]), clean(match[2])) for match in asked if match)
    return tuple(found)[:MOST_SOFTWARE]


def _reason(raw: str, status: RunStatus, errors: Sequence[str]) -> str:
    """The last error of a run that failed without what all of them begin with; else what its state means."""
    if status is RunStatus.FAILED and errors and (last := _UPDATING.sub("", _TIME.sub("", errors[-1], 1), 1).strip()):
        return clean(last, REASON_LIMIT)
    return statuses.failure_reason(raw)


def _fingerprint(api: str, item: Json) -> str:
    return blake2b(dumps([_MAPPING, api, item], sort_keys=True).encode(), digest_size=16).hexdigest()
