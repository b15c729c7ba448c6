"""Asking for a report that Quayside makes: of one evaluation run, or of those that are ticked in the list."""

from collections.abc import Sequence
from http import HTTPStatus

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dashboard.forms.own_report import OwnReportForm
from dashboard.models import Run
from dashboard.services import own_reports, tickets, visibility
from dashboard.views import crumbs, fragments, lists, run_lists
from dashboard.views.requests import Request
from dashboard.views.selections import chosen_ids, is_all

TITLE = "New report"


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: Request) -> HttpResponse:
    """The form; by POST the asking, once, which leads to the report's page."""
    chosen = list(_chosen(request).select_related("source").order_by("started_at", "pk")[: own_reports.MOST_RUNS + 1])
    runs = [run for run in chosen if not own_reports.why_not(run)]
    if request.method == "POST":
        return _posted(request, chosen, runs)
    return _page(request, chosen, runs, OwnReportForm(initial={"title": own_reports.suggested_title(runs)}))


def _chosen(request: Request) -> QuerySet[Run]:
    """The runs that the address or the form names, or all that the list's filter lets through."""
    visible = visibility.runs(request.user)
    if request.method == "POST":
        return visible.filter(pk__in=chosen_ids(request.POST))
    if is_all(request.GET):
        return lists.ask(request, run_lists.SPEC, visible, scope="runs").matching()
    return visible.filter(pk__in=chosen_ids(request.GET))


def _posted(request: Request, chosen: Sequence[Run], runs: Sequence[Run]) -> HttpResponse:
    form, ticket, now = OwnReportForm(request.POST), request.POST.get("ticket", ""), timezone.now()
    if not tickets.is_one(ticket):
        form.add_error(None, "This form was too old or not complete. Look through it and send it again.")
    if not form.is_valid() or not 0 < len(runs) <= own_reports.MOST_RUNS:
        return _page(request, chosen, runs, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if tickets.claim(request.user, ticket, now=now):
        report = own_reports.ask(request.user, runs, form.order(), now=now)
        tickets.fill(request.user, ticket, {"report": report.pk}, now=now)
        return redirect("report-detail", report.pk)
    made = tickets.read(request.user, ticket, now=now) or {}
    return redirect("report-detail", made["report"]) if "report" in made else redirect("report-list")


def _page(
    request: Request,
    chosen: Sequence[Run],
    runs: Sequence[Run],
    form: OwnReportForm,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    invalid = [field for field in form if field.errors] if form.is_bound else []
    if invalid:
        invalid[0].field.widget.attrs["autofocus"] = True
    trail = crumbs.below_run(runs[0], TITLE) if len(chosen) == len(runs) == 1 else crumbs.below_runs(TITLE)
    context = {
        "form": form,
        "runs": runs[: own_reports.MOST_RUNS],
        "refused": [{"run": run, "why_not": why} for run in chosen if (why := own_reports.why_not(run))],
        "beyond": _beyond(chosen),
        "is_unfinished": any(not run.is_finished for run in runs),
        "general": form.non_field_errors() if form.is_bound else [],
        "invalid": [{"id": field.id_for_label, "label": field.label} for field in invalid],
        "ticket": tickets.new(),
        "crumbs": trail,
        "back_url": trail[-2]["url"],
    }
    response = fragments.page(request, "reports/own_new.html", context)
    response.status_code = status
    return response


def _beyond(chosen: Sequence[Run]) -> str:
    """Said where more runs were meant than one report takes."""
    return f"One report takes {own_reports.MOST_RUNS} runs." if len(chosen) > own_reports.MOST_RUNS else ""
