"""Lists that are at hand as a whole: files of a trial, sources. Filtered by words, sorted and paged like the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.http import HttpRequest

from dashboard.api import cursors
from dashboard.api.lists import Asked, next_address, refuse_order, signature_of

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ShortList(Generic[Row]):
    """What is particular to one such list."""

    rows: Sequence[Row]
    text: Callable[[Row], str]
    """In which the words of the filter are looked for, all of them."""
    columns: Mapping[str, Callable[[Row], Any]]
    """What it can be sorted by; the first is different for each row, and decides between equals."""


def page(request: HttpRequest, listed: ShortList[Row], asked: Asked) -> tuple[list[Row], str | None]:
    """(a page of the rows, where the next one is). Raises ``Refusal``."""
    ordered = _ordered(listed, asked.sort)
    words = asked.q.casefold().split()
    found = [row for row in ordered if all(word in listed.text(row).casefold() for word in words)]
    signature, key = signature_of(request.path, asked), next(iter(listed.columns.values()))
    if asked.cursor:
        [last] = cursors.read(signature, asked.cursor)
        found = _behind(ordered, found, key, last)
    shown = found[: asked.limit]
    more = len(found) > asked.limit
    return shown, next_address(request, asked, cursors.written(signature, [key(shown[-1])]) if more else "")


def _ordered(listed: ShortList[Row], sort: str) -> list[Row]:
    """In the order asked for; unknown values last."""
    first = next(iter(listed.columns))
    name = sort.removeprefix("-") or first
    if name not in listed.columns or sort == "-":
        refuse_order(sort, listed.columns)
    rows = sorted(listed.rows, key=listed.columns[first])
    known = [row for row in rows if listed.columns[name](row) is not None]
    unknown = [row for row in rows if listed.columns[name](row) is None]
    return sorted(known, key=listed.columns[name], reverse=sort.startswith("-")) + unknown


def _behind(ordered: Sequence[Row], found: Sequence[Row], key: Callable[[Row], Any], last: Any) -> list[Row]:
    """The found rows behind the one with this key; all that are behind where it was, if it went: from the beginning."""
    keys = [key(row) for row in ordered]
    behind = set(keys[keys.index(last) + 1 :]) if last in keys else set(keys)
    return [row for row in found if key(row) in behind]
