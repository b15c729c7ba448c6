"""Personal tokens of the API: made, found, revoked.

A token is 32 random bytes behind ``qs_``. It is shown once; its SHA-256 is kept, which needs no salt and no slow hash,
for nobody can try 2²⁵⁶ values. Whoever shows it reads what its owner may see at that moment.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Case, IntegerField, Q, QuerySet, When

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.roles import Role
from dashboard.models import ApiToken
from dashboard.services import audit, rights
from dashboard.services.rights import Viewer
from dashboard.services.writing import has_room, writing

PREFIX = "qs_"
"""By which programs that look for secrets in code know one of ours."""
DAYS = 90
"""That a token lasts unless its owner says otherwise."""
MOST_DAYS = 365
MOST_LIVE = 20
"""Tokens that one person may have at a time."""
MOST_LISTED = 100
ENDING = 4
"""Last characters that are shown, to tell one token from another."""
NOTED_EVERY = timedelta(minutes=1)
"""How often a token's last use is written down."""

_PLAIN = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


class TooManyTokens(Exception):
    """Somebody has as many tokens as one may have."""


@dataclass(frozen=True, slots=True, repr=False)
class NewToken:
    """A token that was just made, with its text, which nobody sees again."""

    token: ApiToken
    secret: str


def create(owner: User, name: str, *, days: int, now: datetime) -> NewToken:
    """A new token of somebody who may read, and its entry in the audit log.

    Raises ``PermissionDenied`` without a role, ``ValueError`` for a life that is not 1 to 365 days, and
    :class:`TooManyTokens`.
    """
    rights.require(owner, Role.VIEWER)
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"A token lasts 1 to {MOST_DAYS} days.")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(name=name, token_hash=_hash(secret), ending=secret[-ENDING:], created_at=now)
    token.user, token.expires_at = owner, now + timedelta(days=days)
    with writing(owner):
        if has_room(live(owner, now=now), MOST_LIVE):
            token.save()
            audit.record(AuditAction.TOKEN_CREATED, owner, token, detail={"days": days})
            return NewToken(token, secret)
    audit.record(AuditAction.TOKEN_CREATED, owner, outcome=AuditOutcome.REFUSED, detail={"why": "too many"})
    raise TooManyTokens


def revoke(actor: Viewer, token_id: int, *, now: datetime) -> ApiToken:
    """End one of somebody's own tokens; of an administrator's anybody's. One that was revoked stays as it is.

    Raises ``ApiToken.DoesNotExist``, also for a token of others.
    """
    token: ApiToken = _within_reach(actor).get(pk=token_id)
    with writing(actor, token):
        is_done = bool(ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now))
        outcome = AuditOutcome.DONE if is_done else AuditOutcome.REFUSED
        audit.record(AuditAction.TOKEN_REVOKED, actor, token, outcome=outcome, detail={"owner": token.user_id})
    token.refresh_from_db()
    return token


def revoke_all(owner: User, *, now: datetime) -> int:
    """End all of somebody's tokens that are good now, each with its entry in the audit log; how many there were."""
    with writing(owner):
        found = list(live(owner, now=now))
        for token in found:
            revoke(owner, token.pk, now=now)
    return len(found)


def of(owner: Viewer, *, now: datetime) -> Sequence[ApiToken]:
    """Somebody's own tokens, the newest first: all that are good, and ended ones while there is room."""
    is_ended = Case(When(_is_good(now), then=0), default=1, output_field=IntegerField())
    rows = ApiToken.objects.filter(user=owner.pk).order_by(is_ended, "-created_at", "-pk")[:MOST_LISTED]
    return sorted(rows, key=lambda token: (token.created_at, token.pk), reverse=True)


def get(owner: Viewer, token_id: int) -> ApiToken:
    """One of somebody's own tokens, however old. Raises ``ApiToken.DoesNotExist``."""
    return ApiToken.objects.get(pk=token_id, user=owner.pk)


def live(owner: Viewer, *, now: datetime) -> QuerySet[ApiToken]:
    """Those of somebody's tokens that are good now."""
    return ApiToken.objects.filter(_is_good(now), user=owner.pk)


def find(secret: str, *, now: datetime) -> ApiToken | None:
    """The token of this text with its owner, if it is good now: not ended, and of somebody who may still read."""
    if not _PLAIN.fullmatch(secret):
        return None
    found = ApiToken.objects.filter(_is_good(now), token_hash=_hash(secret)).select_related("user").first()
    return found if found is not None and rights.may_read(found.user) else None


def note_use(token: ApiToken, *, now: datetime) -> None:
    """Write down that a token was used; at most once a minute."""
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def _within_reach(actor: Viewer) -> QuerySet[ApiToken, Any]:
    return ApiToken.objects.all() if rights.may_administer(actor) else ApiToken.objects.filter(user=actor.pk)


def _is_good(now: datetime) -> Q:
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
