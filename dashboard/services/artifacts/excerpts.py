"""The beginning or the end of a text file."""

import codecs
from dataclasses import dataclass

from dashboard.models import Run, Trial
from dashboard.services.artifacts.opening import open_file

SHOWN = 256 * 1024
"""Bytes of a text file that a page shows."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning or the end of a text file."""

    text: str
    size: int
    """Bytes of the whole file."""
    is_cut_off: bool
    is_text: bool = True
    """False: the bytes do not look like text, and ``text`` is empty."""


def head(run: Run, trial: Trial | None, path: str, *, limit: int = SHOWN) -> Excerpt:
    """The file's beginning. Raises ``SourceError``."""
    with open_file(run, trial, path) as reader:
        return _excerpt(reader.read(0, limit), reader.size)


def tail(run: Run, trial: Trial | None, path: str, *, limit: int = SHOWN) -> Excerpt:
    """The file's end, from the start of a line. Raises ``SourceError``."""
    with open_file(run, trial, path) as reader:
        start = max(0, reader.size - limit)
        data = reader.read(start, limit)
        if start:
            data = data[data.find(b"\n") + 1 :]
        return _excerpt(data, reader.size)


def _excerpt(data: bytes, size: int) -> Excerpt:
    if b"\0" in data:
        return Excerpt("", size, is_cut_off=False, is_text=False)
    is_cut_off = len(data) < size
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    # A character that the cut goes through is left out; it is not a broken one.
    return Excerpt(decoder.decode(data, final=not is_cut_off), size, is_cut_off=is_cut_off)
