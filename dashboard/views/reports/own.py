"""Asking for a report that Quayside makes: of one evaluation run, or of those that are ticked in the list."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dashboard.domain.audits import AuditAction
from dashboard.domain.roles import Role
from dashboard.forms.own_report import OwnReportForm
from dashboard.models import Run
from dashboard.services import deeds, own_reports, rights, tickets, visibility
from dashboard.views import crumbs, fragments, lists
from dashboard.views.requests import Request
from dashboard.views.runs import lists as run_lists
from dashboard.views.runs.selections import chosen_ids, is_all

TITLE = "New report"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The runs that are chosen, oldest first, told apart by whether a report is made of them."""

    runs: list[Run]
    """What the report is of; none where more are chosen than one takes."""
    refused: list[Run]
    """At most as many as a report takes runs."""
    has_too_many: bool
    """More are chosen than one report takes, those that are refused left out."""
    has_more_refused: bool


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: Request) -> HttpResponse:
    """The form; by POST the asking, once, which leads to the report's page."""
    if request.method == "POST":
        deeds.require(request.user, AuditAction.REPORT_CREATED)
    rights.require(request.user, Role.OPERATOR)
    chosen = _told_apart(_chosen(request).select_related("source").order_by(F("started_at").asc(nulls_last=True), "pk"))
    if request.method == "POST":
        return _posted(request, chosen)
    return _page(request, chosen, OwnReportForm(initial={"title": own_reports.suggested_title(chosen.runs)}))


def _told_apart(chosen: QuerySet[Run]) -> Chosen:
    most, good = own_reports.MOST_RUNS, own_reports.reportable(chosen)
    runs = list(good[: most + 1])
    refused = list(chosen.exclude(pk__in=good.order_by().values("pk"))[: most + 1])
    has_too_many = len(runs) > most
    return Chosen([] if has_too_many else runs, refused[:most], has_too_many, len(refused) > most)


def _chosen(request: Request) -> QuerySet[Run]:
    """The runs that the address or the form names, or all that the list's filter lets through."""
    visible = visibility.runs(request.user)
    if request.method == "POST":
        return visible.filter(pk__in=chosen_ids(request.POST))
    if is_all(request.GET):
        return lists.ask(request, run_lists.SPEC, visible, scope="runs").matching()
    return visible.filter(pk__in=chosen_ids(request.GET))


def _posted(request: Request, chosen: Chosen) -> HttpResponse:
    form, ticket, now = OwnReportForm(request.POST), request.POST.get("ticket", ""), timezone.now()
    if not tickets.is_one(ticket):
        form.add_error(None, "This form was too old or not complete. Look through it and send it again.")
    if not form.is_valid() or not chosen.runs:
        return _page(request, chosen, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if tickets.claim(request.user, ticket, now=now):
        order = replace(form.order(), origin=request.build_absolute_uri("/").rstrip("/"))
        report = own_reports.ask(request.user, chosen.runs, order, now=now)
        tickets.fill(request.user, ticket, {"report": report.pk}, now=now)
        return redirect("report-detail", report.pk)
    made = tickets.read(request.user, ticket, now=now) or {}
    return redirect("report-detail", made["report"]) if "report" in made else redirect("report-list")


def _page(
    request: Request,
    chosen: Chosen,
    form: OwnReportForm,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    invalid = [field for field in form if field.errors] if form.is_bound else []
    if invalid:
        invalid[0].field.widget.attrs["autofocus"] = True
    is_of_one = len(chosen.runs) == 1 and not chosen.refused
    trail = crumbs.below_run(chosen.runs[0], TITLE) if is_of_one else crumbs.below_runs(TITLE)
    context = {
        "form": form,
        "runs": chosen.runs,
        "refused": [{"run": run, "why_not": own_reports.why_not(run)} for run in chosen.refused],
        "has_more_refused": chosen.has_more_refused,
        "beyond": f"One report takes {own_reports.MOST_RUNS} runs." if chosen.has_too_many else "",
        "is_unfinished": any(not run.is_finished for run in chosen.runs),
        "general": form.non_field_errors() if form.is_bound else [],
        "invalid": [{"id": field.id_for_label, "label": field.label} for field in invalid],
        "ticket": tickets.new(),
        "crumbs": trail,
        "back_url": trail[-2]["url"],
    }
    response = fragments.page(request, "reports/own_new.html", context)
    response.status_code = status
    return response
