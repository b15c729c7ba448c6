"""Readers over readers: a part of a file read as a file, and small pieces read from large ones."""

from typing import Protocol

from dashboard.domain.files import ByteReader
from dashboard.readers.trajectories.progress import Span

_AHEAD = 2**20


class Readable(Protocol):
    """What gives bytes by their place."""

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``; fewer only at the end."""
        ...


class Slice:
    """A part of a file, read as a file."""

    def __init__(self, reader: ByteReader, span: Span) -> None:
        self._reader = reader
        self._span = span
        self.size = span.end - span.start
        self.etag = f"{reader.etag}:{span.start}-{span.end}"

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``; fewer only at the end."""
        return self._reader.read(self._span.start + offset, max(0, min(length, self.size - offset)))


class Ahead:
    """Small pieces in the order of the file, from fewer and larger reads."""

    def __init__(self, reader: Readable) -> None:
        self._reader = reader
        self._start = 0
        self._data = b""

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``; fewer only at the end."""
        at = offset - self._start
        if at < 0 or at + length > len(self._data):
            self._data = self._reader.read(offset, max(length, _AHEAD))
            self._start, at = offset, 0
        return self._data[at : at + length]
