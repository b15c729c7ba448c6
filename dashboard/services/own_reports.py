"""Reports that Quayside makes itself of evaluation runs: asking for one, making it in the background, deleting it.

A row is the job: whoever works off what is due claims it, makes it and keeps its document, so that any machine can
serve it. What a document holds and how it looks is decided above; the setting ``REPORT_WRITER`` names who writes it.
"""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, cast
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from dashboard.domain.errors import Denied
from dashboard.domain.reports import ReportMaker, ReportStatus
from dashboard.domain.statuses import RunKind
from dashboard.models import MirrorClock, Report, ReportDocument, Run
from dashboard.services.actions import may_act
from dashboard.services.sync.claims import LEASE
from dashboard.services.sync.looks import Question, Stopped, never
from dashboard.services.sync.reading import Clock
from dashboard.services.visibility import Viewer

log = logging.getLogger("quayside.reports")

MOST_RUNS = 50
"""Runs of one report."""
MOST_BEGINNINGS = 3
"""Times that a making is begun; what kills its worker each time is not tried for ever."""
TELL_EVERY = timedelta(seconds=1)
"""How often the progress is written, at most."""

NOT_MADE = "Something in Quayside broke while it was made; the log says what."
_OPEN = [status.value for status in ReportStatus if not status.is_final]


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


class CannotMake(Exception):
    """There is nothing to make this report from; ``str()`` is a sentence for a person."""


class Tell(Protocol):
    """Takes note of how far a making has come; raises what ends it early."""

    def __call__(self, done: int, total: int) -> None: ...


class Writer(Protocol):
    """Writes the document of a report: one self-contained HTML file. Raises :class:`CannotMake`."""

    def __call__(self, report: Report, *, tell: Tell, now: datetime) -> str: ...


def why_not(run: Run) -> str:
    """Why no report of our own is made of this run, as a sentence; empty where it can be."""
    if run.kind == RunKind.TEST:
        return "Reports of test runs are made by their source."
    return "It is one machine that works through a template, without trials." if run.kind == RunKind.SANDBOX else ""


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
    return Order(title=str(report), parts=parts, notes=report.options.get("notes", ""))


def ask(actor: Viewer, runs: Sequence[Run], order: Order, *, now: datetime) -> Report:
    """Ask for a report of these runs; it is made in the background.

    Raises ``Denied``, and ``ValueError`` for no runs, too many, or one of which none is made.
    """
    _check_may(actor)
    if not 0 < len(runs) <= MOST_RUNS or any(why_not(run) for run in runs):
        raise ValueError("No report can be made of these runs.")
    person = cast("User", actor)
    sources = {run.source_id for run in runs}
    with transaction.atomic():
        version = MirrorClock.tick()
        report = Report.objects.create(
            maker=ReportMaker.QUAYSIDE,
            source_id=sources.pop() if len(sources) == 1 else None,
            external_id=str(uuid4()),
            title=order.title,
            status=ReportStatus.SUBMITTED,
            options={"parts": [part.value for part in order.parts], "notes": order.notes},
            created_at=now,
            created_by=(person.email or person.get_username())[:200],
            creator=person,
            first_seen_at=now,
            next_sync_at=now,
            version=version,
            created_version=version,
        )
        report.runs.set(runs)
    log.info("report asked for", extra={"actor": actor.pk, "report": report.pk, "runs": len(runs)})
    return report


def ask_again(actor: Viewer, report: Report, *, now: datetime) -> bool:
    """Have a failed report made once more; False for one that has not failed. Raises ``Denied``."""
    _check_may(actor)
    failed = [status.value for status in ReportStatus if status.has_failed]
    with transaction.atomic():
        return bool(
            _own(report.pk)
            .filter(status__in=failed)
            .update(
                status=ReportStatus.SUBMITTED,
                status_reason="",
                raw_status="",
                finished_at=None,
                next_sync_at=now,
                claimed_until=None,
                progress_done=0,
                progress_total=0,
                options={key: value for key, value in report.options.items() if key != "beginnings"},
                version=MirrorClock.tick(),
            )
        )


def delete(actor: Viewer, report: Report) -> None:
    """Forget a report of our own and its document. Raises ``Denied``, and ``ValueError`` for one of a source."""
    _check_may(actor)
    if not report.is_own:
        raise ValueError("What a source made is deleted there.")
    pk = report.pk
    with transaction.atomic():
        report.delete()
        MirrorClock.tick()
    log.info("report deleted", extra={"actor": actor.pk, "report": pk})


def make(report_id: int, clock: Clock = timezone.now, is_stopped: Question = never) -> None:
    """Make a report that is claimed: write its document, or say on its row why there is none.

    A worker that is told to stop lets go of it, and one that is killed loses its claim: it is made anew then.
    What breaks is told on the row and raised on.
    """
    report = _own(report_id).filter(status__in=_OPEN).first()
    if report is None or is_stopped():
        Report.objects.filter(pk=report_id).update(claimed_until=None)
    elif _begin(report, clock()) > MOST_BEGINNINGS:
        _end(report, ReportStatus.FAILED, "It was begun three times and its worker ended each time.", clock())
    else:
        _make(report, clock, is_stopped)


def _make(report: Report, clock: Clock, is_stopped: Question) -> None:
    write = cast("Writer", import_string(settings.REPORT_WRITER))
    with ExitStack() as broken:
        broken.callback(lambda: _end(report, ReportStatus.FAILED, NOT_MADE, clock()))
        try:
            html = write(report, tell=_Progress(report, clock, is_stopped), now=clock())
            _keep(report, html, clock())
        except CannotMake as reason:
            _end(report, ReportStatus.FAILED, str(reason), clock())
        except Stopped:
            _own(report.pk).update(claimed_until=None)
        except DatabaseError:
            # It is busy or away: tried again when the claim ends.
            log.warning("report not made yet", extra={"report": report.pk}, exc_info=True)
        broken.pop_all()


class _Progress:
    """Writes how far a making has come, now and then; ends one that is stopped or whose report was deleted."""

    def __init__(self, report: Report, clock: Clock, is_stopped: Question) -> None:
        self._report, self._clock, self._is_stopped = report, clock, is_stopped
        self._told_at: datetime | None = None

    def __call__(self, done: int, total: int) -> None:
        if self._is_stopped():
            raise Stopped
        now = self._clock()
        if self._told_at is None or now - self._told_at >= TELL_EVERY:
            self._told_at = now
            if not _write(self._report, progress_done=done, progress_total=total, claimed_until=now + LEASE):
                raise Stopped


def _begin(report: Report, now: datetime) -> int:
    """Say that it is being made; which beginning this is."""
    beginnings = int(report.options.get("beginnings", 0)) + 1
    report.options = {**report.options, "beginnings": beginnings}
    _write(report, status=ReportStatus.RUNNING, options=report.options, looked_at=now, progress_done=0)
    return beginnings


def _keep(report: Report, html: str, now: datetime) -> None:
    with transaction.atomic():
        if _end(report, ReportStatus.SUCCEEDED, "", now, size=len(html.encode()), progress_done=F("progress_total")):
            ReportDocument.objects.update_or_create(report_id=report.pk, defaults={"html": html})


def _end(report: Report, status: ReportStatus, reason: str, now: datetime, **fields: object) -> bool:
    """Whether it ended now, and not before by another's hand."""
    ended = {"finished_at": now, "looked_at": now, "next_sync_at": None, "claimed_until": None}
    return _write(report, status=status, status_reason=reason[:500], **ended, **fields)


def _write(report: Report, **fields: object) -> bool:
    """Whether the report is still there and open."""
    with transaction.atomic():
        version = MirrorClock.tick()
        return bool(_own(report.pk).filter(status__in=_OPEN).update(**fields, version=version))


def _own(report_id: int) -> QuerySet[Report]:
    return Report.objects.filter(pk=report_id, maker=ReportMaker.QUAYSIDE)


def _check_may(actor: Viewer) -> None:
    if not may_act(actor):
        raise Denied("You may not make or delete reports.", source="Quayside")
