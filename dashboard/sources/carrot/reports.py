"""The wire's report maps → records."""

from collections.abc import Mapping, Sequence

from dashboard.domain.records import Json
from dashboard.domain.reports import ReportKey, ReportRecord, SubjectKind
from dashboard.sources.carrot.ids import read_id
from dashboard.sources.carrot.mapping import JOB_LIMIT, RAW_STATUS_LIMIT
from dashboard.sources.carrot.statuses import report_status
from dashboard.sources.carrot.values import PERSON_LIMIT, TEXT_LIMIT, Fields
from dashboard.sources.problems import Problems
from dashboard.sources.texts import clean

MOST_FILES = 20
FILE_NAME_LIMIT = 100


def report_record(key: ReportKey, item: Json) -> ReportRecord:
    """The record of a report whose key is known: servers before 0.6 name only its run."""
    fields = Fields(item, "report", Problems())
    raw = fields.text("status", limit=RAW_STATUS_LIMIT)
    return ReportRecord(
        key=key,
        status=report_status(raw),
        raw_status=raw,
        job_id=fields.text("cromwell_job_id", limit=JOB_LIMIT),
        files=_files(fields.inner("results").values),
        created_at=fields.moment("created_at"),
        created_by=fields.text("created_by", limit=PERSON_LIMIT),
        finished_at=fields.moment("finished_at"),
    )


def report_records(subject: SubjectKind, subject_id: str, items: Sequence[Json]) -> tuple[ReportRecord, ...]:
    """The records of all reports of something; an entry that names no template is left out."""
    found: dict[str, ReportRecord] = {}
    for item in items:
        template = read_id(item.get("report_id")) if isinstance(item, dict) else ""
        if template and template not in found:
            found[template] = report_record(ReportKey(subject, subject_id, template), item)
    return tuple(found.values())


def _files(results: Mapping[str, Json]) -> dict[str, str]:
    """Name → address; what is no address that could be opened is left out, since one that is cut leads elsewhere."""
    pairs = list(results.items())[:MOST_FILES]
    return {
        clean(name, FILE_NAME_LIMIT): clean(value.strip(), TEXT_LIMIT)
        for name, value in pairs
        if isinstance(value, str) and 0 < len(value.strip()) <= TEXT_LIMIT
    }
