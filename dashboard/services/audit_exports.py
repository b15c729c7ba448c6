"""The audit log as CSV: a line an entry, exactly as it was recorded."""

import json
from collections.abc import Iterable, Iterator

from dashboard.formats import csv_line
from dashboard.models import AuditEntry

COLUMNS = (
    "id", "at", "actor_id", "actor_name", "action", "outcome", "object_kind", "object_id", "object_name",
    "source_name", "address", "request_id", "detail", "previous_hash", "hash",
)  # fmt: skip


def csv_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """A header and the entries in their order; what a spreadsheet would run as a formula is defused."""
    yield csv_line(COLUMNS)
    for entry in entries:
        yield csv_line(_cell(entry, name) for name in COLUMNS)


def _cell(entry: AuditEntry, name: str) -> str | int | None:
    match name:
        case "at":
            return entry.at.isoformat().replace("+00:00", "Z")
        case "detail":
            return json.dumps(entry.detail, ensure_ascii=False) if entry.detail else ""
        case _:
            value: str | int | None = getattr(entry, name)
            return value
