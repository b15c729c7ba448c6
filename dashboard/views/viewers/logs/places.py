"""Which window of a log a request asks for: by line, by byte, by what is found; or where its reader wants to begin."""

import re
from dataclasses import dataclass, replace

from dashboard import formats
from dashboard.readers.logs import windows
from dashboard.readers.logs.finding import Hits, Place
from dashboard.readers.logs.windows import LINE_BYTES, Window
from dashboard.services.logs import Log, Start, start_of
from dashboard.views.viewers.logs.asked import Asked

LINES_BEFORE = 200
"""Lines that a window has before the one that was asked for."""
SECONDS = 0.3
"""That a page may count or search before it is shown; more is done by further requests."""

_NO_LINE = "The address names no line: lines are numbers from 1 on, such as 120, or 120-140 for several."
_LINES = re.compile(r"(\d{1,12})(?:-(\d{1,12}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A window, and what is special in it."""

    window: Window
    goal: int | None = None
    """Where the line begins that was asked for."""
    is_end: bool = False
    """It is the end that was asked for."""
    marked: tuple[int, int] | None = None
    """First and last line of the range that the address names."""
    place: Place | None = None
    """What was found, of all that is."""
    note: str = ""
    """Something to be told above the lines."""
    is_counting: bool = False
    """The line asked for is not known yet: its number is still to be counted up to."""


def opened(log: Log, asked: Asked, hits: Hits | None = None, nth: int = 1) -> Opened:
    """The window for a page. Raises ``TimeoutError`` for an expression that takes too long."""
    if match := _LINES.fullmatch(asked.get("line")):
        first, last = sorted((int(match[1]), int(match[2] or match[1])))
        if first:
            return _at_line(log, first, last)
    if asked.get("line"):
        return replace(_otherwise(log, asked, hits, nth), note=_NO_LINE)
    return _otherwise(log, asked, hits, nth)


def _otherwise(log: Log, asked: Asked, hits: Hits | None, nth: int) -> Opened:
    """The window that is asked for by anything but a line."""
    if hits is not None and (place := hits.nth(log.reader, nth)):
        return _at_place(log, place)
    if asked.get("at") == "end":
        return at_end(log)
    if asked.get("at"):
        return Opened(window=from_byte(log, asked.number("at")))
    if asked.get("to"):
        return Opened(window=windows.before(log.reader, asked.number("to")))
    return _at_start(log, start_of(asked.subject.run, asked.subject.trial))


def from_byte(log: Log, offset: int, *, end: int | None = None) -> Window:
    """The window from the line that holds a byte; from the byte itself if its line began long before."""
    offset = min(offset, log.size)
    start = windows.line_start(log.reader, offset, far=LINE_BYTES - 1)
    return windows.after(log.reader, offset if start is None else start, end=end, is_within=start is None)


def at_end(log: Log) -> Opened:
    """The last window."""
    return Opened(window=windows.before(log.reader, log.size), is_end=True)


def _at_line(log: Log, first: int, last: int) -> Opened:
    is_complete = log.count_lines(seconds=SECONDS, line=first)
    offset = log.offset_of(first)
    if offset is not None:
        window = windows.around(log.reader, offset, lines_before=LINES_BEFORE)
        return Opened(window=window, goal=offset, marked=(first, last))
    if not is_complete:
        return Opened(window=Window(0, 0, ()), is_counting=True)
    end = at_end(log)
    note = f"There is no line {formats.count(first)}: the file has {formats.plural(log.n_lines or 0, 'line')}."
    return Opened(window=end.window, is_end=True, note=note)


def _at_place(log: Log, place: Place) -> Opened:
    """Around what was found; in the midst of a line, if that began long before."""
    start = windows.line_start(log.reader, place[0], far=LINE_BYTES - 1)
    if start is None or place[1] - start > LINE_BYTES:
        window = windows.after(log.reader, max(0, place[0] - LINE_BYTES // 2), is_within=True)
        return Opened(window=window, goal=window.start, place=place)
    window = windows.around(log.reader, start, lines_before=LINES_BEFORE)
    return Opened(window=window, goal=start, place=place)


def _at_start(log: Log, start: Start) -> Opened:
    if start is Start.END:
        return at_end(log)
    if start is Start.ERROR:
        if place := log.first_error(seconds=SECONDS):
            found = _at_place(log, place)
            return Opened(window=found.window, goal=found.goal, note="Opened at the first line that tells of an error.")
        return at_end(log)
    return Opened(window=windows.after(log.reader, 0))
