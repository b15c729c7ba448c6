"""What is wrong with a source that fails, in words for whoever looks, and asking it again at once.

The words follow the stored code of the failure; where a code says no more than its stored sentence, that is shown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import Q

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.statuses import SourceHealth
from dashboard.models import Source
from dashboard.services import deeds, rights, visibility
from dashboard.services.visibility import Viewer

PAUSE = timedelta(seconds=3)
"""After a look at a source until a person may have it looked at again."""

_ASK = "Ask an administrator."


@dataclass(frozen=True, slots=True)
class _Words:
    verdict: str
    """What follows the source's name."""
    reason: str = ""
    """Shown instead of the stored sentence."""
    action: str = ""
    """What an administrator can do about it in the source's settings; others are told whom to ask."""
    is_operators: bool = False
    """Whether only a setting of the whole product mends it."""


_FAILS = _Words("cannot be read")
_MISFIT = "Check its address"
_NOT_PUBLIC = "Its address is in a network that is not public; the setting ALLOWED_NETWORKS names those that are meant."
_WORDS = {
    "refused": _Words("is not reachable", "Nothing accepts connections there.", _MISFIT),
    "dns": _Words("is not reachable", "Its host name is not found.", _MISFIT),
    "unreachable": _Words("is not reachable"),
    "reset": _Words("is not reachable"),
    "timeout": _Words("does not answer", "No answer came in time."),
    "tls": _Words("is not trusted", action="Check its address and certificates"),
    "address_refused": _Words("may not be connected to", _NOT_PUBLIC, is_operators=True),
    "auth": _Words("refused the access token", "It expired, or was withdrawn.", "Replace the token"),
    "forbidden": _Words("lets this account see nothing", "The service account may not see this.", "Replace the token"),
    "throttled": _Words("is paused by the server", "It was asked too often."),
    "server": _Words("fails on its side"),
    "bad_response": _Words("gives no usable answer", action=_MISFIT),
    "too_large": _Words("gives no usable answer"),
    "redirect": _Words("sends its callers elsewhere", action="Set that as its address"),
    "no_api": _Words("is not found at its address", action=_MISFIT),
    "config": _Words("cannot be asked", action="Correct its settings"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What a page says about a source that fails."""

    source: Source
    verdict: str
    reason: str
    place: str
    """Host and port, or the folder; for administrators."""
    action: str
    """The label of an administrator's way out, which leads to the source's settings."""
    advice: str
    """The same for everybody else."""
    wait: timedelta | None
    """Until it is tried again by itself, in whole seconds, 0 if that is due; None if nobody tries."""
    may_ask: bool
    """Whether this viewer may have it asked at once."""
    why_not_now: str
    """Why it cannot be asked at once; empty where it can."""

    @property
    def seconds(self) -> int:
        """The wait as a number."""
        return 0 if self.wait is None else int(self.wait.total_seconds())

    @property
    def is_throttled(self) -> bool:
        """Whether the source itself asked for the pause."""
        return self.source.error_code == "throttled"


def of_source(viewer: Viewer, source: Source, now: datetime) -> Trouble | None:
    """What is wrong with a source that this viewer may see; None while nothing is."""
    if source.health != SourceHealth.FAILING:
        return None
    words, is_administrator = _WORDS.get(source.error_code, _FAILS), rights.may_administer(viewer)
    return Trouble(
        source=source,
        verdict=words.verdict,
        reason=reason(source),
        place=_place(source.address) if is_administrator else "",
        action=words.action if is_administrator else "",
        advice=_ASK if (words.action or words.is_operators) and not is_administrator else "",
        wait=_wait(source, now),
        may_ask=rights.may_act(viewer),
        why_not_now=_why_not_now(source, now),
    )


def verdict(source: Source) -> str:
    """What follows the name of a source that fails: “does not answer”; empty while it does not fail."""
    return _WORDS.get(source.error_code, _FAILS).verdict if source.health == SourceHealth.FAILING else ""


def reason(source: Source) -> str:
    """What is wrong with a source that fails, as a sentence for everybody."""
    return _WORDS.get(source.error_code, _FAILS).reason or source.error


def waits(sources: Iterable[Source], now: datetime) -> dict[str, int]:
    """Of the sources that fail: seconds until the next try, by primary key."""
    found = {str(source.pk): _wait(source, now) for source in sources if source.health == SourceHealth.FAILING}
    return {pk: int(wait.total_seconds()) for pk, wait in found.items() if wait is not None}


def ask_again(viewer: Viewer, source_id: int, now: datetime) -> str:
    """Make a source due at once; why that is not done, or nothing.

    It has a server asked, so it is an operator's. However many people press, it is asked once in a while, never while
    it asks for a pause, and by one worker. Raises ``Source.DoesNotExist`` and ``PermissionDenied``.
    """
    source = visibility.sources(viewer).get(pk=source_id)
    deeds.require(viewer, AuditAction.SOURCE_LOOKED, source, source=source.name)
    refusal = _why_not_now(source, now)
    if not refusal:
        _make_due(source, now)
    outcome = AuditOutcome.REFUSED if refusal else AuditOutcome.DONE
    deeds.note(AuditAction.SOURCE_LOOKED, viewer, source, outcome=outcome, source=source.name)
    return refusal


def _make_due(source: Source, now: datetime) -> None:
    is_free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    is_rested = Q(last_looked_at__isnull=True) | Q(last_looked_at__lte=now - PAUSE)
    mine = Source.objects.filter(is_free, is_rested, pk=source.pk, next_sync_at__gt=now)
    mine.update(next_sync_at=now)


def _why_not_now(source: Source, now: datetime) -> str:
    is_ahead = source.next_sync_at is not None and source.next_sync_at > now
    if source.is_paused:
        return "An administrator paused it."
    if source.error_code == "throttled" and is_ahead:
        return "The server asked for a pause."
    if source.claimed_until is not None and source.claimed_until > now:
        return "It is being asked right now."
    return ""


def _wait(source: Source, now: datetime) -> timedelta | None:
    if source.is_paused or source.next_sync_at is None:
        return None
    return timedelta(seconds=max(0, round((source.next_sync_at - now).total_seconds())))


def _place(address: str) -> str:
    """Host and port of a base URL without what else it may hold; a folder as it is."""
    if not re.match(r"https?://", address):
        return address
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return ""
    return f"{parts.hostname or ''}:{port}"
