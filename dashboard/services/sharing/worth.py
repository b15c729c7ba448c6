"""What a share link is worth: found by its token, and measured by what its creator may still do and see.

Nothing of it is kept: a link that is revoked, or whose creator may not share any more, is dead with the next request.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from dashboard.domain.sharing import ShareState
from dashboard.models import ShareLink
from dashboard.services import rights, team, visibility

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 bytes in URL-safe Base64."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a token leads to."""

    state: ShareState
    link: ShareLink | None = None
    """With its creator and its run (and source) or report; None where there is none."""


def is_token(text: str) -> bool:
    """Whether a text from outside can be a token."""
    return _TOKEN.fullmatch(text) is not None


def hash_of(token: str) -> str:
    """What is kept of a token. It is as random as the hash, so it needs neither salt nor stretching."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str, *, now: datetime) -> Found:
    """The link of a token, and what it is worth."""
    return _found(ShareLink.objects.filter(token_hash=hash_of(token)), now) if is_token(token) else _NOTHING


def by_id(link_id: int, *, now: datetime) -> Found:
    """The same by primary key, for addresses that were signed for a guest."""
    return _found(ShareLink.objects.filter(pk=link_id), now)


_NOTHING = Found(ShareState.UNKNOWN)


def _found(rows: QuerySet[ShareLink], now: datetime) -> Found:
    link = rows.select_related("creator", "run__source", "report__source").first()
    return _NOTHING if link is None else Found(states([link], now=now)[link.pk], link)


def states(links: Iterable[ShareLink], *, now: datetime) -> dict[int, ShareState]:
    """What each of the links is worth, by primary key; a few queries for each of their creators."""
    rows = list(links)
    worth = {link.pk: _written(link, now) for link in rows}
    open_ones = [link for link in rows if worth[link.pk] is ShareState.LIVE]
    shown = _shown(open_ones) if open_ones and team.current().has_sharing else set()
    return worth | {link.pk: ShareState.SUSPENDED for link in open_ones if link.pk not in shown}


def in_state(rows: QuerySet[ShareLink], state: str, *, now: datetime) -> QuerySet[ShareLink]:
    """Those of the links that are in a state as their rows say it: live ones may be suspended all the same."""
    chosen = {
        ShareState.LIVE: Q(revoked_at=None, expires_at__gt=now),
        ShareState.EXPIRED: Q(revoked_at=None, expires_at__lte=now),
        ShareState.REVOKED: Q(revoked_at__isnull=False),
    }
    return rows.filter(chosen[ShareState(state)]) if state in set(chosen) else rows


def _written(link: ShareLink, now: datetime) -> ShareState:
    if link.revoked_at is not None:
        return ShareState.REVOKED
    return ShareState.LIVE if link.expires_at > now else ShareState.EXPIRED


def _shown(links: list[ShareLink]) -> set[int]:
    """Primary keys of the links whose creator may share, and may see what they show."""
    found: set[int] = set()
    for creator in {link.creator_id: link.creator for link in links}.values():
        own = [link for link in links if link.creator_id == creator.pk]
        if rights.may_act(creator):
            runs = visibility.runs(creator).filter(pk__in=[link.run_id for link in own if link.run_id])
            reports = visibility.reports(creator).filter(pk__in=[link.report_id for link in own if link.report_id])
            run_pks, report_pks = set(runs.values_list("pk", flat=True)), set(reports.values_list("pk", flat=True))
            found |= {link.pk for link in own if link.run_id in run_pks or link.report_id in report_pks}
    return found
