"""Which share of its tests a trial passed, on average over a run and its agents.

Only of sources whose ``capabilities.test_shares`` say that the reward ``tests_passed`` is that share, from 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Avg, Count, FloatField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from dashboard.models import Run, Trial
from dashboard.services.reach import capabilities

Solver = tuple[str, str, str]
"""Agent, model, provider."""


@dataclass(frozen=True, slots=True)
class MeanShare:
    """The mean over the ``n`` trials that tell how many tests there were and passed; each trial counts the same."""

    value: float
    n: int


def by_solver(run: Run) -> dict[Solver, MeanShare]:
    """The mean of each agent with its model; without those of which no trial tells it."""
    if not capabilities(run.source).test_shares:
        return {}
    share = Cast(KeyTextTransform("tests_passed", "detail__rewards"), FloatField())
    told = Trial.objects.filter(run=run, is_gone=False, detail__rewards__has_key="tests_passed").order_by()
    rows = told.values_list("agent", "model", "provider").annotate(mean=Avg(share), n=Count("pk"))
    return {(agent, model, provider): MeanShare(mean, n) for agent, model, provider, mean, n in rows}


def overall(means: Mapping[Solver, MeanShare]) -> MeanShare | None:
    """The mean over all their trials; None if none tells it."""
    n = sum(mean.n for mean in means.values())
    return MeanShare(sum(mean.value * mean.n for mean in means.values()) / n, n) if n else None
