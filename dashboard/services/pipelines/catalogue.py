"""Pipelines, templates and tests: one of them, all below one, and what their last runs say of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber

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


def pipeline(viewer: Viewer, pk: int) -> Pipeline:
    """One pipeline with its source. Raises ``Pipeline.DoesNotExist``."""
    return visibility.pipelines(viewer).select_related("source").get(pk=pk)


def template(viewer: Viewer, pk: int) -> PipelineTemplate:
    """One template with its pipeline and source. Raises ``PipelineTemplate.DoesNotExist``."""
    return visibility.pipeline_templates(viewer).select_related("source", "pipeline").get(pk=pk)


def pipeline_test(viewer: Viewer, pk: int) -> PipelineTest:
    """One test with all that it is below. Raises ``PipelineTest.DoesNotExist``."""
    return visibility.pipeline_tests(viewer).select_related("source", "template__pipeline").get(pk=pk)


def pipelines(viewer: Viewer, *, version: int = 0) -> QuerySet[Pipeline]:
    """All pipelines with ``n_templates``, ``n_tests``, ``n_runs``, and of the newest run ``last_run_id``,
    ``last_status`` and ``last_at``; ``version`` as it is given.
    """
    templates = PipelineTemplate.objects.filter(pipeline=OuterRef("pk"))
    tests = PipelineTest.objects.filter(template__pipeline=OuterRef("pk"))
    runs = visibility.runs(viewer).filter(test__template__pipeline=OuterRef("pk"))
    found = visibility.pipelines(viewer).select_related("source")
    return found.annotate(
        **_newest(runs),
        n_templates=_count(templates, "pipeline"),
        n_tests=_count(tests, "template__pipeline"),
        n_runs=_count(runs, "test__template__pipeline"),
        version=Value(version),
    )


def templates_of(viewer: Viewer, pipeline: Pipeline) -> QuerySet[PipelineTemplate]:
    """The templates of a pipeline, by name, with ``n_tests``, ``n_runs`` and what the newest run says of them."""
    tests = PipelineTest.objects.filter(template=OuterRef("pk"))
    runs = visibility.runs(viewer).filter(test__template=OuterRef("pk"))
    found = visibility.pipeline_templates(viewer).filter(pipeline=pipeline)
    counts = {"n_tests": _count(tests, "template"), "n_runs": _count(runs, "test__template")}
    return found.annotate(**_newest(runs), **counts)


def tests_below(viewer: Viewer, above: Pipeline | PipelineTemplate) -> QuerySet[PipelineTest]:
    """The tests of a pipeline or template, by template and name, with ``n_runs`` and what the newest run says."""
    below = Q(template__pipeline=above) if isinstance(above, Pipeline) else Q(template=above)
    runs = visibility.runs(viewer).filter(test=OuterRef("pk"))
    found = visibility.pipeline_tests(viewer).filter(below).select_related("template")
    return found.annotate(**_newest(runs), n_runs=_count(runs, "test")).order_by("template__name", "name", "pk")


def last_runs(viewer: Viewer, tests: Iterable[PipelineTest]) -> Mapping[int, Sequence[Shown]]:
    """Of each test, by its key, its newest ten runs, the oldest of them first; one query."""
    newest_first = [F("started_at").desc(nulls_last=True), F("pk").desc()]
    place = Window(RowNumber(), partition_by="test", order_by=newest_first)
    rows = visibility.runs(viewer).filter(test__in=[each.pk for each in tests]).annotate(place=place)
    found: defaultdict[int, list[Shown]] = defaultdict(list)
    for row in rows.filter(place__lte=LAST).order_by("test", "-place").values_list(*Shown._fields):
        found[row[1]].append(Shown._make(row))
    return found


def _newest(runs: QuerySet[Run]) -> dict[str, Subquery]:
    """What the newest of the runs says. Each figure is a subquery of its own that an index answers."""
    newest = runs.order_by(F("started_at").desc(nulls_last=True), "-pk")
    return {
        "last_run_id": Subquery(newest.values("pk")[:1]),
        "last_status": Subquery(newest.values("status")[:1]),
        "last_at": Subquery(newest.values("started_at")[:1]),
    }


def _count(rows: QuerySet[Model], path: str) -> Coalesce:
    counted = rows.order_by().values(path).annotate(figure=Count("pk")).values("figure")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
