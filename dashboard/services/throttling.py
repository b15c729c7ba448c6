"""How often somebody may try: passwords, codes of a second factor, mails with a link.

Failures are counted in the table of django-axes, in the database, so that all processes count together: for each
account and address, for each address, and for each account from everywhere. Beyond what is free one has to wait, twice
as long with each failure more, up to a quarter of an hour; after a quiet hour all is forgotten.

A try counts before anybody looks whether it is right, and is forgiven once it was: however many come at once, only as
many passwords are looked at, each of which costs a slow hash and its memory.

Nobody is locked out of their account by others elsewhere: of the tries of each address at an account the first few are
heard whatever happens at other addresses. (Codes are asked for only after the right password, so for those the account
counts alone.) Who shares an address with one who guesses waits with them: were each name heard
there, one address could try a password at every account. Names are kept as keyed hashes: people type passwords into the
wrong field.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from axes.models import AccessAttempt
from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from dashboard.services import audit

FORGOTTEN_AFTER = timedelta(hours=1)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
NO_PAUSE = timedelta()

_NOWHERE = "::"
"""Stands for the address of who has none, as on a socket of the machine."""


class Kind(StrEnum):
    """What is tried."""

    PASSWORD = "password"  # noqa: S105 - a word
    CODE = "code"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Failures that are free: of an address at an account, of an address in all, at an account in all.

    ``heard`` of each address at an account are heard even where the account's are used up.
    """

    pair: int
    here: int
    account: int
    heard: int = 0


BOUNDS = {
    Kind.PASSWORD: Bounds(pair=5, here=30, account=20, heard=2),
    Kind.CODE: Bounds(pair=5, here=30, account=5),
    Kind.MAIL: Bounds(pair=3, here=10, account=3, heard=1),
}


@dataclass(frozen=True, slots=True)
class Try:
    """One try: of what, at which account by its name (there may be none of that name), from which network."""

    kind: Kind
    name: str
    network: str

    @property
    def key(self) -> str:
        """What the account is called in the table."""
        return salted_hmac("throttling", f"{self.kind}|{self.name.strip().casefold()}").hexdigest()

    @property
    def place(self) -> str:
        """The first address of the network."""
        return self.network.partition("/")[0] or _NOWHERE


def pause(asked: Try, *, now: datetime) -> timedelta:
    """How long this one has to wait before they are heard; nothing if they are now."""
    bounds = BOUNDS[asked.kind]
    rows = AccessAttempt.objects.filter(
        Q(username=asked.key) | Q(ip_address=asked.place), user_agent=asked.kind, attempt_time__gt=now - FORGOTTEN_AFTER
    ).values_list("username", "ip_address", "failures_since_start", "attempt_time")
    account = [row for row in rows if row[0] == asked.key]
    here = [row for row in rows if row[1] == asked.place]
    pair = [row for row in account if row[1] == asked.place]
    pauses = [_left(pair, bounds.pair, now), _left(here, bounds.here, now)]
    if _failures(pair) >= bounds.heard:
        pauses.append(_left(account, bounds.account, now))
    return max(pauses)


def take(asked: Try, *, now: datetime) -> timedelta:
    """How long this one has to wait; where not at all, they are heard now, and it counts as a failure until forgiven.

    However many try at once, no more are heard than one after the other would be.
    """
    # Whoever waits already costs a look, and holds up nobody.
    if left := pause(asked, now=now):
        return left
    with transaction.atomic():
        audit.lock()
        left = pause(asked, now=now)
        if not left:
            count(asked, now=now)
    return left


def count(asked: Try, *, now: datetime) -> None:
    """Write down one failure more."""
    row, _ = AccessAttempt.objects.get_or_create(
        username=asked.key, ip_address=asked.place, user_agent=asked.kind, defaults={"failures_since_start": 0}
    )
    same = AccessAttempt.objects.filter(pk=row.pk)
    if row.failures_since_start and row.attempt_time <= now - FORGOTTEN_AFTER:
        same.update(failures_since_start=0)
    same.update(failures_since_start=F("failures_since_start") + 1, attempt_time=now)


def forgive(asked: Try) -> None:
    """Forget the failures of an address at an account: what was tried was right."""
    AccessAttempt.objects.filter(username=asked.key, ip_address=asked.place, user_agent=asked.kind).delete()


def forget_old(*, now: datetime) -> int:
    """Take out what counts no longer; how many rows went."""
    gone: int = AccessAttempt.objects.filter(attempt_time__lte=now - FORGOTTEN_AFTER).delete()[0]
    return gone


_Row = tuple[Any, ...]
"""Key of the account, address, failures, time of the last one."""


def _failures(rows: list[_Row]) -> int:
    return sum(row[2] for row in rows)


def _left(rows: list[_Row], free: int, now: datetime) -> timedelta:
    """What is left of the pause after the last of these failures."""
    beyond = _failures(rows) - free
    if beyond < 0:
        return NO_PAUSE
    # Doubled more than ten times it is longer than the longest anyway.
    length: timedelta = min(FIRST_PAUSE * 2 ** min(beyond, 10), LONGEST_PAUSE)
    last: datetime = max(row[3] for row in rows)
    return max(NO_PAUSE, last + length - now)
