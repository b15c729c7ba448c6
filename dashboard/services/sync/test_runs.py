"""What a run of a test of a pipeline has, as rows of the mirror: its test, results and groups, and its details."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dashboard.domain.pipelines import GroupKind, TestRun
from dashboard.domain.statuses import RunKind
from dashboard.models import PipelineTest, Run, RunDetail, RunGroup, RunResult, Source
from dashboard.services.sync import definitions

_RESULT_FIELDS = ["type", "text", "number"]


def place(run: Run, record: TestRun) -> None:
    """Set the run's columns (unsaved). A test that is not known yet makes what the source tests due to be read."""
    run.phase, run.dataset = record.phase or "", ""
    run.test = PipelineTest.objects.filter(source=run.source, external_id=record.test_id).first()
    if run.test is None:
        ask_for_tests(run.source, [record.test_id])


def write(run: Run, record: TestRun) -> None:
    """Store the results of a run that is saved, and to which groups it belongs; what it has no more is removed."""
    _write_results(run, {result.name: result for result in results_of(run, record)})
    _join(run, record.group_ids)


def as_json(record: TestRun) -> dict[str, Any]:
    """What only the page of the run shows, and the id of its test, which may not be known yet."""
    return {
        "test_id": record.test_id,
        "workflows": [asdict(workflow) for workflow in record.workflows],
        "errors": list(record.errors),
        "software": [[name, version] for name, version in record.software],
    }


def ask_for_tests(source: Source, ids: Collection[str]) -> None:
    """These tests are not known. If one is that no run waited for yet, the next look asks what there is.

    One that it did not find then is looked for as often as everything else.
    """
    waiting = RunDetail.objects.filter(run__source=source, run__kind=RunKind.TEST, run__test=None)
    if not all(waiting.filter(test_run__test_id=each).exists() for each in ids):
        have_catalogue_read(source)


def have_catalogue_read(source: Source) -> None:
    """Something of the source's is not known: the next look asks what there is."""
    Source.objects.filter(pk=source.pk, catalogue_read_at__isnull=False).update(catalogue_read_at=None)


def results_of(run: Run, record: TestRun) -> list[RunResult]:
    """What the run brought, a row each (unsaved), by name."""
    types = definitions.types_of(run.source.told)
    told = {value.name[:300]: value for value in record.results}
    values = {name: definitions.typed(value, types.get(name)) for name, value in told.items()}
    return [
        RunResult(run=run, name=name, type=value.type, text=value.text, number=value.number)
        for name, value in values.items()
    ]


def _write_results(run: Run, wanted: Mapping[str, RunResult]) -> None:
    known = {result.name: result for result in run.results.all()}
    lost = [result.pk for name, result in known.items() if name not in wanted]
    if lost:
        run.results.filter(pk__in=lost).delete()
    changed = [result for name, result in wanted.items() if not _is_same(known.get(name), result)]
    if changed:
        RunResult.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["run", "name"], update_fields=_RESULT_FIELDS
        )


def _is_same(held: RunResult | None, result: RunResult) -> bool:
    return held is not None and (held.type, held.text, held.number) == (result.type, result.text, result.number)


def _join(run: Run, group_ids: Sequence[str]) -> None:
    """Let the run be in these groups and no others; of one that is not known, no more than the id is."""
    held = dict(run.groups.values_list("external_id", "pk"))
    lost = [pk for external_id, pk in held.items() if external_id not in group_ids]
    if lost:
        run.groups.remove(*lost)
    if missing := [external_id for external_id in dict.fromkeys(group_ids) if external_id not in held]:
        run.groups.add(*groups_of(run.source, missing))


def groups_of(source: Source, ids: Sequence[str]) -> list[RunGroup]:
    """The groups of these ids; of one that is not known, no more than the id is from now on."""
    known = RunGroup.objects.filter(source=source, external_id__in=ids)
    strange = set(ids) - set(known.values_list("external_id", flat=True))
    if strange:
        made = [RunGroup(source=source, external_id=each, kind=GroupKind.OTHER) for each in sorted(strange)]
        RunGroup.objects.bulk_create(made, ignore_conflicts=True)
        have_catalogue_read(source)
    return list(known.all())
