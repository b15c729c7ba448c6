"""Tickets: a form acts once however often it is sent, and what came of it is kept for a while for whoever sent it.

A ticket is a random word in the form. The first who claims it acts; who sends the form again finds it claimed, and its
result, if there is one by then. Tickets live in the sessions' table, so all processes share them; they are bound to
their person, and no session has such a key.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.crypto import salted_hmac

from dashboard.services.visibility import Viewer

LIFE = timedelta(minutes=10)
LONGEST = 64
"""Characters of a ticket."""

_PREFIX = "ticket-"


def new() -> str:
    """A ticket that nobody has."""
    return secrets.token_urlsafe(18)


def claim(person: Viewer, ticket: str, *, now: datetime) -> bool:
    """Whether this is the first claim of this ticket by this person; what has expired is swept away."""
    if not is_one(ticket):
        return False
    Session.objects.filter(session_key__startswith=_PREFIX, expire_date__lte=now).delete()
    fresh = {"session_data": SessionStore().encode({}), "expire_date": now + LIFE}
    return Session.objects.get_or_create(session_key=_key(person, ticket), defaults=fresh)[1]


def fill(person: Viewer, ticket: str, result: Mapping[str, Any], *, now: datetime) -> None:
    """Keep the result (of plain JSON) of a claimed ticket."""
    data = SessionStore().encode(dict(result))
    Session.objects.filter(session_key=_key(person, ticket)).update(session_data=data, expire_date=now + LIFE)


def read(person: Viewer, ticket: str, *, now: datetime) -> dict[str, Any] | None:
    """The result; empty while there is none yet, None for a ticket that this person has not claimed lately."""
    kept = Session.objects.filter(session_key=_key(person, ticket), expire_date__gt=now).first()
    return None if kept is None else kept.get_decoded()


def is_one(text: str) -> bool:
    """Whether a text from outside can be a ticket."""
    return 0 < len(text) <= LONGEST and text.replace("-", "").replace("_", "").isalnum() and text.isascii()


def _key(person: Viewer, ticket: str) -> str:
    """Nothing that the ticket's sender could send as the key of a session."""
    said = f"{person.pk}:{ticket}".encode(errors="replace")
    return _PREFIX + salted_hmac("dashboard.tickets.key", said, algorithm="sha256").hexdigest()[:32]
