"""What is to be said of a run that ended: whether it failed, and whether it regressed against the one before it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from dashboard.domain import regressions
from dashboard.domain.pipelines import ResultType
from dashboard.domain.regressions import Decline, WorseResult
from dashboard.domain.statistics import Task
from dashboard.domain.statuses import Outcome, RunKind, RunStatus
from dashboard.models import Run, RunResult, Trial
from dashboard.services import visibility
from dashboard.services.visibility import Viewer

MOST_EARLIER = 20
"""Completed runs of a test whose results say what is usual, the newest."""
_FINISHED = [outcome.value for outcome in Outcome if outcome.is_final]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A run that did worse than ``previous``: by its tasks, by its results, or because it failed and that did not."""

    previous: Run
    decline: Decline | None = None
    results: tuple[WorseResult, ...] = ()
    has_failed: bool = False


def failure(run: Run) -> str:
    """Why a run that ended counts as failed, in words; empty where it does not.

    It failed where its source says that it failed or was cancelled, and where it is an evaluation none of whose trials
    came to a verdict because all of them errored.
    """
    if run.status == RunStatus.FAILED:
        return f"It failed: {run.status_reason}" if run.status_reason else "It failed."
    if run.status == RunStatus.CANCELLED:
        return "It was cancelled."
    if run.n_errored and run.n_errored == run.n_finished:
        return "Every trial of it errored." if run.n_errored > 1 else "Its only trial errored."
    return ""


def regression(viewer: Viewer, run: Run) -> Regression | None:
    """Against which run it regressed, and by what; None where it did not, or where that cannot be told.

    Held against the newest run of the same test, or of the same data set with the same agents and models, that the
    viewer may see, that began before it and has completed. See :mod:`dashboard.domain.regressions` for what is worse.
    """
    if run.is_test:
        return _of_test(viewer, run)
    return _of_evaluation(viewer, run) if run.kind == RunKind.EVALUATION else None


def _of_evaluation(viewer: Viewer, run: Run) -> Regression | None:
    if run.status != RunStatus.COMPLETED or not run.dataset:
        return None
    alike = visibility.runs(viewer).filter(
        kind=RunKind.EVALUATION, dataset=run.dataset, agents_text=run.agents_text, status=RunStatus.COMPLETED
    )
    previous = _before(alike, run).first()
    if previous is None:
        return None
    tallies = _tallies([previous, run])
    found = regressions.decline(tallies[previous.pk], tallies[run.pk])
    return None if found is None else Regression(previous=previous, decline=found)


def _of_test(viewer: Viewer, run: Run) -> Regression | None:
    of_test = visibility.runs(viewer).filter(test=run.test_id, is_gone=False) if run.test_id else Run.objects.none()
    earlier = list(_before(of_test.filter(status=RunStatus.COMPLETED), run)[:MOST_EARLIER])
    if run.status == RunStatus.FAILED:
        last = _before(of_test.filter(status__in=[RunStatus.COMPLETED, RunStatus.FAILED]), run).first()
        has_just = last is not None and last.status == RunStatus.COMPLETED
        return Regression(previous=last, has_failed=True) if has_just and last else None
    if run.status != RunStatus.COMPLETED or not earlier:
        return None
    values = _numbers([run, *earlier])
    usual: defaultdict[str, list[float]] = defaultdict(list)
    for each in earlier:
        for name, value in values[each.pk].items():
            usual[name].append(value)
    found = regressions.worse_results(values[earlier[0].pk], values[run.pk], usual)
    return Regression(previous=earlier[0], results=tuple(found)) if found else None


def _before(runs: QuerySet[Run], run: Run) -> QuerySet[Run]:
    """Those that began before it, the newest first."""
    moment: datetime | None = run.started_at
    if moment is None:
        return runs.none()
    began_before = Q(started_at__lt=moment) | Q(started_at=moment, pk__lt=run.pk)
    return runs.filter(began_before).order_by(F("started_at").desc(), "-pk")


def _tallies(runs: Collection[Run]) -> Mapping[int, Mapping[int, Task]]:
    """(passed, finished trials) of each task, by run: the strict rate's counts."""
    found: dict[int, dict[int, Task]] = {run.pk: {} for run in runs}
    trials = Trial.objects.filter(run__in=runs, is_gone=False, outcome__in=_FINISHED).order_by()
    counted = trials.values_list("run_id", "task_id").annotate(
        n_passed=Count("pk", filter=Q(outcome=Outcome.PASSED)), n=Count("pk")
    )
    for run, task, n_passed, n in counted:
        found[run][task] = (n_passed, n)
    return found


def _numbers(runs: Iterable[Run]) -> Mapping[int, Mapping[str, float]]:
    """The numeric results of each run, by name."""
    found: dict[int, dict[str, float]] = {run.pk: {} for run in runs}
    rows = RunResult.objects.filter(run__in=found, type=ResultType.NUMERIC, number__isnull=False)
    for run, name, number in rows.values_list("run_id", "name", "number"):
        if number is not None:
            found[run][name] = number
    return found
