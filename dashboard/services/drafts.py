"""An evaluation run as somebody wants it, without any secret: what a form can begin with, and what may be kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.domain.actions import AgentVariant, EvaluationRequest, SandboxRequest
from dashboard.models import Run, RunAgent, Source, Trial
from dashboard.services.reach import capabilities
from dashboard.services.runs import detail
from dashboard.services.visibility import Viewer, runs

MOST_TASKS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAgent:
    """One of the contestants."""

    agent: str = ""
    model: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftVariable:
    """The name of an environment variable, and of the one agent it is for; empty: for all."""

    name: str
    only_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was asked for, or is to be asked for; values of environment variables have no place in it."""

    name: str = ""
    dataset: str = ""
    """The address of a data set, or its name where that is all that is known."""
    tasks: Sequence[str] = ()
    agents: Sequence[DraftAgent] = (DraftAgent(),)
    max_concurrent: int = 4
    attempts_per_task: int = 1
    starts: bool = True
    variables: Sequence[DraftVariable] = ()
    template: str = ""
    """The id of the template that a sandbox run is made of; empty for an evaluation run."""
    provider: str = ""


def of_sandbox(request: SandboxRequest, *, name: str) -> Draft:
    """A request for a sandbox run of the template of that name, without its secrets. Such a run begins by itself."""
    return Draft(
        name=name,
        agents=(),
        starts=False,
        variables=tuple(DraftVariable(name=each) for each in request.params),
        template=request.template_id,
        provider=request.provider,
    )


def of_request(request: EvaluationRequest, *, starts: bool) -> Draft:
    """A request without its secrets."""
    return Draft(
        name=request.name,
        dataset=request.dataset_uri,
        tasks=tuple(request.task_slugs),
        agents=tuple(DraftAgent(agent=one.agent, model=one.model, name=one.name) for one in request.agent_variants),
        max_concurrent=request.max_concurrent,
        attempts_per_task=request.attempts_per_task,
        starts=starts,
        variables=tuple(_variables(request.agent_variants)),
    )


def of_run(viewer: Viewer, run_id: int) -> tuple[Run, Draft] | None:
    """A visible run and the draft of another like it, as far as the mirror knows; None if there is no such run."""
    run = runs(viewer).select_related("source", "detail").filter(pk=run_id).first()
    if run is None:
        return None
    tasks = Trial.objects.filter(run=run, is_gone=False).order_by("task__name").values_list("task__name", flat=True)
    agents = tuple(_agent(run.source, one) for one in RunAgent.objects.filter(run=run) if one.agent)
    return run, Draft(
        name=run.name,
        dataset=detail(run).facts.get("Data set", "") or run.dataset,
        tasks=tuple(tasks.distinct()[:MOST_TASKS]),
        agents=agents or Draft().agents,
    )


def tells_agents(source: Source) -> bool:
    """Whether it says which agent and model there were, rather than what they were called in their run."""
    return capabilities(source).tells_agents


def _agent(source: Source, one: RunAgent) -> DraftAgent:
    if tells_agents(source):
        return DraftAgent(agent=one.agent, model=full_model(one))
    return DraftAgent(name=one.agent)


def full_model(one: RunAgent) -> str:
    """A model with its provider, as a request names it."""
    return f"{one.provider}/{one.model}" if one.provider and one.model else one.model


def _variables(variants: Sequence[AgentVariant]) -> list[DraftVariable]:
    """Each name once where all agents have it, else once for each that has."""
    names = dict.fromkeys(name for one in variants for name in one.environment)
    found = []
    for name in names:
        having = [one.name for one in variants if name in one.environment.reveal()]
        found += [DraftVariable(name=name, only_for=one) for one in ([""] if len(having) == len(variants) else having)]
    return found
