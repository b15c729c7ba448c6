"""Pipelines, templates and tests: one of them, all below one, and what their last runs say of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from dashboard.models import Pipeline, PipelineTemplate, PipelineTest, Run
from dashboard.services import visibility
from dashboard.services.visibility import Viewer

LAST = 10
"""Runs that the strip of a test shows."""


class Shown(NamedTuple):
    """A run as a strip shows it."""

    pk: int
    test_id: int
    name: str
    status: str
    started_at: datetime | None


@dataclass(slots=True)
class _Figures:
    """What the runs of some tests say together."""

    n_runs: int = 0
    last_at: datetime | None = None
    last_test: int | None = None


def pipeline(viewer: Viewer, pk: int) -> Pipeline:
    """One pipeline with its source. Raises ``Pipeline.DoesNotExist``."""
    return visibility.pipelines(viewer).select_related("source").get(pk=pk)


def template(viewer: Viewer, pk: int) -> PipelineTemplate:
    """One template with its pipeline and source. Raises ``PipelineTemplate.DoesNotExist``."""
    return visibility.pipeline_templates(viewer).select_related("source", "pipeline").get(pk=pk)


def pipeline_test(viewer: Viewer, pk: int) -> PipelineTest:
    """One test with all that it is below. Raises ``PipelineTest.DoesNotExist``."""
    return visibility.pipeline_tests(viewer).select_related("source", "template__pipeline").get(pk=pk)


def pipelines(viewer: Viewer) -> list[Pipeline]:
    """All pipelines by name, with ``n_templates``, ``n_tests``, ``n_runs``, and of the newest run ``last_run_id``,
    ``last_status`` and ``last_at``; five queries.
    """
    found = list(visibility.pipelines(viewer).select_related("source").order_by("name", "source__name", "pk"))
    of_template = dict(visibility.pipeline_templates(viewer).order_by().values_list("pk", "pipeline_id"))
    tests = visibility.pipeline_tests(viewer).order_by().values_list("pk", "template_id")
    of_test = {pk: of_template[above] for pk, above in tests if above in of_template}
    n_templates, n_tests = Counter(of_template.values()), Counter(of_test.values())
    for each in found:
        _tell(each, n_templates=n_templates[each.pk], n_tests=n_tests[each.pk])
    _with_figures(viewer, found, of_test, visibility.runs(viewer).filter(test__isnull=False))
    return found


def templates_of(viewer: Viewer, pipeline: Pipeline) -> list[PipelineTemplate]:
    """The templates of a pipeline, by name, with ``n_tests``, ``n_runs`` and what the newest run says of them."""
    found = list(visibility.pipeline_templates(viewer).filter(pipeline=pipeline))
    tests = visibility.pipeline_tests(viewer).filter(template__pipeline=pipeline).order_by()
    of_test = dict(tests.values_list("pk", "template_id"))
    n_tests = Counter(of_test.values())
    for each in found:
        _tell(each, n_tests=n_tests[each.pk])
    _with_figures(viewer, found, of_test, visibility.runs(viewer).filter(test__template__pipeline=pipeline))
    return found


def tests_below(viewer: Viewer, above: Pipeline | PipelineTemplate) -> QuerySet[PipelineTest]:
    """The tests of a pipeline or template, by template and name."""
    below = Q(template__pipeline=above) if isinstance(above, Pipeline) else Q(template=above)
    found = visibility.pipeline_tests(viewer).filter(below).select_related("template")
    return found.order_by("template__name", "name", "pk")


def with_last_run(viewer: Viewer, tests: Sequence[PipelineTest]) -> Sequence[PipelineTest]:
    """The tests with ``n_runs`` and what the newest run says of them; two queries."""
    of_test = {test.pk: test.pk for test in tests}
    _with_figures(viewer, tests, of_test, visibility.runs(viewer).filter(test__in=list(of_test)))
    return tests


def last_runs(viewer: Viewer, tests: Iterable[PipelineTest]) -> Mapping[int, Sequence[Shown]]:
    """Of each test, by its key, its newest ten runs, the oldest of them first; one query."""
    newest_first = [F("started_at").desc(nulls_last=True), F("pk").desc()]
    place = Window(RowNumber(), partition_by="test", order_by=newest_first)
    rows = visibility.runs(viewer).filter(test__in=[each.pk for each in tests]).annotate(place=place)
    found: defaultdict[int, list[Shown]] = defaultdict(list)
    for row in rows.filter(place__lte=LAST).order_by("test", "-place").values_list(*Shown._fields):
        found[row[1]].append(Shown._make(row))
    return found


def _with_figures(viewer: Viewer, found: Sequence[Any], of_test: Mapping[int, int], runs: QuerySet[Run]) -> None:
    """Tell what the runs say of each of ``found``, to which ``of_test`` leads from a test."""
    figures = _figures(of_test, runs)
    newest = _newest(viewer, figures.values())
    for each in found:
        own = figures[each.pk]
        last = newest.get(own.last_test)
        _tell(
            each,
            n_runs=own.n_runs,
            last_run_id=last.pk if last else None,
            last_status=last.status if last else "",
            last_at=own.last_at,
        )


def _figures(of_test: Mapping[int, int], runs: QuerySet[Run]) -> defaultdict[int, _Figures]:
    found: defaultdict[int, _Figures] = defaultdict(_Figures)
    rows = runs.order_by().values_list("test").annotate(n=Count("pk"), newest=Max("started_at"))
    for test, n, newest in rows:
        if test not in of_test:
            continue
        own = found[of_test[test]]
        own.n_runs += n
        if own.last_test is None or (newest is not None and (own.last_at is None or newest > own.last_at)):
            own.last_at, own.last_test = newest, test
    return found


def _newest(viewer: Viewer, figures: Iterable[_Figures]) -> Mapping[int | None, Shown]:
    """The newest run of each of these, by its test.

    Asked for by lists of tests and of times, whatever their number: a condition for each would be too much for SQLite.
    """
    wanted = {own.last_test: own.last_at for own in figures if own.last_test is not None}
    times = Q(started_at__in=set(wanted.values()) - {None}) | Q(started_at=None)
    rows = visibility.runs(viewer).filter(times, test__in=list(wanted)).order_by("pk").values_list(*Shown._fields)
    found = (Shown._make(row) for row in rows)
    return {run.test_id: run for run in found if run.started_at == wanted[run.test_id]}


def _tell(record: Any, **figures: object) -> None:
    for name, value in figures.items():
        setattr(record, name, value)
