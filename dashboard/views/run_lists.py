"""The runs list: page, poll and exports."""

from operator import attrgetter
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.domain.statuses import SourceHealth
from dashboard.filters.facets import RUN_FACETS
from dashboard.filters.runs import RunFilter
from dashboard.models import MirrorClock, Run, Source
from dashboard.services import runs, visibility
from dashboard.services.reach import capabilities
from dashboard.tables.runs import RunTable
from dashboard.views import exports, fragments, lists, polls, search
from dashboard.views.addresses import here
from dashboard.views.frame import visible_sources
from dashboard.views.requests import Request
from dashboard.views.selections import chosen_ids, is_all


def _fetch(ids: list[int]) -> Any:
    return Run.objects.filter(pk__in=ids).select_related("source")


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

EXTRA: exports.Extra = {
    "id": lambda run: run.pk,
    "external_id": lambda run: run.external_id,  # type: ignore[attr-defined]
    "uid": lambda run: run.uid,  # type: ignore[attr-defined]
    "source": lambda run: run.source.name,  # type: ignore[attr-defined]
    "status": lambda run: run.status,  # type: ignore[attr-defined]
    "raw_status": lambda run: run.raw_status,  # type: ignore[attr-defined]
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
    sources = visible_sources(request)
    shown = lists.context(request, asked) | lists.export_urls(asked, "run-export", request)
    context = {
        "list": shown | {"poll_url": here(request)},
        "here": here(request),
        "has_sources": bool(sources),
        "can_create": any(capabilities(source).create for source in sources if not source.is_paused),
        "has_samples": any(source.is_sample for source in sources),
        "is_filtered": bool(asked.query.text),
        "add_source_url": reverse("admin:dashboard_source_add") if request.user.is_staff else "",
        "waiting_text": _waiting(sources),
        **_news(sources),
    }
    response = fragments.page(request, "runs/list.html", context)
    return fragments.tell_age(response, runs.oldest_look(sources))


@require_safe
def export(request: Request, kind: str) -> HttpResponseBase:
    """All rows of the filter, or those that are ticked, streamed."""
    visible = visibility.runs(request.user).select_related("source")
    asked = lists.ask(request, SPEC, visible, scope="runs")
    write = {"csv": exports.as_csv, "json": exports.as_json}.get(kind)
    if write is None:
        raise Http404("Exports are csv or json.")
    ticked = [] if is_all(request.GET) else chosen_ids(request.GET)
    rows = visible.filter(pk__in=ticked).order_by(*asked.table.ordering(asked.sort)) if ticked else asked.ordered()
    return write(request, asked.table, rows, EXTRA, "runs")


def _poll(request: Request) -> HttpResponse:
    """The rows that changed; nothing but the age of the last look, if the mirror is as the page shows it."""
    version = MirrorClock.now()
    sources = visible_sources(request)
    looked_at = runs.oldest_look(sources)
    if polls.is_current(request, version):
        return fragments.nothing_new(looked_at)
    asked = lists.ask(request, SPEC, visibility.runs(request.user), scope="runs", version=version)
    poll = polls.ask(request, asked, asked.base)
    if poll.is_empty:
        return fragments.nothing_new(looked_at)
    response = polls.answer(request, asked, poll, "runs/list_changes.html", _news(sources))
    return fragments.tell_age(response, looked_at)


def _news(sources: list[Source]) -> dict[str, Any]:
    return {
        "failing": [source for source in sources if source.health == SourceHealth.FAILING],
        "first_looks": [source for source in sources if source.progress_total],
    }


def _waiting(sources: list[Source]) -> str:
    names = ", ".join(source.name for source in sources[:3])
    return f"{names}: nothing there yet. A job that starts appears here within seconds."
