"""OpenID Connect as its Core 1.0 wants it, where allauth asks for less: signature, nonce, subject, issuer."""

from datetime import timedelta
from typing import Any

# Comes with allauth, which reads tokens with it: signatures, dates, whom they are for.
import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException

LONGEST_SUBJECT = 191
CONFIG_KEPT = timedelta(minutes=5)
CLOCKS_APART = timedelta(seconds=60)
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures that only the provider can make."""
_TEXTS = ("preferred_username", "name", "given_name", "family_name", "email")
FAULTS = (KeyError, ValueError, jwt.PyJWTError, OAuth2Error, RequestException)
"""What becomes of an answer that is not as the protocol has it: no JSON, a missing word, another issuer; or of none."""


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """What OpenID Connect Core 1.0 wants beyond what allauth does: 3.1.3.7 (signature, nonce), 5.3.2 (subject)."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, settings.OIDC_PROVIDER_ID)

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself, of its own name; known for a few minutes."""
        key = f"openid-configuration:{self.provider_id}"
        config: dict[str, Any] | None = cache.get(key)
        if config is None:
            config = self._fetch_config()
            cache.set(key, config, timeout=CONFIG_KEPT.total_seconds())
        return config

    def _fetch_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if str(config.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
            raise OAuth2Error("The provider calls itself something else than OIDC_ISSUER.")
        return config

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Where the provider sends people back to: below the configured address, if there is one."""
        path = reverse("sso-return")
        return f"{settings.BASE_URL}{path}" if settings.BASE_URL else request.build_absolute_uri(path)

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Who it is, with ``claims`` and ``nonce`` for those who decide."""
        given = self._decode_id_token(app, str(kwargs["response"].get("id_token") or ""))
        more = self._fetch_user_info(token.token) if "userinfo_endpoint" in self.openid_config else {}
        subject = given.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise OAuth2Error("The provider does not say who it is.")
        if more and more.get("sub") != subject:
            raise OAuth2Error("The provider speaks of two people.")
        claims = {**given, **more}
        known = {name: claims[name] for name in _TEXTS if isinstance(claims.get(name), str)}
        known |= {"sub": subject, "email_verified": claims.get("email_verified") is True}
        found = self.get_provider().sociallogin_from_response(request, {"userinfo": known})
        # Nothing more than who it is has to be kept.
        found.account.extra_data = {}
        found.claims, found.nonce = claims, given.get("nonce")
        return found

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """The token's claims. Raises ``PyJWTError`` for one that the provider did not sign, for us, just now."""
        return jwt.decode(
            id_token,
            key=self._key_of(id_token),
            algorithms=_ALGORITHMS,
            audience=app.client_id,
            issuer=self.openid_config["issuer"],
            leeway=CLOCKS_APART,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )

    def _key_of(self, id_token: str) -> jwt.PyJWK:
        """The key that the token names; where it names none, the only one there is."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        name = jwt.get_unverified_header(id_token).get("kid")
        keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if name is None or key.key_id == name]
        if len(keys) != 1:
            raise OAuth2Error("The provider has no such key.")
        return keys[0]
