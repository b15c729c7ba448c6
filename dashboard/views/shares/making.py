"""Sharing a run or report: the form, which says what becomes public, and the page that tells the address, once."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dashboard import formats
from dashboard.domain.roles import Role
from dashboard.domain.sharing import ShareScope
from dashboard.forms.share import OF_REPORT, UTC_NAME, ShareForm, in_zone, scopes_of_run
from dashboard.models import Report, Run, ShareLink
from dashboard.services import rights, sharing, tickets
from dashboard.services.sharing import Exposure
from dashboard.views import crumbs, fragments, frame
from dashboard.views.reports import pages as reports
from dashboard.views.requests import Request
from dashboard.views.runs import pages as runs

TITLE = "Share"
_AS_IT_IS = ", as it is: a file may hold the configuration, and paths of the machine it ran on"
_NO_TICKET = "This form was too old or not complete. Look through it and send it again."


@require_http_methods(["GET", "HEAD", "POST"])
def of_run(request: Request, run_id: int) -> HttpResponse:
    """The form for a link to a run; by POST the link, whose address is told once."""
    run = runs.find(request.user, run_id)
    trail, back = crumbs.below_run(run, TITLE), reverse("run-detail", args=[run.pk])
    return _answer(request, run, _about_run, {"subject": run, "crumbs": trail, "back_url": back})


@require_http_methods(["GET", "HEAD", "POST"])
def of_report(request: Request, report_id: int) -> HttpResponse:
    """The same for a report."""
    report = reports.find(request.user, report_id)
    back = reverse("report-detail", args=[report.pk])
    above = [{"label": "Reports", "url": reverse("report-list")}, {"label": str(report), "url": back}]
    context = {"subject": report, "crumbs": [*above, {"label": TITLE}], "back_url": back}
    return _answer(request, report, _about_report, context)


def _answer(
    request: Request, subject: Run | Report, about: Callable[[Any], list[dict[str, str]]], context: dict[str, Any]
) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        return _posted(request, subject, about, context)
    rights.require(request.user, Role.OPERATOR)
    why_not = sharing.why_not(request.user)
    form = None if why_not else _form(request, subject)
    return _page(request, context | {"form": form, "why_not": why_not, "public": about(subject), "now": now})


def _form(request: Request, subject: Run | Report, data: Any = None) -> ShareForm:
    now, scopes = timezone.now(), scopes_of_run() if isinstance(subject, Run) else dict(OF_REPORT)
    return ShareForm(data, scopes=scopes, until=sharing.latest(now), now=now, zone=frame.chosen(request).time_zone)


def _posted(
    request: Request, subject: Run | Report, about: Callable[[Any], list[dict[str, str]]], context: dict[str, Any]
) -> HttpResponse:
    form, ticket, now = _form(request, subject, request.POST), request.POST.get("ticket", ""), timezone.now()
    why_not = sharing.why_not(request.user)
    if not why_not and not tickets.is_one(ticket):
        form.add_error(None, _NO_TICKET)
    if not why_not and not form.is_valid():
        wrong: dict[str, Any] = {"form": form, "why_not": "", "public": about(subject)}
        return _page(request, context | wrong, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not why_not and not tickets.claim(request.user, ticket, now=now):
        # The form was sent twice: the address was told to whoever was first.
        return redirect("share-list")
    return _made(request, subject, form, context)


def _made(request: Request, subject: Run | Report, form: ShareForm, context: dict[str, Any]) -> HttpResponse:
    data = form.cleaned_data if form.is_valid() else {}
    try:
        made = sharing.create(
            request.user, subject, scope=ShareScope(data.get("scope", ShareScope.SUMMARY)), note=data.get("note", ""),
            expires_at=data.get("expires_at", timezone.now()), now=timezone.now(),
        )  # fmt: skip
    except sharing.NotShared as error:
        refused: dict[str, Any] = {"form": None, "why_not": str(error), "public": []}
        return _page(request, context | refused, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _told(request, made, data.get("zone", UTC_NAME), context)


def _told(request: Request, made: sharing.Shared, zone: str, context: dict[str, Any]) -> HttpResponse:
    """The address, in this answer alone: it is kept nowhere, so there is no page to lead to that could tell it."""
    url = request.build_absolute_uri(reverse("share-page", args=[made.token]))
    shown = {
        "link": made.link,
        "url": url,
        "scope": scope_label(made.link),
        "list_url": reverse("share-list"),
        "expires": in_zone(made.link.expires_at, frame.chosen(request).time_zone or zone),
    }
    response = fragments.page(request, "shares/made.html", context | shown)
    response["Cache-Control"] = "no-store"
    return response


def scope_label(link: ShareLink) -> str:
    """What a link shows, in words."""
    scope = ShareScope(link.scope)
    return scope.label if link.run_id else OF_REPORT.get(scope, scope.label)


def _page(request: Request, context: dict[str, Any], *, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    form = context["form"]
    invalid = [field for field in form if field.errors] if form is not None and form.is_bound else []
    if invalid:
        invalid[0].field.widget.attrs["autofocus"] = True
    shown = {
        "general": form.non_field_errors() if form is not None and form.is_bound else [],
        "invalid": [{"id": field.id_for_label, "label": field.label} for field in invalid],
        "ticket": tickets.new(),
        "url": request.path,
    }
    response = fragments.page(request, "shares/new.html", context | shown)
    response.status_code = status
    return response


def _about_run(run: Run) -> list[dict[str, str]]:
    """What each scope makes public of a run, in words."""
    trials = formats.plural(run.n_trials, "trial")
    return [
        _told_of(ShareScope.SUMMARY.label, "state and its reason, figures with their intervals, agents and models"),
        _told_of(ShareScope.TRIALS.label, f"also {trials}: tasks, outcomes, times, costs, exceptions with their words"),
        _told_of(
            ShareScope.ARTIFACTS.label,
            f"also every file, to be read and downloaded{_AS_IT_IS}",
            sharing.exposure_of_run(run),
        ),
    ]


def _about_report(report: Report) -> list[dict[str, str]]:
    """The same of a report."""
    found = sharing.exposure_of_report(report)
    return [
        _told_of(OF_REPORT[ShareScope.SUMMARY], "its state, and the document with all that it says of its runs"),
        _told_of(OF_REPORT[ShareScope.ARTIFACTS], f"also its notebooks and the data of the runs{_AS_IT_IS}", found),
    ]


def _told_of(label: str, text: str, found: Exposure | None = None) -> dict[str, Any]:
    return {"label": label.capitalize(), "text": text, "found": found, "words": _in_words(found) if found else ""}


def _in_words(found: Exposure) -> str:
    """«Public: 214 files, 3 hold its configuration, 2 look like they hold secrets.»"""
    told = _told_by_names(found)
    if not found.is_known:
        known = f"at least {formats.plural(found.n_files, 'file')}; " if found.n_files else ""
        listed = "how many there are is not known: the source lists them when somebody opens them"
        return f"Public: {known}{listed}. {f'{told}.' if told else ''}".strip()
    none = "" if found.n_suspects else ", none looks like it holds secrets"
    return f"Public: {formats.plural(found.n_files, 'file')}{f', {told}' if told else ''}{none}."


def _told_by_names(found: Exposure) -> str:
    telling = _holding(found.n_telling, "holds its configuration", "hold its configuration")
    suspects = _holding(found.n_suspects, "looks like it holds secrets", "look like they hold secrets")
    return ", ".join(part for part in (telling, suspects) if part)


def _holding(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}" if n else ""
