"""Lists as CSV or JSON: exactly the rows that the filter lets through, in their order, streamed."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponseBase, StreamingHttpResponse

from dashboard.formats import csv_line
from dashboard.tables.base import Table
from dashboard.tables.columns import Plain
from dashboard.views.artifacts import slots
from dashboard.views.requests import Request

Extra = dict[str, Callable[[Model], Plain]]
"""Columns beside those shown: ids and raw states, by name."""

BATCH = 500


def send(
    request: Request, kind: str, table: Table, records: QuerySet[Model], *, extra: Extra, name: str
) -> HttpResponseBase:
    """The records as a file of this name, in columns of ``extra`` and of the table. Raises ``Http404`` for odd kinds.

    A CSV has a header line, and texts that a spreadsheet would run as a formula are defused with an apostrophe. JSON is
    an array of objects, one a line; unknown values are null.
    """
    if kind not in _KINDS:
        raise Http404("Exports are csv or json.")
    write, content_type = _KINDS[kind]
    return attached(request, write(table, records, extra), content_type, f"{name}.{kind}")


def _as_csv(table: Table, records: QuerySet[Model], extra: Extra) -> slots.Body:
    head = dict.fromkeys([*extra, *_names(table)])
    return _chain([csv_line(head)], (csv_line(row.values()) for row in _rows(table, records, extra)))


def _as_json(table: Table, records: QuerySet[Model], extra: Extra) -> slots.Body:
    return json_lines(_rows(table, records, extra))


_KINDS = {"csv": (_as_csv, "text/csv; charset=utf-8"), "json": (_as_json, "application/json")}


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
    is_head, free = request.method == "HEAD", slots.of(request, request.user)
    response = StreamingHttpResponse() if is_head else slots.streamed(free, lambda _: body)
    if not response.streaming:
        return response
    response["Content-Type"] = content_type
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
