"""The API as one application: its routes, its errors, its document."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

# Typed answers by pydantic, and the OpenAPI document made from the types.
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer

from dashboard import __version__
from dashboard.api import conditions, problems
from dashboard.api.framing import framed, nothing, refusal_of
from dashboard.api.problems import Fault, Refusal
from dashboard.api.routes import files, reports, runs, sources, tasks, trials
from dashboard.api.tokens import PersonalToken

DESCRIPTION = (
    "Runs, trials, reports and artifacts as Quayside's pages show them, read-only. Times are ISO 8601 in UTC, "
    "durations seconds, money US dollars, rates and the ends of their intervals fractions from 0 to 1. What is not "
    "known is null. What one may not see is not there: 404."
)


class Json(BaseRenderer):
    """JSON of what models were dumped to; infinities and NaN, which JSON lacks, are null."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """The bytes."""
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


api = NinjaAPI(
    title="Quayside",
    version=__version__,
    description=DESCRIPTION,
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    auth=PersonalToken(),
    renderer=Json(),
)
for routes in (runs, trials, files, reports, tasks, sources):
    api.add_router("", routes.router)


def _in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that refuses (406) whoever takes no JSON, for it speaks nothing else."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        taken = request.accepted_types
        if not request.headers.get("Accept", "").strip() or any(each.match(Json.media_type) for each in taken):
            return view(request, *args, **kwargs)
        told = Refusal(HTTPStatus.NOT_ACCEPTABLE, "The API answers in JSON: let Accept take application/json.")
        return problems.response(told)

    return answer


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    faults = [Fault(where=str(each["loc"][-1]), what=str(each["msg"])) for each in error.errors]
    refusal = Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Not all parameters are understood.", errors=faults)
    return problems.response(refusal)


def _told(_request: HttpRequest, error: Any) -> HttpResponse:
    return problems.response(refusal_of(error))


def _unchanged(request: HttpRequest, _error: Any) -> HttpResponse:
    return conditions.unchanged(request)


api.add_exception_handler(ValidationError, _invalid)
api.add_exception_handler(conditions.Unchanged, _unchanged)
# The library has answers of its own to these.
for _kind in (Exception, Http404, HttpError):
    api.add_exception_handler(_kind, _told)

_found: list[Any] = list(api.urls[0])
urlpatterns = [
    # All but the library's own address of the whole, which answers nothing.
    *(path(str(each.pattern), framed(_in_json(each.callback)), name=f"api-{each.name}") for each in _found[:-1]),
    path("", framed(nothing), name="api-root"),
    path("<path:rest>", framed(nothing), name="api-nothing"),
]
