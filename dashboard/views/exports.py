"""Lists as CSV or JSON: exactly the rows that the filter lets through, in their order, streamed."""

import csv
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Model, QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse

from dashboard.tables.base import Table
from dashboard.tables.columns import Plain
from dashboard.views.artifacts import slots
from dashboard.views.requests import Request

Extra = dict[str, Callable[[Model], Plain]]
"""Columns beside those shown: ids and raw states, by name."""

BATCH = 500


class _Echo:
    """A file for the CSV writer that hands back what it is given."""

    def write(self, line: str) -> str:
        return line


def as_csv(request: Request, table: Table, records: QuerySet[Model], extra: Extra, name: str) -> HttpResponseBase:
    """A CSV with a header line. Texts that a spreadsheet would run as a formula are defused with an apostrophe."""
    writer = csv.writer(_Echo())
    head = dict.fromkeys([*extra, *_names(table)])
    lines = (writer.writerow([_defused(value) for value in row.values()]) for row in _rows(table, records, extra))
    return attached(request, _chain([writer.writerow(head)], lines), "text/csv; charset=utf-8", f"{name}.csv")


def as_json(request: Request, table: Table, records: QuerySet[Model], extra: Extra, name: str) -> HttpResponseBase:
    """A JSON array of objects, one a line; unknown values are null."""
    return attached(request, json_lines(_rows(table, records, extra)), "application/json", f"{name}.json")


def _rows(table: Table, records: QuerySet[Model], extra: Extra) -> Iterator[dict[str, Plain]]:
    cells = list(zip(_names(table), table.cells, strict=True))
    for record in records.iterator(chunk_size=BATCH):
        row = {name: value(record) for name, value in extra.items()}
        yield row | {name: _known(cell.plain(record)) for name, cell in cells}


def plain_time(moment: datetime | None) -> str | None:
    """ISO 8601, UTC, as cells of times have it."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _known(value: Plain) -> Plain:
    """JSON has no word for infinity, and a table no use."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _names(table: Table) -> list[str]:
    return [cell.exported_as or column.name for column, cell in zip(table.columns, table.cells, strict=True)]


def _defused(value: Plain) -> Plain:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def json_lines(rows: Iterable[Mapping[str, object]]) -> slots.Body:
    """A JSON array, an object a line."""
    yield "["
    for number, row in enumerate(rows):
        yield ("\n" if not number else ",\n") + json.dumps(row, ensure_ascii=False, allow_nan=False)
    yield "\n]\n"


def _chain(*parts: Iterable[str]) -> slots.Body:
    for part in parts:
        yield from part


def attached(request: Request, body: slots.Body, content_type: str, name: str) -> HttpResponseBase:
    """A file of this body, which a HEAD leaves out; the 503 page while no more can be sent."""
    response = StreamingHttpResponse() if request.method == "HEAD" else slots.streamed(lambda _: body)
    if not response.streaming:
        return response
    response["Content-Type"] = content_type
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
