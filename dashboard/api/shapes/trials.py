"""Trials: as rows of a run's list, and one with what its page tells."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from dashboard.api.shapes.numbers import dollars, seconds
from dashboard.api.shapes.pages import Named, VersionedPage
from dashboard.api.shapes.places import Places
from dashboard.domain.statuses import Outcome
from dashboard.models import Task, Trial
from dashboard.services import trials


class TaskName(Schema):
    """What a trial is a trial of."""

    id: int
    name: str
    dataset: str = Field(description="Empty for a loose task.")


class TrialOut(Named):
    """One attempt of one agent at one task."""

    run_id: int
    external_id: str = Field(description="Its id at the source.")
    uid: str
    task: TaskName
    outcome: Outcome
    has_error: bool = Field(description="It raised; it may have a verdict all the same.")
    error_type: str
    error_summary: str = Field(description="The beginning of what the exception said.")
    cause: str = Field(description="What kind of thing went wrong, from the error's type.")
    agent: str
    agent_version: str
    model: str
    provider: str
    attempt: int = Field(description="Counted from 1, per task, agent and model.")
    reward: float | None = Field(description="The primary reward: 1 or more is a pass.")
    cost_usd: float | None = Field(description="US dollars.")
    input_tokens: int | None = Field(description="Cached ones included.")
    cached_tokens: int | None
    output_tokens: int | None
    started_at: datetime | None
    finished_at: datetime | None
    duration_seconds: float | None = Field(description="Seconds.")
    is_gone: bool = Field(description="Its source has forgotten it.")
    labels: list[str] = Field(description="What the team sorts it by, in order of the alphabet.")
    version: int = Field(description="Grows with every change of the trial.")


class PhaseOut(Schema):
    """A stretch of a trial's time."""

    name: str
    started_at: datetime | None
    finished_at: datetime | None


class StepOut(Schema):
    """A step of a multi-step trial, judged on its own."""

    name: str
    rewards: dict[str, float] | None
    phases: list[PhaseOut]


class TrialDetailOut(TrialOut):
    """A trial with its rewards, its phases, its steps and its error."""

    raw_status: str = Field(description="The source's own word for how it stands; empty where it has none.")
    rewards: dict[str, float] | None = Field(description="All rewards by key.")
    phases: list[PhaseOut]
    steps: list[StepOut]
    error_message: str
    traceback: str
    problems: list[str] = Field(description="What could not be read of it.")


class TrialPage(VersionedPage):
    """A page of a run's trials."""

    items: list[TrialOut]


def of_trial(trial: Trial, places: Places) -> TrialOut:
    """A row of the list. ``trial`` comes with its task and its labels."""
    return TrialOut(**_fields(trial, places))


def whole(trial: Trial, places: Places) -> TrialDetailOut:
    """One trial; ``trial`` is of :func:`dashboard.services.trials.get`."""
    detail = trials.detail(trial)
    return TrialDetailOut(
        **_fields(trial, places),
        raw_status=trials.raw_status(trial),
        rewards=detail.rewards,
        phases=[_phase(phase) for phase in detail.phases],
        steps=[_step(step) for step in detail.steps],
        error_message=detail.error_message,
        traceback=detail.traceback,
        problems=[f"{problem['where']}: {problem['what']}" for problem in detail.problems],
    )


def task_name(task: Task) -> TaskName:
    """A task's name and id."""
    return TaskName(id=task.pk, name=task.name, dataset=task.dataset)


def _fields(trial: Trial, places: Places) -> dict[str, Any]:
    same = (
        "run_id", "external_id", "uid", "outcome", "has_error", "error_type", "error_summary", "cause", "agent",
        "agent_version", "model", "provider", "attempt", "reward", "input_tokens", "cached_tokens", "output_tokens",
        "started_at", "finished_at", "is_gone", "version",
    )  # fmt: skip
    return {name: getattr(trial, name) for name in same} | {
        "id": trial.pk,
        "url": places.page("trial-detail", trial.run_id, trial.pk),
        "task": task_name(trial.task),
        "labels": [label.name for label in trial.labels.all()],
        "cost_usd": dollars(trial.cost),
        "duration_seconds": seconds(trial.duration),
    }


def _phase(stored: Mapping[str, Any]) -> PhaseOut:
    return PhaseOut(
        name=str(stored["name"]), started_at=stored.get("started_at"), finished_at=stored.get("finished_at")
    )


def _step(stored: Mapping[str, Any]) -> StepOut:
    phases = [_phase(phase) for phase in stored.get("phases") or []]
    return StepOut(name=str(stored["name"]), rewards=stored.get("rewards"), phases=phases)
