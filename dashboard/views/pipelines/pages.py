"""What is tested: the list of pipelines, and the pages of a pipeline and of a template."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from dashboard import formats
from dashboard.domain.queries import Term
from dashboard.filters.terms import findable
from dashboard.models import MirrorClock, Pipeline, PipelineTemplate, PipelineTest
from dashboard.services import rights, visibility
from dashboard.services.pipelines import catalogue, groups
from dashboard.tables.base import Table
from dashboard.tables.pipelines import STRIP, PipelineTable, PipelineTemplateTable, PipelineTestTable
from dashboard.views import ages, fragments, lists, paging, sources
from dashboard.views.addresses import here
from dashboard.views.crumbs import Crumbs
from dashboard.views.frame import tested_sources
from dashboard.views.kept import PARTS
from dashboard.views.pipelines import group_lists
from dashboard.views.reports import beginnings as report_beginnings
from dashboard.views.requests import Request

Told = Pipeline | PipelineTemplate | PipelineTest


@require_safe
def pipeline_list(request: Request) -> HttpResponse:
    """All pipelines of all sources, a page of them at a time, sorted by any column."""
    everywhere, total = tested_sources(request), visibility.pipelines(request.user).count()
    context = {
        "total": total,
        "total_text": formats.plural(total, "pipeline"),
        "body": _kept(request, "pipelines", "pipelines/_list.html", lambda: _list(request)) if total else "",
        "has_sources": bool(everywhere),
        "troubles": sources.failing(request, everywhere),
        "back_url": here(request),
    }
    return ages.tell_of_sources(fragments.page(request, "pipelines/list.html", context), everywhere)


def _list(request: Request) -> dict[str, Any]:
    """The table and its pager, and the newest groups of runs."""
    table = PipelineTable.look(PipelineTable.default_columns)
    sort = request.GET.get("sort", "") or str(table._meta.order_by[0])
    found = table.in_order(catalogue.pipelines(request.user), sort)
    page = paging.page_of(request, len(found))
    listed = groups.newest(request.user)
    return {
        "groups": group_lists.rows(listed),
        "n_groups": visibility.run_groups(request.user).count() if listed else 0,
        "headers": [lists.header(request, column, sort) for column in table.columns],
        "rows": [table.row(each) for each in found[page.offset : page.offset + page.size]],
        "pager": paging.pager(request, page),
    }


def _kept(request: Request, what: str, template: str, make: Callable[[], dict[str, Any]]) -> SafeString:
    """A part of a page, the same for all readers of this address until the mirror changes."""
    minute = f"{timezone.now():%Y%m%d%H%M}"
    key = what, visibility.scope(request.user), MirrorClock.now(), here(request), minute
    return PARTS.get(key, lambda: render_to_string(template, make()))


@require_safe
def pipeline(request: Request, pipeline_id: int) -> HttpResponse:
    """One pipeline: its templates and their tests."""
    try:
        found = catalogue.pipeline(request.user, pipeline_id)
    except Pipeline.DoesNotExist as error:
        raise Http404("There is no such pipeline.") from error
    context = frame(request, found, "Pipeline") | {
        "crumbs": crumbs_to(found),
        "templates": _kept(request, "templates", "pipelines/_templates.html", lambda: _templates(request, found)),
        "runs_url": runs_with("pipeline", found.name),
        "tests": _kept(request, "tests", "pipelines/_tests.html", lambda: _tests(request, found)),
    }
    return fragments.page(request, "pipelines/pipeline.html", context)


@require_safe
def template(request: Request, template_id: int) -> HttpResponse:
    """One template: its workflows and its tests."""
    try:
        found = catalogue.template(request.user, template_id)
    except PipelineTemplate.DoesNotExist as error:
        raise Http404("There is no such template.") from error
    context = frame(request, found, "Template") | {
        "crumbs": crumbs_to(found.pipeline, found),
        "runs_url": runs_with("template", found.name),
        "tests": _kept(request, "tests", "pipelines/_tests.html", lambda: _tests(request, found)),
    }
    return fragments.page(request, "pipelines/template.html", context)


def frame(request: Request, told: Told, noun: str) -> dict[str, Any]:
    """What the pages of a pipeline, a template and a test have in common."""
    return {
        "told": told,
        "noun": noun,
        "report_url": "" if told.is_gone or not rights.may_act(request.user) else report_beginnings.below(told),
        "pairs": _pairs(told),
        "troubles": sources.failing(request, [told.source]),
        "back_url": here(request),
    }


def crumbs_to(pipeline: Pipeline, template: PipelineTemplate | None = None, label: str = "") -> Crumbs:
    """The way from the list of pipelines; the last of these is the page itself."""
    found = [
        {"label": "Pipelines", "url": reverse("pipelines")},
        {"label": pipeline.name, "url": reverse("pipeline-detail", args=[pipeline.pk])},
    ]
    if template is not None:
        found.append({"label": template.name, "url": reverse("pipeline-template", args=[template.pk])})
    return [*found, {"label": label}] if label else [*found[:-1], {"label": found[-1]["label"]}]


def table_of(table_class: type[Table], records: Iterable[Any], chosen: tuple[str, ...] = ()) -> dict[str, Any]:
    """Context of ``components/table.html`` for a table that is not sorted by its headings."""
    table = table_class.look(chosen or table_class.default_columns)
    headers = [{"label": each.header, "css": each.column.classes, "url": "", "sort": ""} for each in table.columns]
    rows: list[SafeString] = [table.row(record) for record in records]
    return {"headers": headers, "rows": rows}


def _templates(request: Request, pipeline: Pipeline) -> dict[str, Any]:
    """The templates of a pipeline."""
    templates = table_of(PipelineTemplateTable, catalogue.templates_of(request.user, pipeline))
    return {"templates": templates, "n_templates": len(templates["rows"])}


def _tests(request: Request, above: Pipeline | PipelineTemplate) -> dict[str, Any]:
    """A page of the tests below, each with its last runs."""
    found = catalogue.tests_below(request.user, above)
    page = paging.page_of(request, found.count())
    shown = catalogue.with_last_run(request.user, list(found[page.offset : page.offset + page.size]))
    strips = catalogue.last_runs(request.user, shown)
    for test in shown:
        setattr(test, STRIP, strips.get(test.pk, ()))
    columns = PipelineTestTable.default_columns
    if isinstance(above, PipelineTemplate):
        columns = tuple(name for name in columns if name != "template")
    tests = table_of(PipelineTestTable, shown, columns)
    return {"tests": tests, "n_tests": page.total, "pager": paging.pager(request, page)}


def _pairs(told: Told) -> list[dict[str, object]]:
    """What its source says of it, beside its name and description."""
    facts: list[dict[str, object]] = [
        {"name": "Id", "value": told.external_id, "copyable": True},
        {"name": "Source", "value": told.source.name},
        {"name": "Created", "value": formats.moment(told.created_at)},
        {"name": "Created by", "value": told.created_by},
    ]
    if isinstance(told, PipelineTemplate):
        facts += [
            {"name": "Test workflow", "value": told.test_wdl, "copyable": True},
            {"name": "Evaluation workflow", "value": told.eval_wdl, "copyable": True},
        ]
    return [fact for fact in facts if fact["value"] not in {"", formats.UNKNOWN}]


def runs_with(field: str, name: str) -> str:
    """The list of runs, filtered."""
    return f"{reverse('run-list')}?{urlencode({'q': Term.of(field, findable(name)).text})}"
