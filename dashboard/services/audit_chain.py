"""Whether the audit log is whole, and how its oldest entries go.

An entry is bound to the one before it by that one's hash. Where old entries were trimmed, an entry of the log itself
(``log.trim``) tells the hash that the oldest one left goes on from; nothing else may be missing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from dashboard.domain.audits import AuditAction
from dashboard.models import AuditEntry
from dashboard.services import audit, team
from dashboard.services.rights import Viewer

BATCH = 5_000
"""Entries that are read, or removed, at a time."""
_MARGIN = timedelta(seconds=1)
"""Entries are kept this much longer than they must be: databases round times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a walk along the chain found."""

    n_entries: int
    last_hash: str = ""
    broken: AuditEntry | None = None
    """The first entry that is not what was recorded, or does not follow the one before it."""
    fault: str = ""
    """What is wrong with it, as a sentence."""
    is_held: bool | None = None
    """Whether an entry of the hash that was asked about is there; None if none was asked about."""

    @property
    def is_whole(self) -> bool:
        """Whether every entry is as it was recorded, and follows the one before it."""
        return self.broken is None and not self.fault


def verify(*, holds: str = "", newest: int | None = None) -> Verdict:
    """Walk along the whole chain, or along the newest so many entries, to the first that is broken.

    The end of a chain cannot tell that more came after it: with ``holds``, a hash that was noted elsewhere, the walk
    also says whether the entry of it is still there.
    """
    since = _since(newest)
    previous = AuditEntry.objects.filter(pk__lt=since).order_by("-pk").first() if since else None
    n_entries, is_held = 0, False
    for entry in _entries(since):
        fault = _fault(entry, previous)
        if fault:
            return Verdict(n_entries=n_entries, broken=entry, fault=fault, last_hash=previous.hash if previous else "")
        previous, n_entries, is_held = entry, n_entries + 1, is_held or entry.hash == holds
    lost = "No entry has the hash that was asked about." if holds and not is_held else ""
    return Verdict(
        n_entries=n_entries,
        last_hash=previous.hash if previous else "",
        fault=lost,
        is_held=is_held if holds else None,
    )


def trim(now: datetime, *, actor: Viewer | None = None, is_stopped: Callable[[], bool] = bool) -> int:
    """Remove what is older than the team keeps; how many entries that were. What goes is told by an entry first.

    The database lets only those go that such an entry names and that are old enough. Ends between two batches where it
    is to stop.
    """
    removed, before = 0, now - timedelta(days=team.current().keep_audit) - _MARGIN
    while not is_stopped() and (n_removed := _trim_some(before, actor, now)):
        removed += n_removed
    return removed


def _trim_some(before: datetime, actor: Viewer | None, now: datetime) -> int:
    """The chain is cut where an entry is young: whatever follows it stays, whatever time it tells."""
    with transaction.atomic():
        audit.lock()
        oldest = list(AuditEntry.objects.order_by("pk").values_list("pk", "at", "hash")[: BATCH + 1])
        n_old = next((place for place, (_, at, _) in enumerate(oldest) if at >= before), len(oldest))
        # The last one stays: what is recorded next follows it.
        n_going = min(n_old, len(oldest) - 1)
        if n_going < 1:
            return 0
        through, _, goes_on_from = oldest[n_going - 1]
        told = {"entries": n_going, "through": through, "goes_on_from": goes_on_from, "before": before.isoformat()}
        audit.record(AuditAction.LOG_TRIMMED, actor, detail=told)
        AuditEntry.objects.filter(pk__lte=through).trim()
    return n_going


def _since(newest: int | None) -> int:
    """The primary key of the oldest of the newest so many; 0 where those are all."""
    keys = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True)
    return 0 if newest is None else next(iter(keys[newest - 1 : newest]), 0)


def _entries(since: int) -> Iterator[AuditEntry]:
    """Entries from one on, the oldest first, a bounded number at a time."""
    return AuditEntry.objects.filter(pk__gte=since).order_by("pk").iterator(chunk_size=BATCH)


def _fault(entry: AuditEntry, previous: AuditEntry | None) -> str:
    fields = {name: getattr(entry, name) for name in audit.HASHED}
    if audit.hash_of(fields, entry.previous_hash) != entry.hash:
        return "It is not what was recorded: its hash is another."
    if previous is not None:
        return "" if entry.previous_hash == previous.hash else "An entry before it is missing."
    return "" if _is_first(entry) else "Entries before it are missing, and no entry says that they were trimmed."


def _is_first(entry: AuditEntry) -> bool:
    """Whether the log begins with this entry: nothing came before it, or the latest trimming ended there."""
    trims = AuditEntry.objects.filter(action=AuditAction.LOG_TRIMMED).order_by("-pk")
    last = trims.values_list("detail", flat=True).first()
    return entry.previous_hash == ("" if last is None else last.get("goes_on_from"))
