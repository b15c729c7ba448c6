"""Patches: which files they change, and how, line by line and word by word.

The first answer holds as many lines as a page may have elements; longer files, and those that nobody wrote by hand, are
closed and come when they are opened, or on a page of their own where nothing runs scripts.
"""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render

from dashboard.services import diffs
from dashboard.views.requests import Request
from dashboard.views.viewers.diffs import choices, pages
from dashboard.views.viewers.subjects import Subject

TEMPLATE = "viewers/diff.html"
STYLES = ("css/viewers/code.css", "css/viewers/diff.css")
SCRIPTS = ("js/viewers/diff.js",)


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """The files of one page with their first lines. Raises ``SourceError``."""
    choice = choices.read(subject, request.GET, request.COOKIES)
    with subject.open() as reader:
        return pages.context(choice, diffs.outline(subject.key, reader), reader)


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """``file``: the lines of the file that ``open`` numbers. Raises ``SourceError`` and ``Http404``."""
    choice = choices.read(subject, request.GET, request.COOKIES)
    with subject.open() as reader:
        outline = diffs.outline(subject.key, reader)
        if name != "file" or choice.open is None or choice.open > len(outline.entries):
            raise Http404("There is no such part of the page.")
        body = pages.part(choice, outline, reader)
    response = render(request, "viewers/diff_body.html", {"body": body})
    response["Cache-Control"] = "no-store"
    return response
