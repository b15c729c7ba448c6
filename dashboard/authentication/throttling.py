"""What django-axes asks before each password is looked at, and tells after: the rule is in ``services/throttling.py``.

Its own rule locks an account for a fixed time, for its owner as well, and keeps the forms it was sent.
"""

from datetime import timedelta
from math import ceil
from typing import Any, TypeVar

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from dashboard import client_address
from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.services import audit, throttling
from dashboard.services.throttling import Kind, Try

TOO_MANY = 429
_MINUTE = 60

_Response = TypeVar("_Response", bound=HttpResponseBase)


class Handler(AbstractAxesHandler, AxesBaseHandler):  # type: ignore[misc]
    """Passwords, by every way they come in."""

    def is_allowed(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Whether this password may be looked at now; it counts as wrong until it turns out right."""
        left = throttling.take(tried(request, _name(credentials)), now=timezone.now())
        request.pause = left
        return not left

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        """Write it down, unless nobody looked at the password. It was counted before."""
        if request is None or request.axes_locked_out:
            return
        person = User.objects.filter(username=_name(credentials)).first()
        audit.record(AuditAction.SIGN_IN_REFUSED, None, person, outcome=AuditOutcome.REFUSED)

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Forget the failures of this address at this account."""
        throttling.forgive(tried(request, user.get_username()))

    def user_logged_out(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Nothing is kept of that."""

    def post_save_access_attempt(self, instance: Any, **kwargs: Any) -> None:
        """Nothing hangs on a row."""

    def post_delete_access_attempt(self, instance: Any, **kwargs: Any) -> None:
        """Nor on one that goes."""

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Not asked: :meth:`is_allowed` decides."""
        return 0


def tried(request: HttpRequest, name: str, kind: Kind = Kind.PASSWORD) -> Try:
    """The try that a request is."""
    return Try(kind=kind, name=name, network=client_address.network_of(client_address.of(request)))


def refuse(request: HttpRequest, response: HttpResponseBase, credentials: Any = None) -> HttpResponseBase:
    """The page as it was made, as the answer to one who has to wait."""
    return waiting(response, getattr(request, "pause", timedelta()))


def waiting(response: _Response, pause: timedelta) -> _Response:
    """The response as 429, with the time to wait in its header."""
    response.status_code = TOO_MANY
    response["Retry-After"] = str(max(1, round(pause.total_seconds())))
    return response


def in_words(pause: timedelta) -> str:
    """How long there is to wait, as a person says it: never less than there is."""
    seconds = max(1, ceil(pause.total_seconds()))
    n, unit = (seconds, "second") if seconds < _MINUTE else (ceil(seconds / _MINUTE), "minute")
    return f"{n} {unit}" if n == 1 else f"{n} {unit}s"


def _name(credentials: dict[str, Any] | None) -> str:
    return str((credentials or {}).get("username") or "")
