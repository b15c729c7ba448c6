"""A file in its viewer, on any page: what the page includes, what its head names, and the viewer's own parts."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase

from dashboard.domain.errors import SourceError
from dashboard.views.artifacts import boxes
from dashboard.views.requests import Request
from dashboard.views.viewers import choice
from dashboard.views.viewers.subjects import Subject

NOTHING: dict[str, Any] = {
    "subject": None, "viewer": None, "viewer_template": "", "viewer_problem": "", "styles": (), "scripts": (),
}  # fmt: skip
"""Context of a page that shows no file."""


def shown(request: Request, subject: Subject) -> dict[str, Any]:
    """What a page needs to show a file. Raises ``SourceError``."""
    viewer = choice.viewer_of(request, subject)
    return NOTHING | {
        "subject": subject,
        "viewer": viewer.context(request, subject),
        "viewer_template": viewer.TEMPLATE,
        "styles": viewer.STYLES,
        "scripts": viewer.SCRIPTS,
    }


def shown_or_why_not(request: Request, subject: Subject) -> dict[str, Any]:
    """The same, with the reason as ``viewer_problem`` where the file cannot be read now."""
    try:
        return shown(request, subject)
    except SourceError as error:
        return NOTHING | {"subject": subject, "viewer_problem": error.sentence}


def framed(request: Request, context: dict[str, Any], response: HttpResponse) -> HttpResponse:
    """The page of this context; it may frame the second origin if its viewer does."""
    viewer = context["viewer"]
    return boxes.framing(request, response) if viewer and viewer.get("frame_url") else response


def part(request: Request, subject: Subject) -> HttpResponseBase | None:
    """The viewer's answer, if only a part of it is asked for. Raises ``Http404`` and ``SourceError``."""
    name = request.GET.get("part", "")
    return choice.viewer_of(request, subject).part(request, subject, name) if name else None
