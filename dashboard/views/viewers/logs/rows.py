"""The lines of a window as rows for the template: one flat sequence, in which folds open and close."""

import time
from collections.abc import Iterator
from datetime import timedelta

from django.utils.safestring import SafeString

from dashboard import formats
from dashboard.markup.log_rows import Row
from dashboard.markup.terminal import Span, Terminal
from dashboard.readers.logs.errors import Level, level_of
from dashboard.readers.logs.finding import Finder, Place
from dashboard.readers.logs.folds import Fold, folded
from dashboard.readers.logs.stamps import apart, stamp_of
from dashboard.readers.logs.windows import Line, Window
from dashboard.services.logs import Log
from dashboard.views.viewers.logs.asked import Asked
from dashboard.views.viewers.logs.places import Opened

CARRIED = 16 * 1024
"""Bytes before a window whose colours hold on into it."""
_STAMP_BYTES = 48
MARK_SECONDS = 0.3
"""That the marks of a window may take; what an expression takes longer for is not marked."""
_LOOKED_THROUGH = 64 * 1024
"""Bytes at a file's beginning among which its first time is."""


class Rows:
    """Makes rows of windows that follow one another."""

    def __init__(self, log: Log, asked: Asked, opened: Opened | None = None) -> None:
        self._asked = asked
        self._log = log
        self._opened = opened
        self._terminal = Terminal()
        self._line_url = asked.plain_url(line=1)[:-1]
        self._began = first_stamp(log)
        self._mark_seconds = MARK_SECONDS

    def of(self, window: Window, first: int | None) -> list[Row]:
        """The rows of a window whose first line has this number, if that is known."""
        start = max(0, window.start - CARRIED)
        self._terminal.feed(self._log.reader.read(start, window.start - start))
        order = {line.start: nth for nth, line in enumerate(window.lines)}
        made = {line.start: self._row(line, order[line.start], first) for line in window.lines}
        return list(_flat(folded(window.lines), made))

    def of_lines(self, lines: tuple[Line, ...], numbers: list[int | None]) -> list[Row]:
        """The rows of lines from here and there."""
        rows = [self._row(line, 0, number) for line, number in zip(lines, numbers, strict=True)]
        for row in rows:
            row.level = ""
        return rows

    def _row(self, line: Line, nth: int, first: int | None) -> Row:
        number = None if first is None else first + nth
        row = Row(number=number, nth=nth, url=self._url(line, number))
        text, skipped = self._without_stamp(line.text, row)
        row.html = self._html(line, text, skipped)
        level = level_of(line.text)
        row.level = level.value if level else ""
        if line.cut_at:
            row.rest_url, row.rest = self._asked.url(at=line.cut_at), line.end - line.is_ended - line.cut_at
        if self._opened is not None:
            marked = self._opened.marked
            row.is_marked = marked is not None and number is not None and marked[0] <= number <= marked[1]
            row.is_goal = self._opened.goal == line.start
        return row

    def _url(self, line: Line, number: int | None) -> str:
        if number is None:
            return self._asked.plain_url(at=line.start)
        return f"{self._line_url}{number}#L{number}"

    def _without_stamp(self, text: bytes, row: Row) -> tuple[bytes, int]:
        """The line without the time at its beginning, which is put into the row, and the bytes that it took."""
        stamp = stamp_of(text[:_STAMP_BYTES].decode("latin-1"))
        if stamp is None:
            return text, 0
        row.stamp = text[: stamp.end].decode("ascii")
        row.since = apart(stamp.seconds - self._began) if self._began is not None else ""
        return text[stamp.end :], stamp.end

    def _html(self, line: Line, text: bytes, skipped: int) -> SafeString:
        finder = self._asked.finder
        if finder is None:
            return self._terminal.line(text)
        place = self._opened.place if self._opened else None
        current = None if place is None else _within(place, line.start + skipped, len(text))
        return self._terminal.line(text, self._marks(finder, text), current)

    def _marks(self, finder: Finder, text: bytes) -> list[Span]:
        """What is found in a line, as long as there is time left for it."""
        if self._mark_seconds <= 0:
            return []
        began = time.monotonic()
        try:
            return list(finder.places(text))
        except TimeoutError:
            self._mark_seconds = 0
            return []
        finally:
            self._mark_seconds -= time.monotonic() - began


def first_stamp(log: Log) -> float | None:
    """The first time that the file's lines tell, in seconds."""
    head = log.reader.read(0, _LOOKED_THROUGH)
    for line in head.split(b"\n", 200)[:200]:
        if stamp := stamp_of(line[:_STAMP_BYTES].decode("latin-1")):
            return stamp.seconds
    return None


def _within(place: Place, start: int, length: int) -> Span | None:
    """A place of the file as one of a line's text; None if it is not in it."""
    span = place[0] - start, place[1] - start
    return span if 0 <= span[0] < span[1] <= length else None


def _flat(entries: list[Line | Fold], made: dict[int, Row]) -> Iterator[Row]:
    """The rows in order; a fold is open if it has something that should be seen, or has not ended here."""
    for entry in entries:
        if not isinstance(entry, Fold):
            yield made[entry.start]
            continue
        inner = list(_flat(entry.entries, made))
        yield _head(entry, made[entry.line.start], inner)
        yield from inner
        yield Row(closes=True)


def _head(fold: Fold, row: Row, inner: list[Row]) -> Row:
    row.opens = True
    row.html = Terminal().line(fold.title)
    row.n_lines = sum(not each.closes for each in inner)
    row.took = "" if fold.seconds is None else formats.duration(timedelta(seconds=fold.seconds))
    row.is_open = not fold.is_closed or any(_has_to_be_seen(each) for each in inner)
    return row


def _has_to_be_seen(row: Row) -> bool:
    return row.is_goal or row.is_marked or row.level == Level.ERROR or "<mark" in row.html
