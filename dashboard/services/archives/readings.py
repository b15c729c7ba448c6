"""Reading files of a source that may fail: again where that can help, and not for ever."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from dashboard.domain.errors import BadAnswer, ServerError, SourceError, Throttled, Unreachable
from dashboard.domain.files import ByteReader

CHUNK = 256 * 1024
"""Bytes of a file that are held at a time."""
TRIES = 3
PATIENCE = 5
"""Failures in a row after which a source is not asked any more."""

_Given = TypeVar("_Given")


def try_again(ask: Callable[[], _Given]) -> _Given:
    """What is asked for, at the third try if need be. Who asks for quiet, or has answered, is not asked again."""
    for _ in range(TRIES - 1):
        try:
            return ask()
        except (Unreachable, ServerError):
            continue
    return ask()


@dataclass(slots=True)
class Patience:
    """Counts failures in a row of a source that is not there; whatever answers, even with a refusal, is there."""

    n_failures: int = 0
    last: str = ""

    def note(self, error: SourceError | None) -> None:
        """How asking once ended."""
        is_away = isinstance(error, (Unreachable, Throttled, ServerError))
        self.n_failures = self.n_failures + 1 if is_away else 0
        self.last = str(error or "")

    @property
    def reason(self) -> str:
        """Why nothing more is asked for; empty while something is."""
        if self.n_failures < PATIENCE:
            return ""
        return f"Not asked for, since the source failed {PATIENCE} times in a row: {self.last}"


@dataclass(slots=True)
class Reading:
    """One file while it is read: its chunks, and what they were when it is over."""

    reader: ByteReader
    first: bytes
    """The first chunk."""
    count: Callable[[int], None]
    """Told the number of bytes of each chunk."""
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def chunks(self) -> Iterator[bytes]:
        """Raises ``SourceError`` if these are not all the bytes there should be."""
        chunk = self.first
        while chunk:
            self.digest.update(chunk)
            self.size += len(chunk)
            self.count(len(chunk))
            yield chunk
            chunk = try_again(self._read_on) if self.size < self.reader.size else b""
        if self.size != self.reader.size:
            raise BadAnswer("The file became shorter while it was read.", code="changed")

    def _read_on(self) -> bytes:
        return self.reader.read(self.size, CHUNK)
