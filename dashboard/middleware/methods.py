"""Addresses that only take what a form sends, asked for by hand: a page instead of an empty answer."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from dashboard.api.documents import PREFIX
from dashboard.middleware.requests import Answer


class MethodMiddleware:
    """The one place that tells people that an address is no page. Programs get the empty 405 with its ``Allow``."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and not response.content and _is_for_person(request, response):
            response.content = render_to_string("405.html")
            response["Content-Type"] = "text/html; charset=utf-8"
        return response


def _is_for_person(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether somebody typed the address of what only a form is sent to."""
    is_asked = request.method in {"GET", "HEAD"} and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    is_for_program = request.path_info.startswith(PREFIX) or getattr(request, "htmx", False)
    return is_asked and not is_for_program and request.accepts("text/html")
