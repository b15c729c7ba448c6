"""What was removed, or written by somebody else, in the moment in which somebody wrote at it: told as pages tell it.

Services that write beside rows which may go look first, with the lock in hand (:mod:`dashboard.services.writing`).
Wherever nobody looked the database refuses what hangs at nothing, and what there is already; nothing is kept of it.
What it refuses for any other reason is a fault of ours, and stays one. The log has each with where it came from.
"""

import logging
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from dashboard.domain.errors import Conflict
from dashboard.middleware.requests import Answer
from dashboard.services import writing

SAME = "Somebody else wrote the same in this moment. Go back, look at it, and try again if it is not there."

log = logging.getLogger("quayside.writing")


class WriteConflictMiddleware:
    """The one place that answers where two wrote at the same at the same time."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The plain 404 for what is gone, 409 for what is there by now; anything else is not ours to explain."""
        if writing.is_removal(error):
            log.warning("removed while it was written at", exc_info=error)
            raise Http404("It was removed in this moment.") from error
        if writing.is_repeat(error):
            log.warning("written by two at once", exc_info=error)
            context = {"title": "Not possible now", "error": Conflict(SAME)}
            return render(request, "error.html", context, status=HTTPStatus.CONFLICT)
        return None
