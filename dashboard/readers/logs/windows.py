"""Windows of real lines: from a byte on, up to a byte, with the long lines cut. Any window takes bounded work.

A line of hundreds of mebibytes is cut, and the lines after it follow. Only one that is longer than :data:`FAR` is shown
in windows that begin and end within it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dashboard.domain.files import ByteReader

MOST_LINES = 500
MOST_BYTES = 256 * 1024
LINE_BYTES = 16 * 1024
"""Of one line; the rest of it is a window of its own."""
FAR = 32 * 1024 * 1024
"""Bytes that are searched for the other end of a line."""
_STEP = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or the part of it that is shown."""

    start: int
    text: bytes
    """Without its line feed."""
    end: int
    """Where the next line begins."""
    is_ended: bool = True
    """False for one that no line feed ends: perhaps it is still being written."""

    @property
    def cut_at(self) -> int:
        """Where what is not shown begins; 0 if all is shown."""
        shown = self.start + len(self.text)
        return shown if shown < self.end - self.is_ended else 0


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive lines."""

    start: int
    end: int
    """Where the next window begins."""
    lines: tuple[Line, ...]
    is_within: bool = False
    """It begins in the midst of a line."""


def after(reader: ByteReader, offset: int, *, end: int | None = None, is_within: bool = False) -> Window:
    """The lines from ``offset``, which begins a line unless ``is_within``, not beyond ``end``.

    The rest of a line is shown in larger parts than its beginning.
    """
    end = reader.size if end is None else min(end, reader.size)
    offset = min(offset, end)
    data = reader.read(offset, min(MOST_BYTES, end - offset))
    lines = list(_ended(data, offset))
    rest = lines[-1].end if lines else offset
    if len(lines) < MOST_LINES and rest < offset + len(data) and (offset + len(data) == end or not lines):
        lines.append(_unended(reader, rest, data[rest - offset :], end))
    if is_within and lines:
        lines[0] = replace(lines[0], text=data[: lines[0].end - lines[0].is_ended - offset])
    return _window(offset, lines[:MOST_LINES], is_within=is_within)


def before(reader: ByteReader, offset: int) -> Window:
    """The lines that end at ``offset``, where a line begins or the file ends."""
    offset = min(offset, reader.size)
    begin = max(0, offset - MOST_BYTES)
    data = reader.read(begin, offset - begin)
    if begin:
        first = data.find(b"\n", 0, len(data) - 1) + 1
        if not first:
            start = line_start(reader, offset - 1, far=FAR)
            is_within = start is None
            return after(reader, begin if start is None else start, end=offset, is_within=is_within)
        begin, data = begin + first, data[first:]
    lines = list(_ended(data, begin))
    rest = lines[-1].end if lines else begin
    if rest < begin + len(data):
        lines.append(_unended(reader, rest, data[rest - begin :], offset))
    return _window(begin, lines[-MOST_LINES:], is_within=False)


def around(reader: ByteReader, offset: int, *, lines_before: int) -> Window:
    """A window in which the line at ``offset`` has so many lines before it, if there are so many near."""
    earlier = before(reader, offset).lines[-lines_before:] if offset else ()
    near = [line for line in earlier if offset - line.start <= MOST_BYTES // 2]
    return after(reader, near[0].start if near else offset)


def line_start(reader: ByteReader, offset: int, *, far: int = LINE_BYTES) -> int | None:
    """Where the line that holds this byte begins; None if that is further than ``far`` bytes away."""
    high = offset
    while high > 0 and offset - high < far:
        low = max(0, high - min(_STEP, far - (offset - high)))
        at = reader.read(low, high - low).rfind(b"\n")
        if at >= 0:
            return low + at + 1
        high = low
    return None if high else 0


def _line_end(reader: ByteReader, offset: int, end: int) -> tuple[int, bool]:
    """Where the line goes on no more, seen from a byte of it; and whether it is a line feed that ends it."""
    limit = min(end, offset + FAR)
    while offset < limit:
        data = reader.read(offset, min(_STEP, limit - offset))
        at = data.find(b"\n")
        if at >= 0:
            return offset + at + 1, True
        if not data:
            return offset, False
        offset += len(data)
    return offset, False


def _ended(data: bytes, offset: int) -> Iterator[Line]:
    """The lines that a line feed ends."""
    start = 0
    while (at := data.find(b"\n", start)) >= 0:
        yield Line(offset + start, data[start : min(at, start + LINE_BYTES)], offset + at + 1)
        start = at + 1


def _unended(reader: ByteReader, start: int, text: bytes, end: int) -> Line:
    """The line that the bytes at hand do not end."""
    stop, is_ended = _line_end(reader, start + len(text), end)
    return Line(start, text[:LINE_BYTES], stop, is_ended=is_ended)


def _window(start: int, lines: list[Line], *, is_within: bool) -> Window:
    if not lines:
        return Window(start, start, (), is_within=is_within)
    return Window(lines[0].start, lines[-1].end, tuple(lines), is_within=is_within)


def without_unended(window: Window) -> tuple[Window, Line | None]:
    """The window without a line at its end that is perhaps still being written, and that line."""
    if not window.lines or window.lines[-1].is_ended:
        return window, None
    last = window.lines[-1]
    return replace(window, lines=window.lines[:-1], end=last.start), last
