"""Deleting a report, and making a failed one once more: the pages that ask, and doing it, once."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dashboard.domain.audits import AuditAction
from dashboard.domain.errors import SourceError
from dashboard.domain.roles import Role
from dashboard.models import Report
from dashboard.services import deeds, own_reports, reports, rights, tickets
from dashboard.services.actions import ActionState
from dashboard.views import fragments
from dashboard.views.addresses import here, list_query
from dashboard.views.artifacts import slots
from dashboard.views.reports import words as report_words
from dashboard.views.reports.pages import find
from dashboard.views.requests import Request

INCOMPLETE = "The form came without its ticket. Please press the button once more."


@require_http_methods(["GET", "HEAD", "POST"])
@slots.acting
def delete(request: Request, report_id: int) -> HttpResponse:
    """What goes and what stays, and the button; a POST deletes the report."""
    report = find(request.user, report_id)
    _require(request, AuditAction.REPORT_DELETED, report)
    question = report_words.deletion(request.user, report)
    if request.method != "POST":
        return _ask(request, report, question)
    if question["check"] and "sure" not in request.POST:
        return _ask(request, report, question, {"check": f"It is {report.created_by}’s. Tick this if you mean it."})
    if refusal := _unclaimed(request):
        return _ask(request, report, question, refusal) if refusal["text"] else redirect(_list(request))
    found = reports.delete(request.user, report)
    if found.state is ActionState.REFUSED:
        return _ask(request, report, question, _told(found.sentence, found.detail, found.hint))
    level = {ActionState.DONE: messages.SUCCESS, ActionState.ALREADY: messages.INFO}.get(found.state, messages.WARNING)
    messages.add_message(request, level, found.sentence)
    return redirect(_page(request, report)) if found.state is ActionState.UNKNOWN else redirect(_list(request))


@require_http_methods(["GET", "HEAD", "POST"])
@slots.acting
def retry(request: Request, report_id: int) -> HttpResponse:
    """What happens to the failed one, and the button; a POST has the report made anew in its place."""
    report = find(request.user, report_id)
    _require(request, AuditAction.REPORT_RETRIED, report)
    question = report_words.retrial(request.user, report)
    if request.method != "POST":
        return _ask(request, report, question)
    if question["why_not"]:
        reports.note_refusal(request.user, AuditAction.REPORT_RETRIED, report, why=question["why_not"])
        return _ask(request, report, question, _told(question["why_not"]))
    if question["check"] and "sure" not in request.POST:
        return _ask(request, report, question, {"check": f"It is {report.created_by}’s. Tick this if you mean it."})
    if report.is_own or report.source is None:
        own_reports.ask_again(request.user, report, now=timezone.now())
        return redirect(_page(request, report))
    return _retry(request, report, question)


def _require(request: Request, action: AuditAction, report: Report) -> None:
    """Raises ``PermissionDenied``: who may not act is not even asked."""
    if request.method == "POST":
        deeds.require(request.user, action, report, source=report.source.name if report.source else "")
    rights.require(request.user, Role.OPERATOR)


def _retry(request: Request, report: Report, question: dict[str, Any]) -> HttpResponse:
    wanted = report_words.again(request.user, report)
    ticket = request.POST.get("ticket", "")
    if not tickets.is_one(ticket) or report.source is None:
        return _ask(request, report, question, _told(INCOMPLETE))
    try:
        made = reports.create(request.user, report.source, wanted, ticket=ticket)
    except SourceError as error:
        return _ask(request, report, question, _told(error.sentence, error.detail, error.hint))
    if made.report_id:
        return redirect("report-detail", made.report_id)
    return redirect("report-creation", made.ticket)


def _unclaimed(request: Request) -> dict[str, str]:
    """Nothing for a form that comes for the first time; no text for one that was sent before."""
    ticket = request.POST.get("ticket", "")
    if not tickets.is_one(ticket):
        return _told(INCOMPLETE)
    return {} if tickets.claim(request.user, ticket, now=timezone.now()) else {"text": ""}


def _list(request: Request) -> str:
    """The list, filtered as it was when one came from it."""
    return reverse("report-list") + list_query(request)


def _page(request: Request, report: Report) -> str:
    return reverse("report-detail", args=[report.pk]) + list_query(request)


def _told(sentence: str, detail: str = "", hint: str = "") -> dict[str, str]:
    return {"text": f"{sentence} {hint}".strip(), "quote": detail}


def _ask(
    request: Request, report: Report, question: dict[str, Any], refusal: dict[str, str] | None = None
) -> HttpResponse:
    context = {
        "report": report,
        "crumbs": [
            {"label": "Reports", "url": _list(request)},
            {"label": str(report), "url": _page(request, report)},
            {"label": question["button"]},
        ],
        **question,
        "url": here(request),
        "report_url": _page(request, report),
        "refusal": refusal if refusal and refusal.get("text") else None,
        "check_error": (refusal or {}).get("check", ""),
        "ticket": tickets.new(),
    }
    response = fragments.page(request, "reports/confirm.html", context)
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    return response
