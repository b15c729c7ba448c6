"""Rows of a table from any place on, each bounded, by the standard library's parser."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

from dashboard.domain.files import ByteReader
from dashboard.readers.tables.lines import Lines

MAX_CELL = 500
"""Characters of a cell."""
MAX_CELLS = 200
"""Of one row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row."""

    cells: list[str] = field(default_factory=list)
    """The first of them, each cut."""
    width: int = 0
    """How many there are."""
    is_broken: bool = False
    """Its quotes do not close, or it is beyond all bounds: what is shown is its first line."""


@dataclass(slots=True)
class Rows:
    """The rows from the start of one of them on; ``lines.offset`` is behind the last one given."""

    lines: Lines
    delimiter: str

    def __iter__(self) -> Iterator[list[str] | None]:
        """The cells of each row; None for a broken one, whose first line alone is passed."""
        parser = csv.reader(self.lines, delimiter=self.delimiter, strict=True)
        while True:
            start = self.lines.offset
            try:
                cells = next(parser)
            except StopIteration:
                return
            except csv.Error:
                parser = csv.reader(self.lines, delimiter=self.delimiter, strict=True)
                self.lines.offset = start
                next(self.lines)
                yield None
            else:
                yield cells


def rows(reader: ByteReader, offset: int, delimiter: str, *, limit: int) -> Iterator[Row]:
    """Up to ``limit`` rows from the row that begins at ``offset`` on."""
    lines = Lines(reader, offset)
    start = offset
    for _, cells in zip(range(limit), Rows(lines, delimiter), strict=False):
        yield _row(cells) if cells is not None else _broken(reader, start, delimiter)
        start = lines.offset


def _broken(reader: ByteReader, start: int, delimiter: str) -> Row:
    """What can be told of the first line of a row, quotes and all."""
    line = next(Lines(reader, start), "").rstrip("\r\n")
    return _row(line.split(delimiter), is_broken=True)


def _row(cells: list[str], *, is_broken: bool = False) -> Row:
    shown = [_cut(cell) for cell in cells[:MAX_CELLS]]
    return Row(cells=shown, width=len(cells), is_broken=is_broken)


def _cut(cell: str) -> str:
    return cell if len(cell) <= MAX_CELL else f"{cell[:MAX_CELL]}… ({len(cell):,} characters)"
