"""Ends sessions that have lasted their time, and asks administrators for more than a password where that is wanted."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from dashboard.authentication import sessions
from dashboard.middleware.requests import Answer
from dashboard.views.requests import Request


class SessionMiddleware:
    """Before each page that wants somebody signed in: whether their session still holds, and is strong enough."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_view(self, request: Request, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Nothing, or where to go first; who is over their time goes on as a stranger."""
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        if sessions.is_over(request):
            sessions.end_own(request)
            return None
        sessions.keep(request)
        return _to_second_factor(request) if sessions.lacks_factor(request) else None


def _to_second_factor(request: Request) -> HttpResponse:
    there = reverse("mfa_activate_totp")
    return HttpResponseClientRedirect(there) if request.htmx else redirect(there)
