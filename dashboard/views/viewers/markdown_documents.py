"""Markdown as it is meant, or with ``?view=raw`` as it was written."""

from typing import Any

from django.http import Http404, HttpResponseBase

from dashboard.markup import code, markdown
from dashboard.views.requests import Request
from dashboard.views.viewers import wholes
from dashboard.views.viewers.subjects import Subject

TEMPLATE = "viewers/markdown.html"
STYLES = ("css/viewers/code.css",)
SCRIPTS: tuple[str, ...] = ()

MAX_BYTES = 4 * markdown.MAX_CHARACTERS
RAW = "raw"


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """The document in one of its two views; text that is too long to be rendered is told. Raises ``SourceError``."""
    whole = wholes.read(subject, MAX_BYTES)
    text = "" if whole.data is None else whole.data.decode("utf-8-sig", "replace")
    is_big = whole.data is None or len(text) > markdown.MAX_CHARACTERS
    is_raw = request.GET.get("view") == RAW
    return {
        "size": whole.size,
        "is_big": is_big,
        "is_empty": not is_big and not text.strip(),
        "html": "" if is_big else code.preformatted(text) if is_raw else markdown.render(text),
        "is_raw": is_raw,
        "views": [
            {"label": "Rendered", "url": subject.url(), "is_current": not is_raw},
            {"label": "Raw", "url": subject.url(view=RAW), "is_current": is_raw},
        ],
        "text_url": wholes.text_url(subject),
    }


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """There are none."""
    raise Http404("There is no such part of the page.")
