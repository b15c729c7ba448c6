"""Two runs of tests beside one another, and which of them is meant where only one is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from dashboard.domain import comparisons
from dashboard.domain.comparisons import InputPair, ResultPair, Results
from dashboard.domain.pipelines import Json, ResultType, ResultValue
from dashboard.domain.statuses import RunStatus
from dashboard.models import Run, RunResult
from dashboard.services import visibility
from dashboard.services.pipelines.histories import software_of
from dashboard.services.visibility import Viewer

NEAREST = 20
"""Runs that are offered to compare with."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs."""

    run: Run
    software: Sequence[tuple[str, str]]
    """(name, commit or tag) of what was built for it."""
    errors: Sequence[str]
    """In the source's words."""


@dataclass(frozen=True, slots=True)
class FilePair:
    """One result that is a file in one of the two runs or both; None where a run has none of that name."""

    name: str
    before: RunResult | None
    after: RunResult | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs; a difference is after less before."""

    before: Side
    after: Side
    inputs: Sequence[InputPair]
    results: Sequence[ResultPair]
    """Without those that are files."""
    files: Sequence[FilePair]
    """By name. They are not compared: the address of each holds the id of its run."""

    @property
    def is_of_one_test(self) -> bool:
        """Whether both are runs of the same test, so that their results mean the same."""
        return self.before.run.test_id is not None and self.before.run.test_id == self.after.run.test_id


def runs_of_tests(viewer: Viewer) -> QuerySet[Run]:
    """Runs of tests with all that a comparison shows."""
    return visibility.runs(viewer).select_related("source", "detail", "test__template__pipeline")


def previous(viewer: Viewer, run: Run, *, is_completed: bool = False) -> Run | None:
    """The run of the same test before this one, or the completed one before it."""
    earlier = _earlier(viewer, run)
    return (earlier.filter(status=RunStatus.COMPLETED) if is_completed else earlier).first()


def _earlier(viewer: Viewer, run: Run) -> QuerySet[Run]:
    if run.test_id is None or run.started_at is None:
        return Run.objects.none()
    before = Q(started_at__lt=run.started_at) | Q(started_at=run.started_at, pk__lt=run.pk)
    return runs_of_tests(viewer).filter(before, test=run.test_id).order_by("-started_at", "-pk")


def nearest(viewer: Viewer, run: Run) -> list[Run]:
    """The newest other runs of the same test."""
    if run.test_id is None:
        return []
    newest_first = F("started_at").desc(nulls_last=True)
    others = visibility.runs(viewer).filter(test=run.test_id).exclude(pk=run.pk)
    return list(others.order_by(newest_first, "-pk")[:NEAREST])


def in_order(one: Run, other: Run) -> tuple[Run, Run]:
    """The older of two runs, and the newer, by their creation; as they come where that is not known of both."""
    if one.started_at is None or other.started_at is None:
        return one, other
    is_newer = (one.started_at, one.pk) > (other.started_at, other.pk)
    return (other, one) if is_newer else (one, other)


def compare(before: Run, after: Run) -> Comparison:
    """Two runs that were read by :func:`runs_of_tests`; one query for the results of both."""
    first, second = _results_of([before, after])
    files = sorted(name for name in {*first, *second} if _is_file(first.get(name)) or _is_file(second.get(name)))
    values = [[_value(row) for name, row in rows.items() if name not in files] for rows in (first, second)]
    return Comparison(
        _side(before),
        _side(after),
        comparisons.pair_inputs(inputs_of(before), inputs_of(after)),
        comparisons.pair_results(Results(values[0], before.is_finished), Results(values[1], after.is_finished)),
        [FilePair(name, first.get(name), second.get(name)) for name in files],
    )


def _results_of(runs: Sequence[Run]) -> list[dict[str, RunResult]]:
    """The results of each run, by name."""
    found: dict[int, dict[str, RunResult]] = {run.pk: {} for run in runs}
    for row in RunResult.objects.filter(run__in=runs).order_by("name"):
        found[row.run_id][row.name] = row
    return [found[run.pk] for run in runs]


def _is_file(row: RunResult | None) -> bool:
    return row is not None and row.type == ResultType.FILE


def _value(row: RunResult) -> ResultValue:
    return ResultValue(name=row.name, text=row.text, type=ResultType(row.type), number=row.number)


def inputs_of(run: Run) -> dict[str, Json]:
    """What a run was given: inputs and options by workflow, and the hash of its text where that is known."""
    found: dict[str, Json] = {}
    for workflow in _told(run).get("workflows", []):
        name = workflow.get("name", "")
        found[f"{name}_input"] = workflow.get("inputs") or {}
        found[f"{name}_options"] = workflow.get("options") or {}
        hashes = {key: workflow[f"{key}_hash"] for key in ("wdl", "dependencies") if workflow.get(f"{key}_hash")}
        found[f"{name}_hash"] = hashes
    return {kind: value for kind, value in found.items() if value}


def _told(run: Run) -> Mapping[str, Any]:
    """What the mirror keeps of a run of a test beside its row; empty for another."""
    detail = getattr(run, "detail", None)
    return (detail.test_run if detail else None) or {}


def _side(run: Run) -> Side:
    told = _told(run)
    return Side(run, software_of(told.get("software")), [str(error) for error in told.get("errors") or []])
