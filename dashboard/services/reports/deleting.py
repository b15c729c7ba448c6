"""Deleting a report: at its source, where its files and the job that made it stay, or here, if we made it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.errors import Missing, SourceError, is_of_source
from dashboard.domain.reports import ReportKey
from dashboard.models import MirrorClock, Report, Source
from dashboard.services import deeds, own_reports
from dashboard.services.actions import ActionState
from dashboard.services.doubts import may_be_done
from dashboard.services.reach import reach
from dashboard.services.reports.obstacles import why_not_deleted
from dashboard.services.sync.reports import mark_gone, read_report
from dashboard.services.visibility import Viewer
from dashboard.sources.base import RunApi

log = logging.getLogger("quayside.actions")

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What became of it, in words for a person."""

    state: ActionState
    sentence: str
    detail: str = ""
    hint: str = ""


def owner_again(actor: Viewer, report: Report) -> str:
    """Whom a failed report is said to be created by when this person has it made once more."""
    return getattr(actor, "email", "") or report.created_by


def delete(actor: Viewer, report: Report, *, clock: Clock = timezone.now) -> Deletion:
    """Delete it, once, and tell what became of it; never raises for the source.

    One of ours is gone with its document; one of a source stays here, marked as gone. Raises ``PermissionDenied``.
    """
    deeds.require(actor, AuditAction.REPORT_DELETED, report, source=_place(report))
    obstacle = why_not_deleted(actor, report)
    if obstacle:
        state = ActionState.ALREADY if report.is_gone else ActionState.REFUSED
        found = Deletion(state=state, sentence=obstacle)
        _note(actor, report, found, AuditOutcome.REFUSED)
    else:
        found = _delete(actor, report, clock)
    log.info("report deletion", extra={"actor": actor.pk, "report": report.pk, "outcome": str(found.state)})
    return found


def note_refusal(actor: Viewer, action: AuditAction, report: Report, *, why: str) -> None:
    """Write down that a report was not deleted or made once more, because of its state or its source's."""
    deeds.note(action, actor, report, outcome=AuditOutcome.REFUSED, source=_place(report), detail={"said": why})


def _note(actor: Viewer, report: Report, found: Deletion, outcome: AuditOutcome) -> None:
    detail = {"state": str(found.state), "said": found.sentence}
    deeds.note(AuditAction.REPORT_DELETED, actor, report, outcome=outcome, source=_place(report), detail=detail)


def _place(report: Report) -> str:
    return report.source.name if report.source else ""


_OUTCOMES = {
    ActionState.DONE: AuditOutcome.DONE,
    ActionState.UNKNOWN: AuditOutcome.UNKNOWN,
    ActionState.ALREADY: AuditOutcome.REFUSED,
}


def _delete(actor: Viewer, report: Report, clock: Clock) -> Deletion:
    name, pk = str(report), report.pk
    if report.is_own or report.source is None:
        own_reports.delete(actor, report)
        report.pk = pk
        return Deletion(state=ActionState.DONE, sentence=f"“{name}” was deleted.")
    found = _delete_at(report.source, report, clock)
    _note(actor, report, found, _OUTCOMES.get(found.state, AuditOutcome.FAILED))
    return found


def _delete_at(source: Source, report: Report, clock: Clock) -> Deletion:
    key = ReportKey.parse(report.external_id)
    try:
        client = reach(source)
    except SourceError as error:
        return _refused(error)
    since = MirrorClock.now()
    try:
        client.delete_report(key)
    except Missing:
        mark_gone(report, clock(), since=since)
        return Deletion(state=ActionState.ALREADY, sentence=f"{source.name} had no such report any more.")
    except SourceError as error:
        return _explained(source, client, report, error, clock)
    _read_back(source, client, report, since, clock)
    return Deletion(state=ActionState.DONE, sentence=f"“{report}” was deleted at {source.name}.")


def _read_back(source: Source, client: RunApi, report: Report, since: int, clock: Clock) -> None:
    """What the source says of it now. Where it cannot be asked, its own word that it was deleted stands.

    Unless the report was heard of since the mirror's clock was ``since``: it may have been made anew.
    """
    try:
        read_report(source, client, ReportKey.parse(report.external_id), clock)
    except SourceError as error:
        log.info("deleted report not read back", extra={"report": report.pk, "code": error.code})
        mark_gone(report, clock(), since=since)
    report.refresh_from_db(fields=["is_gone", "gone_at", "version", "status", "next_sync_at"])


def _explained(source: Source, client: RunApi, report: Report, error: SourceError, clock: Clock) -> Deletion:
    """What an error means: whether the source still has the report has the last word."""
    if not may_be_done(error):
        return _refused(error)
    if not is_of_source(error):
        _look(source, client, report, clock)
    if report.is_gone:
        return Deletion(state=ActionState.DONE, sentence=f"“{report}” is no longer at {source.name}.")
    Report.objects.filter(pk=report.pk, is_gone=False).update(next_sync_at=clock())
    sentence = f"{error.sentence} Whether “{report}” was deleted is not known yet; its page will tell."
    return Deletion(state=ActionState.UNKNOWN, sentence=sentence, detail=error.detail, hint=error.hint)


def _look(source: Source, client: RunApi, report: Report, clock: Clock) -> None:
    try:
        read_report(source, client, ReportKey.parse(report.external_id), clock)
    except SourceError as error:
        log.info("report not read back", extra={"report": report.pk, "code": error.code})
    report.refresh_from_db(fields=["is_gone", "gone_at", "version", "status"])


def _refused(error: SourceError) -> Deletion:
    return Deletion(state=ActionState.REFUSED, sentence=error.sentence, detail=error.detail, hint=error.hint)
