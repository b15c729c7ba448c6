"""The beginning of a file as text, bounded: for what no other viewer shows."""

from typing import Any

from django.http import Http404, HttpResponseBase

from dashboard.services import artifacts
from dashboard.views.requests import Request
from dashboard.views.viewers.subjects import Subject

TEMPLATE = "viewers/plain.html"
STYLES: tuple[str, ...] = ()
SCRIPTS: tuple[str, ...] = ()


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """The excerpt. Raises ``SourceError``."""
    return {"excerpt": artifacts.head(subject.run, subject.trial, subject.path), "download": subject.download}


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """There are none."""
    raise Http404("There is no such part of the page.")
