"""The places runs come from: how they get into the dashboard, change and leave it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q, QuerySet

from dashboard.domain.audits import AuditAction
from dashboard.domain.reports import ReportMaker, ReportStatus
from dashboard.domain.roles import Role
from dashboard.domain.statuses import SourceKind
from dashboard.models import MirrorClock, Report, Run, Source, Trial
from dashboard.models.sealed import Sealed
from dashboard.services import audit, rights, visibility
from dashboard.services.rights import Viewer
from dashboard.services.source_checks import leads_elsewhere

SAMPLE_NAME = "Sample jobs"
STAND_IN_NAMES = {SourceKind.DOCKS: "Sample Docks tenant", SourceKind.CARROT: "Sample CARROT server"}
_NAME_LENGTH = 100
_LOOKED_AT_FOR = frozenset(
    {
        "kind",
        "address",
        "tenant",
        "token",
        "ca_bundle",
        "allowed_artifacts",
        "list_limit",
        "time_zone",
        "pause_between_looks",
    }
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


def save(source: Source, *, changed: Collection[str], now: datetime, groups: Collection[Group] | None = None) -> None:
    """Store what an administrator set: these fields, of a new source all; and whom it is limited to, unless None.

    Looked at at once if it is new, or if other runs may be found now; with another time zone all of it is read anew.
    What it is called is on every page that shows its runs: a new name makes all of them new. A token is for one server:
    where the address leads to another and none is given with it, it is forgotten. Where other people may see it, open
    pages hear of it, and what was kept for those who could is made anew.
    """
    with transaction.atomic():
        is_new, fields = source._state.adding, set(changed)
        if "token" not in fields and leads_elsewhere(source):
            source.token = Sealed()
            fields.add("token")
        if changed or groups is not None:
            source.version = MirrorClock.tick()
            fields.add("version")
        if is_new or not _LOOKED_AT_FOR.isdisjoint(changed):
            source.next_sync_at = now
            fields.add("next_sync_at")
        if not is_new:
            _pass_on(source, changed)
        source.save(update_fields=None if is_new else fields)
        if groups is not None:
            source.groups.set(groups)


def look_now(actor: Viewer, chosen: QuerySet[Source], now: datetime) -> int:
    """Make sources due at once, but for those that are paused; how many those are."""
    names = _names(actor, chosen)
    n_due = chosen.filter(is_paused=False).update(next_sync_at=now)
    _record(AuditAction.SOURCE_LOOKED, actor, names)
    return n_due


def pause(actor: Viewer, chosen: QuerySet[Source]) -> int:
    """Have nobody look at sources any more; what is mirrored of them stays. How many those are."""
    with transaction.atomic():
        version = MirrorClock.tick()
        names = _names(actor, chosen)
        n_paused = chosen.update(is_paused=True, version=version)
        _record(AuditAction.SOURCE_PAUSED, actor, names)
    return n_paused


def go_on(actor: Viewer, chosen: QuerySet[Source], now: datetime) -> int:
    """Have sources looked at again, at once. How many those are."""
    with transaction.atomic():
        version = MirrorClock.tick()
        names = _names(actor, chosen)
        n_going = chosen.update(is_paused=False, next_sync_at=now, version=version)
        _record(AuditAction.SOURCE_RESUMED, actor, names)
    return n_going


def _names(actor: Viewer, chosen: QuerySet[Source]) -> dict[int, str]:
    rights.require(actor, Role.ADMINISTRATOR)
    return dict(chosen.values_list("pk", "name"))


def _record(action: AuditAction, actor: Viewer, names: dict[int, str]) -> None:
    """One entry, whatever the number: of one source as its subject, of several with their names."""
    only = Source(pk=next(iter(names)), name=next(iter(names.values()))) if len(names) == 1 else None
    detail = {} if only else {"sources": sorted(names.values())}
    audit.record(action, actor, only, source=only.name if only else "", detail=detail)


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

    Reports of our own stay with their documents, from then on of no source. Those of runs of a limited source stay
    hidden from who could not see it, and are not made any more where that was under way (:data:`visibility.ORPHANED`).
    """
    with transaction.atomic():
        # First, as every writer does: whoever waits for the clock holds nothing yet.
        version = MirrorClock.tick()
        pks = list(removed.order_by().values_list("pk", flat=True))
        of_limited = Q(runs__source__in=pks, runs__source__groups__isnull=False)
        own = Report.objects.filter(maker=ReportMaker.QUAYSIDE)
        for report in own.filter(of_limited | Q(source__in=pks, source__groups__isnull=False)).distinct():
            _orphan(report, version)
        own.filter(source__in=pks).update(source=None, version=version)
        Source.objects.filter(pk__in=pks).delete()


def _orphan(report: Report, version: int) -> None:
    """Keep a report to administrators, and to its creator if they can see all that it is of while it is there."""
    creator: Any = report.creator
    can_see = creator is not None and visibility.reports(creator).filter(pk=report.pk).exists()
    report.options = {**report.options, visibility.ORPHANED: creator.pk if can_see else 0}
    report.version = version
    if not report.is_finished:
        report.status, report.status_reason = ReportStatus.FAILED, "A source of its runs was removed."
        report.next_sync_at = report.claimed_until = None
    report.save(update_fields=["options", "version", "status", "status_reason", "next_sync_at", "claimed_until"])


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
