"""One template, whole page or the part that htmx asked for: chosen here and nowhere else.

A *poll* carries the version that the page shows as ``v``; when nothing is new it is answered without a body.
"""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from dashboard.views.requests import Request


def wants_fragment(request: Request) -> bool:
    """Whether htmx asked for a part of the page (not: a boosted link, nor a page restored by Back)."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def is_poll(request: Request) -> bool:
    """Whether an open page asks if there is something new."""
    return wants_fragment(request) and "v" in request.GET


def page(request: Request, template: str, context: dict[str, Any], *, fragment: str = "") -> HttpResponse:
    """The whole page, or its partial ``fragment``, if it has one, when htmx asked. Caches keep the two apart."""
    name = f"{template}#{fragment}" if fragment and wants_fragment(request) else template
    response = render(request, name, context)
    vary(response)
    if wants_fragment(request):
        response["Cache-Control"] = "no-store"
    return response


def vary(response: HttpResponse) -> HttpResponse:
    """Caches keep a page and its fragments apart."""
    patch_vary_headers(response, ["HX-Request"])
    return response


def nothing_new() -> HttpResponse:
    """204: what the page shows is still true."""
    response = HttpResponse(status=204)
    response["Cache-Control"] = "no-store"
    return vary(response)


def announce(response: HttpResponse, text: str) -> HttpResponse:
    """Have assistive technology say something, once, politely."""
    return tell(response, "quayside:announce", {"text": text})


def tell(response: HttpResponse, event: str, detail: dict[str, Any]) -> HttpResponse:
    """Add an event for the page's scripts, beside those that are there."""
    events = json.loads(response.get("HX-Trigger", "{}"))
    response["HX-Trigger"] = json.dumps(events | {event: detail})
    return response
