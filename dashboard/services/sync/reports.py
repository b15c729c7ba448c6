"""Reports that sources make, in the mirror: one written, one read, one gone."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from dashboard.domain.errors import BadAnswer, Missing
from dashboard.domain.reports import ReportKey, ReportMaker, ReportRecord, SubjectKind
from dashboard.models import MirrorClock, Report, ReportTemplate, Run, RunGroup, Source
from dashboard.services.sync import cadence
from dashboard.services.sync.reading import UNSTORABLE, Clock
from dashboard.services.sync.test_runs import have_catalogue_read
from dashboard.sources.base import RunApi


def read_report(source: Source, client: RunApi, key: ReportKey, clock: Clock) -> Report | None:
    """Read one report and mirror what changed; the report as it is mirrored, None if there never was one.

    Raises ``SourceError``.
    """
    since = MirrorClock.now()
    try:
        record = client.read_report(key)
    except Missing:
        known = Report.objects.filter(source=source, external_id=str(key)).first()
        if known is not None and not known.is_gone:
            mark_gone(known, clock(), since=since)
        return known
    return store(source, record, clock(), since)


def store(source: Source, record: ReportRecord, now: datetime, since: int) -> Report:
    """Mirror what a source said when the mirror's clock was ``since``; what was written meanwhile stays.

    Raises ``BadAnswer`` (``unstorable``) for a report that the database does not take.
    """
    try:
        return write_report(source, record, now, since=since)
    except UNSTORABLE as error:
        sentence = "It could not be stored: a value in it is too large."
        raise BadAnswer(sentence, source=source.name, code="unstorable") from error


def write_report(source: Source, record: ReportRecord, now: datetime, *, since: int | None = None) -> Report:
    """Mirror a report that its source just told of. Pages hear of it only if something in it is different.

    ``since`` is the mirror's clock when the source was asked: a report that has changed since then stays as it is.
    """
    columns = _columns(source, record)
    with transaction.atomic():
        report = _held(source, record.key)
        if report is None or _differs(report, columns):
            version = MirrorClock.tick()
            # Whoever else writes it waits from here on, or has just done so.
            report = _held(source, record.key)
            if report is not None and _is_newer(report, since):
                return report
            report = _save(report or _new(source, record.key, version, now), columns, version)
        elif _is_newer(report, since):
            return report
        _note_looked(report, None if record.status.is_final else now + cadence.REPORT_LOOK, now)
        _link_run(report, record.key)
    return report


def _is_newer(report: Report, since: int | None) -> bool:
    """Whether somebody else wrote it after the source was asked."""
    return since is not None and report.version > since


def _note_looked(report: Report, due: datetime | None, now: datetime) -> None:
    """When it was looked at is no news; a report that somebody else has changed meanwhile is let be."""
    report.looked_at, report.next_sync_at = now, due
    Report.objects.filter(pk=report.pk, version=report.version).update(looked_at=now, next_sync_at=due)


def mark_gone(report: Report, now: datetime, *, since: int) -> None:
    """The source says that the report does not exist any more: keep what is known of it, and say so.

    ``since`` as in :func:`write_report`; the report given is as it is mirrored then.
    """
    with transaction.atomic():
        version = MirrorClock.tick()
        report.refresh_from_db()
        if _is_newer(report, since):
            return
        report.is_gone, report.gone_at, report.next_sync_at = True, now, None
        report.version = version
        report.save(update_fields=["is_gone", "gone_at", "next_sync_at", "version"])
        _tell_runs(report)


def reports_progress(sources: Sequence[Source]) -> Mapping[int, tuple[int, int]]:
    """Per source (its primary key) of how many of its runs the reports are known so far, and how many runs it has."""
    runs = Run.objects.filter(source__in=sources, is_gone=False).order_by().values_list("source")
    return {pk: (looked, n) for pk, looked, n in runs.annotate(looked=Count("reports_looked_at"), n=Count("pk"))}


def _held(source: Source, key: ReportKey) -> Report | None:
    return Report.objects.filter(source=source, external_id=str(key)).first()


def _columns(source: Source, record: ReportRecord) -> dict[str, Any]:
    """What the source says of a report, bounded to the columns."""
    return {
        "status": record.status,
        "raw_status": record.raw_status[:100],
        "job_id": record.job_id[:200],
        "files": dict(record.files),
        "created_at": record.created_at,
        "created_by": record.created_by[:200],
        "finished_at": record.finished_at,
        "template_id": _template(source, record.key),
        "group_id": _group(source, record.key),
        "is_gone": False,
        "gone_at": None,
    }


def _template(source: Source, key: ReportKey) -> int | None:
    """The template's row; the first report of one that is not known makes what the source has due to be read."""
    templates = ReportTemplate.objects.filter(source=source, external_id=key.template_id)
    found = templates.values_list("pk", flat=True).first()
    waiting = Report.objects.filter(source=source, template=None, template_external_id=key.template_id)
    if found is None and not waiting.exists():
        have_catalogue_read(source)
    return found


def _group(source: Source, key: ReportKey) -> int | None:
    if key.subject is not SubjectKind.GROUP:
        return None
    return RunGroup.objects.filter(source=source, external_id=key.subject_id).values_list("pk", flat=True).first()


def _differs(report: Report, columns: Mapping[str, Any]) -> bool:
    return any(getattr(report, name) != value for name, value in columns.items())


def _new(source: Source, key: ReportKey, version: int, now: datetime) -> Report:
    """The row of a report that the mirror never had (unsaved)."""
    return Report(
        maker=ReportMaker.SOURCE,
        source=source,
        external_id=str(key),
        template_external_id=key.template_id,
        subject_external_id=key.subject_id,
        first_seen_at=now,
        created_version=version,
    )


def _save(report: Report, columns: Mapping[str, Any], version: int) -> Report:
    """Insert or update the row. The size that is known of its document is that of other files than these."""
    if report.files != columns["files"]:
        report.size = None
    for name, value in columns.items():
        setattr(report, name, value)
    report.results_text = json.dumps(report.files, ensure_ascii=False, separators=(",", ":")) if report.files else ""
    report.version = version
    report.save()
    _tell_runs(report)
    return report


def _link_run(report: Report, key: ReportKey) -> None:
    """Let the report be one of its run's, as soon as that is mirrored."""
    if key.subject is not SubjectKind.RUN or report.runs.exists():
        return
    run = Run.objects.filter(source=report.source, external_id=key.subject_id).first()
    if run is not None:
        report.runs.add(run)
        report.version = MirrorClock.tick()
        Report.objects.filter(pk=report.pk).update(version=report.version)
        _tell_runs(report)


def _tell_runs(report: Report) -> None:
    """Their pages show it."""
    Run.objects.filter(reports=report).update(version=report.version)
