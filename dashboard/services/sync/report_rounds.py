"""Asking a source for reports: those being made, and then of which runs and groups there are any.

Reports that are being made are read every half a minute. Beyond that each look has a budget of requests.
"""

from collections.abc import Sequence, Set

from django.db.models import Q

from dashboard.domain.errors import SourceError
from dashboard.domain.reports import ReportKey, ReportMaker, ReportRecord, ReportStatus
from dashboard.models import MirrorClock, Report, Source
from dashboard.services.reach import capabilities
from dashboard.services.sync import cadence
from dashboard.services.sync.report_subjects import Subject, choose
from dashboard.services.sync.reports import read_report, store
from dashboard.services.sync.visits import Visit

BUDGET = 60
"""Requests of a look for lists of reports: some 120 a minute where it looks every half a minute. A server that answers
in 50 ms is busy with them for a tenth of the time, and 1,000 runs are through in nine minutes."""
MOST_FOLLOWED = 20
"""Reports that are being made, read at a time; the others have their turn at the next."""

_OPEN = [status.value for status in ReportStatus if not status.is_final]


def follow(visit: Visit) -> None:
    """Read the reports that are being made and are due. Raises ``SourceError`` where the whole source fails."""
    if not capabilities(visit.source).reports:
        return
    now = visit.now
    made = Report.objects.filter(source=visit.source, maker=ReportMaker.SOURCE, status__in=_OPEN, is_gone=False)
    due = made.filter(Q(next_sync_at=None) | Q(next_sync_at__lte=now)).order_by("next_sync_at", "pk")
    for report in due[:MOST_FOLLOWED]:
        visit.check()
        if not _read(visit, ReportKey.parse(report.external_id)):
            Report.objects.filter(pk=report.pk).update(next_sync_at=now + cadence.REPORT_LOOK)


def ask(visit: Visit) -> None:
    """Ask for the reports of runs and groups, as many as the budget allows. Raises as :func:`follow` does."""
    if not capabilities(visit.source).reports:
        return
    left = BUDGET
    for subject in choose(visit.source, visit.now, limit=BUDGET):
        visit.check()
        left -= _ask(visit, subject, left)
        if left <= 0:
            return


def _read(visit: Visit, key: ReportKey) -> bool:
    """Whether the report could be read; else it is a problem."""
    try:
        read_report(visit.source, visit.client, key, visit.clock)
    except SourceError as error:
        visit.note(f"Report {key}", error)
        return False
    return True


def _ask(visit: Visit, subject: Subject, most: int) -> int:
    """Ask for the reports of one run or group; the number of requests it took, at most ``most``.

    One that errs is asked about again in its turn, as if it had answered: it holds up no other.
    """
    since = MirrorClock.now()
    absent: list[ReportKey] = []
    try:
        records = visit.client.list_reports(subject.kind, subject.external_id)
    except SourceError as error:
        visit.note(f"Reports of {subject}", error)
    else:
        _store(visit, records, since)
        absent = _absent(visit.source, subject, {str(record.key) for record in records})[: most - 1]
    for key in absent:
        visit.check()
        _read(visit, key)
    subject.rows.update(reports_looked_at=visit.now)
    return 1 + len(absent)


def _store(visit: Visit, records: Sequence[ReportRecord], since: int) -> None:
    for record in records:
        try:
            store(visit.source, record, visit.now, since)
        except SourceError as error:
            visit.note(f"Report {record.key}", error)


def _absent(source: Source, subject: Subject, there: Set[str]) -> list[ReportKey]:
    """Reports that the mirror has and the list lacks: each is asked for by its ids before it is called gone."""
    known = Report.objects.filter(
        source=source, subject_external_id=subject.external_id, maker=ReportMaker.SOURCE, is_gone=False
    )
    keys = [ReportKey.parse(each) for each in known.values_list("external_id", flat=True) if each not in there]
    return [key for key in keys if key.subject is subject.kind]
