"""Making, listing, counting and revoking share links."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q, QuerySet

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.roles import Role
from dashboard.domain.sharing import ShareScope
from dashboard.models import Report, Run, ShareLink
from dashboard.services import audit, rights, team, visibility
from dashboard.services.sharing.worth import hash_of
from dashboard.services.visibility import Viewer
from dashboard.services.writing import has_room, writing

NOTE = 200
"""Characters of a note."""
TOKEN_BYTES = 32
COUNTED_APART = timedelta(seconds=5)
"""At most one write per link in this time, however many open it."""
USUAL = timedelta(days=7)
MOST_LIVE = 200
"""Links of one person that are neither revoked nor expired."""

_SWITCHED_OFF = "An administrator has switched sharing off."
_TOO_MANY = f"You have {MOST_LIVE} links already. Revoke one first."


class NotShared(ValueError):
    """The link was not made; the text says why."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A link that was made now. Its token is told this once and kept nowhere."""

    link: ShareLink
    token: str

    def __repr__(self) -> str:
        return f"Shared(link={self.link.pk})"


@dataclass(frozen=True, slots=True)
class Latest:
    """Until when a link may last."""

    usual: datetime
    longest: datetime
    usual_days: int
    days: int


def latest(now: datetime) -> Latest:
    """When a link that is made now ends usually, and at the latest."""
    days = team.current().longest_share
    longest = now + timedelta(days=days)
    return Latest(usual=min(now + USUAL, longest), longest=longest, usual_days=min(USUAL.days, days), days=days)


def why_not(viewer: Viewer) -> str:
    """Why somebody cannot share now, as a sentence; empty where they can."""
    if not rights.may_act(viewer):
        return "Sharing needs the role operator."
    return "" if team.current().has_sharing else _SWITCHED_OFF


def create(
    actor: Viewer, subject: Run | Report, *, scope: ShareScope, expires_at: datetime, note: str = "", now: datetime
) -> Shared:
    """Share a run or report that the actor may see, until then.

    Raises ``PermissionDenied`` without the role operator, ``DoesNotExist`` for what they may not see, and
    :class:`NotShared`.
    """
    _check_seen(actor, subject)
    asked = {"scope": str(scope), "expires_at": expires_at.isoformat(), "note": note}
    reason = why_not(actor) or _why_not_until(expires_at, now)
    if reason:
        raise _refused(actor, subject, asked, reason)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    shown = {"run": subject} if isinstance(subject, Run) else {"report": subject}
    link = ShareLink(
        token_hash=hash_of(token), scope=scope, note=note[:NOTE], creator=cast("User", actor), created_at=now,
        expires_at=expires_at, **shown,
    )  # fmt: skip
    with writing(actor, subject):
        if has_room(ShareLink.objects.filter(creator=actor.pk, revoked_at=None, expires_at__gt=now), MOST_LIVE):
            link.save()
            _record(AuditAction.SHARE_CREATED, actor, subject, AuditOutcome.DONE, asked | {"link": link.pk})
            return Shared(link, token)
    raise _refused(actor, subject, asked, _TOO_MANY)


def get(viewer: Viewer, link_id: int) -> ShareLink:
    """A link that one may list. Raises ``ShareLink.DoesNotExist``."""
    return listed(viewer).get(pk=link_id)


def revoke(actor: Viewer, link: ShareLink, *, now: datetime) -> None:
    """End a link (of :func:`get`) at once; one that was revoked stays as it was."""
    subject = link.run or link.report
    with transaction.atomic():
        audit.lock()
        changed = ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now, revoked_by=actor.pk)
        outcome = AuditOutcome.DONE if changed else AuditOutcome.REFUSED
        reason = {} if changed else {"reason": "It was revoked before."}
        _record(AuditAction.SHARE_REVOKED, actor, subject, outcome, {"link": link.pk, **reason})


def listed(viewer: Viewer) -> QuerySet[ShareLink]:
    """The links that one made oneself; of administrators all. Whoever has lost their role still finds their own."""
    rows = ShareLink.objects.select_related("creator", "revoked_by", "run__source", "report__source")
    return rows if rights.may_administer(viewer) else rows.filter(creator=viewer.pk)


def opened(link: ShareLink, *, now: datetime) -> None:
    """Somebody opened a page of the link: noted at most once in a few seconds."""
    long_ago = Q(last_opened_at=None) | Q(last_opened_at__lt=now - COUNTED_APART)
    if link.last_opened_at is None or link.last_opened_at < now - COUNTED_APART:
        rows = ShareLink.objects.filter(long_ago, pk=link.pk)
        rows.update(last_opened_at=now, n_opened=F("n_opened") + 1)


def _refused(actor: Viewer, subject: Run | Report, asked: Mapping[str, str], reason: str) -> NotShared:
    """Note that a link was not made, and give what to raise. Raises ``PermissionDenied`` without the role."""
    _record(AuditAction.SHARE_CREATED, actor, subject, AuditOutcome.REFUSED, {**asked, "reason": reason})
    rights.require(actor, Role.OPERATOR)
    return NotShared(reason)


def _check_seen(actor: Viewer, subject: Run | Report) -> None:
    """Raises ``DoesNotExist`` for what the actor may not see."""
    if isinstance(subject, Run):
        visibility.runs(actor).only("pk").get(pk=subject.pk)
    else:
        visibility.reports(actor).only("pk").get(pk=subject.pk)


def _why_not_until(expires_at: datetime, now: datetime) -> str:
    if expires_at <= now:
        return "That moment has passed."
    until = latest(now)
    return f"Links last at most {until.days} days." if expires_at > until.longest else ""


def _record(
    action: AuditAction,
    actor: Viewer,
    subject: Run | Report | None,
    outcome: AuditOutcome,
    detail: Mapping[str, object],
) -> None:
    source = subject.source if subject is not None else None
    audit.record(action, actor, subject, outcome=outcome, source=source.name if source else "", detail=detail)
