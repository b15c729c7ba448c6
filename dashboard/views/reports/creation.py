"""Having a source make a report: what it is of, the form, the asking, and the page that looks what became of it."""

from dataclasses import replace
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.errors import SourceError
from dashboard.domain.reports import ReportRequest
from dashboard.domain.roles import Role
from dashboard.models import Report
from dashboard.services import deeds, reports, rights
from dashboard.services.actions import ActionState
from dashboard.services.reports import Making, Subject
from dashboard.views import fragments
from dashboard.views.artifacts import slots
from dashboard.views.reports import beginnings as report_beginnings
from dashboard.views.reports import forms as report_forms
from dashboard.views.reports.forms import Filled
from dashboard.views.requests import Request

STEPS = {"look": "looked", "find": "templates", "count": "count"}
"""Buttons that look something up and send nothing to a source, by the part of the page that htmx gets."""
NO_TICKET = "This form was too old or not complete. Look through it and send it again."
NOT_COUNTED = "The filter is not the one whose runs were counted. See how many it chooses, then send it."
GONE = "It is no longer at its source, which makes no report of it any more."
THERE_IS_ONE = "There is this report already: nothing was made anew."


@require_http_methods(["GET", "HEAD", "POST"])
@slots.acting
def create(request: Request) -> HttpResponse:
    """What the report is to be of, or its form; by POST one of the form's steps, or the asking."""
    if request.method == "POST":
        deeds.require(request.user, AuditAction.REPORT_CREATED)
    rights.require(request.user, Role.OPERATOR)
    named = {name: request.GET.get(name, "")[: report_beginnings.LONGEST] for name in report_beginnings.FIELDS}
    try:
        subject = reports.find_subject(request.user, **named)
    except reports.SeveralFound:
        return _choose(request, wrong=report_beginnings.SEVERAL)
    if subject is None:
        return _choose(request, wrong=report_beginnings.NOTHING if any(named.values()) else "")
    why_not = GONE if subject.is_gone else reports.why_not_made(request.user, subject.source)
    if request.method == "POST":
        return _posted(request, subject, why_not)
    return _page(request, report_forms.begun(request, subject), why_not=why_not)


@require_safe
def outcome(request: Request, ticket: str) -> HttpResponse:
    """What became of a form that was sent: leads to its report, or looks for it."""
    making = reports.find_making(request.user, ticket, now=timezone.now())
    if making is None:
        raise Http404("Nothing was sent under this address, or long ago.")
    report = reports.look(request.user, making)
    if report is not None:
        address = reverse("report-detail", args=[report.pk])
        return HttpResponseClientRedirect(address) if fragments.wants_fragment(request) else redirect(address)
    is_over = reports.is_over(making, now=timezone.now())
    context = {
        "making": making,
        "is_waiting": not is_over and making.state in {ActionState.NOT_TRIED, ActionState.UNKNOWN},
        "is_refused": making.state is ActionState.REFUSED,
        "poll_url": request.path,
        "again_url": f"{reverse('report-new')}?{making.again}",
        "crumbs": report_forms.crumbs(),
    }
    return fragments.page(request, "reports/outcome.html", context, fragment="live")


def _choose(request: Request, *, wrong: str) -> HttpResponse:
    context = report_beginnings.choices(request, wrong=wrong) | {"crumbs": report_forms.crumbs()}
    response = fragments.page(request, "reports/choose.html", context)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return response


def _posted(request: Request, subject: Subject, why_not: str) -> HttpResponse:
    """A step, or the asking; what was typed is shown again whatever speaks against it."""
    step = next((button for button in STEPS if button in request.POST), "")
    filled = report_forms.sent(request, subject, is_checked=not step)
    if step:
        return _page(request, filled, why_not=why_not, fragment=STEPS[step], status=_status(request, filled))
    if why_not:
        said = {"said": why_not}
        source = subject.source.name
        deeds.note(AuditAction.REPORT_CREATED, request.user, outcome=AuditOutcome.REFUSED, source=source, detail=said)
    if not filled.is_valid() or why_not:
        return _page(request, filled, why_not=why_not, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    report_forms.remember(request, filled)
    if not filled.is_counted():
        filled.form.add_error(None, NOT_COUNTED)
        return _page(request, filled, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _wanted(request, filled, filled.request())


def _wanted(request: Request, filled: Filled, wanted: ReportRequest) -> HttpResponse:
    """Ask for it, unless it is there: a failed one makes room if one says so, and no other does."""
    there = _existing(request, filled.subject, wanted)
    if there is None:
        return _ask(request, filled, replace(wanted, replaces_failed=False))
    if not reports.has_failed(there):
        messages.info(request, THERE_IS_ONE)
        return redirect("report-detail", there.pk)
    if not wanted.replaces_failed:
        filled.form.add_error("replaces_failed", "There is one that failed. Tick this to have it replaced.")
        return _page(request, filled, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _ask(request, filled, wanted)


def _existing(request: Request, subject: Subject, wanted: ReportRequest) -> Report | None:
    key = reports.key_of(wanted)
    return None if key is None else reports.existing(request.user, subject.source, key)


def _ask(request: Request, filled: Filled, wanted: ReportRequest) -> HttpResponse:
    ticket, again = request.POST.get("ticket", ""), request.META.get("QUERY_STRING", "")
    try:
        made = reports.create(request.user, filled.subject.source, wanted, ticket=ticket, again=again)
    except SourceError as error:
        refusal = {"title": error.sentence, "text": error.hint, "quote": error.detail}
        return _page(request, filled, status=HTTPStatus.UNPROCESSABLE_ENTITY, refusal=refusal)
    except ValueError:
        filled.form.add_error(None, NO_TICKET)
        return _page(request, filled, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return lead_on(request, made)


def lead_on(request: Request, made: Making) -> HttpResponse:
    """To the report, if it is there; else to the page that looks for it."""
    if not made.report_id:
        return redirect("report-creation", made.ticket)
    if made.state is ActionState.ALREADY:
        messages.info(request, THERE_IS_ONE)
    return redirect("report-detail", made.report_id)


def _status(request: Request, filled: Filled) -> HTTPStatus:
    """A step is judged by the filter that it counts with; a fragment says itself what is wrong, and is shown if 200."""
    is_fine = filled.is_filter_valid() or fragments.wants_fragment(request)
    return HTTPStatus.OK if is_fine else HTTPStatus.UNPROCESSABLE_ENTITY


def _page(
    request: Request,
    filled: Filled,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    why_not: str = "",
    refusal: dict[str, str] | None = None,
    fragment: str = "",
) -> HttpResponse:
    """The form with what was typed; the first field that is wrong has the focus."""
    context = report_forms.context(request, filled) | {"why_not": why_not, "refusal": refusal}
    context["has_form"] = not why_not or request.method == "POST"
    context["is_part"] = fragments.wants_fragment(request)
    response = fragments.page(request, "reports/new.html", context, fragment=fragment)
    response.status_code = status
    return response
