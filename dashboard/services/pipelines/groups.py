"""Groups of runs: which run of a pull request is the base, and what a filter chose."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet

from dashboard.domain.comparisons import which_is_base
from dashboard.domain.pipelines import GroupKind
from dashboard.models import Pipeline, PipelineTemplate, PipelineTest, Run, RunGroup
from dashboard.services import visibility
from dashboard.services.pipelines import comparisons
from dashboard.services.pipelines.comparisons import Comparison
from dashboard.services.visibility import Viewer

Told = Pipeline | PipelineTemplate | PipelineTest

MOST = 200
"""Runs of a group that its page shows."""
NEWEST = 20
"""Groups that are listed."""
_TWO = 2


@dataclass(frozen=True, slots=True)
class Members:
    """The runs of a group, oldest first."""

    runs: Sequence[Run]
    """At most 200 of them."""
    n_runs: int
    base_id: int | None = None
    """Of the two runs of a pull request that of its base, where the inputs tell."""

    @property
    def pair(self) -> tuple[Run, Run] | None:
        """Base and head, if there are just two; the older one counts as base where nothing tells which is."""
        if len(self.runs) != _TWO:
            return None
        first, second = self.runs
        return (second, first) if second.pk == self.base_id else (first, second)


@dataclass(frozen=True, slots=True)
class Listed:
    """A group in a list, with its source."""

    group: RunGroup
    states: Mapping[str, int]
    """Of its runs: how many are in each."""


def newest(viewer: Viewer) -> list[Listed]:
    """The newest twenty groups, newest first; two queries."""
    found = list(visibility.run_groups(viewer).select_related("source")[:NEWEST])
    states: defaultdict[int, Counter[str]] = defaultdict(Counter)
    members = RunGroup.runs.through.objects.filter(rungroup__in=found, run__in=visibility.runs(viewer)).order_by()
    for group, status, n in members.values_list("rungroup", "run__status").annotate(n=Count("pk")):
        states[group][status] += n
    return [Listed(group, states[group.pk]) for group in found]


def get(viewer: Viewer, pk: int) -> RunGroup:
    """One group with its source. Raises ``RunGroup.DoesNotExist``."""
    return visibility.run_groups(viewer).select_related("source").get(pk=pk)


def members(viewer: Viewer, group: RunGroup) -> Members:
    """The runs of a group. Which is the base is asked only of two."""
    oldest_first = F("started_at").asc(nulls_last=True)
    runs = list(comparisons.runs_of_tests(viewer).filter(groups=group).order_by(oldest_first, "pk")[: MOST + 1])
    n_runs = len(runs) if len(runs) <= MOST else visibility.runs(viewer).filter(groups=group).count()
    base = _base(group, runs) if group.kind == GroupKind.GITHUB and len(runs) == _TWO else None
    return Members(runs[:MOST], n_runs, base)


def meant(viewer: Viewer, group: RunGroup) -> dict[str, Told]:
    """What the filter of a group names by id: by its field (``pipeline_id``, …), as far as it is mirrored."""
    there: dict[str, QuerySet[Any]] = {
        "pipeline_id": visibility.pipelines(viewer),
        "template_id": visibility.pipeline_templates(viewer),
        "test_id": visibility.pipeline_tests(viewer),
    }
    ids = {field: str(group.query[field]) for field in there if group.query.get(field)}
    found = {field: there[field].filter(source=group.source_id, external_id=id_).first() for field, id_ in ids.items()}
    return {field: each for field, each in found.items() if each is not None}


def side_by_side(found: Members) -> Comparison | None:
    """Base and head compared, if there are just two."""
    return None if found.pair is None else comparisons.compare(*found.pair)


def _base(group: RunGroup, runs: Sequence[Run]) -> int | None:
    """The run made of the base's commit; else that which is not made of the head's."""
    inputs = {run.pk: _objects(run) for run in runs}
    keys = (group.test_input_key, group.eval_input_key)
    base = which_is_base(inputs, keys, group.base_commit)
    head = which_is_base(inputs, keys, group.head_commit)
    if base is not None or head is None:
        return base
    return next(run.pk for run in runs if run.pk != head)


def _objects(run: Run) -> list[dict[str, object]]:
    return [value for value in comparisons.inputs_of(run).values() if isinstance(value, dict)]
