"""A line in the log for every request, and its number; what the audit log knows of it."""

import logging
import re
import time
import uuid
from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from dashboard import client_address
from dashboard.logs import masked
from dashboard.middleware.requests import Answer, user_id
from dashboard.services import audit
from dashboard.services.audit import Origin

log = logging.getLogger("quayside.requests")

REQUEST_ID = "X-Request-Id"
_PLAIN_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestLogMiddleware:
    """One line a request, with its number; the number goes back to the asker, who may have given it.

    While it is answered, the audit log knows it by its number and address.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        request_id = _request_id(request)
        asked = audit.origin.set(Origin(address=client_address.of(request), request_id=request_id))
        try:
            response = self.get_response(request)
        finally:
            audit.origin.reset(asked)
        response[REQUEST_ID] = request_id
        fields = {
            "method": request.method,
            "path": masked(request.path),
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - began) * 1000, 1),
            "user": user_id(request),
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


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get(REQUEST_ID, "")
    return given if _PLAIN_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
