"""The second origin: documents in frames, and what players among them are made of."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase

from dashboard.middleware.requests import Answer

FRAMES = ("/reports/frame/", "/frames/")
"""What the addresses of documents in frames begin with."""
PLAYERS = tuple(
    f"{settings.STATIC_URL}{place}"
    for place in ("vendor/asciinema-player", "js/viewers/recording", "css/viewers/recording")
)
"""What the addresses of static files begin with that players in frames are made of."""


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
        if not request.path.startswith((*FRAMES, *PLAYERS)):
            return _nothing(HTTPStatus.NOT_FOUND)
        response = self.get_response(request)
        return response if _may_go_out(request, response) else _nothing(response.status_code)


def _is_second_origin(request: HttpRequest) -> bool:
    if not settings.ARTIFACT_ORIGIN:
        return False
    name, _ = split_domain_port(request.get_host())
    return name.rstrip(".") == urlsplit(settings.ARTIFACT_ORIGIN).hostname


def _may_go_out(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether an answer of the second origin is in a sandbox, or a static file: whatever else is a page of ours."""
    if request.path.startswith(FRAMES):
        return response.get("Content-Security-Policy", "").startswith("sandbox")
    return response.status_code < HTTPStatus.BAD_REQUEST and "Content-Security-Policy" not in response


def _nothing(status: int) -> HttpResponse:
    is_error = status >= HTTPStatus.BAD_REQUEST
    return HttpResponse(
        "Nothing is shown here.",
        status=status if is_error else HTTPStatus.NOT_FOUND,
        content_type="text/plain; charset=utf-8",
    )
