"""The physical lines of a file from any place on, and where the reader of rows has come to."""

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.domain.files import ByteReader

CHUNK = 2**20
MAX_LINE = 2**20
"""Bytes of a line that are looked at; the rest of it is passed over."""


@dataclass(slots=True)
class Lines(Iterator[str]):
    """Lines as text, each with its end, from ``offset`` on, which is always behind the last one given."""

    reader: ByteReader
    offset: int
    _chunk: bytes = b""
    _start: int = 0
    """Where the chunk begins in the file."""

    def __next__(self) -> str:
        line = self._line()
        if not line:
            raise StopIteration
        self.offset += len(line)
        if len(line) >= MAX_LINE and not line.endswith(b"\n"):
            self.offset = line_end(self.reader, self.offset)
        return line.decode("utf-8", "replace")

    def _line(self) -> bytes:
        at = self.offset - self._start
        end = self._chunk.find(b"\n", at) + 1 if 0 <= at < len(self._chunk) else 0
        if not end:
            self._start, at = self.offset, 0
            self._chunk = self.reader.read(self.offset, max(CHUNK, MAX_LINE))
            end = self._chunk.find(b"\n") + 1 or len(self._chunk)
        return self._chunk[at:end]


def line_end(reader: ByteReader, offset: int) -> int:
    """Where the line ends that the byte at ``offset`` belongs to, behind its line feed."""
    while chunk := reader.read(offset, CHUNK):
        found = chunk.find(b"\n")
        if found >= 0:
            return offset + found + 1
        offset += len(chunk)
    return offset
