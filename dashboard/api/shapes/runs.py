"""Runs: as rows of a list, and one with all that its page tells."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from dashboard.api.shapes import numbers
from dashboard.api.shapes.numbers import Counts, Numbers, RateOut
from dashboard.api.shapes.pages import Named, VersionedPage
from dashboard.api.shapes.places import Places
from dashboard.domain.pipelines import ResultType
from dashboard.domain.statuses import RunKind, RunStatus
from dashboard.models import PipelineTest, Run, RunResult
from dashboard.services import failures, leaderboards, runs
from dashboard.services.failures import FailureGroup
from dashboard.services.leaderboards import Standing


class Tested(Schema):
    """Of what a run of a test is a run."""

    pipeline: str
    template: str
    test: str


class RunOut(Named):
    """A run."""

    source: str = Field(description="Name of the source that it comes from.")
    external_id: str = Field(description="Its id at the source.")
    uid: str = Field(description="The id that it gives itself, where it has one; else empty.")
    name: str
    kind: RunKind = Field(description="What it executes: tasks, a machine, or a test.")
    status: RunStatus
    raw_status: str = Field(description="The source's own word for its state.")
    status_reason: str = Field(description="Why it is in that state, as the source says it.")
    phase: str = Field(description="Of a run of a test: how far it has come, or where it failed.")
    is_finished: bool
    is_stalled: bool = Field(description="It runs by its own account, and nothing in it has changed for a while.")
    is_gone: bool = Field(description="Its source has forgotten it.")
    dataset: str = Field(description="Data sets, with commas between.")
    agents: str = Field(description="Agents and models: «codex · gpt-5, claude-code · opus».")
    created_by: str = Field(description="Whose it is, as the source says it.")
    tested: Tested | None = Field(description="Of a run of a test: what is tested.")
    started_at: datetime | None = Field(description="When it began; where a source does not tell, when it was made.")
    updated_at: datetime | None
    finished_at: datetime | None
    duration_seconds: float | None = Field(description="Wall time of a finished run, in seconds.")
    labels: list[str] = Field(description="What the team sorts it by, in order of the alphabet.")
    numbers: Numbers
    version: int = Field(description="Grows with every change of the run; comparable between runs.")


class StandingOut(Schema):
    """How one agent with one model did in a run: a row of its leaderboard."""

    agent: str
    model: str
    provider: str
    n_tasks: int
    n_finished: int
    counts: Counts
    strict: RateOut
    scored: RateOut
    pass_at: dict[str, float] = Field(
        description="pass@k by k, for each k that every task's attempts allow: the chance that one of k trials passes."
    )
    cost_usd: float | None = Field(description="US dollars.")
    input_tokens: int | None
    output_tokens: int | None
    median_duration_seconds: float | None = Field(description="Seconds; of finished trials.")


class FailureOut(Schema):
    """Trials that went wrong alike."""

    error_type: str = Field(description="The exception; empty: the verifier judged against the agent.")
    pattern: str = Field(description="The error's message with its changing parts replaced.")
    cause: str = Field(description="What kind of thing went wrong.")
    n_trials: int
    n_judged: int = Field(description="Those of them that were judged all the same.")
    n_tasks: int


class ResultOut(Schema):
    """A result of a run of a test."""

    name: str
    type: ResultType
    text: str = Field(description="As the source has it; of a file its address.")
    number: float | None = Field(description="The value of a numeric one.")


class RunDetailOut(RunOut):
    """A run with its leaderboard, its failures and its results."""

    seen_at: datetime | None = Field(description="As of when all this is true.")
    standings: list[StandingOut] = Field(description="By agent and model; best strict rate first, which is no rank.")
    failures: list[FailureOut] = Field(description="Groups of failures, the largest first; at most 200.")
    results: list[ResultOut] = Field(description="Of a run of a test, by name.")


class RunPage(VersionedPage):
    """A page of runs."""

    items: list[RunOut]


def of_run(run: Run, places: Places) -> RunOut:
    """A row of the list. ``run`` comes with its source, its test and its labels."""
    return RunOut(**_fields(run, places))


def whole(run: Run, places: Places) -> RunDetailOut:
    """One run; ``run`` is of :func:`dashboard.services.runs.get`."""
    found = [] if run.is_test else leaderboards.of_run(run.pk)
    return RunDetailOut(
        **_fields(run, places),
        seen_at=runs.seen_at(run),
        standings=[_standing(each) for each in found],
        failures=[] if run.is_test else [_failure(group) for group in failures.groups(run)],
        results=_results(run.results.all()) if run.is_test else [],
    )


def _fields(run: Run, places: Places) -> dict[str, Any]:
    same = (
        "external_id", "uid", "name", "kind", "status", "raw_status", "status_reason", "phase", "is_finished",
        "is_stalled", "is_gone", "dataset", "created_by", "started_at", "updated_at", "finished_at", "version",
    )  # fmt: skip
    return {name: getattr(run, name) for name in same} | {
        "id": run.pk,
        "url": places.page("run-detail", run.pk),
        "source": run.source.name,
        "agents": run.agents_text,
        "tested": _tested(run.test),
        "duration_seconds": numbers.seconds(run.duration),
        "labels": [label.name for label in run.labels.all()],
        "numbers": numbers.of_run(run),
    }


def _tested(test: PipelineTest | None) -> Tested | None:
    if test is None:
        return None
    return Tested(pipeline=str(test.template.pipeline), template=str(test.template), test=str(test))


def _standing(found: Standing) -> StandingOut:
    return StandingOut(
        agent=found.agent,
        model=found.model,
        provider=found.provider,
        n_tasks=found.n_tasks,
        n_finished=found.n_finished,
        counts=numbers.counts(found.counts),
        strict=numbers.rate(found.strict),
        scored=numbers.rate(found.scored),
        pass_at={str(k): value for k, value in found.pass_at.items()},
        cost_usd=numbers.dollars(found.cost),
        input_tokens=found.input_tokens,
        output_tokens=found.output_tokens,
        median_duration_seconds=numbers.seconds(found.median_duration),
    )


def _failure(group: FailureGroup) -> FailureOut:
    return FailureOut(
        error_type=group.error_type,
        pattern=group.pattern,
        cause=group.cause,
        n_trials=group.n_trials,
        n_judged=group.n_with_verdict,
        n_tasks=group.n_tasks,
    )


def _results(found: Iterable[RunResult]) -> list[ResultOut]:
    return [ResultOut(name=each.name, type=ResultType(each.type), text=each.text, number=each.number) for each in found]
