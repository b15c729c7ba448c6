"""Runs of tests that the mirror never had, many at a time: some statements for all of them, where each by itself needs
some twenty.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from dashboard.domain.pipelines import TestRun
from dashboard.domain.records import RunReading, RunRecord
from dashboard.models import MirrorClock, PipelineTest, Run, RunDetail, RunGroup, RunResult, Source, StateChange
from dashboard.services.sync import cadence, mirror, test_runs

Told = tuple[RunRecord, TestRun]


def are_new(source: Source, readings: Sequence[RunReading]) -> list[RunReading]:
    """Those of runs of tests that are not in the mirror, gone or not."""
    ids = {reading.run.external_id for reading in readings}
    known = set(Run.objects.filter(source=source, external_id__in=ids).values_list("external_id", flat=True))
    return [each for each in readings if each.run.test_run is not None and each.run.external_id not in known]


def write(source: Source, readings: Sequence[RunReading], now: datetime) -> None:
    """Store runs of tests that are new, and when each is read next: all of them, or none.

    Raises what the database raises where it does not take one, or has it by now (``reading.UNSTORABLE``).
    """
    told = [(each.run, each.run.test_run) for each in readings if each.run.test_run is not None]
    if not told:
        return
    with transaction.atomic():
        runs = Run.objects.bulk_create(_runs(source, told, now))
        pairs = list(zip(runs, told, strict=True))
        RunDetail.objects.bulk_create(RunDetail(run=run, **mirror.detail_of(record)) for run, (record, _) in pairs)
        RunResult.objects.bulk_create(each for run, (_, test) in pairs for each in test_runs.results_of(run, test))
        StateChange.objects.bulk_create(mirror.state_of(run, now) for run in runs)
        _join(source, {run.pk: test.group_ids for run, (_, test) in pairs})


def _runs(source: Source, told: Iterable[Told], now: datetime) -> list[Run]:
    version, tests = MirrorClock.tick(), _tests(source, {test.test_id for _, test in told})
    if unknown := [test_id for test_id, pk in tests.items() if pk is None]:
        test_runs.ask_for_tests(source, unknown)
    return [_run(source, each, tests, version, now) for each in told]


def _tests(source: Source, ids: Iterable[str]) -> dict[str, int | None]:
    """The primary keys of tests by their ids; None where one is not known."""
    known = PipelineTest.objects.filter(source=source, external_id__in=ids)
    return dict.fromkeys(ids) | dict(known.values_list("external_id", "pk"))


def _run(source: Source, told: Told, tests: Mapping[str, int | None], version: int, now: datetime) -> Run:
    record, test = told
    run = mirror.new_row(source, record, version, now)
    run.phase, run.dataset, run.test_id = test.phase or "", "", tests[test.test_id]
    run.next_sync_at = cadence.next_run_look(run, source.kind, now)
    return run


def _join(source: Source, group_ids: Mapping[int, Sequence[str]]) -> None:
    """Let each run be in its groups."""
    ids = list(dict.fromkeys(each for wanted in group_ids.values() for each in wanted))
    if not ids:
        return
    groups = {group.external_id: group.pk for group in test_runs.groups_of(source, ids)}
    through = RunGroup.runs.through
    through.objects.bulk_create(
        through(run_id=run, rungroup_id=groups[each])
        for run, wanted in group_ids.items()
        for each in dict.fromkeys(wanted)
    )
