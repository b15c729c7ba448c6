"""The page of one's own account: who one is, password, second factor, where one is signed in."""

import re

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboard.authentication import sessions
from dashboard.services import accounts, rights
from dashboard.views.requests import Request

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
_SHORT = 60


@require_safe
def overview(request: Request) -> HttpResponse:
    """Everything of one's account on one page."""
    person = request.user
    factors = {one.type: one for one in Authenticator.objects.filter(user_id=person.pk)}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "role": rights.role(person),
        "has_password": person.has_usable_password() and not settings.SSO_ONLY,
        "factor": factors.get(Authenticator.Type.TOTP),
        "n_codes": len(codes.wrap().get_unused_codes()) if codes else 0,
        "must_have_factor": sessions.wants_factor(person),
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "is_joined": SocialAccount.objects.filter(user_id=person.pk, provider=settings.OIDC_PROVIDER_ID).exists(),
        "rows": [_row(request, one) for one in accounts.open_sessions(person)],
    }
    return render(request, "account/overview.html", context)


@require_POST
def end_session(request: Request) -> HttpResponse:
    """End one of one's sessions (``session``, its number), or all but this one."""
    number = request.POST.get("session", "")
    if number.isascii() and number.isdigit() and len(number) < 19:  # noqa: PLR2004 - digits of what a database counts to
        found = accounts.end_session(request.user, int(number))
        messages.success(request, "That session has ended." if found else "That session had ended already.")
    else:
        n = accounts.end_sessions(request.user, but=request.session.session_key or "")
        messages.success(request, f"{n} other session{'' if n == 1 else 's'} ended.")
    return redirect("account")


def browser(agent: str) -> str:
    """What a browser calls itself, in two words; what is no browser, as it says."""
    name = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if name and system:
        return f"{name} on {system}"
    return re.sub(r"\s+", " ", agent)[:_SHORT] or "Unknown browser"


def _row(request: Request, one: UserSession) -> dict[str, object]:
    return {
        "number": one.pk,
        "browser": browser(one.user_agent),
        "address": "" if one.ip == sessions.UNKNOWN_PLACE else one.ip,
        "began": one.created_at,
        "seen": one.last_seen_at,
        "is_this": one.session_key == request.session.session_key,
    }
