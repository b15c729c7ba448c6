"""Single sign-on by OpenID Connect: to the provider and back.

Both ways are open to strangers, so each network may take them so often a minute, and what is kept of it goes soon.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dashboard import client_address
from dashboard.authentication.adapters import is_own, log, not_let_in, refused
from dashboard.authentication.openid import FAULTS, Adapter
from dashboard.authentication.throttling import in_words, waiting
from dashboard.services import rate_limits
from dashboard.services.single_sign_on import SENTENCES, Refusal

MINUTE = 60
MOST_ASKED = 30
"""Times a minute that people of one network may go to the provider, and come back from it."""
ON_THE_WAY = timedelta(minutes=15)
"""How long a session lasts of which nothing is known but that somebody went to the provider."""


def _bounded(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The view, while its network does not ask it too often."""

    @wraps(view)
    def bounded(request: HttpRequest) -> HttpResponse:
        network = client_address.network_of(client_address.of(request))
        left = rate_limits.allow(f"sso-{view.__name__}:{network}", limit=MOST_ASKED, seconds=MINUTE)
        return _too_often(request, timedelta(seconds=left)) if left else view(request)

    return bounded


@require_safe
@never_cache
@login_not_required
@_bounded
def begin(request: HttpRequest) -> HttpResponse:
    """Lead to the provider; ``next`` is where to go afterwards, if it is a page of ours."""
    if not request.user.is_authenticated:
        request.session.set_expiry(ON_THE_WAY)
    wanted = request.GET.get("next", "")
    target = wanted if is_own(request, wanted) else reverse(settings.LOGIN_REDIRECT_URL)
    return _leave(request, process="login", target=target)


@require_safe
@never_cache
@login_not_required
@_bounded
def come_back(request: HttpRequest) -> HttpResponse:
    """Where the provider sends people back to."""
    _check_configured()
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(Adapter(request))(request)
    except FAULTS as error:
        _tell(error)
        return refused(request, Refusal.FAILED)
    return answer


@require_POST
@reauthentication_required(app="allauth.socialaccount")  # type: ignore[untyped-decorator]
def join(request: HttpRequest) -> HttpResponse:
    """Join one's account with single sign-on: a page with the way there, since a form may lead to no other host."""
    answer = _leave(request, process="connect", target=reverse("account"))
    if "Location" not in answer:
        return answer
    return render(request, "account/leave.html", {"url": answer["Location"], "provider": settings.OIDC_NAME})


def _leave(request: HttpRequest, *, process: str, target: str) -> HttpResponse:
    _check_configured()
    nonce = get_random_string(32)
    try:
        provider = Adapter(request).get_provider()
        provider.oauth2_adapter_class = lambda request, _: Adapter(request)
        answer: HttpResponse = provider.redirect(
            request, process, next_url=target, auth_params={"nonce": nonce}, nonce=nonce
        )
    except ImmediateHttpResponse as refusal:
        page: HttpResponse = refusal.response
        return page
    except FAULTS as error:
        _tell(error)
        return not_let_in(request, SENTENCES[Refusal.FAILED])
    return answer


def _too_often(request: HttpRequest, pause: timedelta) -> HttpResponse:
    text = f"Too many sign-ins were begun from your network. Wait {in_words(pause)}, then try again."
    return waiting(not_let_in(request, text), pause)


def _tell(error: Exception) -> None:
    log.warning("Single sign-on failed: %s: %s", type(error).__name__, error)


def _check_configured() -> None:
    if not settings.OIDC_ISSUER:
        raise Http404
