"""The pages that a share link shows, at the link's own address and below it.

Each is the application's own page, made for a guest: the view that makes it for members is called with the guest in
their place, and every address in it is built below the link's. No cookie is set, and no session is read unless the
asker brings one. Whatever is not shown is the same plain page: 410 for a link that has ended, 404 for anything else.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve, reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from dashboard import client_address
from dashboard.domain.errors import SourceError
from dashboard.domain.sharing import ShareState
from dashboard.models import ShareLink
from dashboard.services import rate_limits, sharing, visibility
from dashboard.services.rights import Guest
from dashboard.shared_addresses import CLOSED, below
from dashboard.views import fragments
from dashboard.views.artifacts import slots
from dashboard.views.requests import Request
from dashboard.views.shares import doors, searches, surroundings

PLACE = "s/"
"""What the addresses of all links begin with."""
MINUTE = 60
MOST_ASKED = 600
"""Requests a minute of one link from one network: a few dozen open pages."""
MOST_MISSED = 30
"""Requests a minute from one network for links that are none: whoever guesses. Good links go on meanwhile, for a token
of 256 bits is not guessed anyway.
"""
MOST_LOOKED_UP = 1_200
"""Such requests after which nothing of that network is looked up for the rest of the minute."""


@login_not_required
@require_safe
def page(request: Request, token: str, rest: str = "") -> HttpResponseBase:
    """What a link shows at its own address, or below it; members with the right to see it are led to the full page."""
    network = client_address.network_of(client_address.of(request))
    if wait := _wait(network, token):
        return _dressed(request, _too_often(wait))
    found = sharing.find(token, now=timezone.now())
    if wait := _count(network, token, is_one=found.link is not None):
        return _dressed(request, _too_often(wait))
    if found.link is None or found.state is not ShareState.LIVE:
        return _dressed(request, _ended(request, found.state))
    return _dressed(request, _shown(request, found.link, f"{PLACE}{token}/", rest))


def _wait(network: str, token: str) -> float:
    """Seconds that the asker has to wait before anything is looked up for them."""
    missed = rate_limits.wait(f"share-missed:{network}", limit=MOST_LOOKED_UP, seconds=MINUTE)
    return missed or rate_limits.wait(f"share:{network}:{token}", limit=MOST_ASKED, seconds=MINUTE)


def _count(network: str, token: str, *, is_one: bool) -> float:
    """Count one request more for a link, or for what is none; seconds to wait if that was one too many."""
    key, limit = (f"share:{network}:{token}", MOST_ASKED) if is_one else (f"share-missed:{network}", MOST_MISSED)
    return rate_limits.allow(key, limit=limit, seconds=MINUTE)


def _shown(request: Request, link: ShareLink, place: str, rest: str) -> HttpResponseBase:
    with below(place, doors.patterns(doors.open_names(link))):
        match = _match(link, rest)
        if match is None:
            return _nothing(HTTPStatus.NOT_FOUND)
        if fragments.wants_fragment(request) and surroundings.STILL in request.GET:
            return fragments.nothing_new()
        if _is_member(request, link):
            return _full_page(request, link, match, rest, place)
        with _as_guest(request, Guest(link)):
            response = _bounded(request, link, match)
            _unlink(response)
    if request.method == "GET" and response.status_code == HTTPStatus.OK and not fragments.wants_fragment(request):
        sharing.opened(link, now=timezone.now())
    return response


def _bounded(request: Request, link: ShareLink, match: ResolverMatch) -> HttpResponseBase:
    """The page; of a search only while there are not too many."""
    if not searches.is_one(request):
        return _answer(request, match)
    if wait := searches.wait(client_address.network_of(client_address.of(request)), link.pk):
        return _too_often(wait)
    with slots.held(searches.slots()) as is_held:
        return _answer(request, match) if is_held else _busy()


def _match(link: ShareLink, rest: str) -> ResolverMatch | None:
    """The page at an address below the link, if the link opens it."""
    if not rest:
        name, arguments = doors.start(link)
        return resolve(reverse(name, kwargs=arguments).removeprefix(get_script_prefix()[:-1]))
    try:
        match = resolve(f"/{rest}")
    except Resolver404:
        return None
    is_open = not rest.startswith(CLOSED) and doors.may_enter(link, match.url_name or "", match.kwargs)
    return match if is_open else None


def _answer(request: Request, match: ResolverMatch) -> HttpResponseBase:
    """The page, or in plain words why there is none: nothing of what the source said or where it is."""
    try:
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except (Http404, PermissionDenied):
        return _nothing(HTTPStatus.NOT_FOUND)
    except BadRequest:
        return _nothing(HTTPStatus.BAD_REQUEST)
    except SourceError as error:
        status = HTTPStatus.SERVICE_UNAVAILABLE if error.can_retry else HTTPStatus.NOT_FOUND
        context = {"can_retry": error.can_retry, "again_url": request.get_full_path()}
        return render(request, "shares/unreadable.html", context, status=status)
    return response


@contextmanager
def _as_guest(request: Request, guest: Guest) -> Iterator[None]:
    """The request as the guest's, who takes pages as they are: compressed ones could not have links taken out."""
    person, takes = request.user, request.META.pop("HTTP_ACCEPT_ENCODING", None)
    request.user = guest  # type: ignore[assignment]
    try:
        yield
    finally:
        request.user = person
        if takes is not None:
            request.META["HTTP_ACCEPT_ENCODING"] = takes


def _is_member(request: Request, link: ShareLink) -> bool:
    """Whether the asker is signed in and may see it all anyway; without their cookie nobody is asked."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return False
    if link.run is not None:
        return visibility.runs(request.user).filter(pk=link.run.pk).exists()
    return link.report is not None and visibility.reports(request.user).filter(pk=link.report.pk).exists()


def _full_page(request: Request, link: ShareLink, match: ResolverMatch, rest: str, place: str) -> HttpResponse:
    """To the same place in the application. What the address says is of a page there is, so it leads nowhere else."""
    root = get_script_prefix().removesuffix(place)
    name, arguments = doors.start(link)
    path = quote(rest, safe="/") if rest else reverse(name, kwargs=arguments).removeprefix(get_script_prefix())
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{root}{path}?{query}" if query else f"{root}{path}")


def _unlink(response: HttpResponseBase) -> None:
    """Links to what is not shown become plain words: an ``<a>`` without an address, as HTML has it."""
    if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
        response.content = _closed_links(get_script_prefix()).sub(b"", response.content)


@lru_cache(maxsize=256)
def _closed_links(prefix: str) -> re.Pattern[bytes]:
    start = re.escape((prefix + CLOSED).encode())
    return re.compile(rb'\s(?:href|action|src|hx-get|hx-post)="' + start + rb'[^"]*"')


def _ended(request: Request, state: ShareState) -> HttpResponse:
    """The plain page of a link that shows nothing; an open page of it is loaded anew, so that it shows this too."""
    response = _nothing(HTTPStatus.NOT_FOUND if state is ShareState.UNKNOWN else HTTPStatus.GONE)
    if fragments.wants_fragment(request):
        response["HX-Refresh"] = "true"
    return response


def _nothing(status: HTTPStatus) -> HttpResponse:
    return HttpResponse(render_to_string("shares/nothing.html"), status=status)


def _too_often(wait: float) -> HttpResponse:
    response = HttpResponse(render_to_string("shares/too_often.html"), status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(max(1, round(wait)))
    return response


def _busy() -> HttpResponse:
    response = HttpResponse(render_to_string("shares/busy.html"), status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(slots.RETRY_AFTER)
    return response


def _dressed(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    """The headers of whatever a link leads to: found by no search, named to no other site, kept by no cache."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie"])
    response.cookies.clear()
    # Nobody's form is on these pages, so nobody needs the cookie of forms.
    request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)
    return response
