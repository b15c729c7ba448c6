"""An index as bytes and back: a line about the file, the places of its steps, and their rows, a line each.

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
from dashboard.readers.trajectories.values import mapping, parse, text, whole

_VERSION = 2
_COMPARED = 64 * 1024
"""Bytes before the end of the last step that must still be the same for a grown file."""


@dataclass(slots=True)
class Kept:
    """What an index is made of."""

    progress: Progress = field(default_factory=Progress)
    places: "array[int]" = field(default_factory=lambda: array("Q"))
    """Beginning and end of each step in turn."""
    lines: list[bytes] = field(default_factory=list)
    """Rows of the first steps, of fewer than there are places or of as many."""


def pack(reader: ByteReader, kept: Kept) -> bytes:
    """The bytes; :func:`unpack` reads them back."""
    head = {
        "version": _VERSION,
        "size": reader.size,
        "etag": reader.etag,
        "print": _print(reader, kept.progress.steps_end),
        "places": len(kept.places) * kept.places.itemsize,
        "progress": kept.progress.to_wire(),
    }
    return b"\n".join([orjson.dumps(head), kept.places.tobytes(), *kept.lines])


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
    length = whole(head.get("places")) or 0
    places = array("Q", rest[:length])
    lines = rest[length + 1 :].split(b"\n") if len(rest) > length else []
    for line in lines[-1:]:
        decode(len(lines), line)
    if len(lines) * 2 > len(places):
        raise ValueError("more rows than steps")
    return Kept(Progress.from_wire(mapping(head.get("progress"))), places, lines)


def _print(reader: ByteReader, end: int) -> str:
    start = max(0, end - _COMPARED)
    return blake2b(reader.read(0, 4096) + reader.read(start, end - start), digest_size=16).hexdigest()
