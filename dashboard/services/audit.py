"""The audit log: every change by a person leaves one entry, also where it was refused or failed.

Entries are chained: each holds a hash over itself and the hash of the one before it, so that one that was changed or
taken out shows (:mod:`dashboard.services.audit_chain`). The database itself refuses to change or remove them.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.models import AuditEntry, MirrorClock
from dashboard.services.audit_masks import masked, text
from dashboard.services.rights import Viewer

HASHED = (
    "at", "actor_id", "actor_name", "action", "outcome", "object_kind", "object_id", "object_name", "source_name",
    "address", "request_id", "detail",
)  # fmt: skip
"""The columns that an entry's hash is over, beside the hash of the entry before it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from."""

    address: str = ""
    request_id: str = ""


origin: ContextVar[Origin] = ContextVar("origin")
"""Of the request that is being answered; set by a middleware, and by nobody in a command."""

_heard: ContextVar[list[AuditEntry]] = ContextVar("heard")


def record(
    action: AuditAction,
    actor: Viewer | None,
    subject: models.Model | None = None,
    *,
    outcome: AuditOutcome = AuditOutcome.DONE,
    source: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry. ``detail`` is plain JSON: what was asked, what changed from what to what.

    What looks like a secret is masked in it, and what is too long is cut. In a transaction of the caller's that goes on
    afterwards, others who record wait until it ends: record last.
    """
    asked = origin.get(Origin())
    fields: dict[str, Any] = {
        "at": timezone.now(),
        "actor_id": actor.pk if actor is not None else None,
        "actor_name": text(actor.get_username(), 200) if actor is not None else "",
        "action": str(action),
        "outcome": str(outcome),
        "object_kind": (subject._meta.model_name or "")[:40] if subject is not None else "",
        "object_id": str(subject.pk)[:100] if subject is not None and subject.pk is not None else "",
        "object_name": text(subject, 300) if subject is not None else "",
        "source_name": text(source, 100),
        "address": asked.address[:45],
        "request_id": asked.request_id[:64],
        "detail": masked(detail or {}),
    }
    with transaction.atomic():
        lock()
        last = AuditEntry.objects.order_by("-pk").values_list("hash", flat=True).first() or ""
        entry = AuditEntry(**fields, previous_hash=last, hash=hash_of(fields, last))
        entry.save()
    _heard.get([]).append(entry)
    return entry


def lock() -> None:
    """Have the rest of the transaction to oneself: entries are chained one after the other.

    The mirror's clock, which every writer holds, is the lock; it does not tick, for no page shows something new.
    Whoever changes what goes with a source, a run, a report or an account takes it before the first row, as whoever
    removes those does: two of them never wait for one another.
    """
    if not MirrorClock.objects.filter(pk=1).update(value=F("value")):
        MirrorClock.tick()


@contextmanager
def listening() -> Iterator[list[AuditEntry]]:
    """The entries that are recorded in this block, so that whoever answers for it knows whether there was one.

    Whether they stayed is another question: :func:`has_kept`.
    """
    heard: list[AuditEntry] = []
    before = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(before)


def has_kept(heard: Sequence[AuditEntry]) -> bool:
    """Whether the log has any of these: what was recorded in a transaction that was taken back went with it."""
    return AuditEntry.objects.filter(
        pk__in=[each.pk for each in heard], hash__in=[each.hash for each in heard]
    ).exists()


def hash_of(fields: Mapping[str, Any], previous: str) -> str:
    """The hash of an entry of these fields behind the one of that hash."""
    hashed = {name: fields[name] for name in HASHED}
    plain = json.dumps([previous, hashed], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()
