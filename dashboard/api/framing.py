"""What surrounds every address of the API: no session, one shape of errors, tags, and no cache between."""

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from dashboard.api import conditions, problems
from dashboard.api.problems import Refusal
from dashboard.api.tokens import PersonalToken
from dashboard.domain.errors import Conflict, Denied, Missing, SourceError, Throttled
from dashboard.services import writing

View = Callable[..., HttpResponseBase]

log = logging.getLogger("quayside.api")
_token = PersonalToken()


def framed(view: View) -> View:
    """A view of the API as an address of its own: by GET and HEAD, for whoever has a token."""

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return headed(not_allowed())
        return headed(_asked(view, request, *args, **kwargs))

    return answer


def by_token(view: View) -> View:
    """A view of pages (a download) for whoever has a token instead of a session."""

    @framed
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            request.user = _token(request)
            return view(request, *args, **kwargs)
        except (Http404, Refusal, SourceError) as error:
            return problems.response(refusal_of(error))

    return answer


def nothing(request: HttpRequest, **_path: str) -> HttpResponse:
    """Every address below the API that is none."""
    return problems.response(problems.missing("address"))


def not_allowed() -> HttpResponse:
    """Nothing is changed by the API."""
    response = problems.response(Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The API is read-only: ask by GET."))
    response["Allow"] = "GET, HEAD"
    return response


def refusal_of(error: Exception) -> Refusal:
    """What an error says to whoever asked; the reason for one that is ours stays in the log."""
    match error:
        case Refusal():
            return error
        case Http404():
            return problems.missing("thing")
        case SourceError():
            return Refusal(_status_of(error), error.sentence, retry_after=error.retry_after)
        case _ if writing.is_removal(error):
            log.warning("removed while it was asked for", exc_info=error)
            return problems.missing("thing")
    log.error("the API broke", exc_info=error)
    return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Quayside could not answer; its log says why.")


def _asked(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """The answer to a GET; to a HEAD the same, of which the server leaves the body out."""
    method, request.method = request.method, "GET"
    try:
        response = view(request, *args, **kwargs)
    finally:
        request.method = method
    if response.status_code == HTTPStatus.OK and isinstance(response, HttpResponse) and not response.has_header("ETag"):
        return conditions.tagged(request, response)
    return response


def headed(response: HttpResponseBase) -> HttpResponseBase:
    """With what caches and browsers are told: it is one person's, and asked again each time."""
    response.setdefault("Cache-Control", "private, no-cache")
    response.setdefault("X-Content-Type-Options", "nosniff")
    patch_vary_headers(response, ["Authorization"])
    return response


def _status_of(error: SourceError) -> HTTPStatus:
    match error:
        case Missing():
            return HTTPStatus.NOT_FOUND
        case Conflict():
            return HTTPStatus.CONFLICT
        case Denied():
            return HTTPStatus.FORBIDDEN
        case Throttled():
            return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.SERVICE_UNAVAILABLE
