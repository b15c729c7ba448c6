"""What happens around every request: a line in the log, headers, and two answers that no view gives itself."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

# Response helpers for htmx: a redirect of the whole page.
from django_htmx.http import HttpResponseClientRedirect

from dashboard.domain.errors import Conflict, Denied, Missing, SourceError

log = logging.getLogger("quayside.requests")

Answer = Callable[[HttpRequest], HttpResponseBase]

REQUEST_ID = "X-Request-Id"
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)

_FRAMES = ("/reports/frame/", "/frames/")
"""What the addresses of documents in frames begin with."""
_PLAYERS = tuple(
    f"{settings.STATIC_URL}{place}"
    for place in ("vendor/asciinema-player", "js/viewers/recording", "css/viewers/recording")
)
"""What the addresses of static files begin with that players in frames are made of."""
_SECRET = re.compile(r"(?:(?<=/sign-in/once/)|(?<=/reports/frame/)|(?<=^/frames/))[^/]+")
_BELOW_RUN = re.compile(r"/runs/(?P<run>[0-9]{1,18})/(?:trials/(?P<trial>[0-9]{1,18})/)?")
_PLAIN_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestLogMiddleware:
    """One line a request, with its number; the number goes back to the asker, who may have given it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        request_id = _request_id(request)
        response = self.get_response(request)
        response[REQUEST_ID] = request_id
        fields = {
            "method": request.method,
            "path": masked(request.path),
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - began) * 1000, 1),
            "user": _user_id(request),
            "request_id": request_id,
        }
        failed = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        log.log(
            logging.WARNING if failed else logging.INFO,
            "%(method)s %(path)s %(status)s in %(milliseconds)s ms",
            fields,
            extra=fields,
        )
        return response


class HeadersMiddleware:
    """Headers of every answer, and what a cache may do with the pages of those who are signed in: nothing."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        # A page in a sandbox is of no origin, so its own files are another's to it.
        shared = request.path.startswith(_PLAYERS)
        response.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin")
        if _user_id(request) is not None:
            response.setdefault("Cache-Control", "no-store")
        if response.get("Content-Type", "").startswith("text/html"):
            # Any page may answer htmx with a fragment.
            patch_vary_headers(response, ["HX-Request"])
        return response


class ArtifactOriginMiddleware:
    """The second origin shows documents in frames, each under its signed address, and nothing else: no page of ours.

    Whatever its host name is spelled like, and at every port. What is not in a sandbox does not go out there at all,
    but for the static files that the players among the documents are made of.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_second_origin(request):
            return self.get_response(request)
        if not request.path.startswith((*_FRAMES, *_PLAYERS)):
            return _nothing(HTTPStatus.NOT_FOUND)
        response = self.get_response(request)
        return response if _may_go_out(request, response) else _nothing(response.status_code)


class CompressionMiddleware(GZipMiddleware):
    """Compresses what is made here. Files that can be had by ranges go out byte for byte: a range of them stays one."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, compressed if the asker takes that and it is not a file's bytes."""
        return response if response.has_header("Accept-Ranges") else super().process_response(request, response)


class HtmxSignInMiddleware:
    """Who is signed out in mid-work goes to the sign-in page as a whole, not as a piece of the open page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not getattr(request, "htmx", False) or not _is_redirect_to_sign_in(response):
            return response
        there = redirect_to_login(_open_page(request))
        return HttpResponseClientRedirect(there.url)


class SourceErrorMiddleware:
    """The one place that turns what went wrong with a source into a page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for a source's error; anything else is not ours to explain."""
        if not isinstance(error, SourceError):
            return None
        title, status = _explained(error)
        context = {"title": title, "error": error, **_ways_on(request, error)}
        response = render(request, "error.html", context, status=status)
        if error.retry_after is not None:
            response["Retry-After"] = str(max(1, round(error.retry_after)))
        return response


def masked(path: str) -> str:
    """The path as it may stand in a log: on one line, and without the secret of a one-time link or a signed frame."""
    return quote(_SECRET.sub("***", path), safe="/*@:+,;=~")


def _is_second_origin(request: HttpRequest) -> bool:
    if not settings.ARTIFACT_ORIGIN:
        return False
    name, _ = split_domain_port(request.get_host())
    return name.rstrip(".") == urlsplit(settings.ARTIFACT_ORIGIN).hostname


def _may_go_out(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether an answer of the second origin is in a sandbox, or a static file: whatever else is a page of ours."""
    if request.path.startswith(_FRAMES):
        return response.get("Content-Security-Policy", "").startswith("sandbox")
    return response.status_code < HTTPStatus.BAD_REQUEST and "Content-Security-Policy" not in response


def _nothing(status: int) -> HttpResponse:
    is_error = status >= HTTPStatus.BAD_REQUEST
    return HttpResponse(
        "Nothing is shown here.",
        status=status if is_error else HTTPStatus.NOT_FOUND,
        content_type="text/plain; charset=utf-8",
    )


def _explained(error: SourceError) -> tuple[str, HTTPStatus]:
    """(title, status) of the page."""
    match error:
        case Missing():
            return "Not there", HTTPStatus.NOT_FOUND
        case Conflict():
            return "Not possible now", HTTPStatus.CONFLICT
        case Denied():
            return "Not allowed by the source", HTTPStatus.FORBIDDEN
        case _:
            return "The source does not answer as it should", HTTPStatus.SERVICE_UNAVAILABLE


def _ways_on(request: HttpRequest, error: SourceError) -> dict[str, object]:
    """Where a page of an error leads: back to its run and trial, and to the same address if that can help."""
    is_again = error.can_retry and request.method in {"GET", "HEAD"}
    return {"crumbs": _crumbs(request.path), "again_url": request.get_full_path() if is_again else ""}


def _crumbs(path: str) -> list[dict[str, str]]:
    """The way back from a page below a run; none from others. Nothing is looked up for it."""
    found = _BELOW_RUN.match(path)
    if found is None:
        return []
    run_id, trial_id = int(found["run"]), int(found["trial"] or 0)
    above = [("Runs", reverse("run-list")), ("The run", reverse("run-detail", args=[run_id]))]
    if trial_id:
        above.append(("The trial", reverse("trial-detail", args=[run_id, trial_id])))
    return [*({"label": label, "url": url} for label, url in above), {"label": "Not there now"}]


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get(REQUEST_ID, "")
    return given if _PLAIN_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _user_id(request: HttpRequest) -> str | None:
    """Who is signed in, if the session was looked at anyway: never a query of its own."""
    session = getattr(request, "session", None)
    return session.get(SESSION_KEY) if session is not None and session.accessed else None


def _is_redirect_to_sign_in(response: HttpResponseBase) -> bool:
    if response.status_code != HTTPStatus.FOUND:
        return False
    return urlsplit(response.get("Location", "")).path == resolve_url(settings.LOGIN_URL)


def _open_page(request: HttpRequest) -> str:
    """The address of the page that htmx asked from, if it is one of ours; else the one that follows sign-in."""
    current = request.headers.get("HX-Current-URL", "")
    allowed = {request.get_host()}
    if not current or not url_has_allowed_host_and_scheme(current, allowed, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(current)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if url_has_allowed_host_and_scheme(path, None) else "/"
