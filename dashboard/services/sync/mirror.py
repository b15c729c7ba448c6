"""Writing what a source said into the mirror: one run in one short transaction."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from dashboard.domain.records import Problem, RunReading, RunRecord
from dashboard.models import MirrorClock, Run, RunDetail, Source, StateChange, Trial
from dashboard.services.sync import numbers, rows, tasks, test_runs

_SCHEDULE = frozenset({"next_sync_at", "claimed_until", "watched_until", "reports_looked_at"})
_RUN_FIELDS = [f.name for f in Run._meta.concrete_fields if not f.primary_key and f.name not in _SCHEDULE]
"""What a reading may change: not when the run or its reports are asked for next, nor who is looking at it."""


class Overtaken(Exception):
    """Another reading of the run was written while this one was under way; this one may be older."""


def write_run(source: Source, reading: RunReading, now: datetime, *, since: int | None = None) -> Run:
    """Store a reading: the run, the trials that changed, and the numbers that follow from them.

    ``since`` is the mirror's clock when the source was asked. Raises ``Overtaken`` for a run that has changed since.
    """
    with transaction.atomic():
        version = MirrorClock.tick()
        if since is not None and _has_changed(source, reading.run.external_id, since):
            raise Overtaken
        run = _run_row(source, reading.run, version, now)
        if reading.run.test_run is None:
            _write_trials(run, reading, version)
        else:
            test_runs.place(run, reading.run.test_run)
            run.save(update_fields=None if run._state.adding else _RUN_FIELDS)
            test_runs.write(run, reading.run.test_run)
        _write_detail(run, reading.run)
        _note_state(run, now)
    return run


def _write_trials(run: Run, reading: RunReading, version: int) -> None:
    """Store the trials that changed, and the run with the numbers that follow from them."""
    if run._state.adding:
        run.save()
    found, before = tasks.resolve(reading.trials), tasks.tasks_of(run, reading.trials)
    rows.write_trials(run, reading.trials, found.by_trial, version)
    there = dict(run.trials.filter(is_gone=False).values_list("external_id", "fingerprint"))
    _forget_vanished(run, there.keys() - reading.present, version)
    if _is_doubted(there, reading):
        run.fingerprint = ""
    numbers.recount(run, reading.run)
    run.save(update_fields=_RUN_FIELDS)
    tasks.read_guesses_anew(found.made)
    tasks.drop_unused(before - {task.pk for task in found.by_trial.values()})


def _has_changed(source: Source, external_id: str, since: int) -> bool:
    return Run.objects.filter(source=source, external_id=external_id, version__gt=since).exists()


def mark_gone(run: Run, now: datetime) -> None:
    """The source says that the run does not exist any more: keep everything, and say so."""
    with transaction.atomic():
        run.is_gone, run.gone_at, run.next_sync_at = True, now, None
        run.version = MirrorClock.tick()
        run.save(update_fields=["is_gone", "gone_at", "next_sync_at", "version"])
        _note_state(run, now)


def as_json(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Problems as they are stored."""
    return [{"where": problem.where, "what": problem.what} for problem in problems]


def new_row(source: Source, record: RunRecord, version: int, now: datetime) -> Run:
    """The row of a run that the mirror never had (unsaved), with what the source says about the run itself."""
    run = Run(source=source, external_id=record.external_id, first_seen_at=now, created_version=version)
    _set_columns(run, record, version, now)
    return run


def _run_row(source: Source, record: RunRecord, version: int, now: datetime) -> Run:
    """The run's row, found or new (unsaved), with what the source says about the run itself."""
    run = Run.objects.filter(source=source, external_id=record.external_id).first()
    if run is None:
        return new_row(source, record, version, now)
    _set_columns(run, record, version, now)
    return run


def _set_columns(run: Run, record: RunRecord, version: int, now: datetime) -> None:
    run.kind, run.uid, run.name, run.dataset = record.kind, record.uid, record.name, record.dataset
    run.status, run.raw_status, run.is_stalled = record.status, record.raw_status, record.is_stalled
    run.status_reason = record.status_reason[:500]
    run.looked_at, run.unread_since, run.unread_reason = now, None, ""
    run.is_gone, run.gone_at = False, None
    run.started_at, run.updated_at, run.finished_at = record.started_at, record.updated_at, record.finished_at
    run.duration = _span(record.started_at, record.finished_at)
    run.fingerprint, run.version, run.n_retries = record.fingerprint, version, record.retries
    run.created_by = record.created_by[:200]


def _span(start: datetime | None, end: datetime | None) -> timedelta | None:
    """Time between the two; None when one is unknown or they run backwards."""
    return end - start if start is not None and end is not None and end >= start else None


def _forget_vanished(run: Run, names: Set[str], version: int) -> None:
    """Trials that are not there any more (a retry throws the earlier attempt away) count no longer."""
    vanished: Sequence[str] = sorted(names)
    for start in range(0, len(vanished), 500):
        Trial.objects.filter(run=run, external_id__in=vanished[start : start + 500]).update(
            is_gone=True, version=version
        )


def _is_doubted(there: Mapping[str, str], reading: RunReading) -> bool:
    """Whether trials were found to need another reading after this one began (see ``tasks.read_guesses_anew``)."""
    doubted = {name for name, fingerprint in there.items() if not fingerprint and name in reading.present}
    return not doubted <= {record.external_id for record in reading.trials}


def detail_of(record: RunRecord) -> dict[str, Any]:
    """What only the run's page shows, by column."""
    return {
        "config": record.config,
        "facts": dict(record.facts),
        "test_run": None if record.test_run is None else test_runs.as_json(record.test_run),
        "source_stats": record.source_stats,
        "counted_usage": rows.usage_as_json(record.counted_usage),
        "problems": as_json(record.problems),
        "concurrency": record.concurrency,
        "planned_trials": record.planned_trials,
        "planned_attempts": record.planned_attempts,
    }


def _write_detail(run: Run, record: RunRecord) -> None:
    RunDetail.objects.update_or_create(run=run, defaults=detail_of(record))


def _note_state(run: Run, now: datetime) -> None:
    """Append to the history of states if this one is another than the last."""
    last = run.state_changes.order_by("-pk").first()
    state = (run.status, run.raw_status, run.is_stalled, run.is_gone)
    if last is None or (last.status, last.raw_status, last.is_stalled, last.is_gone) != state:
        state_of(run, now).save()


def state_of(run: Run, now: datetime) -> StateChange:
    """The state that a run is in, for its history (unsaved)."""
    return StateChange(
        run=run,
        status=run.status,
        raw_status=run.raw_status,
        is_stalled=run.is_stalled,
        is_gone=run.is_gone,
        seen_at=now,
    )
