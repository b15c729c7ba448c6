"""The places runs come from: how they get into the dashboard, change and leave it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from dashboard.domain.reports import ReportMaker
from dashboard.domain.statuses import SourceKind
from dashboard.models import MirrorClock, Report, Run, Source, Trial
from dashboard.models.sealed import Sealed
from dashboard.services.source_checks import leads_elsewhere

SAMPLE_NAME = "Sample jobs"
STAND_IN_NAMES = {SourceKind.DOCKS: "Sample Docks tenant", SourceKind.CARROT: "Sample CARROT server"}
_NAME_LENGTH = 100
_LOOKED_AT_FOR = frozenset(
    {"kind", "address", "tenant", "token", "ca_bundle", "allowed_artifacts", "list_limit", "time_zone"}
)
"""Fields with which other times, or other runs, may be found, or the source be reached at last."""


def register_folders(folders: Sequence[Path], *, now: datetime) -> list[Source]:
    """A source for each folder of jobs, named after it and due to be looked at; one known by its path is kept."""
    return [_register(folder, now) for folder in folders]


def register_sample(folder: Path, *, now: datetime) -> Source:
    """The one source of sample data, called that, wherever its folder is now; due to be looked at."""
    source, _ = Source.objects.update_or_create(
        kind=SourceKind.HARBOR,
        is_sample=True,
        defaults={"address": str(folder), "next_sync_at": now},
        create_defaults={"name": _free_name(SAMPLE_NAME), "address": str(folder), "next_sync_at": now},
    )
    return source


def register_stand_in(
    kind: SourceKind, host: str, port: int, *, tenant: str = "", token: str = "", now: datetime
) -> Source:
    """The one stand-in server of a kind, wherever it answers now; due to be looked at, with nothing held against it.

    It is on this machine, where no source may be: exactly its host and port are allowed.
    """
    source = Source.objects.filter(kind=kind, is_sample=True).first()
    if source is None:
        source = Source(kind=kind, is_sample=True, name=_free_name(STAND_IN_NAMES[kind]))
    source.address, source.tenant = f"http://{host}:{port}", tenant
    source.allowed_endpoints = [[host, port]]
    if source.token.reveal() != token:
        source.token = Sealed.of(token)
    source.next_sync_at, source.failures = now, 0
    source.save()
    return source


def save(source: Source, *, changed: Collection[str], now: datetime) -> None:
    """Store what an administrator set: these fields, of a new source all.

    Looked at at once if it is new, or if other runs may be found now; with another time zone all of it is read anew.
    What it is called is on every page that shows its runs: a new name makes all of them new. A token is for one server:
    where the address leads to another and none is given with it, it is forgotten.
    """
    with transaction.atomic():
        is_new, fields = source._state.adding, set(changed)
        if "token" not in fields and leads_elsewhere(source):
            source.token = Sealed()
            fields.add("token")
        if changed:
            source.version = MirrorClock.tick()
            fields.add("version")
        if is_new or not _LOOKED_AT_FOR.isdisjoint(changed):
            source.next_sync_at = now
            fields.add("next_sync_at")
        if not is_new:
            _pass_on(source, changed)
        source.save(update_fields=None if is_new else fields)


def _pass_on(source: Source, changed: Collection[str]) -> None:
    """Make the runs of a source what its new name or time zone asks for."""
    runs = Run.objects.filter(source=source)
    if "name" in changed:
        runs.update(version=source.version)
    if "time_zone" in changed:
        runs.update(fingerprint="")
        Trial.objects.filter(run__source=source).update(fingerprint="")


def remove(removed: QuerySet[Source]) -> None:
    """Delete sources with all that is mirrored of them, and tell the pages that show it.

    Reports of our own stay with their documents, from then on of no source.
    """
    with transaction.atomic():
        # First, as every writer does: whoever waits for the clock holds nothing yet.
        version = MirrorClock.tick()
        own = Report.objects.filter(source__in=removed.order_by().values("pk"), maker=ReportMaker.QUAYSIDE)
        own.update(source=None, version=version)
        removed.delete()


def _register(folder: Path, now: datetime) -> Source:
    source, _ = Source.objects.update_or_create(
        kind=SourceKind.HARBOR,
        address=str(folder),
        defaults={"next_sync_at": now},
        create_defaults={"name": _free_name(folder.name or str(folder)), "next_sync_at": now},
    )
    return source


def _free_name(wanted: str) -> str:
    """The name, or the name with a number where another source has it."""
    name, number = wanted[:_NAME_LENGTH], 1
    while Source.objects.filter(name=name).exists():
        number += 1
        ending = f" ({number})"
        name = wanted[: _NAME_LENGTH - len(ending)] + ending
    return name
