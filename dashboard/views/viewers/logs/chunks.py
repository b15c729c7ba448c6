"""A window as the template shows it: its rows, and the ways to what is before and after it."""

from hashlib import blake2b
from typing import Any

from django.utils.safestring import SafeString

from dashboard import formats
from dashboard.markup.log_rows import rows_html
from dashboard.readers.logs import windows
from dashboard.readers.logs.windows import Line, Window
from dashboard.services.logs import Log, is_growing
from dashboard.views.viewers.logs.asked import Asked
from dashboard.views.viewers.logs.rows import Rows

NUMBER_SECONDS = 0.1
NUMBER_BYTES = 96 * 1024 * 1024
"""That a page may count lines for their numbers; what would take longer is counted by further requests."""
_HEAD = 1024
"""Bytes of a file's beginning by which it is known again."""

Chunk = dict[str, Any]


def chunk(log: Log, window: Window, rows: Rows) -> Chunk:
    """The rows as HTML, and where they are in the file."""
    if log.size - log.lines.tally.done <= NUMBER_BYTES:
        log.count_lines(seconds=NUMBER_SECONDS)
    first = log.number_at(window.start)
    return {"start": window.start, "end": window.end, "first": first, "html": rows_html(rows.of(window, first))}


def earlier(asked: Asked, start: int) -> dict[str, str] | None:
    """The way to what is before a byte."""
    if not start:
        return None
    return {"url": asked.url(to=start), "part": asked.url(part="chunk", to=start), "size": formats.size(start)}


def later(asked: Asked, end: int, until: int, *, bound: int | None = None) -> dict[str, str] | None:
    """The way to what is after a byte, up to ``until``; ``bound``: there, other lines are shown already."""
    if end >= until:
        return None
    errors = asked.get("errors")
    part = asked.url(part="chunk", at=end, to=bound, errors=errors)
    size, edge = formats.size(until - end), "later" if bound is None else "gap"
    return {"url": asked.url(at=end, errors=errors), "part": part, "size": size, "edge": edge}


def forward(log: Log, asked: Asked, rows: Rows, window: Window, *, bound: int | None = None) -> dict[str, Any]:
    """The lines of a window, and the way on: to more of them, or to what will be written.

    ``bound``: from that byte on, lines are shown already.
    """
    if bound is not None or window.end < log.size:
        way = later(asked, window.end, bound or log.size, bound=bound)
        return {"chunk": chunk(log, window, rows), "later": way, "tail": None}
    ended, line = windows.without_unended(window)
    made = chunk(log, ended, rows)
    first = made["first"]
    number = None if first is None else first + len(ended.lines)
    return {"chunk": made, "later": None, "tail": _tail(log, asked, ended.end, _last(rows, line, number))}


def _last(rows: Rows, line: Line | None, number: int | None) -> SafeString:
    return rows_html(rows.of(Window(line.start, line.end, (line,)), number) if line else [])


def _tail(log: Log, asked: Asked, end: int, html: SafeString) -> dict[str, Any]:
    """What stands at the end of a file that may grow: a line not ended yet, and where to ask for more."""
    is_live = is_growing(asked.subject.run, asked.subject.trial)
    return {"poll": asked.url(part="new", at=end, v=version(log)) if is_live else "", "html": html, "start": end}


def version(log: Log) -> str:
    """What a page has seen of the file: how long it was, and how it began."""
    return f"{log.size}-{_beginning(log, log.size)}"


def is_same_file(log: Log, size: int, beginning: str) -> bool:
    """Whether the file that a page has seen is still there, perhaps longer."""
    return log.size >= size and _beginning(log, size) == beginning


def _beginning(log: Log, size: int) -> str:
    return blake2b(log.reader.read(0, min(size, _HEAD)), digest_size=6).hexdigest()
