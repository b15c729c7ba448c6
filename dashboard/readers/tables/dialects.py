"""How a table is written, judged by its first rows: what stands between cells, and whether the first row names them."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath

from dashboard.domain.files import ByteReader
from dashboard.readers.tables.rows import Row, rows

DELIMITERS = (",", "\t", ";", "|")

SAMPLE = 20
"""Rows that are looked at."""

_NUMBER = re.compile(r"[-+−]?(?:[0-9][0-9,_ ]{0,24}(?:\.[0-9]{0,24})?|\.[0-9]{1,24})(?:[eE][-+]?[0-9]{1,4})?\s?%?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What the first rows say of a table."""

    delimiter: str
    has_header: bool
    """The first row most likely names the columns."""


def dialect_of(reader: ByteReader, path: str) -> Dialect:
    """The most likely way in which the table is written."""
    tried = {delimiter: list(rows(reader, start_of(reader), delimiter, limit=SAMPLE)) for delimiter in DELIMITERS}
    preferred = "\t" if PurePosixPath(path.lower()).suffix == ".tsv" else ","
    best = max(DELIMITERS, key=lambda delimiter: (_score(tried[delimiter]), delimiter == preferred))
    return Dialect(delimiter=best, has_header=_is_header(tried[best]))


def start_of(reader: ByteReader) -> int:
    """Where the first row begins: behind the mark that some programs put first."""
    return 3 if reader.read(0, 3) == b"\xef\xbb\xbf" else 0


def is_number(cell: str) -> bool:
    """Whether a cell holds a number, as people and programs write them."""
    return bool(_NUMBER.fullmatch(cell.strip()))


def _score(sample: list[Row]) -> float:
    """How many rows agree that there is more than one column."""
    widths = Counter(row.width for row in sample if row.width > 1 and not row.is_broken)
    return max(widths.values(), default=0) / max(1, len(sample))


def _is_header(sample: list[Row]) -> bool:
    """Names are there, differ and are no numbers; a table with nothing but its names is one too."""
    if not sample:
        return False
    names = [cell.strip() for cell in sample[0].cells]
    return all(names) and len({*names}) == len(names) and not any(map(is_number, names))
