"""How often something occurs in each stretch of a file, from its beginning on: what line numbers and hits come from.

A tally of a gigabyte is a few kilobytes. It can be kept, and taken up again when the file has grown.
"""

import struct
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from hashlib import blake2b

from dashboard.domain.files import ByteReader

SEALED = 4096
"""Bytes at the beginning and at the end of what was counted, by which a file is known again."""

_HEADER = struct.Struct("<4s16sQ")
_MAGIC = b"QTL1"


def _numbers() -> "array[int]":
    return array("Q")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes that were counted together, and how many occurrences there are before them."""

    start: int
    end: int
    before: int


@dataclass(slots=True)
class Tally:
    """Counts of consecutive stretches; the first begins with the file."""

    ends: "array[int]" = field(default_factory=_numbers)
    sums: "array[int]" = field(default_factory=_numbers)
    """Occurrences up to the end of each stretch."""

    @property
    def done(self) -> int:
        """Bytes that are counted."""
        return self.ends[-1] if self.ends else 0

    @property
    def total(self) -> int:
        """Occurrences in them."""
        return self.sums[-1] if self.sums else 0

    def add(self, end: int, count: int) -> None:
        """The next stretch goes as far as ``end``, beyond what is done."""
        self.sums.append(self.total + count)
        self.ends.append(end)

    def at(self, offset: int) -> Stretch | None:
        """The stretch that holds this byte; None beyond what is done."""
        return self._stretch(bisect_right(self.ends, offset))

    def holding(self, nth: int) -> Stretch | None:
        """The stretch in which the nth occurrence is, from 1; None beyond what is done."""
        return self._stretch(bisect_left(self.sums, nth))

    def _stretch(self, index: int) -> Stretch | None:
        if index >= len(self.ends):
            return None
        if not index:
            return Stretch(0, self.ends[0], 0)
        return Stretch(self.ends[index - 1], self.ends[index], self.sums[index - 1])


def to_bytes(tally: Tally, reader: ByteReader) -> bytes:
    """The tally, sealed with the bytes of the file that it was made from."""
    header = _HEADER.pack(_MAGIC, _seal(reader, tally.done), len(tally.ends))
    return header + tally.ends.tobytes() + tally.sums.tobytes()


def from_bytes(data: bytes | None, reader: ByteReader) -> Tally:
    """The kept tally if it is of this file as it is or as it was before it grew; else one that has counted nothing."""
    tally = Tally()
    if data is None or len(data) < _HEADER.size:
        return tally
    magic, seal, length = _HEADER.unpack_from(data)
    if magic != _MAGIC or len(data) != _HEADER.size + 16 * length:
        return tally
    middle = _HEADER.size + 8 * length
    tally.ends.frombytes(data[_HEADER.size : middle])
    tally.sums.frombytes(data[middle:])
    return tally if tally.done <= reader.size and seal == _seal(reader, tally.done) else Tally()


def _seal(reader: ByteReader, done: int) -> bytes:
    head = reader.read(0, min(SEALED, done))
    tail = reader.read(max(0, done - SEALED), min(SEALED, done))
    return blake2b(head + tail, digest_size=16).digest()
