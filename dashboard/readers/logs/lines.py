"""Which line a byte is on, and where a line begins: from counts of line feeds in blocks of a mebibyte.

Only whole blocks are counted for keeping; what comes after the last of them is less than a block and read when asked.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dashboard.domain.files import ByteReader
from dashboard.readers.logs.tallies import Stretch, Tally

BLOCK = 1024 * 1024

Clock = Callable[[], float]

_NARROW = 4096
"""Bytes among which line feeds are looked for one by one."""


@dataclass(slots=True)
class LineIndex:
    """The lines of one file, as far as they are counted. Lines count from 1 and end by a line feed."""

    tally: Tally = field(default_factory=Tally)

    def extend(self, reader: ByteReader, *, until: float, clock: Clock = time.monotonic, line: int = 0) -> bool:
        """Count on until the moment ``until`` or past ``line``; whether all whole blocks are counted now."""
        while self.tally.done + BLOCK <= reader.size:
            if clock() >= until or 0 < line <= self.tally.total:
                return False
            block = reader.read(self.tally.done, BLOCK)
            if len(block) < BLOCK:
                return False
            self.tally.add(self.tally.done + BLOCK, block.count(b"\n"))
        return True

    def is_complete(self, size: int) -> bool:
        """Whether all whole blocks of a file of this size are counted."""
        return size - self.tally.done < BLOCK

    def number_at(self, reader: ByteReader, offset: int) -> int | None:
        """The number of the line that this byte is on; None while that is not counted."""
        stretch = self.tally.at(offset) or self._rest(reader)
        if offset - stretch.start > BLOCK:
            return None
        return stretch.before + reader.read(stretch.start, offset - stretch.start).count(b"\n") + 1

    def numbers_at(self, reader: ByteReader, offsets: Sequence[int]) -> list[int | None]:
        """The same for several, in ascending order: what lies near is read once."""
        numbers: list[int | None] = []
        for at, offset in enumerate(offsets):
            before, last = (offsets[at - 1], numbers[-1]) if at else (0, None)
            if last is None or offset - before > BLOCK // 2:
                numbers.append(self.number_at(reader, offset))
            else:
                numbers.append(last + reader.read(before, offset - before).count(b"\n"))
        return numbers

    def offset_of(self, reader: ByteReader, line: int) -> int | None:
        """Where a line begins; None while that is not counted, and if there are not so many lines."""
        if line <= 1:
            return 0
        stretch = self.tally.holding(line - 1) or self._rest(reader)
        at = _nth_feed(reader.read(stretch.start, BLOCK), line - 1 - stretch.before)
        return None if at is None or stretch.start + at + 1 >= reader.size else stretch.start + at + 1

    def total(self, reader: ByteReader) -> int | None:
        """How many lines the file has, one without a line feed at its end among them; None while not counted."""
        if not self.is_complete(reader.size):
            return None
        rest = reader.read(self.tally.done, BLOCK)
        last = rest[-1:] or reader.read(max(0, reader.size - 1), 1)
        return self.tally.total + rest.count(b"\n") + (last not in {b"", b"\n"})

    def _rest(self, reader: ByteReader) -> Stretch:
        return Stretch(self.tally.done, reader.size, self.tally.total)


def _nth_feed(data: bytes, nth: int) -> int | None:
    """Where the nth line feed of the data is, from 1."""
    low, high = 0, len(data)
    while high - low > _NARROW:
        middle = (low + high) // 2
        count = data.count(b"\n", low, middle)
        low, high, nth = (low, middle, nth) if count >= nth else (middle, high, nth - count)
    at = low - 1
    for _ in range(nth):
        at = data.find(b"\n", at + 1, high)
        if at < 0:
            return None
    return at
