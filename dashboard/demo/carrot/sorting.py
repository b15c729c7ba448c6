"""``sort=asc(name),desc(created_at)``: the order of a list, and the piece of it that is asked for."""

import json
import re
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from dashboard.demo.carrot.answers import server_error
from dashboard.demo.carrot.queries import Query

ITEM = re.compile(r"(?:(asc|desc)\(([^()]*)\)|([^()]*))")
T = TypeVar("T")


def read_sort(sort: str, known: Collection[str]) -> list[tuple[str, bool]]:
    """Keys and whether each is descending; what nobody knows is left out."""
    items = []
    for item in sort.split(","):
        found = ITEM.fullmatch(item.strip())
        key = ((found[2] or found[3] or "") if found else "").strip()
        if found and key in known:
            items.append((key, found[1] == "desc"))
    return items


def sort_rows(rows: Sequence[T], sort: str, known: Collection[str], value_of: Callable[[T, str], object]) -> list[T]:
    """Rows in the order that is asked for; as in PostgreSQL null comes last, or first if descending."""
    ordered = list(rows)
    for key, is_descending in reversed(read_sort(sort, known)):
        ordered.sort(key=lambda row: rank(value_of(row, key)), reverse=is_descending)
    return ordered


def rank(value: object) -> tuple[bool, bool, float, str]:
    """What a value sorts by: numbers by size, the rest by text, nothing last."""
    if isinstance(value, int | float):
        return False, False, value, ""
    return value is None, True, 0, value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def cut(rows: Sequence[T], query: Query) -> list[T]:
    """The rows that ``limit`` and ``offset`` leave; 500 when one is negative."""
    limit, offset = query.get("limit"), query.get("offset", 0)
    for name, value in (("LIMIT", limit), ("OFFSET", offset)):
        if isinstance(value, int) and value < 0:
            raise server_error(f'DatabaseError(Unknown, "{name} must not be negative")')
    first = offset if isinstance(offset, int) else 0
    return list(rows[first : first + limit] if isinstance(limit, int) else rows[first:])
