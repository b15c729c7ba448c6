"""Whether the process lives, whether pages can be served, and the numbers for Prometheus."""

import json
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from dashboard import client_address
from dashboard.services import health, metrics, rate_limits, rights, sign_in

MISSES, MISSED_WITHIN = 20, 60
"""Wrong tokens that one address may show in so many seconds before it is told to wait."""


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200: the process answers. It asks nothing of anybody, so that a busy database restarts no process."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """200 if all that is needed is well, else 503; what is not is told to administrators and on the machine itself."""
    found = health.checks()
    is_ready = not any(check.fault for check in found)
    told: dict[str, object] = {"status": "ready" if is_ready else "not ready"}
    if _is_from_here(request) or _is_administrator(request, can_ask=bool(found[1:])):
        told["checks"] = {check.name: check.fault or "ok" for check in found}
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return HttpResponse(json.dumps(told) + "\n", status=status, content_type="application/json")


@require_safe
@never_cache
@login_not_required
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for whoever has ``METRICS_TOKEN``; without such a setting for this machine alone. No session counts."""
    if settings.METRICS_TOKEN:
        refusal = _refusal(request)
        if refusal is not None:
            return refusal
    elif not _is_from_here(request):
        raise Http404("Nothing is told here.")
    try:
        return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    except DatabaseError:
        return _plain("The database does not answer.", HTTPStatus.SERVICE_UNAVAILABLE)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and constant_time_compare(given.strip(), settings.METRICS_TOKEN):
        return None
    asker = client_address.network_of(client_address.of(request)) or "here"
    wait = rate_limits.allow(f"metrics-miss:{asker}", limit=MISSES, seconds=MISSED_WITHIN)
    if wait:
        response = _plain("Asked too often.", HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(max(1, round(wait)))
        return response
    response = _plain("This needs the token of the setting METRICS_TOKEN.", HTTPStatus.UNAUTHORIZED)
    response["WWW-Authenticate"] = 'Bearer realm="quayside metrics"'
    return response


def _plain(text: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


def _is_administrator(request: HttpRequest, *, can_ask: bool) -> bool:
    """Whether an administrator is signed in; nobody is while the database, which keeps sessions, cannot be asked."""
    return can_ask and rights.may_administer(request.user)


def _is_from_here(request: HttpRequest) -> bool:
    """On the machine itself, straight and by its own name; every header by which proxies betray themselves says no."""
    return sign_in.is_asked_from_here(
        remote_address=request.META.get("REMOTE_ADDR", ""), host=request.get_host(), headers=request.headers
    )
