"""The documents of one trial → its record."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.domain.records import ErrorInfo, Json, StepRecord, TrialRecord, Usage
from dashboard.domain.statuses import Outcome
from dashboard.sources.harbor.keeping import kept
from dashboard.sources.harbor.mapping import (
    agent_name,
    error_of,
    model_usage_of,
    outcome_of,
    phases_of,
    primary_reward,
    rewards_of,
    split_model,
    sum_model_usage,
    sum_usage,
    usage_of,
)
from dashboard.sources.harbor.values import Fields, moment_at
from dashboard.sources.problems import Problems
from dashboard.sources.texts import last_segment

MOST_STEPS = 1_000
DATASET_LIMIT = 300
UID_LIMIT = 100
PHASES = {
    "environment_setup": "environment setup",
    "agent_setup": "agent setup",
    "agent_execution": "agent",
    "verifier": "verifier",
}
STEP_PHASES = {"agent_execution": "agent", "verifier": "verifier"}

_FACTS = ("task_checksum", "verifier_environment_mode", "trial_uri", "task_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSource:
    """Where a record comes from: who the trial is, and what its documents say."""

    external_id: str
    fingerprint: str
    folder_name: str
    config: Fields
    """The trial's configuration, from its result or from its own file."""
    problems: Problems


def finished_trial(source: TrialSource, result: Fields) -> TrialRecord:
    """The record of a trial that has a result."""
    step_fields = list(result.inners("step_results", MOST_STEPS))
    steps = tuple(_step(step) for step in step_fields)
    reward, error = primary_reward(result), error_of(result) or _first_error(steps)
    agent, model, (task_name, is_guess) = result.inner("agent_info"), _model(source, result), _task(source, result)
    return TrialRecord(
        external_id=source.external_id,
        fingerprint=source.fingerprint,
        uid=result.text("id", UID_LIMIT),
        task_name=task_name,
        task_is_guess=is_guess,
        outcome=outcome_of(reward, error),
        dataset=result.text("source", DATASET_LIMIT) or _dataset(source),
        agent=agent.text("name") or _agent(source),
        agent_version=agent.text("version"),
        model=model[1],
        provider=model[0],
        reward=reward,
        rewards=rewards_of(result),
        error=error,
        usage=_usage(result, steps),
        model_usage=_model_usage(result, step_fields),
        started_at=result.moment("started_at"),
        finished_at=result.moment("finished_at"),
        phases=phases_of(result, PHASES),
        steps=steps,
        config=kept(source.config) if source.config.values else None,
        extra=_extra(source, result),
        problems=source.problems.listed(),
    )


def unfinished_trial(
    source: TrialSource, *, outcome: Outcome, verdict: Fields, config_mtime_ns: int | None
) -> TrialRecord:
    """The record of a trial without a readable result: what its configuration tells, begun when that was written.

    ``verdict`` is what its verifier wrote, shaped like a result.
    """
    nothing = Fields({}, "", source.problems)
    provider, model = split_model(source.config.inner("agent").text("model_name"))
    task_name, is_guess = _task(source, nothing)
    return TrialRecord(
        external_id=source.external_id,
        fingerprint=source.fingerprint,
        task_name=task_name,
        task_is_guess=is_guess,
        outcome=outcome,
        dataset=_dataset(source),
        agent=_agent(source),
        model=model,
        provider=provider,
        reward=primary_reward(verdict),
        rewards=rewards_of(verdict),
        started_at=None if config_mtime_ns is None else moment_at(config_mtime_ns),
        config=kept(source.config) if source.config.values else None,
        extra=_extra(source, nothing),
        problems=source.problems.listed(),
    )


def _step(step: Fields) -> StepRecord:
    return StepRecord(
        name=step.text("step_name"),
        rewards=rewards_of(step),
        usage=usage_of(step.inner("agent_result")),
        error=error_of(step),
        phases=phases_of(step, STEP_PHASES),
    )


def _first_error(steps: tuple[StepRecord, ...]) -> ErrorInfo | None:
    return next((step.error for step in steps if step.error is not None), None)


def _usage(result: Fields, steps: tuple[StepRecord, ...]) -> Usage:
    """The trial's own, else the sum over its steps."""
    if result.raw("agent_result") is None and steps:
        return sum_usage(step.usage for step in steps)
    return usage_of(result.inner("agent_result"))


def _model_usage(result: Fields, steps: Sequence[Fields]) -> dict[str, Usage]:
    """The trial's own, else the sum over its steps."""
    if result.raw("agent_result") is None and steps:
        return sum_model_usage(model_usage_of(step.inner("agent_result")) for step in steps)
    return model_usage_of(result.inner("agent_result"))


def _agent(source: TrialSource) -> str:
    """The configured agent; unknown where there is no configuration either."""
    return agent_name(source.config.inner("agent")) if source.config.values else ""


def _model(source: TrialSource, result: Fields) -> tuple[str, str]:
    """(provider, model), as the agent says, else as configured."""
    info = result.inner("agent_info").inner("model_info")
    if info.raw("name"):
        return info.text("provider"), info.text("name")
    return split_model(source.config.inner("agent").text("model_name"))


def _dataset(source: TrialSource) -> str:
    return source.config.inner("task").text("source", DATASET_LIMIT)


def _task(source: TrialSource, result: Fields) -> tuple[str, bool]:
    """The task's name, and whether that is a guess from a path or from the folder's name."""
    task = source.config.inner("task")
    named = result.text("task_name") or task.text("name")
    if named:
        return named, False
    return last_segment(task.text("path")) or source.folder_name.rsplit("__", 1)[0] or source.folder_name, True


def _extra(source: TrialSource, result: Fields) -> dict[str, Json]:
    """Facts that only Harbor knows, where they are known."""
    facts = {key: kept(result, key) for key in _FACTS}
    facts["source_trial"] = kept(source.config, "source_trial")
    return {key: value for key, value in facts.items() if value is not None}
