"""How allauth is made to fit: whose accounts, whose words, whose address, whose rules."""

import base64
import functools
import logging
import secrets
from http import HTTPStatus
from typing import Any

# Comes with allauth's second factors, for the same picture.
import qrcode  # type: ignore[import-untyped]
import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from dashboard import client_address
from dashboard.authentication import sessions
from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.models.sealed import Sealed
from dashboard.services import audit, single_sign_on
from dashboard.services.single_sign_on import SENTENCES, Claims, Refusal

log = logging.getLogger("quayside.sign_in")

BACKEND = "dashboard.authentication.backends.AccountBackend"
PROVIDER_TIMEOUT = 5

_WORDS = {
    "mfa/messages/totp_activated.txt": "The second factor is on.",
    "mfa/messages/totp_deactivated.txt": "The second factor is off.",
    "socialaccount/messages/account_connected.txt": "Your account is joined with single sign-on.",
    "socialaccount/messages/account_connected_updated.txt": "Your account was joined with single sign-on already.",
    "socialaccount/messages/account_connected_other.txt": "Somebody else's account here is joined with that one.",
}
"""What is said of what allauth did, by the name of its own template; of all else nothing is said."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sessions of our backend; nobody registers themselves; no word but ours."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """As everywhere here."""
        return client_address.of(request) or sessions.UNKNOWN_PLACE

    def is_safe_url(self, url: str | None) -> bool:
        """Whether an address is a page of ours, at the host that was asked."""
        return is_own(self.request, url or "")

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin the session."""
        login(request, user, backend=BACKEND)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Write the sign-in down, with the way."""
        audit.record(AuditAction.SIGNED_IN, user, user, detail={"by": sessions.way_in(request, user)})
        return super().post_login(request, user, **kwargs)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """A closed account stays outside."""
        return refused(request, Refusal.DISABLED, user)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say it in our words, if at all."""
        if words := _WORDS.get(message_template or ""):
            messages.add_message(request, level if level == messages.ERROR else messages.SUCCESS, words)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """None: the audit log has it."""


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who comes in by single sign-on, and which account is theirs."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Asked after :meth:`pre_social_login`, which refuses in its own words."""
        return True

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """To the page of one's account."""
        return reverse("account")

    def get_requests_session(self) -> requests.Session:
        """A session that asks the provider alone: no proxies or passwords of the machine, no other host."""
        session = requests.Session()
        session.trust_env = False
        session.max_redirects = 0
        session.request = functools.partial(session.request, timeout=PROVIDER_TIMEOUT)  # type: ignore[method-assign]
        return session

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Our one page for all that goes wrong between us and the provider.

        What answers no question of ours is written down nowhere: anybody can send it.
        """
        if exception is not None:
            log.warning("Single sign-on failed: %s: %s", type(exception).__name__, exception)
        reason = Refusal.CANCELLED if error == "cancelled" else Refusal.FAILED
        is_answer = "state" in (extra_context or {})
        raise ImmediateHttpResponse(refused(request, reason) if is_answer else not_let_in(request, SENTENCES[reason]))

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Check what came, join an account that is there already, refuse who may not come in."""
        if not constant_time_compare(str(sociallogin.nonce), str(sociallogin.state.get("nonce"))):
            raise ImmediateHttpResponse(refused(request, Refusal.NONCE))
        claims = Claims.of(sociallogin.claims)
        if reason := single_sign_on.refusal(claims):
            raise ImmediateHttpResponse(refused(request, reason))
        if sociallogin.state.get("process") == "connect":
            return
        is_new = not sociallogin.is_existing and not _join(request, sociallogin, claims)
        if is_new:
            _prepare(request, sociallogin, claims)
        elif sociallogin.user.is_active:
            single_sign_on.give_role(sociallogin.user, claims, is_new=False)

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """Make the account, with its role."""
        person = super().save_user(request, sociallogin, form)
        single_sign_on.give_role(person, Claims.of(sociallogin.claims), is_new=True)
        return person


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are kept as access tokens are: encrypted, with keys that can be rotated."""

    def encrypt(self, text: str) -> str:
        """For the database."""
        return Sealed.of(text).cipher

    def decrypt(self, encrypted_text: str) -> str:
        """From the database. In place of a secret whose key is gone comes a random one, which fits no code."""
        return Sealed(encrypted_text).reveal() or base64.b32encode(secrets.token_bytes(20)).decode()

    def get_totp_issuer(self) -> str:
        """What the app on the phone calls us."""
        return "Quayside"

    def build_totp_svg(self, url: str) -> str:
        """Black on white in either theme: cameras want it so."""
        picture: str = qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")
        return picture

    def get_totp_label(self, user: Any) -> str:
        """Whose code it is there."""
        return str(user.get_username())


def is_own(request: HttpRequest, url: str) -> bool:
    """Whether an address leads to a page of ours, at the host that was asked."""
    return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())


def refused(request: HttpRequest, reason: Refusal, person: User | None = None) -> HttpResponse:
    """The page for who does not come in by single sign-on; written down."""
    audit.record(
        AuditAction.SIGN_IN_REFUSED, None, person, outcome=AuditOutcome.REFUSED, detail={"by": "sso", "reason": reason}
    )
    return not_let_in(request, SENTENCES[reason])


def not_let_in(request: HttpRequest, text: str) -> HttpResponse:
    """The page itself, with why."""
    return render(request, "account/refused.html", {"text": text}, status=HTTPStatus.FORBIDDEN)


def _join(request: HttpRequest, sociallogin: Any, claims: Claims) -> bool:
    """Join the account with that verified e-mail address, if there is one; refuse where it may not be joined."""
    found = single_sign_on.owner(claims)
    if isinstance(found, Refusal):
        raise ImmediateHttpResponse(refused(request, found))
    if found is not None:
        sociallogin.connect(request, found)
    return found is not None


def _prepare(request: HttpRequest, sociallogin: Any, claims: Claims) -> None:
    """What a new account is made of; an address that nobody verified is not part of it.

    Whose an address is the accounts alone say: allauth's own list of addresses still has those of earlier times, and
    would have a new owner of one fill in a form.
    """
    if not settings.SSO_SIGN_UP:
        raise ImmediateHttpResponse(refused(request, Refusal.CLOSED))
    sociallogin.user.email = claims.email
    sociallogin.email_addresses = []
