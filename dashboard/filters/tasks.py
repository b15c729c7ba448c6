"""What the tasks list can be filtered by: figures that :func:`services.tasks.with_figures` adds to each task."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from django.db.models import Q

from dashboard.filters.facets import Facet
from dashboard.filters.terms import (
    AfterTerm,
    BeforeTerm,
    ChoiceTerm,
    NameTerm,
    NumberTerm,
    PercentTerm,
    RelatedTerm,
    TermFilterSet,
)
from dashboard.models import Task
from dashboard.services.tasks import Verdict, tried
from dashboard.services.visibility import Viewer

VERDICTS = tuple(verdict.value for verdict in Verdict)


def _by_nobody(condition: Q) -> Q:
    """Nobody in particular sees no trial: see :func:`task_filter`."""
    return Q(pk__in=[])


class TaskFilter(TermFilterSet):
    """Terms of the tasks list's query box."""

    word_paths = ("name", "dataset")

    solved = ChoiceTerm(path="solved", choices=VERDICTS, help="never, sometimes, always, or unfinished")
    dataset = NameTerm(path="dataset", help="data set")
    name = NameTerm(path="name", help="name of the task, such as fix-*")
    agent = RelatedTerm(path="agent", related=_by_nobody, help="an agent that tried it")
    model = RelatedTerm(path="model", related=_by_nobody, help="a model that tried it")
    error = RelatedTerm(path="error_type", related=_by_nobody, help="an exception in a trial of it")
    rate = PercentTerm(path="rate", unit="%", help="pass rate in percent: <50")
    trials = NumberTerm(path="n_finished", help="how many finished trials: >=5")
    runs = NumberTerm(path="n_runs", help="how many runs")
    after = AfterTerm(path="tried_at", help="last tried on or after: 2026-11-01, 7d")
    before = BeforeTerm(path="tried_at", help="last tried before")

    class Meta:
        model = Task
        fields: ClassVar[list[str]] = []


def task_filter(viewer: Viewer) -> type[TaskFilter]:
    """The same filters, by the trials that the viewer may see."""
    own = {
        name: RelatedTerm(path=each.path, related=partial(tried, viewer), help=each.help)
        for name, each in TaskFilter.base_filters.items()
        if isinstance(each, RelatedTerm)
    }
    return type("ViewersTaskFilter", (TaskFilter,), own)


TASK_FACETS: Sequence[Facet] = (
    Facet("solved", "Solved?", "solved"),
    Facet("dataset", "Data set", "dataset"),
)
