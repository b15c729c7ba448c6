"""A ZIP written piece by piece to somebody who reads it at once: nothing of it is kept but its table of contents."""

import io
import struct
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zipfile import ZIP64_LIMIT, ZIP64_VERSION, ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PIECE = 64 * 1024
"""Bytes that are collected, at least, within a file."""

# What agents leave is mostly text: the lowest level makes a ninth of the sample jobs' files at twice the speed of the
# usual one, which makes a fifteenth; a download is to take its sender's threads for as short as can be. What is
# compressed already is wrapped without trying: deflated, for an entry that is stored and whose size follows it cannot
# be read by those who read a ZIP as a stream.
_FAST, _NONE = 1, 0
_COMPRESSED = (
    ".7z", ".br", ".bz2", ".cast.gz", ".gif", ".gz", ".jpeg", ".jpg", ".mp4", ".png", ".tgz", ".webm", ".webp", ".whl",
    ".xz", ".zip", ".zst",
)  # fmt: skip
_EARLIEST, _LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, tzinfo=UTC)
_READABLE = 0o100644 << 16
_STAMP, _SINCE_1970 = 0x5455, 2**31 - 1


class ZipWriter:
    """Entries one after the other, then the end. Unless the end was written, what came before is no ZIP."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w", ZIP_DEFLATED)

    def entry(
        self, name: str, chunks: Iterable[bytes], *, modified_at: datetime, size: int | None = None
    ) -> Iterator[bytes]:
        """One file's bytes as they stand in the archive. ``size`` has to be told where it may be beyond 4 GiB."""
        with self._zip.open(_info(name, modified_at, size), "w") as entry:
            for chunk in chunks:
                entry.write(chunk)
                if self._sink.held >= PIECE:
                    yield self._sink.take()
        yield self._sink.take()

    def end(self) -> bytes:
        """The table of contents."""
        self._zip.close()
        return self._sink.take()

    def close(self) -> None:
        """Let go of it, ended or not; no entry may be under way."""
        self._zip.close()


def _info(name: str, modified_at: datetime, size: int | None) -> ZipInfo:
    moment = modified_at.astimezone(UTC)
    dated = min(max(moment, _EARLIEST), _LATEST)
    info = ZipInfo(name, (dated.year, dated.month, dated.day, dated.hour, dated.minute, dated.second))
    info.compress_type, info.external_attr, info.file_size = ZIP_DEFLATED, _READABLE, size or 0
    info.extra = _stamp(moment)
    if info.file_size > ZIP64_LIMIT:
        # Before 3.11.4 the header does not say so by itself.
        info.extract_version = ZIP64_VERSION
    level = _NONE if name.lower().endswith(_COMPRESSED) else _FAST
    # Until Python 3.13, the level of one entry had no public name.
    setattr(info, "compress_level" if sys.version_info >= (3, 13) else "_compresslevel", level)
    return info


def _stamp(moment: datetime) -> bytes:
    """Info-ZIP's extended time stamp: the moment itself, since an entry's own time has no zone."""
    return struct.pack("<HHBl", _STAMP, 5, 1, min(max(0, int(moment.timestamp())), _SINCE_1970))


class _Sink(io.RawIOBase):
    """Takes what is written until somebody takes it away. It cannot seek: sizes follow what they are the size of."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self.held = 0

    def write(self, data: "ReadableBuffer", /) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self.held += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """All that was written since it was last taken."""
        taken = b"".join(self._pieces)
        self._pieces, self.held = [], 0
        return taken
