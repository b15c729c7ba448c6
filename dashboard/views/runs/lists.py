"""The runs list: page, poll and exports."""

import json
from operator import attrgetter
from typing import Any, cast

from django.db.models import Model, Prefetch, prefetch_related_objects
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.filters.facets import RUN_FACETS
from dashboard.filters.runs import RunFilter
from dashboard.models import MirrorClock, Run, RunResult, Source
from dashboard.services import labels, rights, runs, visibility
from dashboard.services.reach import capabilities
from dashboard.tables.runs import RunTable
from dashboard.views import ages, exports, fragments, lists, polls, search, sources
from dashboard.views.addresses import here, list_query
from dashboard.views.frame import concerned_sources, visible_sources
from dashboard.views.requests import Request
from dashboard.views.runs.selections import chosen_ids, is_all

TESTED = "test__template__pipeline"
"""What a run of a test is a run of, from the run."""
UNSHOWN = ("source__told", "source__problems", "source__list_place", "test__defaults")
"""What may be long, and no row shows."""


def _fetch(ids: list[int]) -> list[Run]:
    """With what their cells show; results only where there are runs of tests, and without their texts; labels only
    where there are any.
    """
    found = labels.brought(Run.objects.filter(pk__in=ids).select_related("source", TESTED).defer(*UNSHOWN))
    figures = Prefetch("results", RunResult.objects.defer("text"))
    prefetch_related_objects([run for run in found if run.is_test], figures)
    return found


SPEC = lists.ListSpec(
    label="runs",
    noun="run",
    table=RunTable,
    filters=RunFilter,
    facets=RUN_FACETS,
    placeholder="status:failed agent:codex task:fix-* after:7d cost:>5 words",
    fetch=_fetch,
)

COUNTED = (
    "n_passed", "n_partial", "n_failed", "n_errored", "n_unscored", "n_cancelled", "n_running", "n_pending",
    "n_finished", "interval_low", "interval_high",
)  # fmt: skip
"""What an export holds as numbers of their own beside the cells' texts."""


def _results(run: Model) -> str | None:
    """A run's results as a JSON object of their texts; None without any."""
    found = {result.name: result.text for result in cast("Run", run).results.all()}
    return json.dumps(found, ensure_ascii=False) if found else None


EXTRA: exports.Extra = {
    "id": lambda run: run.pk,
    "external_id": lambda run: run.external_id,  # type: ignore[attr-defined]
    "uid": lambda run: run.uid,  # type: ignore[attr-defined]
    "source": lambda run: run.source.name,  # type: ignore[attr-defined]
    "kind": lambda run: run.kind,  # type: ignore[attr-defined]
    "status": lambda run: run.status,  # type: ignore[attr-defined]
    "raw_status": lambda run: run.raw_status,  # type: ignore[attr-defined]
    "phase": lambda run: run.phase,  # type: ignore[attr-defined]
    "created_by": lambda run: run.created_by,  # type: ignore[attr-defined]
    "pipeline": lambda run: str(run.test.template.pipeline) if run.test else None,  # type: ignore[attr-defined]
    "template": lambda run: str(run.test.template) if run.test else None,  # type: ignore[attr-defined]
    "test": lambda run: str(run.test) if run.test else None,  # type: ignore[attr-defined]
    "results": _results,
    **{name: attrgetter(name) for name in COUNTED},
}


@require_safe
def run_list(request: Request) -> HttpResponse:
    """All runs that one may see, filtered; a poll is answered with the rows that changed."""
    if fragments.is_poll(request):
        return _poll(request)
    found = search.pasted(request)
    if found is not None:
        return search.lead_to(found)
    asked = lists.ask(request, SPEC, visibility.runs(request.user), scope="runs")
    everywhere = visible_sources(request)
    shown = lists.context(request, asked) | lists.export_urls(asked, "run-export", request)
    shown["details_url"] = reverse("run-details") + (list_query(request) or "?q=")
    context = {
        "list": shown | {"poll_url": here(request)},
        "here": here(request),
        "has_sources": bool(everywhere),
        "can_create": rights.may_act(request.user)
        and any(capabilities(source).create for source in everywhere if not source.is_paused),
        "has_samples": any(source.is_sample for source in everywhere),
        "is_filtered": bool(asked.query.text),
        "add_source_url": reverse("admin:dashboard_source_add") if rights.may_administer(request.user) else "",
        "waiting_text": _waiting(everywhere),
        "age": ages.age(runs.oldest_look(concerned_sources(request))),
        **_news(request),
    }
    response = fragments.page(request, "runs/list.html", context)
    return ages.tell_of_sources(response, concerned_sources(request))


@require_safe
def export(request: Request, kind: str) -> HttpResponseBase:
    """All rows of the filter, or those that are ticked, streamed."""
    visible = (
        visibility.runs(request.user)
        .select_related("source", TESTED)
        .defer(*UNSHOWN)
        .prefetch_related("results", "labels")
    )
    asked = lists.ask(request, SPEC, visible, scope="runs")
    ticked = [] if is_all(request.GET) else chosen_ids(request.GET)
    rows = visible.filter(pk__in=ticked).order_by(*asked.table.ordering(asked.sort)) if ticked else asked.ordered()
    return exports.send(request, kind, asked.table, rows, extra=EXTRA, name="runs")


def _poll(request: Request) -> HttpResponse:
    """The rows that changed; nothing but the age of the last look, if the mirror is as the page shows it."""
    version = MirrorClock.now()
    concerned = concerned_sources(request)
    if polls.is_current(request, version):
        return ages.tell_of_sources(fragments.nothing_new(), concerned)
    asked = lists.ask(request, SPEC, visibility.runs(request.user), scope="runs", version=version)
    poll = polls.ask(request, asked, asked.base)
    if poll.is_empty:
        return ages.tell_of_sources(fragments.nothing_new(), concerned)
    response = polls.answer(request, asked, poll, "runs/list_changes.html", _news(request))
    return ages.tell_of_sources(response, concerned)


def _news(request: Request) -> dict[str, Any]:
    concerned = concerned_sources(request)
    return {
        "troubles": sources.failing(request, concerned),
        "first_looks": [source for source in concerned if source.progress_total],
        "back_url": here(request),
    }


def _waiting(everywhere: list[Source]) -> str:
    names = ", ".join(source.name for source in everywhere[:3])
    return f"{names}: nothing there yet. A job that starts appears here within seconds."
