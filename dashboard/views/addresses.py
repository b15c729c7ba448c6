"""Addresses of the page one is on, with something changed: every filter, sort and page is in the URL."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from dashboard.views.requests import Request

OWN = frozenset({"v", "opened", "shown", "told"})
"""Parameters of polls: never part of an address that a person sees."""

MOST_DIGITS = 18
"""Of a number in an address or form: what a column of the database takes."""


def params(request: Request, **changes: str | int | None) -> str:
    """The query string with ``changes`` made; None takes a parameter away. Begins with ``?``; may be just that."""
    query = {key: value for key, value in request.GET.items() if key not in OWN}
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None and value != "":
            query[key] = str(value)
    return f"?{urlencode(query)}" if query else "?"


def here(request: Request, **changes: str | int | None) -> str:
    """The page's own path with the query string changed."""
    query = params(request, **changes)
    return request.path if query == "?" else request.path + query


def changed(address: str, **changes: str) -> str:
    """An address of ours with parameters of its query string set; an empty one is taken away."""
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), **changes}
    return parts._replace(query=urlencode({key: value for key, value in query.items() if value})).geturl()


def back(request: Request, **changes: str) -> HttpResponse:
    """After a form: to the page of ours that it names as ``next``, with parameters set, or else to the runs list."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not (is_ours and address.startswith("/")):
        return redirect("run-list")
    return HttpResponseRedirect(changed(address, **changes) if changes else address)


def came_from(request: HttpRequest) -> str:
    """The page that a form or htmx asks from, with its query string; the start, where that is none of ours."""
    current = request.headers.get("HX-Current-URL" if getattr(request, "htmx", False) else "Referer", "")
    allowed = {request.get_host()}
    if not current or not url_has_allowed_host_and_scheme(current, allowed, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(current)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if url_has_allowed_host_and_scheme(path, None) else "/"


def list_query(request: Request) -> str:
    """The filter and order of a list, as a query string for pages that lead through it; may be empty."""
    kept = {key: request.GET[key] for key in ("q", "sort") if request.GET.get(key)}
    return f"?{urlencode(kept)}" if kept else ""


def poll_address(request: Request, version: str) -> str:
    """Where an open page asks whether it still shows the newest."""
    query = params(request)
    return f"{request.path}{query}{'&' if len(query) > 1 else ''}v={version}"


def whole_number(text: str | None, default: int = 0) -> int:
    """What a person or an address gives as a number, in at most 18 plain digits; anything else is the default."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else default
