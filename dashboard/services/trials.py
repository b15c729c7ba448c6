"""Trials for pages: one trial, its neighbours, its other attempts, its task elsewhere."""

from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTransform

from dashboard.models import Trial, TrialDetail
from dashboard.services import visibility
from dashboard.services.visibility import Viewer

ADDRESSES = ("logs_uri", "trajectory_uri", "diff_uri", "result_uri")
"""Where a source says that a trial's artifacts are."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a trial stands in a list: the one before, the one after, and «32 of 60»."""

    previous: int | None
    next: int | None
    position: int
    total: int


def get(viewer: Viewer, run_id: int, trial_id: int) -> Trial:
    """One trial with its run, source, task and details. A vanished trial is still there under its address.

    Raises ``Trial.DoesNotExist``, also for one that may not be seen.
    """
    return visibility.all_trials(viewer).select_related("run__source", "task", "detail").get(run=run_id, pk=trial_id)


def with_told(trials: QuerySet[Trial]) -> QuerySet[Trial]:
    """The same with what their source tells of each: ``tests_passed`` and ``tests_total`` (numbers, or whether they
    passed), and ``n_artifacts``, the addresses of artifacts that it names.
    """
    extra = "detail__extra"
    named = [Case(When(Q(**{f"{extra}__has_key": key}), then=Value(1)), default=Value(0)) for key in ADDRESSES]
    return trials.annotate(
        tests_passed=KeyTransform("tests_passed", extra),
        tests_total=KeyTransform("tests_total", extra),
        n_artifacts=sum(named, Value(0, output_field=IntegerField())),
    )


def detail(trial: Trial) -> TrialDetail:
    """What only the trial's own page shows."""
    return getattr(trial, "detail", None) or TrialDetail(trial=trial)


def raw_status(trial: Trial) -> str:
    """The source's own word for how it stands; empty where it has none."""
    word = detail(trial).extra.get("status", "")
    return word if isinstance(word, str) else ""


def neighbours(trial: Trial, ordered: QuerySet[Trial]) -> Neighbours | None:
    """The trial's place among those of the list one came from; None if the list does not hold it."""
    ids = list(ordered.values_list("pk", flat=True))
    if trial.pk not in ids:
        return None
    at = ids.index(trial.pk)
    after = ids[at + 1] if at + 1 < len(ids) else None
    return Neighbours(ids[at - 1] if at else None, after, at + 1, len(ids))


def attempts(trial: Trial) -> list[Trial]:
    """All attempts of the same agent and model at the same task in the same run, in order; at most 100."""
    solver = {"agent": trial.agent, "model": trial.model, "provider": trial.provider}
    same = Trial.objects.filter(run=trial.run_id, task=trial.task_id, is_gone=False, **solver)
    return list(same.order_by("attempt")[:100])


def elsewhere(viewer: Viewer, trial: Trial, *, limit: int = 20) -> list[Trial]:
    """The newest trials of the same task in other runs."""
    same = visibility.trials(viewer).filter(task=trial.task_id).exclude(run=trial.run_id)
    return list(same.select_related("run__source").order_by(F("started_at").desc(nulls_last=True), "-pk")[:limit])
