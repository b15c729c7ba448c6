"""Tasks for pages: how often each was passed, over all runs."""

from collections.abc import Sequence
from enum import StrEnum

from django.db.models import (
    Avg,
    Case,
    CharField,
    Count,
    Exists,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from dashboard.domain.statuses import Outcome
from dashboard.models import Task, Trial
from dashboard.services import visibility
from dashboard.services.visibility import Viewer

FINAL = tuple(outcome.value for outcome in Outcome if outcome.is_final)


class Verdict(StrEnum):
    """What a number of trials says of a task."""

    NEVER = "never"
    FLAKY = "sometimes"
    SOLVED = "always"
    UNKNOWN = "unfinished"

    @property
    def label(self) -> str:
        """For a page: «solved sometimes»."""
        return _LABELS[self]


_LABELS = {
    Verdict.NEVER: "never solved",
    Verdict.FLAKY: "solved sometimes",
    Verdict.SOLVED: "always solved",
    Verdict.UNKNOWN: "not finished yet",
}


def get(viewer: Viewer, task_id: int) -> Task:
    """One task. Raises ``Task.DoesNotExist``."""
    return visibility.tasks(viewer).get(pk=task_id)


def verdict(n_passed: int, n_finished: int) -> Verdict:
    """Always: every finished trial passed; sometimes: some did; never: none did."""
    if not n_finished:
        return Verdict.UNKNOWN
    if n_passed == n_finished:
        return Verdict.SOLVED
    return Verdict.FLAKY if n_passed else Verdict.NEVER


def summaries(viewer: Viewer, *, version: int = 0) -> QuerySet[Task]:
    """All tasks that a trial is left of, with their figures, which are as of ``version`` of the mirror's clock."""
    return with_figures(viewer, Task.objects.filter(tried(viewer)), version=version)


def of_ids(viewer: Viewer, ids: Sequence[int]) -> QuerySet[Task]:
    """These tasks, as far as they may be seen, with their figures."""
    return with_figures(viewer, visibility.tasks(viewer).filter(pk__in=ids))


def tried(viewer: Viewer, condition: Q | None = None) -> Q:
    """Whether a trial is left of a task, one that meets the condition, that the viewer may see."""
    return Q(Exists(visibility.trials(viewer).filter(condition or Q(), task=OuterRef("pk"))))


def with_figures(viewer: Viewer, found: QuerySet[Task], *, version: int = 0) -> QuerySet[Task]:
    """The tasks with ``solved`` (a verdict), ``solved_rank`` (never 0, sometimes 1, always 2, else unknown),
    ``rate`` (passed of finished, a fraction), ``n_passed``, ``n_finished``, ``n_runs``, ``tried_at`` and ``version``.

    They are of the trials that the viewer may see. Each figure is a subquery of its own, so that the database makes
    only those that are asked for.
    """
    there = visibility.trials(viewer).filter(task=OuterRef("pk")).order_by()
    finished, passed = there.filter(outcome__in=FINAL), there.filter(outcome=Outcome.PASSED)
    missed = finished.exclude(outcome=Outcome.PASSED)
    is_passed = Case(When(outcome=Outcome.PASSED, then=1.0), default=0.0)
    return found.annotate(
        solved=_verdicts(passed, missed, tuple(Verdict)),
        solved_rank=_verdicts(passed, missed, (0, 1, 2, None)),
        rate=Subquery(finished.values("task").annotate(figure=Avg(is_passed)).values("figure")),
        n_passed=_count(passed),
        n_finished=_count(finished),
        n_runs=_count(there, Count("run", distinct=True)),
        tried_at=Subquery(there.values("task").annotate(figure=Max("started_at")).values("figure")),
        version=Value(version),
    )


def _verdicts(passed: QuerySet[Trial], missed: QuerySet[Trial], words: Sequence[Verdict | int | None]) -> Case:
    """One of the words for never, sometimes, always and not finished yet. The first trial of a kind settles it."""
    never, sometimes, always, unfinished = (Value(word) for word in words)
    return Case(
        When(Q(Exists(passed)) & Q(Exists(missed)), then=sometimes),
        When(Exists(passed), then=always),
        When(Exists(missed), then=never),
        default=unfinished,
        output_field=CharField() if isinstance(words[0], str) else IntegerField(),
    )


def _count(trials: QuerySet[Trial], figure: Count | None = None) -> Coalesce:
    counted = trials.values("task").annotate(figure=figure or Count("pk")).values("figure")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
