"""An index as bytes and back: a line about the file, the places of its steps, and their rows.

The file is compared when it is read back. One that has grown is gone on with behind its last step, if what was before
that is still the same.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

import orjson

from dashboard.domain.files import ByteReader
from dashboard.readers.trajectories.progress import Progress
from dashboard.readers.trajectories.rows import decode
from dashboard.readers.values import mapping, parse, text, whole

_VERSION = 5
_COMPARED = 64 * 1024
"""Bytes before the end of the last step that must still be the same for a grown file."""


class Lines:
    """Rows one after the other in one piece of memory: 100,000 small objects would cost many times their bytes."""

    def __init__(self, data: bytes = b"", ends: "array[int] | None" = None) -> None:
        self.data = bytearray(data)
        self.ends = array("Q") if ends is None else ends

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, place: int) -> bytes:
        return bytes(self.data[self.ends[place - 1] if place else 0 : self.ends[place]])

    def append(self, line: bytes) -> None:
        """Another row."""
        self.data += line
        self.ends.append(len(self.data))


@dataclass(slots=True)
class Kept:
    """What an index is made of."""

    progress: Progress = field(default_factory=Progress)
    places: "array[int]" = field(default_factory=lambda: array("Q"))
    """Beginning and end of each step in turn."""
    lines: Lines = field(default_factory=Lines)
    """Rows of the first steps, of fewer than there are places or of as many."""


def pack(reader: ByteReader, kept: Kept) -> bytes:
    """The bytes; :func:`unpack` reads them back."""
    head = {
        "version": _VERSION,
        "size": reader.size,
        "etag": reader.etag,
        "print": _print(reader, kept.progress.steps_end),
        "places": len(kept.places),
        "lines": len(kept.lines),
        "progress": kept.progress.to_wire(),
    }
    return b"".join((orjson.dumps(head), b"\n", kept.places.tobytes(), kept.lines.ends.tobytes(), kept.lines.data))


def unpack(reader: ByteReader, data: bytes | None) -> Kept | None:
    """What was packed, as far as it holds of the file as it is now; None if nothing does."""
    if data is None:
        return None
    first, _, rest = data.partition(b"\n")
    try:
        head = mapping(parse(first))
        kept = _read(head, rest)
    except (ValueError, TypeError):
        return None
    if head.get("size") == reader.size and head.get("etag") == reader.etag:
        return kept
    end = kept.progress.steps_end
    if reader.size >= end > 0 and text(head.get("print")) == _print(reader, end):
        kept.progress = kept.progress.back_at_steps()
        return kept
    return None


def _read(head: Mapping[str, object], rest: bytes) -> Kept:
    if head.get("version") != _VERSION:
        raise ValueError("of another version")
    n_places, n_lines = whole(head.get("places")) or 0, whole(head.get("lines")) or 0
    size = array("Q").itemsize
    middle, begin = n_places * size, (n_places + n_lines) * size
    places, ends = array("Q", rest[:middle]), array("Q", rest[middle:begin])
    if (len(places), len(ends)) != (n_places, n_lines) or len(rest) - begin != (ends[-1] if ends else 0):
        raise ValueError("cut off")
    lines = Lines(rest[begin:], ends)
    if n_lines:
        decode(n_lines, lines[n_lines - 1])
    return Kept(Progress.from_wire(mapping(head.get("progress"))), places, lines)


def _print(reader: ByteReader, end: int) -> str:
    start = max(0, end - _COMPARED)
    return blake2b(reader.read(0, 4096) + reader.read(start, end - start), digest_size=16).hexdigest()
