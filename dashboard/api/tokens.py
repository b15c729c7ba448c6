"""Who asks: the owner of the personal token in ``Authorization: Bearer qs_…``, and by nothing else.

No cookie counts, so no other site can have a browser ask for it; no address holds a token, so none ends up in a log.
"""

from http import HTTPStatus

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from ninja.security.base import AuthBase

from dashboard import client_address
from dashboard.api.problems import Refusal
from dashboard.services import api_tokens, rate_limits

MINUTE = 60
PER_TOKEN = 600
"""Askings in a minute."""
PER_ADDRESS = 1_200
"""Askings in a minute, by whatever token or none."""
MISSES = 30
"""Tokens that are not good, of one address in :data:`MISSED_WITHIN` seconds; then it is told to wait.

Askings with a good token go on meanwhile: one forgotten script must not shut out all others behind its address, and a
token of 256 bits is not guessed anyway.
"""
MISSED_WITHIN = 300

_HOW = "Send a personal token: “Authorization: Bearer qs_…”. Make one at /tokens/."


class PersonalToken(AuthBase):
    """`Authorization: Bearer qs_…`, with a token that one makes at `/tokens/`."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "A personal token, made at `/tokens/`. It reads what its owner may see, and changes nothing."

    def __call__(self, request: HttpRequest) -> User:
        """The token's owner. Raises :class:`Refusal`: 401 without a good token, 429 for whoever asks too often."""
        now, asker = timezone.now(), client_address.network_of(client_address.of(request)) or "here"
        _count(f"api:{asker}", PER_ADDRESS, MINUTE)
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        token = api_tokens.find(secret.strip(), now=now) if scheme.lower() == "bearer" else None
        if token is None:
            _count(f"api-miss:{asker}", MISSES, MISSED_WITHIN)
            raise Refusal(HTTPStatus.UNAUTHORIZED, "This token is not good (any more)." if secret else _HOW)
        _count(f"api-token:{token.pk}", PER_TOKEN, MINUTE)
        api_tokens.note_use(token, now=now)
        return token.user


def _count(key: str, limit: int, seconds: int) -> None:
    wait = rate_limits.allow(key, limit=limit, seconds=seconds)
    if wait:
        raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, "Asked too often; see Retry-After.", retry_after=wait)
