"""Drawings and documents that can run scripts (SVG, HTML), in a frame of the second origin where they reach nothing."""

from typing import Any

from django.http import Http404, HttpResponseBase

from dashboard.views.artifacts import frames
from dashboard.views.requests import Request
from dashboard.views.viewers.subjects import Subject

TEMPLATE = "viewers/drawings.html"
STYLES: tuple[str, ...] = ("css/viewers/results.css", "css/parts/frames.css")
SCRIPTS: tuple[str, ...] = ()


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """Where the frame has the document from, if there is a second origin, and where its source is read as text.

    Raises ``SourceError``.
    """
    with subject.open() as reader:
        size = reader.size
    is_shown = 0 < size <= frames.MOST_SHOWN
    return {
        "size": size,
        "frame_url": frames.file_frame_url(request, subject.run, subject.trial, subject.path) if is_shown else "",
        "is_too_large": size > frames.MOST_SHOWN,
        "text_url": subject.url(**{"as": "text"}),
    }


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """There are none."""
    raise Http404("There is no such part of the page.")
