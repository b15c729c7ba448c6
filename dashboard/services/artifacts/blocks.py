"""Files that are elsewhere, read through blocks that are kept on this machine's disk: fetched once, whoever reads.

A block belongs to one file of one source in one version, told by its etag and size. Opening a file asks the source
which version it has, or goes by what it said a moment ago; whether the reader may see the file was decided before.
Who asks takes a block out of the same answer, and who fetches a block later asks for just that one or goes on with an
answer that leads there: while a version is believed, there is at most one request to the source for each block.
A file whose source does not say which bytes it has is read straight through, and nothing of it is kept.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol

import orjson

from dashboard.domain.errors import BadAnswer
from dashboard.domain.files import WEAK, ByteReader
from dashboard.services.artifacts.folders import Folder
from dashboard.services.artifacts.keys import FileKey
from dashboard.services.artifacts.locks import alone

BLOCK = 256 * 1024
"""Bytes of a block: as many as a source that is just fast enough sends while a person waits."""
_DIGEST = 16

now = time.time


class Ask(Protocol):
    """Opens the file at its source."""

    def __call__(self, *, at: int) -> AbstractContextManager[ByteReader]:
        """``at`` is the byte that reading begins with. Raises ``SourceError``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a source said of a file."""

    size: int
    etag: str

    @property
    def is_certain(self) -> bool:
        """Whether the same etag means the same bytes."""
        return not self.etag.startswith(WEAK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where blocks and versions are kept."""

    folder: Folder

    def version(self, key: FileKey, *, fresh_for: float) -> Version | None:
        """What the source last said of the file, if that is not too long ago."""
        found = self._checked(key.digest())
        if found is None:
            return None
        at, size, etag = orjson.loads(found)
        return Version(size=size, etag=etag) if 0 <= now() - at < fresh_for else None

    def keep_version(self, key: FileKey, version: Version) -> None:
        """The source says so now."""
        self._keep(key.digest(), orjson.dumps([now(), version.size, version.etag]))

    def forget_version(self, key: FileKey) -> None:
        """The source says otherwise."""
        self.folder.forget(key.digest())

    def block(self, name: str, size: int) -> bytes | None:
        """A block whole and as it was fetched; None where it is not here."""
        found = self._checked(name)
        return found if found is not None and len(found) == size else None

    def fetched(self, name: str, size: int, fetch: Callable[[], bytes]) -> bytes:
        """The block, from here or else fetched and kept: by one, while others wait for it. Raises what that raises."""
        found = self.block(name, size)
        if found is not None:
            return found
        with self.alone(name):
            return self.fetched_alone(name, size, fetch)

    def fetched_alone(self, name: str, size: int, fetch: Callable[[], bytes]) -> bytes:
        """The same for one whom nobody can get in the way of; nobody is waited for."""
        found = self.block(name, size)
        if found is None:
            found = fetch()
            self._keep(name, found)
        return found

    def alone(self, word: str) -> AbstractContextManager[None]:
        """See :func:`dashboard.services.artifacts.locks.alone`."""
        return alone(self.folder.path.parent / "locks", word)

    def _keep(self, name: str, data: bytes) -> None:
        self.folder.write(name, _digest(name, data) + data)

    def _checked(self, name: str) -> bytes | None:
        """What is kept under the name, unless the disk has changed it."""
        kept = self.folder.read(name)
        if kept is None:
            return None
        digest, data = kept[:_DIGEST], kept[_DIGEST:]
        if digest == _digest(name, data):
            return data
        self.folder.forget(name)
        return None


@dataclass(slots=True)
class Upstream:
    """The file at its source, opened when its bytes are first needed, and closed at the end."""

    ask: Ask
    held: ExitStack
    _reader: ByteReader | None = None

    def reader(self, at: int) -> ByteReader:
        """``at`` is what is read first, if nothing was read before. Raises ``SourceError``."""
        if self._reader is None:
            self._reader = self.held.enter_context(self.ask(at=at))
        return self._reader

    def version(self, at: int) -> Version:
        """What the source says of the file, asked once; ``at`` is what is read next. Raises ``SourceError``."""
        reader = self.reader(at)
        return Version(size=reader.size, etag=reader.etag)


@dataclass(slots=True, kw_only=True)
class BlockReader:
    """A file elsewhere, as a :class:`~dashboard.domain.files.ByteReader`; it holds the last block it read."""

    shelf: Shelf
    key: FileKey
    version: Version
    upstream: Upstream
    size: int = field(init=False)
    etag: str = field(init=False)
    _number: int = -1
    _block: bytes = b""

    def __post_init__(self) -> None:
        self.size, self.etag = self.version.size, self.version.etag

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``; fewer only at the end. Raises ``SourceError``."""
        end = min(offset + length, self.size)
        pieces = []
        while offset < end:
            number, start = divmod(offset, BLOCK)
            pieces.append(self._whole(number)[start : start + end - offset])
            offset += len(pieces[-1])
        return b"".join(pieces)

    def take(self, offset: int) -> None:
        """Have the block of this byte, or the first where there is no such byte, while nobody else knows the version.

        Raises ``SourceError``.
        """
        if self.size:
            self._have(offset // BLOCK if offset < self.size else 0, self.shelf.fetched_alone)

    def _whole(self, number: int) -> bytes:
        if number != self._number:
            self._have(number, self.shelf.fetched)
        return self._block

    def _have(self, number: int, fetched: Callable[[str, int, Callable[[], bytes]], bytes]) -> None:
        name = self.key.digest(self.etag, self.size, number)
        size = min(BLOCK, self.size - number * BLOCK)
        self._block = fetched(name, size, lambda: self._fetch(number * BLOCK, size))
        self._number = number

    def _fetch(self, offset: int, size: int) -> bytes:
        if self.upstream.version(offset) != self.version:
            self.shelf.forget_version(self.key)
            raise BadAnswer("The file changed while it was read.", code="changed")
        data = self.upstream.reader(offset).read(offset, size)
        if len(data) != size:
            raise BadAnswer("The file became shorter while it was read.", code="changed")
        return data


@contextmanager
def open_through(shelf: Shelf, key: FileKey, ask: Ask, *, fresh_for: float, at: int = 0) -> Iterator[ByteReader]:
    """Open a file of a source through the shelf; what the source said of it is believed for ``fresh_for`` seconds.

    ``at`` is the byte that reading most likely begins with: where the source has to be asked, its block comes along.
    Raises ``SourceError``.
    """
    with ExitStack() as held:
        start = at - at % BLOCK
        upstream = Upstream(ask, held)
        reader = _reader(shelf, key, upstream, fresh_for, start)
        yield reader if reader.version.is_certain else upstream.reader(start)


def _reader(shelf: Shelf, key: FileKey, upstream: Upstream, fresh_for: float, start: int) -> BlockReader:
    """A reader of the version there is; of many who want to know it at once, one asks."""
    kept = shelf.version(key, fresh_for=fresh_for)
    if kept is None:
        with shelf.alone(key.digest()):
            kept = shelf.version(key, fresh_for=fresh_for)
            if kept is None:
                return _asked(shelf, key, upstream, start)
    return BlockReader(shelf=shelf, key=key, version=kept, upstream=upstream)


def _asked(shelf: Shelf, key: FileKey, upstream: Upstream, start: int) -> BlockReader:
    """The same from the source. Others learn of the version when the block that came with it is on the shelf."""
    reader = BlockReader(shelf=shelf, key=key, version=upstream.version(start), upstream=upstream)
    if reader.version.is_certain:
        reader.take(start)
    shelf.keep_version(key, reader.version)
    return reader


def _digest(name: str, data: bytes) -> bytes:
    """Of the name too: a block in another's place is as wrong as a broken one."""
    return blake2b(data, key=name.encode(), digest_size=_DIGEST).digest()
