"""Where every two-hundredth row of a table begins, worked out in parts and kept between readers."""

import json
import re
from array import array
from dataclasses import dataclass, field
from typing import Self

from dashboard.domain.files import ByteReader
from dashboard.readers.possessive import compiled
from dashboard.readers.tables.dialects import DELIMITERS, start_of
from dashboard.readers.tables.lines import CHUNK, Lines
from dashboard.readers.tables.rows import Rows

STRIDE = 200
"""Rows from one mark to the next."""

_PARSED = 2**16
"""Bytes that are left to the parser where rows are not plain."""
_LINE_END = re.compile(rb"\n")
_PLAIN_ROWS = {
    delimiter: compiled(
        rb'(?:(?:"(?:[^"]|""){0,99999}+"|[^"\r\n%(mark)b][^\r\n%(mark)b]*+|)%(mark)b)*+'
        rb'(?:"(?:[^"]|""){0,99999}+"|[^"\r\n%(mark)b][^\r\n%(mark)b]*+|)\r?\n'
        % {b"mark": re.escape(delimiter.encode())}
    )
    for delimiter in DELIMITERS
}
_TAIL = 64
"""Bytes before the end of what was counted: where they stay, a grown file is what it was."""


@dataclass(slots=True)
class Index:
    """How far the rows of one file are known."""

    delimiter: str
    size: int
    """Of the file, when it was looked at."""
    etag: str
    done: int
    """Bytes that are counted."""
    rows: int = 0
    """That are counted."""
    tail: str = ""
    """The last of the counted bytes, as hexadecimal digits."""
    marks: "array[int]" = field(default_factory=lambda: array("Q"))
    """Where row 0 begins, row 200, row 400 …"""

    @classmethod
    def load(cls, saved: bytes | None, reader: ByteReader, delimiter: str) -> Self:
        """What was saved, if it still holds for the file or for its beginning; else an index of nothing yet."""
        index = cls._parsed(saved) if saved else None
        if index is None or index.delimiter != delimiter or not index._holds(reader):
            start = start_of(reader)
            index = cls(delimiter=delimiter, size=0, etag="", done=start, marks=array("Q", [start]))
        index.size, index.etag = reader.size, reader.etag
        return index

    def to_bytes(self) -> bytes:
        """For :meth:`load`."""
        told = {name: getattr(self, name) for name in ("delimiter", "size", "etag", "done", "rows", "tail")}
        return json.dumps(told).encode() + b"\n" + self.marks.tobytes()

    @property
    def is_complete(self) -> bool:
        """Whether every row is counted."""
        return self.done >= self.size

    def extend(self, reader: ByteReader, budget: int, *, until_row: int | None = None) -> None:
        """Count on for about ``budget`` bytes, at most up to a row."""
        stop = self.done + budget
        while not self.is_complete and self.done < stop and (until_row is None or self.rows < until_row):
            chunk = reader.read(self.done, CHUNK)
            ends = _row_ends(chunk, self.delimiter)
            if ends:
                self._count(ends)
            elif chunk:
                self._count_parsed(reader, self.done + _PARSED)
            else:
                self.size = self.done
        self.tail = _tail(reader, self.done)

    def place(self, row: int) -> tuple[int, int]:
        """The last known place at or before a row: the row that begins there, and where that is."""
        mark = min(row // STRIDE, len(self.marks) - 1)
        return mark * STRIDE, self.marks[mark]

    def _count(self, ends: list[int]) -> None:
        first = STRIDE - self.rows % STRIDE - 1
        self.marks.extend(self.done + end for end in ends[first::STRIDE])
        self.rows += len(ends)
        self.done += ends[-1]

    def _count_parsed(self, reader: ByteReader, stop: int) -> None:
        lines = Lines(reader, self.done)
        for _ in Rows(lines, self.delimiter):
            self.rows += 1
            self.done = lines.offset
            if not self.rows % STRIDE:
                self.marks.append(self.done)
            if self.done >= stop:
                return
        self.done = lines.offset

    def _holds(self, reader: ByteReader) -> bool:
        if (self.size, self.etag) == (reader.size, reader.etag):
            return True
        return self.size < reader.size and self.tail != "" and self.tail == _tail(reader, self.done)

    @classmethod
    def _parsed(cls, saved: bytes) -> Self | None:
        told, _, marks = saved.partition(b"\n")
        try:
            index = cls(**json.loads(told))
            index.marks = array("Q", marks)
        except (TypeError, ValueError):
            return None
        return index if index.marks else None


def _row_ends(chunk: bytes, delimiter: str) -> list[int]:
    """The ends of the rows that the chunk begins with, as far as a glance tells them as the parser would."""
    if b'"' not in chunk:
        return [found.end() for found in _LINE_END.finditer(chunk)]
    # Not finditer: where no row begins, that one would look for one at every byte behind.
    ends, last = [], 0
    while found := _PLAIN_ROWS[delimiter].match(chunk, last):
        ends.append(last := found.end())
    return ends


def _tail(reader: ByteReader, done: int) -> str:
    start = max(0, done - _TAIL)
    return reader.read(start, done - start).hex()
