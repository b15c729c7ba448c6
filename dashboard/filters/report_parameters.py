"""A search for reports as CARROT's clients write it, in the words of our own query box and sorting."""

import re
from collections.abc import Mapping

from dashboard.domain.query_tokens import quote_value

FIELDS = {
    "report": "template",
    "report_id": "template",
    "status": "status",
    "cromwell_job_id": "job",
    "results": "results",
    "created_after": "after",
    "created_before": "before",
    "finished_after": "finished-after",
    "finished_before": "finished-before",
    "created_by": "owner",
    "run": "run",
    "group": "group",
}
"""Parameters by the field of the query box that each is."""
COLUMNS = {
    "report_id": "name",
    "status": "status",
    "cromwell_job_id": "job",
    "created_at": "created",
    "created_by": "owner",
    "finished_at": "finished",
}
"""Keys to sort by, by the column that each is."""

_SORT_KEY = re.compile(r"\s*(?:(asc|desc)\s*\(\s*([a-z_]+)\s*\)|([a-z_]+))\s*", re.ASCII)


def translated(given: Mapping[str, str]) -> dict[str, str | None]:
    """Parameters as they are to be instead; None takes one away. Empty where nothing is to be translated.

    Empty parameters mean nothing; keys to sort by that are not known stay, for the list to tell that it has none.
    """
    found = {name: given[name] for name in FIELDS if name in given}
    changes: dict[str, str | None] = dict.fromkeys(found)
    terms = [f"{FIELDS[name]}:{quote_value(text)}" for name, text in found.items() if text.strip()]
    if found:
        changes["q"] = " ".join(filter(None, [given.get("q", ""), *terms]))
    sort = given.get("sort", "")
    if "(" in sort or (set(_words(sort)) & COLUMNS.keys() - set(COLUMNS.values())):
        changes["sort"] = sorting(sort)
    return changes


def sorting(text: str) -> str:
    """Our words for an order in CARROT's: ``desc(created_at),status`` is ``-created,status``."""
    return ",".join(filter(None, (_column(part) for part in text.split(","))))


def _column(part: str) -> str:
    """Our word for a key; without brackets, whatever it is: an address is translated once."""
    found = _SORT_KEY.fullmatch(part)
    if found is None:
        return re.sub(r"[\s()]", "", part)
    key = found[2] or found[3]
    return f"{'-' if found[1] == 'desc' else ''}{COLUMNS.get(key, key)}"


def _words(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]
