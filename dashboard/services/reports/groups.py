"""The groups that sources make for reports from queries: noted at once, and recognised by what they are said to be of.

CARROT tells of a group's query every filter that is set, its defaults and the parent among them; times and versions of
software it writes in its own way.
"""

from collections.abc import Mapping
from datetime import datetime

from dashboard.domain.pipelines import GroupKind
from dashboard.domain.reports import Parent, ReportQuery, ReportRecord
from dashboard.models import RunGroup, Source

_PARENTS = frozenset(f"{parent}_id" for parent in Parent)
_ADDED = _PARENTS | {"limit", "offset", "sort"}
"""What a query tells though nobody asked for it."""
_RETOLD = frozenset({"created_after", "created_before", "finished_after", "finished_before", "software_versions"})
"""What is told in other words than it was asked in: only that it is there is compared."""


def note(source: Source, record: ReportRecord, filters: Mapping[str, str], now: datetime) -> None:
    """The group that the source has made for the report; what it says of it itself is read soon."""
    made = {"kind": GroupKind.QUERY, "query": dict(filters), "created_at": now}
    RunGroup.objects.get_or_create(source=source, external_id=record.key.subject_id, defaults=made)


def wanted(query: ReportQuery | None) -> dict[str, str]:
    """What the query of a group made for this one says; empty without one."""
    return {} if query is None else {**query.filters, f"{query.parent}_id": query.parent_id}


def is_of(group: RunGroup | None, sought: Mapping[str, str]) -> bool:
    """Whether the group's query is the one that :func:`wanted` told."""
    if group is None or group.kind != GroupKind.QUERY:
        return False
    told = {name: str(value) for name, value in group.query.items()}
    asked = {name for name in sought if name in told or name not in _PARENTS}
    is_same = all(name in _RETOLD or told.get(name) == sought[name] for name in asked)
    return is_same and asked <= set(told) <= asked | (_ADDED - set(sought))
