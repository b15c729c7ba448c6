"""Which lines of a log tell of an error or a warning, by the words of common loggers, compilers, test runners and CI.

A level that the line names near its beginning decides. Words within its text count only in forms that are hardly ever
ordinary prose: ``SomeError: ``, ``: error:``, ``Traceback (most``.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from dashboard.domain.files import ByteReader
from dashboard.readers.logs.stretches import Piece, piece_at
from dashboard.readers.logs.windows import LINE_BYTES, Line

LOOKED_AT = 400
"""Bytes of a line that are looked at."""

Clock = Callable[[], float]


class Level(StrEnum):
    """What a line says of itself, where that matters to a reader."""

    ERROR = "error"
    WARN = "warn"


_NAMED_WITHIN = 120
"""Bytes at a line's beginning among which a level counts: farther on it is a word of the text."""

_ESCAPES = re.compile(rb"\x1b\[[0-9;:]*[A-Za-z]")
_NAMED = re.compile(
    rb"(?<![\w-])(?:(?P<error>ERROR|FATAL|CRITICAL|SEVERE|PANIC)|(?P<warn>WARN(?:ING)?)|INFO|DEBUG|TRACE|NOTICE)(?![\w-])"
)
_ERROR_STARTS = re.compile(
    rb"\s*(?:(?:[Ee]rror|[Ff]atal|[Ff]atal error|panic|FAIL(?:ED|URE)?): |error\[|FAIL(?:ED)?(?!\s+0\b)(?:\s|$)|npm ERR"
    rb"|::error\b|not ok |make(?:\[\d+\])?: \*\*\* |(?:BUILD|TESTS?) FAILED|--- FAIL: |test result: FAILED"
    rb"|(?:=+ |Tests: +)?(?:\d+ [a-z]+, )*[1-9]\d* (?:failed|errors?)(?:, \d| in \d))|##\[error\]|E   \s*\S"
)
_ERROR_ENDS = re.compile(rb"\s(?<!\b0\s)(?:FAIL(?:ED)?|\.\.\. ERROR)\s*(?:\[ *\d+%\]\s*)?$")
"""As runners of tests write behind the name of each."""
_ERROR_WITHIN = re.compile(
    rb"\b[A-Za-z_.]*(?:Error|Exception): |: (?:fatal )?error: |##\[error\]|Traceback \(most recent"
    rb"|[Ss]egmentation fault"
    rb"|\blevel=(?:error|fatal)\b|\"level\":\s?\"(?:error|fatal)\"|thread '[^']*' panicked|core dumped"
)
_WARN = re.compile(
    rb"\s*(?:[Ww]arning|WARN): |\s*::warning\b|.*(?:##\[warning\]|: warning: |\b\w+Warning: "
    rb"|\blevel=warn|\"level\":\s?\"warn)"
)
HINTS = (
    *(
        b"ERR",
        b"FATAL",
        b"CRITICAL",
        b"SEVERE",
        b"PANIC",
        b"FAIL",
        b"rror:",
        b"rror[",
        b"atal:",
        b"anic",
        b"xception:",
    ),
    *(
        b"::error",
        b"[error]",
        b"Traceback",
        b"level",
        b" fault",
        b"core dumped",
        b"not ok ",
        b": *** ",
        b"\nE   ",
        b"rror\x1b",
        b" failed",
        b" error in ",
        b" error, ",
        b" errors in ",
        b" errors, ",
    ),
)
"""A line of an error holds one of these, without its escapes or with them: the rest need not be looked at."""


def level_of(line: bytes) -> Level | None:
    """What the line tells; None for what is neither an error nor a warning."""
    text = line[:LOOKED_AT]
    if b"\x1b" in text:
        text = _ESCAPES.sub(b"", text)
    if named := _NAMED.search(text, 0, _NAMED_WITHIN):
        return Level.ERROR if named["error"] else Level.WARN if named["warn"] else None
    if _ERROR_STARTS.match(text) or _ERROR_WITHIN.search(text) or _ERROR_ENDS.search(text):
        return Level.ERROR
    return Level.WARN if _WARN.match(text) else None


@dataclass(frozen=True, slots=True)
class Errors:
    """Lines that tell of errors, up to where the file was looked through."""

    lines: tuple[Line, ...]
    end: int
    """Where to go on."""
    is_done: bool
    """The file has been looked through to its end."""


def errors_from(reader: ByteReader, start: int, *, most: int, until: float, clock: Clock = time.monotonic) -> Errors:
    """The lines of errors from ``start`` on, where a line begins; at most so many, and until that moment.

    At least one stretch of the file is looked through.
    """
    lines: list[Line] = []
    while True:
        piece = piece_at(reader, start)
        lines.extend(_in_piece(piece, most - len(lines)))
        if len(lines) >= most:
            return Errors(tuple(lines), lines[-1].end, is_done=False)
        if piece.is_last:
            return Errors(tuple(lines), piece.next, is_done=True)
        start = piece.next
        if clock() >= until:
            return Errors(tuple(lines), start, is_done=False)


def _in_piece(piece: Piece, most: int) -> Iterator[Line]:
    """The first lines of errors in a piece, in order."""
    data, found = piece.data, 0
    for start in sorted(_candidates(data)):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        if level_of(data[start : min(end, start + LOOKED_AT)]) is Level.ERROR:
            is_ended = end < len(data)
            text = data[start : min(end, start + LINE_BYTES)]
            yield Line(piece.start + start, text, piece.start + end + is_ended, is_ended=is_ended)
            found += 1
            if found >= most:
                return


def _candidates(data: bytes) -> set[int]:
    """Where the lines begin that hold a hint."""
    starts: set[int] = set()
    for hint in HINTS:
        at = data.find(hint)
        while at >= 0:
            begin = at + hint.startswith(b"\n")
            starts.add(data.rfind(b"\n", 0, begin) + 1)
            end = data.find(b"\n", begin)
            at = data.find(hint, end) if end >= 0 else -1
    if data.startswith(b"E   "):
        starts.add(0)
    return starts


@dataclass(frozen=True, slots=True)
class ErrorFinder:
    """Finds the lines of errors as others find words; see :class:`dashboard.readers.logs.finding.Finder`."""

    name: str = "errors"
    overlap: int = 0

    def count(self, data: bytes) -> int:
        """How many there are."""
        return sum(1 for _ in self.places(data))

    def places(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Where they begin and end."""
        for line in _in_piece(Piece(0, data, len(data), is_last=True), len(data)):
            yield line.start, line.end
