"""Comma- or tab-separated values as a table, two hundred rows at a time.

``?from=`` names a row by its number in the file, from 1, as spreadsheets do; ``show=names`` and ``show=rows`` say
whether the first row names the columns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponseBase

from dashboard import formats
from dashboard.domain.files import ByteReader
from dashboard.markup.characters import visible
from dashboard.readers.tables import STRIDE, Dialect, Index, Row, dialect_of, is_number, rows, start_of
from dashboard.services.artifacts import indexes
from dashboard.views.addresses import whole_number
from dashboard.views.requests import Request
from dashboard.views.viewers import wholes
from dashboard.views.viewers.subjects import Subject

TEMPLATE = "viewers/table.html"
STYLES = ("css/viewers/table.css",)
SCRIPTS: tuple[str, ...] = ()

BUDGET = 48 * 2**20
"""Bytes whose rows are counted for one page; the next page counts on."""
NAMES, ROWS = "names", "rows"

_DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "strokes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the page."""

    name: str
    is_number: bool
    """Whatever stands in it here is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row as the page shows it."""

    number: int
    cells: list[tuple[str, bool]]
    """Each with whether its column is one of numbers."""
    is_broken: bool
    more: int
    """Cells that are not shown."""


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """The rows from the one asked for on. Raises ``SourceError``."""
    with subject.open() as reader:
        dialect = dialect_of(reader, subject.path)
        index = _counted(reader, subject, dialect.delimiter)
        first = _first(request, index)
        header = _header(reader, dialect, request.GET.get("show", ""))
        found = list(rows(reader, index.place(first)[1], index.delimiter, limit=STRIDE))
    columns = _columns(header, found[1:] if header and not first else found)
    lines = list(_lines(found, columns, first, has_header=header is not None))
    return {
        "size": reader.size,
        "delimiter": _DELIMITERS[dialect.delimiter],
        "columns": columns,
        "lines": lines,
        "has_names": header is not None,
        "broken": [line.number for line in lines if line.is_broken][:5],
        "switch_url": subject.url(show=ROWS if header is not None else NAMES, **{"from": first + 1 if first else None}),
        "text_url": wholes.text_url(subject),
        **_ways(request, subject, index, first, has_names=header is not None),
    }


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """There are none."""
    raise Http404("There is no such part of the page.")


def _counted(reader: ByteReader, subject: Subject, delimiter: str) -> Index:
    """The index, counted on for as long as one page may take."""
    index = Index.load(indexes.load(subject.key, "rows"), reader, delimiter)
    if not index.is_complete:
        index.extend(reader, BUDGET)
        indexes.save(subject.key, "rows", index.to_bytes())
    return index


def _first(request: Request, index: Index) -> int:
    """The place of the first row to show; of one that is not there, the last page's."""
    asked = max(1, whole_number(request.GET.get("from"), 1)) - 1
    return index.place(min(asked, max(0, index.rows - 1)))[0]


def _header(reader: ByteReader, dialect: Dialect, asked: str) -> Row | None:
    if asked == ROWS or (asked != NAMES and not dialect.has_header):
        return None
    return next(rows(reader, start_of(reader), dialect.delimiter, limit=1), None)


def _lines(found: Sequence[Row], columns: Sequence[Column], first: int, *, has_header: bool) -> Iterator[Line]:
    for number, row in enumerate(found, first + 1):
        if number > 1 or not has_header:
            cells = [(visible(cell), column.is_number) for cell, column in zip(row.cells, columns, strict=False)]
            yield Line(number=number, cells=cells, is_broken=row.is_broken, more=row.width - len(cells))


def _columns(header: Row | None, found: Sequence[Row]) -> list[Column]:
    """As many as the widest row shown has, each by its name or its number."""
    names = [visible(name) for name in header.cells] if header else []
    return [
        Column(
            name=names[at] if at < len(names) and names[at] else f"{at + 1}",
            is_number=_are_numbers([row.cells[at] for row in found if at < len(row.cells) and row.cells[at]]),
        )
        for at in range(max([len(names), *(len(row.cells) for row in found)]))
    ]


def _are_numbers(cells: Sequence[str]) -> bool:
    return bool(cells) and all(map(is_number, cells))


def _ways(request: Request, subject: Subject, index: Index, first: int, *, has_names: bool) -> dict[str, Any]:
    """The way to other rows, and how many there are as far as that is known."""
    last = min(first + STRIDE, index.rows)

    def to(row: int) -> str:
        return subject.url(show=request.GET.get("show"), **{"from": row + 1 if row else None})

    total = f"{'' if index.is_complete else 'at least '}{formats.count(index.rows)}"
    heading = "; row 1 is the heading" if has_names else ""
    ends = max(0, index.rows - 1) // STRIDE * STRIDE
    around = (
        ("first", "First rows", 0, first > 0),
        ("left", "Earlier rows", first - STRIDE, first > 0),
        ("right", "Later rows", first + STRIDE, last < index.rows),
        ("last", "Last rows", ends, first < ends),
    )
    return {
        "summary": f"Rows {formats.count(first + 1)}–{formats.count(last)} of {total}{heading}",
        "ways": [
            {"icon": icon, "name": name, "url": to(row) if is_open else ""} for icon, name, row, is_open in around
        ],
        "count_on_url": "" if index.is_complete else to(ends),
        "counted": index.done,
        "rows": index.rows,
    }
