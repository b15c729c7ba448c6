"""Tasks: how often each was passed, over all runs that the asker may see."""

from datetime import datetime
from typing import Any

from pydantic import Field

from dashboard.api.shapes.pages import Named, VersionedPage
from dashboard.api.shapes.places import Places
from dashboard.models import Task
from dashboard.services.tasks import Verdict


class TaskOut(Named):
    """A task, over all runs."""

    name: str
    dataset: str = Field(description="Empty for a loose task.")
    solved: Verdict = Field(description="Whether its finished trials passed: never, sometimes, always; unfinished.")
    rate: float | None = Field(description="A fraction: passed ÷ finished trials, of whatever agent.")
    n_passed: int
    n_finished: int = Field(description="What the rate is of.")
    n_runs: int
    tried_at: datetime | None = Field(description="When a trial of it last began.")


class TaskPage(VersionedPage):
    """A page of tasks."""

    items: list[TaskOut]


def of_task(task: Task, places: Places) -> TaskOut:
    """A task's row; ``task`` comes with its figures (:func:`dashboard.services.tasks.with_figures`)."""
    figures: Any = task
    return TaskOut(
        id=task.pk,
        url=places.page("task-detail", task.pk),
        name=task.name,
        dataset=task.dataset,
        solved=Verdict(figures.solved),
        rate=figures.rate,
        n_passed=figures.n_passed,
        n_finished=figures.n_finished,
        n_runs=figures.n_runs,
        tried_at=figures.tried_at,
    )
