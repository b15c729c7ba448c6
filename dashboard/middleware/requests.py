"""What several of them need to know of a request."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]


def user_id(request: HttpRequest) -> str | None:
    """Who is signed in, if the session was looked at anyway: never a query of its own."""
    session = getattr(request, "session", None)
    return session.get(SESSION_KEY) if session is not None and session.accessed else None
