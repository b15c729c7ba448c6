"""What is known of a file's steps, as far as anybody asked: where each is, and a row for each. Kept between visits.

Where steps are is found first and fast; rows, for which steps must be read, follow as they are asked for.
"""

from array import array
from collections.abc import Iterator
from dataclasses import replace

from dashboard.domain.files import ByteReader
from dashboard.domain.trajectories import Totals
from dashboard.readers.trajectories.keeping import Kept, pack, unpack
from dashboard.readers.trajectories.progress import Progress, Span, Where
from dashboard.readers.trajectories.rows import Row, Sums, decode, encode, has_refs, sums_after
from dashboard.readers.trajectories.scanning import Scan
from dashboard.readers.trajectories.slices import Ahead, Readable
from dashboard.readers.values import Unreadable, parse

MOST_STEPS = 100_000
FAR = 500
"""Steps that are looked at for the sums of one behind them; if there are more, it is shown without sums."""
LARGEST_STEP = 8 * 2**20
"""Bytes of a step beyond which it is named, not read."""


class Index:
    """The steps of one file; ``is_new`` says that more is known of them than was kept."""

    def __init__(self, reader: ByteReader, data: bytes | None = None) -> None:
        kept = unpack(reader, data) or Kept()
        self._reader = reader
        self._scan = Scan(reader, kept.progress)
        self._places: array[int] = kept.places
        self._lines = kept.lines
        self._sums = sums_after(decode(len(kept.lines), kept.lines[len(kept.lines) - 1])) if kept.lines else Sums()
        self.is_new = False

    @property
    def progress(self) -> Progress:
        """How far the scan has got."""
        return self._scan.progress

    @property
    def is_whole(self) -> bool:
        """Whether the root's end was seen; to be asked once all is reached."""
        return self.progress.where is Where.END

    @property
    def known(self) -> int:
        """Steps whose place is known."""
        return len(self._places) // 2

    def reach(self, number: int | None = None) -> int:
        """Go on until that step's place is known (None: all are); how many are known then, which may be fewer."""
        while not self._scan.is_over and (number is None or self.known < number):
            span = self._scan.next_step()
            self.is_new = True
            if span and self.known == MOST_STEPS:
                self._scan.stop(f"It has more than {MOST_STEPS:,} steps: the others are not shown.")
            elif span:
                self._places.extend((span.start, span.end))
        return self.known

    def rows(self, first: int, last: int) -> Iterator[Row]:
        """The rows of the steps from ``first`` to ``last``, counted from 1; of fewer where there are no more."""
        first, last = max(first, 1), min(self.reach(last), last)
        self._note(last)
        return (decode(number, self._lines[number - 1]) for number in range(first, last + 1))

    def rows_at_once(self, first: int, last: int) -> Iterator[Row]:
        """The same rows, without running sums if that would take a look at many steps before them."""
        if first - len(self._lines) <= FAR:
            return self.rows(first, last)
        ahead, last = Ahead(self._reader), min(self.reach(last), last)
        return (self._without_sums(ahead, number) for number in range(first, last + 1))

    def rows_with_refs(self) -> Iterator[Row]:
        """The rows of all steps that name trajectories of sub-agents."""
        last = self.reach()
        self._note(last)
        lines = ((number, self._lines[number - 1]) for number in range(1, last + 1))
        return (decode(number, line) for number, line in lines if has_refs(line))

    @property
    def is_noted(self) -> bool:
        """Whether there is a row for each step: then sums and outline take no look at the file."""
        return self._scan.is_over and len(self._lines) == self.known

    def value(self, number: int) -> object:
        """The JSON of a step that is reached. Raises ``Unreadable``, in a sentence."""
        return _value(self._reader, self._span(number))

    def values(self, holding: bytes = b"", first: int = 1) -> Iterator[tuple[int, object]]:
        """All steps from ``first`` on, number and JSON; None for one that cannot be read.

        None also for one that cannot have these small letters of ASCII in its texts: most are passed over unparsed.
        """
        ahead, number = Ahead(self._reader), first
        while number <= self.reach(number):
            span = self._span(number)
            yield number, _parsed(ahead, span) if _may_hold(ahead, span, holding) else None
            number += 1

    def to_bytes(self) -> bytes:
        """To be kept, and handed to the next that reads this file."""
        return pack(self._reader, Kept(self.progress, self._places, self._lines))

    def _note(self, last: int) -> None:
        ahead = Ahead(self._reader)
        for number in range(len(self._lines) + 1, last + 1):
            self._lines.append(encode(_parsed(ahead, self._span(number)), self._sums))
            self.is_new = True

    def _without_sums(self, ahead: Ahead, number: int) -> Row:
        row = decode(number, encode(_parsed(ahead, self._span(number)), Sums()))
        return replace(row, running=Totals())

    def _span(self, number: int) -> Span:
        return Span(self._places[2 * number - 2], self._places[2 * number - 1])


def _value(reader: Readable, span: Span) -> object:
    length = span.end - span.start
    if length > LARGEST_STEP:
        raise Unreadable(f"It is {length:,} bytes long, too much to be shown; the file has it.")
    return parse(reader.read(span.start, length))


def _may_hold(reader: Readable, span: Span, small: bytes) -> bool:
    length = span.end - span.start
    if not small or length > LARGEST_STEP:
        return True
    data = reader.read(span.start, length)
    # Any letter may be written by its number.
    return small in data.lower() or b"\\u00" in data


def _parsed(reader: Readable, span: Span) -> object:
    try:
        return _value(reader, span)
    except Unreadable:
        return None
