"""The making of reports of our own: each is claimed, written in the background, and kept for any machine to serve.

What a document holds and how it looks is decided above; the setting ``REPORT_WRITER`` names who writes it.
"""

import logging
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from typing import Protocol, cast

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string

from dashboard.domain.reports import ReportStatus
from dashboard.models import MirrorClock, Report, ReportDocument
from dashboard.services.own_reports import own
from dashboard.services.sync.claims import LEASE
from dashboard.services.sync.looks import Question, Stopped, never
from dashboard.services.sync.reading import Clock

log = logging.getLogger("quayside.reports")

MOST_BEGINNINGS = 3
"""Times that a making is begun; what kills its worker each time is not tried for ever."""
TELL_EVERY = timedelta(seconds=1)
"""How often the progress is written, at most."""

NOT_MADE = "Something in Quayside broke while it was made; the log says what."
_AWAY = (OperationalError, InterfaceError)
"""What is raised while the database is busy or away; any other error of it would come again."""
_OPEN = [status.value for status in ReportStatus if not status.is_final]


class CannotMake(Exception):
    """There is nothing to make this report from; ``str()`` is a sentence for a person."""


class Tell(Protocol):
    """Takes note of how far a making has come; raises what ends it early."""

    def __call__(self, done: int, total: int) -> None: ...


class Writer(Protocol):
    """Writes the document of a report: one self-contained HTML file. Raises :class:`CannotMake`."""

    def __call__(self, report: Report, *, tell: Tell, now: datetime) -> str: ...


def make(report_id: int, clock: Clock = timezone.now, is_stopped: Question = never) -> None:
    """Make a report that is claimed: write its document, or say on its row why there is none.

    A worker that is told to stop lets go of it, and one that is killed loses its claim: it is made anew then.
    What breaks is told on the row and raised on.
    """
    report = own(report_id).filter(status__in=_OPEN).first()
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
            _take_back(report, claimed_until=None)
        except _AWAY:
            log.warning("report not made yet", extra={"report": report.pk}, exc_info=True)
            # Tried again when the claim ends. A database that does not take this either costs a beginning.
            with suppress(*_AWAY):
                _take_back(report)
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


def _take_back(report: Report, **fields: object) -> None:
    """Do not count the beginning: it did not end by the report's fault."""
    before = {**report.options, "beginnings": report.options["beginnings"] - 1}
    own(report.pk).filter(status__in=_OPEN).update(options=before, **fields)


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
        return bool(own(report.pk).filter(status__in=_OPEN).update(**fields, version=version))
