"""In a process of the product: what a fleet begins with, and what is left in its database.

::

    python -m tests.fleet.inside begin <<< '{"urls": ["http://127.0.0.1:9000"], "pause": 2, "people": 2}'
    python -m tests.fleet.inside state

The answers are JSON.
"""

import json
import sys
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import django


def begin(wanted: dict[str, Any]) -> dict[str, Any]:
    """Sources, due now, with the pause between two looks in seconds; the sessions of people who may act."""
    from django.utils import timezone  # noqa: PLC0415

    from dashboard.models import Source  # noqa: PLC0415
    from tests.benchmarks.watching import sign_in  # noqa: PLC0415
    from tests.fleet.stand_ins import TENANT, TOKEN  # noqa: PLC0415

    for number, url in enumerate(wanted["urls"]):
        parts = urlsplit(url)
        Source.objects.create(
            name=f"Docks {number}",
            kind="docks",
            address=url,
            tenant=TENANT,
            token=TOKEN,
            allowed_endpoints=[[parts.hostname, parts.port]],
            pause_between_looks=timedelta(seconds=wanted["pause"]),
            next_sync_at=timezone.now(),
        )
    return {"sessions": sign_in(wanted["people"])}


def state(_: dict[str, Any]) -> dict[str, Any]:
    """Whether the database is whole, what the mirror has, what people chose."""
    from dashboard.models import ListPreference, Run, Source  # noqa: PLC0415

    return {
        "faults": [*_faults_of_file(), *_faults_of_mirror()],
        "runs": {run.external_id: run.status for run in Run.objects.filter(is_gone=False)},
        "sources": [
            {"name": one.name, "health": one.health, "good_at": one.last_good_at and one.last_good_at.timestamp()}
            for one in Source.objects.order_by("pk")
        ],
        "columns": {row.user.username: row.columns for row in ListPreference.objects.select_related("user")},
    }


def _faults_of_file() -> list[str]:
    """What the database says of itself; of PostgreSQL only whether every constraint still holds."""
    from django.db import connection  # noqa: PLC0415

    connection.check_constraints()
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return [row[0] for row in cursor.fetchall() if row[0] != "ok"]


def _faults_of_mirror() -> list[str]:
    """Runs whose own numbers are not those of their trials: half of a reading was written."""
    from django.db.models import Count, F, Q  # noqa: PLC0415

    from dashboard.models import Run  # noqa: PLC0415

    counted = Run.objects.filter(kind="evaluation").annotate(
        there=Count("trials", filter=Q(trials__is_gone=False)),
        passed=Count("trials", filter=Q(trials__is_gone=False, trials__outcome="passed")),
    )
    torn = counted.exclude(n_trials=F("there"), n_passed=F("passed"))
    return [f"{run.external_id}: {run.n_trials} trials, {run.there} there" for run in torn]


def main(word: str) -> None:
    """One of the two."""
    django.setup()
    said = json.loads(sys.stdin.read() or "{}")
    sys.stdout.write(json.dumps({"begin": begin, "state": state}[word](said)))


if __name__ == "__main__":
    main(sys.argv[1])
