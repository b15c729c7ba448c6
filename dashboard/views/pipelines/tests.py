"""A test of a pipeline: its runs over time, with what each brought."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from dashboard import charts, formats
from dashboard.charts import Point
from dashboard.domain.comparisons import change
from dashboard.domain.pipelines import ResultType
from dashboard.domain.statuses import RunStatus
from dashboard.models import PipelineTest
from dashboard.services import visibility
from dashboard.services.pipelines import catalogue, histories
from dashboard.services.pipelines.histories import Column, History, Row, Standing
from dashboard.tables import strips
from dashboard.tables.histories import HistoryTable
from dashboard.views import ages, fragments, json_trees, paging
from dashboard.views.addresses import here, poll_address
from dashboard.views.kept import PARTS
from dashboard.views.pipelines.pages import crumbs_to, frame, runs_with
from dashboard.views.requests import Request

STATES = tuple(status.value for status in RunStatus)
INPUTS = {
    "test_input": "Test inputs",
    "test_options": "Test options",
    "eval_input": "Evaluation inputs",
    "eval_options": "Evaluation options",
}
"""What runs of a test begin from, as the page calls it."""


@require_safe
def history(request: Request, test_id: int) -> HttpResponse:
    """One test: what its runs brought, run by run. A poll is answered with the live part, if any run changed."""
    try:
        test = catalogue.pipeline_test(request.user, test_id)
    except PipelineTest.DoesNotExist as error:
        raise Http404("There is no such test.") from error
    standing = histories.standing(request.user, test)
    if fragments.is_poll(request) and request.GET["v"] == _version(test, standing):
        return ages.tell_of_sources(fragments.nothing_new(), [test.source])
    context = frame(request, test, "Test") | {
        "crumbs": crumbs_to(test.template.pipeline, test.template, test.name),
        "runs_url": runs_with("test", test.name),
        "watch_url": f"{reverse('watch-new')}?{urlencode({'test': test.pk})}",
        "n_runs": standing.n_runs,
        "poll_url": poll_address(request, _version(test, standing)),
        "body": _kept_body(request, test, standing),
    }
    context["facts"] = _kept_facts(request, test, context["pairs"])
    response = fragments.page(request, "pipelines/test.html", context, fragment="live")
    return ages.tell_of_sources(response, [test.source])


def _version(test: PipelineTest, standing: Standing) -> str:
    """What an open page compares: the newest change of its runs, how many there are, and its source's health."""
    return f"{standing.version}.{standing.n_runs}.{test.source.version}"


def _kept_body(request: Request, test: PipelineTest, standing: Standing) -> SafeString:
    """States, charts, table and pager: the same for all readers of this address until a run of the test changes."""
    minute = f"{timezone.now():%Y%m%d%H%M}"
    key = "test", visibility.scope(request.user), test.pk, _version(test, standing), here(request), minute
    return PARTS.get(key, lambda: _body(request, test, standing))


def _kept_facts(request: Request, test: PipelineTest, pairs: Sequence[Mapping[str, object]]) -> SafeString:
    """What its runs begin from, and what is told of it: the same until its source tells something else of its tests."""
    key = "test facts", visibility.scope(request.user), test.pk, test.source.version, test.source.name

    def facts() -> SafeString:
        return render_to_string("pipelines/_facts.html", {"defaults": _defaults(test), "pairs": pairs})

    return PARTS.get(key, facts)


def _body(request: Request, test: PipelineTest, standing: Standing) -> SafeString:
    status = _status(request)
    page = paging.page_of(request, standing.counts.get(status, 0) if status else standing.n_runs)
    found = histories.history(request.user, test, status=status, offset=page.offset, size=page.size)
    table = HistoryTable.of(found.columns)
    context = {
        "states": _states(request, standing),
        "charts": [_chart(column, found) for column in found.columns if column.type == ResultType.NUMERIC],
        "strip": strips.strip(row.run for row in reversed(found.rows)),
        "headers": [
            {"label": each.header, "css": each.column.classes, "url": "", "sort": ""} for each in table.columns
        ],
        "rows": [table.row(row) for row in found.rows],  # type: ignore[arg-type]
        "left_out": ", ".join(found.left_out),
        "n_left_out": len(found.left_out),
        "pager": paging.pager(request, page),
        "total": page.total,
        "n_shown": len(found.rows),
        "status": status,
    }
    return render_to_string("pipelines/_history.html", context)


def _status(request: Request) -> str:
    """The state that the history is filtered by; empty for all."""
    status = request.GET.get("status", "")
    return status if status in STATES else ""


def _states(request: Request, standing: Standing) -> list[dict[str, Any]]:
    """Links that filter the history by a state that there is."""
    chosen = _status(request)
    shown = [("", "All", standing.n_runs)]
    shown += [
        (state, state.capitalize(), standing.counts.get(state, 0))
        for state in STATES
        if state in standing.counts or state == chosen
    ]
    return [
        {"label": label, "count": n, "url": here(request, status=state, page=None), "current": state == chosen}
        for state, label, n in shown
    ]


def _chart(column: Column, found: History) -> dict[str, Any]:
    """One result over time, oldest first, with its ends in words."""
    points = [_point(row, column.name) for row in reversed(found.rows)]
    known = [point for point in points if point.value is not None]
    between = change(known[0].value, known[-1].value) if known else None
    return {
        "name": column.name,
        "drawing": charts.line_chart(points, name=column.name),
        "last": formats.number(known[-1].value, 4) if known else formats.UNKNOWN,
        "change": formats.signed(between.difference if between else None, 3),
        "low": formats.number(min((point.value or 0.0 for point in known), default=None), 4),
        "high": formats.number(max((point.value or 0.0 for point in known), default=None), 4),
        "n": formats.plural(len(known), "value"),
    }


def _point(row: Row, name: str) -> Point:
    value = row.results.get(name)
    return Point(f"{row.run.name}, {formats.short_moment(row.run.started_at)}", value.number if value else None)


def _defaults(test: PipelineTest) -> Sequence[dict[str, Any]]:
    """What its runs begin from: inputs and options, each as a tree."""
    return [
        {"title": title, "nodes": json_trees.nodes(test.defaults[kind])}
        for kind, title in INPUTS.items()
        if test.defaults.get(kind)
    ]
