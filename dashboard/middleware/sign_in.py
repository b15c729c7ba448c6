"""Signed out in mid-work: to the sign-in page and back."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse

# Response helpers for htmx: a redirect of the whole page.
from django_htmx.http import HttpResponseClientRedirect

from dashboard.middleware.requests import Answer, user_id
from dashboard.views import held_forms
from dashboard.views.addresses import came_from

_PLAIN = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class HtmxSignInMiddleware:
    """Who is signed out in mid-work goes to the sign-in page as a whole, not as a piece of the open page.

    From there one comes back to the page one was on. Where a form was sent the sign-in page says that it was not heard;
    what somebody wrote in it is held, and one comes to that instead.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_htmx, is_sent = getattr(request, "htmx", False), request.method not in _PLAIN
        if not _is_redirect_to_sign_in(response):
            if is_sent and user_id(request):
                held_forms.let_go(request)
            return response
        if not (is_htmx or is_sent):
            return response
        there = _way_back(request) if is_sent else redirect_to_login(came_from(request)).url
        return HttpResponseClientRedirect(there) if is_htmx else HttpResponseRedirect(there)


def _way_back(request: HttpRequest) -> str:
    """By the sign-in page to the form that was sent, if it is held, else to the page that it stood on."""
    page = came_from(request)
    return held_forms.by_sign_in(reverse("held-form") if held_forms.hold(request, page) else page)


def _is_redirect_to_sign_in(response: HttpResponseBase) -> bool:
    """Whether somebody who is not signed in is led there, to come back (who has just signed out does not)."""
    if response.status_code != HTTPStatus.FOUND:
        return False
    there = urlsplit(response.get("Location", ""))
    return there.path == resolve_url(settings.LOGIN_URL) and there.query.startswith("next=")
