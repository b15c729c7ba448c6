"""Files to be saved or to be embedded: the bytes as they are, under a policy that forbids them everything.

Any file goes out as an attachment. Pictures, sounds and films of safe kinds go out as what they are too, for our own
pages to embed. The type is always of our own choosing.
"""

from contextlib import AbstractContextManager, ExitStack
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseBase

from dashboard.domain.files import ByteReader
from dashboard.readers import media
from dashboard.views.artifacts import transfers
from dashboard.views.requests import Request

_TEXTS = (".txt", ".log", ".diff", ".patch", ".md")
_TYPES = {
    ".json": "application/json",
    ".csv": "text/csv",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".zip": "application/zip",
    ".ipynb": "application/x-ipynb+json",
}
_NOT_SHOWN = "This file is not shown here: it is no picture, sound or film of a kind that is safe to show."


def send(request: Request, opened: AbstractContextManager[ByteReader], name: str) -> HttpResponseBase:
    """The file as an attachment; see :func:`transfers.respond` for the answers."""
    with ExitStack() as stack:
        reader = stack.enter_context(opened)
        return transfers.respond(request, request.user, stack, reader, _headers("attachment", content_type(name), name))


def show(request: Request, opened: AbstractContextManager[ByteReader], name: str, *, download: str) -> HttpResponseBase:
    """The file as what it is, for a page to embed: pictures, sounds and films of safe kinds only.

    Anything else is 415, with a sentence that leads to the address ``download``.
    """
    with ExitStack() as stack:
        reader = stack.enter_context(opened)
        head = reader.read(0, media.HEAD_BYTES)
        kind = media.media_type(name, head)
        sentence = media.why_not_shown(kind, head) if kind else _NOT_SHOWN
        if sentence:
            return _refusal(sentence, download)
        return transfers.respond(request, request.user, stack, reader, _headers("inline", kind, name))


def content_type(name: str) -> str:
    """From our own table by the name's ending; unknown things are just bytes."""
    lower = name.lower()
    if lower.endswith(_TEXTS):
        return "text/plain; charset=utf-8"
    return next((kind for ending, kind in _TYPES.items() if lower.endswith(ending)), "application/octet-stream")


def _headers(disposition: str, kind: str, name: str) -> dict[str, str]:
    return {
        "Content-Type": kind,
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(name.rsplit('/', 1)[-1])}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _refusal(sentence: str, download: str) -> HttpResponse:
    text = f"{sentence} Download it: {download}\n"
    return HttpResponse(text, status=415, content_type="text/plain; charset=utf-8")
