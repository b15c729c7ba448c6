"""Counts every request for ``/metrics``: by method and class of status, and how long the answer took to begin."""

import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from dashboard.services import metrics


class MeteringMiddleware:
    """Stands outside all others, so that what they answer by themselves counts too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        metrics.count_request(request.method or "", response.status_code, time.perf_counter() - began)
        return response
