"""Reading a report's HTML in the page: a frame that may run its scripts and reach nothing, from the second origin.

What is in it was written by others. So it comes from an origin that has no cookies of ours, under an address that is
signed for one viewer and a minute, and under a policy that makes it an origin of its own without network, forms,
storage or a way to the page around it. Its bytes are passed on as they are; nothing here reads them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from dashboard.domain.files import ByteReader
from dashboard.models import Report
from dashboard.services import reports
from dashboard.views import fragments
from dashboard.views.artifacts import boxes, signatures
from dashboard.views.reports import previews as report_previews
from dashboard.views.reports.pages import find
from dashboard.views.requests import Request


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
    signed = signatures.read(request, report_previews.SALT, token)
    report = find(signed.viewer, signed.said["report"])
    document = boxes.document(request, signed.viewer, _measured(report), most=reports.MOST_SHOWN, noun="report")
    return boxes.boxed(document, signed.framed_by)


@contextmanager
def _measured(report: Report) -> Iterator[ByteReader]:
    """The document, whose size is noted for the page around it."""
    with reports.document(report) as reader:
        reports.note_size(report, reader.size)
        yield reader
