"""In a process of the product: a Docks tenant as its source, read once, and many people who are signed in.

::

    python -m tests.benchmarks.watching <<< '{"url": "http://127.0.0.1:9000", "tenant": "…", "token": "…",
                                              "people": 1000}'

The answer is JSON: ``run`` (the primary key of the run that goes on), ``external_id`` and ``sessions``, a key for each
person.
"""

import json
import sys
from typing import Any
from urllib.parse import urlsplit

import django
from django.utils import timezone


def main() -> None:
    """Read what is wanted, write what was made."""
    django.setup()
    wanted: dict[str, Any] = json.load(sys.stdin)
    external_id, run = register(wanted["url"], wanted["tenant"], wanted["token"], wanted.get("name", "Docks"))
    sys.stdout.write(json.dumps({"run": run, "external_id": external_id, "sessions": sign_in(wanted["people"])}))


def register(url: str, tenant: str, token: str, name: str) -> tuple[str, int]:
    """Make the source and look at it once; the evaluation run that goes on there."""
    from dashboard.models import Run, Source  # noqa: PLC0415
    from dashboard.services.sync import looks  # noqa: PLC0415

    parts = urlsplit(url)
    source = Source.objects.create(
        name=name,
        kind="docks",
        address=url,
        tenant=tenant,
        token=token,
        allowed_endpoints=[[parts.hostname, parts.port]],
    )
    looks.look_at_source(source.pk, timezone.now)
    moving = Run.objects.filter(source=source, status="running", n_trials__gt=0).order_by("-started_at").first()
    if moving is None:
        raise RuntimeError("No run goes on at the stand-in.")
    return moving.external_id, moving.pk


def sign_in(number: int) -> list[str]:
    """Session keys of so many people."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.auth.models import Group, User  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    people = User.objects.bulk_create(User(username=f"watcher-{n}", password="!") for n in range(number))
    Group.objects.get(name="operator").user_set.add(*people)
    keys = []
    for person in people:
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "dashboard.authentication.backends.AccountBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        keys.append(str(session.session_key))
    return keys


if __name__ == "__main__":
    main()
