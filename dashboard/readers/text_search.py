"""A text searched for words or a regular expression, line by line, in parts that never take longer than they may.

Lines end by a line feed and count from 1. A line beyond a mebibyte is searched in pieces of that size, and what stands
across two of them is not found.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import regex

from dashboard.domain.files import ByteReader
from dashboard.readers.expressions import compiled

CHUNK = 1024 * 1024
AROUND = 120
"""Characters of a line that are given on each side of what was found."""
SECONDS = 0.5
"""That one expression may take over one chunk."""

_CONTROLS = regex.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0a-\x1f\x7f]")
"""What a terminal would not show."""

Clock = Callable[[], float]
Needle = regex.Pattern[str]
"""What is searched for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """The first place on a line where it is."""

    line: int
    before: str
    found: str
    after: str


@dataclass(slots=True, kw_only=True)
class Scan:
    """How far a search of one text has come."""

    offset: int = 0
    """Bytes that are done."""
    line: int = 1
    """The line that the next byte belongs to."""
    hits: list[Hit] = field(default_factory=list)
    is_done: bool = False
    has_more: bool = False
    """There are more hits than were asked for; the rest was not searched."""
    is_too_slow: bool = False
    """The expression takes too long on this text; the rest was not searched."""


def needle_of(text: str, *, is_regex: bool = False, is_case: bool = False) -> Needle:
    """What to search for: words as they are, or an expression; ``is_case``: large and small letters differ.

    Raises ``NoExpression``.
    """
    return compiled(text, is_regex=is_regex, is_case=is_case, flags=regex.MULTILINE)


def search(
    reader: ByteReader, needle: Needle, so_far: Scan, *, most: int, until: float, clock: Clock = time.monotonic
) -> Scan:
    """Go on where ``so_far`` ended, until the end, ``most`` hits, or the moment ``until`` of the clock.

    At least one chunk is searched. What it gives has the hits of this part only.
    """
    scan = Scan(offset=so_far.offset, line=so_far.line)
    while not scan.is_done:
        chunk = _chunk(reader, scan.offset)
        _search_chunk(chunk, needle, scan, most)
        scan.offset += len(chunk)
        scan.line += chunk.count(b"\n")
        scan.is_done = scan.has_more or scan.is_too_slow or not chunk or scan.offset >= reader.size
        if clock() >= until:
            break
    return scan


def _chunk(reader: ByteReader, offset: int) -> bytes:
    """Whole lines from there, or a piece of a line that is longer than a chunk."""
    data = reader.read(offset, CHUNK)
    end = data.rfind(b"\n") + 1
    return data[:end] if end and offset + len(data) < reader.size else data


def _search_chunk(chunk: bytes, needle: Needle, scan: Scan, most: int) -> None:
    text = chunk.decode("utf-8", errors="replace")
    try:
        for hit in _hits(text, needle, scan.line):
            if len(scan.hits) == most:
                scan.has_more = True
                return
            scan.hits.append(hit)
    except TimeoutError:
        scan.is_too_slow = True


def _hits(text: str, needle: Needle, line: int) -> Iterator[Hit]:
    """One per line. Raises ``TimeoutError``."""
    at, until = 0, time.monotonic() + SECONDS
    while match := needle.search(text, at, timeout=max(0.001, until - time.monotonic())):
        start = match.start()
        line += text.count("\n", at, start)
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield _hit(text, line, start, min(match.end(), end), end)
        if end >= len(text):
            return
        at, line = end + 1, line + 1


def _hit(text: str, line: int, start: int, stop: int, end: int) -> Hit:
    """Excerpt of a line from the match at ``start`` to ``stop``; the line ends at ``end``."""
    begin = text.rfind("\n", max(0, start - AROUND), start) + 1 or max(0, start - AROUND)
    return Hit(
        line=line,
        before=_shown(text[begin:start]),
        found=_shown(text[start : min(stop, start + AROUND)]),
        after=_shown(text[stop : min(end, stop + AROUND)]),
    )


def _shown(text: str) -> str:
    return str(_CONTROLS.sub("", text))
