"""One report: how far it is, what came of it, its files; the open page keeps itself up to date."""

import time
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.domain.reports import ReportFile
from dashboard.models import Report
from dashboard.services import reports, rights, visibility
from dashboard.services.visibility import Viewer
from dashboard.views import ages, fragments, sources, titles
from dashboard.views.addresses import here, list_query, poll_address
from dashboard.views.artifacts import boxes, downloads
from dashboard.views.kept import PARTS
from dashboard.views.reports import facts as report_facts
from dashboard.views.reports import previews as report_previews
from dashboard.views.requests import Request
from dashboard.views.shares.discretion import shown_to

LASTS = 10
"""Seconds that the live part is kept for all who have it open."""
READY = "report-ready"
"""The event by which the open page fetches the document's frame."""


@require_safe
def detail(request: Request, report_id: int) -> HttpResponse:
    """A report; a poll is answered with its live part, if something in it is new."""
    report = find(request.user, report_id)
    if fragments.is_poll(request):
        return _poll(request, report)
    context = _live(request, report) | {
        "crumbs": [{"label": "Reports", "url": reverse("report-list") + list_query(request)}, {"label": str(report)}],
        "preview": report_previews.context(request, report),
    }
    response = ages.tell_of_report(fragments.page(request, "reports/detail.html", context, fragment="live"), report)
    return boxes.framing(request, response)


@require_safe
def file(request: Request, report_id: int, name: str) -> HttpResponseBase:
    """A file of a report, as it is."""
    report = find(request.user, report_id)
    try:
        wanted = ReportFile(name)
    except ValueError as error:
        raise Http404("Reports have no file of this name.") from error
    return downloads.send(request, reports.open_file(report, wanted), reports.file_name(report, wanted))


def find(viewer: Viewer, report_id: int) -> Report:
    """The report, or a 404 page that does not tell whether it exists for others."""
    try:
        return reports.get(viewer, report_id)
    except Report.DoesNotExist as error:
        raise Http404("There is no such report.") from error


def _live(request: Request, report: Report) -> dict[str, Any]:
    version = reports.page_version(report)
    seen_at = reports.seen_at(report, timezone.now())
    context = {
        **report_facts.facts(request.user, report),
        "troubles": sources.failing(request, [report.source]) if report.source else [],
        "back_url": here(request),
        "list_query": list_query(request),
        "share_url": reverse("report-share", args=[report.pk]) if rights.may_act(request.user) else "",
        "seen_at": seen_at,
        "age": ages.age(seen_at),
        "title": titles.report_title(report),
        "live_title": titles.live_report_title(report),
        "version": version,
        "is_live": not report.is_finished and not report.is_gone,
        "poll_url": poll_address(request, version),
    }
    return shown_to(request.user, context)


def _poll(request: Request, report: Report) -> HttpResponse:
    version = reports.page_version(report)
    if request.GET["v"] == version:
        return ages.tell_of_report(fragments.nothing_new(), report)
    key = ("report", visibility.scope(request.user), report.pk, version, here(request), int(time.time()) // LASTS)
    html = PARTS.get(key, lambda: render_to_string("reports/detail.html#live", _live(request, report)))
    response = HttpResponse(html, headers={"Cache-Control": "no-store"})
    if report.is_finished:
        fragments.announce(response, f"Report {report.status}: {report}")
        fragments.tell(response, READY, {})
    return ages.tell_of_report(fragments.vary(response), report)
