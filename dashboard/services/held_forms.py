"""What somebody sent when their session had ended, held for them until they are signed in again.

A form in which people write says, signed, on whose page it stands (its *writer*). What it sends too late is held under
that person, whoever signs in next: one form each, for an hour, not above a size. It lies in the sessions' table, so all
processes share it; no session has such a key. What is secret never comes here: see ``views/held_forms.py``.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.utils.crypto import salted_hmac

from dashboard.services.visibility import Viewer

LIFE = timedelta(hours=1)
MOST_CHARACTERS = 131_072
"""Of one form as JSON; a longer one is not held."""

_PREFIX = "held-"
_SIGNER = signing.TimestampSigner(salt="dashboard.held-forms.writer")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldForm:
    """A form that was sent and not heard."""

    path: str
    """Where it goes."""
    page: str
    """The page it stood on."""
    fields: Sequence[tuple[str, str]]
    """Names and values as they were sent, in their order, without secrets."""
    left_out: Sequence[str] = ()
    """Names of what was sent and is not held."""


def writer(person: Viewer) -> str:
    """What a form says of whose page it stands on; nothing for who is nobody in particular."""
    return _SIGNER.sign(str(person.pk)) if person.is_authenticated else ""


def is_by(written_by: str, person: Viewer) -> bool:
    """Whether what a form says of its writer names this person."""
    return person.is_authenticated and _key_of(written_by) == _key(str(person.pk))


def hold(written_by: str, form: HeldForm, *, now: datetime) -> bool:
    """Whether the form is held now, in place of what was held for its writer; what has expired is swept away."""
    key, text = _key_of(written_by), json.dumps(asdict(form))
    if not key or len(text) > MOST_CHARACTERS:
        return False
    Session.objects.filter(session_key__startswith=_PREFIX, expire_date__lte=now).delete()
    data = {"session_data": SessionStore().encode({"form": text}), "expire_date": now + LIFE}
    Session.objects.update_or_create(session_key=key, defaults=data)
    return True


def held(person: Viewer, *, now: datetime) -> HeldForm | None:
    """The form that is held for this person, if one is."""
    kept = Session.objects.filter(session_key=_key(str(person.pk)), expire_date__gt=now).first()
    text = kept.get_decoded().get("form") if kept else None
    return _read(text) if text else None


def drop(person: Viewer) -> None:
    """Hold nothing for this person any more."""
    Session.objects.filter(session_key=_key(str(person.pk))).delete()


def _read(text: str) -> HeldForm:
    told = json.loads(text)
    return HeldForm(**told | {"fields": [(name, value) for name, value in told["fields"]]})


def _key_of(written_by: str) -> str:
    """The key of whoever a form names; none where that is not ours, or older than any session."""
    try:
        return _key(_SIGNER.unsign(written_by, max_age=timedelta(days=settings.SESSION_DAYS)))
    except signing.BadSignature:
        return ""


def _key(person: str) -> str:
    """Nothing that a stranger could send as the key of a session."""
    return _PREFIX + salted_hmac("dashboard.held-forms.key", person, algorithm="sha256").hexdigest()[:32]
