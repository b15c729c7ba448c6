"""Reports that Quayside makes itself of evaluation runs: asking for one, once more or anew, and deleting it.

A row is the job: whoever works off what is due claims it and makes it (:mod:`dashboard.services.own_report_making`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.reports import ReportMaker, ReportStatus
from dashboard.domain.statuses import RunKind
from dashboard.models import MirrorClock, Report, Run
from dashboard.services import audit, deeds
from dashboard.services.visibility import Viewer
from dashboard.services.writing import writing

log = logging.getLogger("quayside.reports")

MOST_RUNS = 50
"""Runs of one report."""


class Part(StrEnum):
    """What a report may hold beside its summary and how its numbers were computed."""

    LEADERBOARD = "leaderboard"
    FAILURES = "failures"
    COSTS = "costs"
    TRIALS = "trials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for."""

    title: str
    parts: Sequence[Part] = tuple(Part)
    notes: str = ""
    origin: str = ""
    """Where whoever asked reaches Quayside, such as ``https://quayside.example``; empty where nobody told."""


def why_not(run: Run) -> str:
    """Why no report of our own is made of this run, as a sentence; empty where it can be."""
    if run.kind == RunKind.TEST:
        return "Reports of test runs are made by their source."
    return "It is one machine that works through a template, without trials." if run.kind == RunKind.SANDBOX else ""


def reportable(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Those of the runs that :func:`why_not` says nothing against."""
    return runs.filter(kind=RunKind.EVALUATION)


def suggested_title(runs: Sequence[Run]) -> str:
    """A title of the runs' names: «nightly», «nightly and weekly», «nightly and 3 others»."""
    names = list(dict.fromkeys(run.name for run in runs))
    if len(names) > 2:  # noqa: PLR2004 - two stand side by side
        names = [names[0], f"{len(names) - 1} others"]
    return " and ".join(names)[:200]


def order_of(report: Report) -> Order:
    """What was asked for, as the row keeps it; parts that are no longer known are left out."""
    known = {part.value for part in Part}
    parts = [Part(name) for name in report.options.get("parts", ()) if name in known]
    return Order(
        title=str(report),
        parts=parts,
        notes=report.options.get("notes", ""),
        origin=report.options.get("origin", ""),
    )


def ask(actor: Viewer, runs: Sequence[Run], order: Order, *, now: datetime) -> Report:
    """Ask for a report of these runs; it is made in the background.

    Raises ``PermissionDenied``, and ``ValueError`` for no runs, too many, or one of which none is made.
    """
    deeds.require(actor, AuditAction.REPORT_CREATED)
    if not 0 < len(runs) <= MOST_RUNS or any(why_not(run) for run in runs):
        raise ValueError("No report can be made of these runs.")
    person = cast("User", actor)
    sources = {run.source_id for run in runs}
    with writing(actor, *runs):
        version = MirrorClock.tick()
        report = Report.objects.create(
            maker=ReportMaker.QUAYSIDE,
            source_id=sources.pop() if len(sources) == 1 else None,
            external_id=str(uuid4()),
            title=order.title,
            status=ReportStatus.SUBMITTED,
            options={"parts": [part.value for part in order.parts], "notes": order.notes, "origin": order.origin},
            created_at=now,
            created_by=(person.email or person.get_username())[:200],
            creator=person,
            first_seen_at=now,
            next_sync_at=now,
            version=version,
            created_version=version,
        )
        report.runs.set(runs)
        audit.record(AuditAction.REPORT_CREATED, actor, report, detail={"runs": [run.pk for run in runs]})
    log.info("report asked for", extra={"actor": actor.pk, "report": report.pk, "runs": len(runs)})
    return report


def ask_again(actor: Viewer, report: Report, *, now: datetime) -> bool:
    """Have a failed report made once more, as if it had been asked for now; False for one that has not failed.

    Raises ``PermissionDenied``.
    """
    deeds.require(actor, AuditAction.REPORT_RETRIED, report)
    failed = [status.value for status in ReportStatus if status.has_failed]
    with transaction.atomic():
        is_asked = bool(
            own(report.pk)
            .filter(status__in=failed)
            .update(
                status=ReportStatus.SUBMITTED,
                status_reason="",
                raw_status="",
                created_at=now,
                created_by=(getattr(actor, "email", "") or report.created_by)[:200],
                finished_at=None,
                next_sync_at=now,
                claimed_until=None,
                progress_done=0,
                progress_total=0,
                options={key: value for key, value in report.options.items() if key != "beginnings"},
                version=MirrorClock.tick(),
            )
        )
        outcome = AuditOutcome.DONE if is_asked else AuditOutcome.REFUSED
        audit.record(AuditAction.REPORT_RETRIED, actor, report, outcome=outcome)
    return is_asked


def delete(actor: Viewer, report: Report) -> None:
    """Forget a report of our own and its document.

    Raises ``PermissionDenied``, and ``ValueError`` for one of a source.
    """
    deeds.require(actor, AuditAction.REPORT_DELETED, report)
    if not report.is_own:
        raise ValueError("What a source made is deleted there.")
    pk = report.pk
    with writing(actor, report):
        MirrorClock.tick()
        audit.record(AuditAction.REPORT_DELETED, actor, report)
        report.delete()
    log.info("report deleted", extra={"actor": actor.pk, "report": pk})


def own(report_id: int) -> QuerySet[Report]:
    """The report of this id, if it is one of our own."""
    return Report.objects.filter(pk=report_id, maker=ReportMaker.QUAYSIDE)
