"""A file in stretches of whole lines, as searching goes through it."""

from dataclasses import dataclass

from dashboard.domain.files import ByteReader

STRETCH = 1024 * 1024
"""Bytes at most; of a longer line there are several stretches."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a file, and where the next piece begins; ``is_last``: nothing comes after it."""

    start: int
    data: bytes
    next: int
    is_last: bool


def piece_at(reader: ByteReader, start: int, *, overlap: int = 0) -> Piece:
    """Whole lines from ``start``, where a piece begins.

    If a line is longer than a stretch, the next piece begins ``overlap`` bytes before the end of this one. A file that
    has become shorter than its size said ends where its bytes end.
    """
    data = reader.read(start, STRETCH)
    if len(data) < STRETCH or start + len(data) >= reader.size:
        return Piece(start, data, start + len(data), is_last=True)
    end = data.rfind(b"\n") + 1
    if end:
        return Piece(start, data[:end], start + end, is_last=False)
    return Piece(start, data, start + len(data) - overlap, is_last=False)
