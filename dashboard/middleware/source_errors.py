"""The one place that turns what went wrong with a source into a page."""

import re
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from dashboard.domain.errors import Conflict, Denied, Missing, SourceError
from dashboard.middleware.requests import Answer

_BELOW_RUN = re.compile(r"/runs/(?P<run>[0-9]{1,18})/(?:trials/(?P<trial>[0-9]{1,18})/)?")


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
