"""Trial records as rows of the mirror."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from dashboard.domain.failures import cause_of, normalise
from dashboard.domain.records import ErrorInfo, Phase, StepRecord, TrialRecord, Usage
from dashboard.models import Run, Task, Trial, TrialDetail

BATCH = 500
"""Rows a statement: SQLite allows 32,766 parameters, a trial has 25 columns."""

_TRIAL_KEYS = ["run", "external_id"]
_TRIAL_FIELDS = [
    field.name
    for field in Trial._meta.concrete_fields
    if not field.primary_key and field.name not in {*_TRIAL_KEYS, "attempt", "created_version"}
]
_DETAIL_FIELDS = [field.name for field in TrialDetail._meta.concrete_fields if not field.primary_key]


def write_trials(run: Run, records: Sequence[TrialRecord], tasks: Mapping[str, Task], version: int) -> None:
    """Insert or update the trials that changed, and their details, a few statements for each batch of them."""
    for batch in _batches(records):
        trials = [_trial(run, record, tasks[record.external_id], version) for record in batch]
        Trial.objects.bulk_create(trials, update_conflicts=True, unique_fields=_TRIAL_KEYS, update_fields=_TRIAL_FIELDS)
        ids = dict(
            Trial.objects.filter(run=run, external_id__in=[r.external_id for r in batch]).values_list(
                "external_id", "pk"
            )
        )
        details = [_detail(ids[record.external_id], record) for record in batch]
        TrialDetail.objects.bulk_create(
            details, update_conflicts=True, unique_fields=["trial"], update_fields=_DETAIL_FIELDS
        )


def usage_as_json(usage: Usage) -> dict[str, int | str | None]:
    """Tokens as numbers, cost as a decimal's text; None where unknown."""
    return {
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "cost": None if usage.cost is None else str(usage.cost),
    }


def _batches(records: Sequence[TrialRecord]) -> Iterator[list[TrialRecord]]:
    iterator = iter(records)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _trial(run: Run, record: TrialRecord, task: Task, version: int) -> Trial:
    usage = record.usage
    return Trial(
        run=run,
        task=task,
        external_id=record.external_id,
        uid=record.uid,
        outcome=record.outcome,
        agent=record.agent[:200],
        agent_version=record.agent_version[:100],
        model=record.model[:200],
        provider=record.provider[:200],
        reward=record.reward,
        input_tokens=usage.input_tokens,
        cached_tokens=usage.cached_tokens,
        output_tokens=usage.output_tokens,
        cost=usage.cost,
        started_at=record.started_at,
        finished_at=record.finished_at,
        duration=_duration(record),
        fingerprint=record.fingerprint,
        version=version,
        created_version=version,
        **_error_columns(record.error),
    )


def _duration(record: TrialRecord) -> timedelta | None:
    start, end = record.started_at, record.finished_at
    if record.duration is not None:
        return record.duration
    return end - start if start and end and end >= start else None


def _error_columns(error: ErrorInfo | None) -> dict[str, Any]:
    if error is None:
        return {}
    return {
        "has_error": True,
        "error_type": error.type[:200],
        "error_summary": error.message.strip().split("\n", 1)[0][:300],
        "error_group": normalise(error.message)[:300],
        "cause": cause_of(error.type),
    }


def _detail(trial_id: int, record: TrialRecord) -> TrialDetail:
    error = record.error
    return TrialDetail(
        trial_id=trial_id,
        rewards=None if record.rewards is None else dict(record.rewards),
        phases=[_phase(phase) for phase in record.phases],
        steps=[_step(step) for step in record.steps],
        model_usage={name: usage_as_json(usage) for name, usage in record.model_usage.items()},
        error_message="" if error is None else error.message,
        traceback="" if error is None else error.traceback,
        error_at=None if error is None else error.occurred_at,
        config=record.config,
        extra=dict(record.extra),
        problems=[{"where": problem.where, "what": problem.what} for problem in record.problems],
    )


def _phase(phase: Phase) -> dict[str, str | None]:
    return {
        "name": phase.name,
        "started_at": phase.started_at.isoformat() if phase.started_at else None,
        "finished_at": phase.finished_at.isoformat() if phase.finished_at else None,
    }


def _step(step: StepRecord) -> dict[str, Any]:
    return {
        "name": step.name,
        "rewards": None if step.rewards is None else dict(step.rewards),
        "usage": usage_as_json(step.usage),
        "error": None if step.error is None else {"type": step.error.type, "message": step.error.message},
        "phases": [_phase(phase) for phase in step.phases],
    }
