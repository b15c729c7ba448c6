"""Reading a report's HTML in the page: a frame that may run its scripts and reach nothing, from the second origin.

What is in it was written by others. So it comes from an origin that has no cookies of ours, under an address that is
signed for one viewer and a minute, and under a policy that makes it an origin of its own without network, forms,
storage or a way to the page around it. Its bytes are passed on as they are; nothing here reads them.
"""

from contextlib import ExitStack
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from dashboard.domain.errors import SourceError
from dashboard.models import Report
from dashboard.services import reports
from dashboard.views import fragments
from dashboard.views.artifacts import downloads
from dashboard.views.artifacts.origins import own_origin
from dashboard.views.reports import previews as report_previews
from dashboard.views.reports.pages import find
from dashboard.views.requests import Request

LASTS = 60
"""Seconds in which a signed address may be asked."""
POLICY = (
    "sandbox allow-scripts; default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors {}"
)
"""What the document may do; at the end the one origin that may frame it."""


@require_safe
def preview(request: Request, report_id: int) -> HttpResponse:
    """The frame, for a page that is open; asked for by itself, it leads to the document."""
    report = find(request.user, report_id)
    if fragments.wants_fragment(request):
        response = render(request, "reports/_preview.html", report_previews.context(request, report))
        response["Cache-Control"] = "no-store"
        return fragments.vary(response)
    url = report_previews.context(request, report)["frame_url"]
    if not url:
        raise Http404("There is nothing to be shown of this report.")
    return redirect(url)


@require_safe
@login_not_required
@xframe_options_exempt
def frame(request: Request, token: str) -> HttpResponseBase:
    """The document, for whom the address was signed, at the origin it was signed for."""
    found = _signed(token)
    if found.get("at") != own_origin(request):
        raise Http404("Nothing is shown under this address.")
    report = find(_viewer(found), found["report"])
    return _dressed(_document(request, report), str(found["for"]))


def _signed(token: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = signing.loads(token, salt=report_previews.SALT, max_age=LASTS)
    except signing.BadSignature as error:
        raise Http404("This address is no longer valid.") from error
    return found


def _viewer(found: dict[str, Any]) -> User:
    """Who it was signed for, if that person may still see anything."""
    viewer = User.objects.filter(pk=found["viewer"], is_active=True).first()
    if viewer is None:
        raise Http404("Nothing is shown under this address.")
    return viewer


def _document(request: Request, report: Report) -> HttpResponseBase:
    """Its bytes, or a sentence in their place: too large, or its source does not give it."""
    with ExitStack() as stack:
        try:
            reader = stack.enter_context(reports.document(report))
        except SourceError as error:
            return _message(request, error.sentence, status=503 if error.can_retry else 404)
        reports.note_size(report, reader.size)
        if reader.size > reports.MOST_SHOWN:
            return _message(request, "This report is too large to be shown in the page. Download it.", status=413)
        if request.method == "HEAD":
            return HttpResponse()
        return downloads.streamed(stack, reader, 0, reader.size)


def _message(request: Request, text: str, *, status: int) -> HttpResponse:
    return render(request, "reports/frame_message.html", {"text": text}, status=status)


def _dressed(response: HttpResponseBase, framed_by: str) -> HttpResponseBase:
    response["Content-Type"] = "text/html; charset=utf-8"
    response["Content-Security-Policy"] = POLICY.format(framed_by)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cross-Origin-Opener-Policy"] = "unsafe-none"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
