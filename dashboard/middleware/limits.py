"""What a request may measure. What is larger is refused in plain words before any of it is read.

Nothing is uploaded here and the longest form is a few kB of text, so the bounds are far from what people do. The server
bounds the head of a request, and how long it may take to arrive, by itself (see ``management/commands/web.py``).
People are told by a page, programs that ask the API in its own shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from dashboard.api import problems
from dashboard.api.documents import PREFIX

MOST_PATH = 4_096
"""Characters of a path, decoded: a file's name may be nearly as long."""
MOST_QUERY = 16_384
"""Characters of a query string: the rows that an open page shows are in one."""
MOST_PARAMETERS = 500
"""Parameters in a query string."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not read, for a person."""

    status: HTTPStatus
    title: str
    sentence: str


TOO_LONG = Refusal(
    HTTPStatus.REQUEST_URI_TOO_LONG,
    "This address is too long",
    "It holds more than any page of Quayside asks for. Search for less at once, or select fewer rows.",
)
TOO_LARGE = Refusal(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "This is too much at once",
    "The form holds more text or more fields than Quayside takes. Shorten it, or select fewer rows.",
)
OF_UNKNOWN_LENGTH = Refusal(
    HTTPStatus.LENGTH_REQUIRED,
    "It is not said how much is sent",
    "Quayside takes forms whose length is told beforehand, as every browser does.",
)
WITH_FILES = Refusal(
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "Files are not taken",
    "Nothing is uploaded to Quayside: runs and their files stay at their sources.",
)


class RequestLimitsMiddleware:
    """Refuses what is too long or too large by what its head says: none of its body has been read then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = refusal_of(request)
        return self.get_response(request) if refusal is None else refused(request, refusal)


def refusal_of(request: HttpRequest) -> Refusal | None:
    """Why the request is not read; None if it may be."""
    query = request.META.get("QUERY_STRING", "")
    if len(request.path) > MOST_PATH or len(query) > MOST_QUERY or query.count("&") >= MOST_PARAMETERS:
        return TOO_LONG
    if request.headers.get("Transfer-Encoding"):
        return OF_UNKNOWN_LENGTH
    length = request.META.get("CONTENT_LENGTH") or "0"
    # What is not a number is 0 to Django, which reads nothing then.
    is_large = length.isdecimal() and int(length[:20]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return TOO_LARGE if is_large else None


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer that says so. It needs neither session nor database, which a stranger's flood should not reach."""
    if _is_for_api(request):
        return _problem(refusal.status, refusal.sentence)
    page = render_to_string("request_refused.html", {"refusal": refusal})
    return HttpResponse(page, status=refusal.status, headers={"Cache-Control": "no-store"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to a request that turned out wrong while it was read: what was wrong, if that can be said."""
    if isinstance(exception, TooManyFilesSent):
        return refused(request, WITH_FILES)
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent)):
        return refused(request, TOO_LARGE)
    if _is_for_api(request):
        return _problem(HTTPStatus.BAD_REQUEST, "This request could not be understood.")
    return HttpResponse(render_to_string("400.html"), status=HTTPStatus.BAD_REQUEST)


def _is_for_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(PREFIX)


def _problem(status: HTTPStatus, detail: str) -> HttpResponse:
    response = problems.response(problems.Refusal(status, detail))
    response["Cache-Control"] = "no-store"
    return response
