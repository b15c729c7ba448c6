"""The reports list: page, poll and exports."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dashboard.filters.report_parameters import translated
from dashboard.filters.reports import REPORT_FACETS, ReportFilter
from dashboard.models import MirrorClock, Report
from dashboard.services import reports
from dashboard.services.runs import oldest_look
from dashboard.tables.reports import ReportTable
from dashboard.views import ages, exports, fragments, lists, polls, sources
from dashboard.views.addresses import here
from dashboard.views.frame import concerned_sources, visible_sources
from dashboard.views.requests import Request


def _fetch(ids: list[int]) -> Any:
    return reports.with_subjects(Report.objects.filter(pk__in=ids))


SPEC = lists.ListSpec(
    label="reports",
    noun="report",
    table=ReportTable,
    filters=ReportFilter,
    facets=REPORT_FACETS,
    placeholder='status:failed template:"HC concordance" owner:ada@example.com after:7d words',
    fetch=_fetch,
    leads_through=True,
)

EXTRA: exports.Extra = {
    "id": lambda report: report.pk,
    "external_id": lambda report: report.external_id,  # type: ignore[attr-defined]
    "template_id": lambda report: report.template_external_id,  # type: ignore[attr-defined]
    "status": lambda report: report.status,  # type: ignore[attr-defined]
    "raw_status": lambda report: report.raw_status,  # type: ignore[attr-defined]
    "is_gone": lambda report: report.is_gone,  # type: ignore[attr-defined]
}


@require_safe
def report_list(request: Request) -> HttpResponse:
    """All reports that one may see, filtered; a poll is answered with the rows that changed."""
    if fragments.is_poll(request):
        return _poll(request)
    if changes := translated(request.GET):
        return redirect(here(request, **changes))
    asked = _ask(request)
    shown = lists.context(request, asked) | lists.export_urls(asked, "report-export", request)
    context = {
        "list": shown | {"poll_url": here(request)},
        "here": here(request),
        "has_sources": bool(visible_sources(request)),
        "is_filtered": bool(asked.query.text),
        "age": ages.age(oldest_look(concerned_sources(request))),
        **_news(request),
        **_progress(request),
    }
    response = fragments.page(request, "reports/list.html", context)
    return ages.tell_of_sources(response, concerned_sources(request))


@require_safe
def export(request: Request, kind: str) -> HttpResponseBase:
    """All rows of the filter, streamed."""
    asked = _ask(request)
    return exports.send(request, kind, asked.table, reports.with_subjects(asked.ordered()), extra=EXTRA, name="reports")


def _ask(request: Request, version: int | None = None) -> lists.Asked:
    return lists.ask(request, SPEC, reports.listed(request.user), scope="reports", version=version)


def _poll(request: Request) -> HttpResponse:
    """The rows that changed, or how far the mirror has come; nothing but the age of the last look, if the mirror is as
    the page shows it.
    """
    version = MirrorClock.now()
    concerned = concerned_sources(request)
    is_current, told = polls.is_current(request, version), request.GET.get("told", "")
    if is_current and not told:
        return ages.tell_of_sources(fragments.nothing_new(), concerned)
    progress = _progress(request)
    response = None if is_current else _changes(request, version, progress)
    if response is None:
        # Asking a source for reports that are none changes no row, and the mirror's clock stands still.
        response = fragments.nothing_new() if progress["told"] == told else _further(request, progress)
    return ages.tell_of_sources(response, concerned)


def _changes(request: Request, version: int, progress: dict[str, Any]) -> HttpResponse | None:
    """What changed in the list; None if nothing of it did."""
    asked = _ask(request, version)
    poll = polls.ask(request, asked, asked.base)
    if poll.is_empty:
        return None
    return polls.answer(request, asked, poll, "reports/list_changes.html", _news(request) | progress)


def _further(request: Request, progress: dict[str, Any]) -> HttpResponse:
    """Only how far the mirror has come."""
    response = render(request, "reports/progress_changes.html", progress)
    response["Cache-Control"] = "no-store"
    return fragments.vary(response)


def _news(request: Request) -> dict[str, Any]:
    return {
        "troubles": sources.failing(request, concerned_sources(request)),
        "back_url": here(request),
    }


def _progress(request: Request) -> dict[str, Any]:
    """The sources that have not been asked for the reports of all runs; ``told`` is what an open page compares."""
    found = [each for each in reports.progress(request.user) if not each.is_all]
    told = ",".join(f"{each.source.pk}:{each.n_asked}/{each.n_runs}" for each in found)
    return {"progress": found, "told": told}
