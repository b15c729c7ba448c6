"""What surrounds a document of others in a frame of the second origin: a policy that leaves it nothing to reach.

The document is an origin of its own without network, forms, storage or a way to the page around it. Its bytes are
passed on as they are; nothing here reads them.
"""

from contextlib import AbstractContextManager, ExitStack

from csp.decorators import csp_replace
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from dashboard.domain.errors import SourceError
from dashboard.domain.files import ByteReader
from dashboard.services.rights import Viewer
from dashboard.views.artifacts import transfers
from dashboard.views.artifacts.origins import artifact_origin
from dashboard.views.requests import Request

POLICY = (
    "sandbox allow-scripts; default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors {}"
)
"""What the document may do; at the end the one origin that may frame it."""


def document(
    request: Request, viewer: Viewer, opened: AbstractContextManager[ByteReader], *, most: int, noun: str = "file"
) -> HttpResponseBase:
    """A document's bytes, or a sentence in their place: larger than ``most``, or its source does not give it."""
    with ExitStack() as stack:
        try:
            reader = stack.enter_context(opened)
        except SourceError as error:
            return message(request, error.sentence, status=503 if error.can_retry else 404)
        if reader.size > most:
            sentence = f"This {noun} is too large to be shown in the page. Download it."
            return message(request, sentence, status=413)
        if request.method == "HEAD":
            return HttpResponse()
        return transfers.streamed(request, viewer, stack, reader, (0, reader.size))


def message(request: Request, text: str, *, status: int) -> HttpResponse:
    """A sentence where the document would be."""
    return render(request, "reports/frame_message.html", {"text": text}, status=status)


def boxed(
    response: HttpResponseBase, framed_by: str, *, policy: str = POLICY, content_type: str = "text/html; charset=utf-8"
) -> HttpResponseBase:
    """The answer with the policy and for the eyes of one origin's pages alone."""
    response["Content-Type"] = content_type
    response["Content-Security-Policy"] = policy.format(framed_by)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cross-Origin-Opener-Policy"] = "unsafe-none"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def framing(request: Request, response: HttpResponse) -> HttpResponse:
    """A page of ours that may frame the second origin, if there is one."""
    origin = artifact_origin(request)
    if origin:
        csp_replace({"frame-src": [origin]})(lambda _: response)(request)
    return response
