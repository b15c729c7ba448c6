"""Files in buckets (``gs://``, ``s3://``): their size, and random access to their bytes, anonymously.

A store speaks with one kind of buckets through ``fsspec``; there is one of each kind in a process, since none knows an
account and so none differs from another. Their packages are an optional extra and slow to import (about a second), so
they are loaded when first needed, in a thread of its own, and whoever waits for that waits within a deadline.
Where a store is, is the administrator's matter alone (``STORAGE_EMULATOR_HOST``, ``AWS_ENDPOINT_URL``).
"""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from dashboard.domain.errors import SourceError, Unsupported
from dashboard.http.deadlines import Deadline
from dashboard.sources.ranges import digest_of
from dashboard.sources.stores.failures import late

BLOCK = 2 * 2**20
"""Bytes that are asked for at once, since whoever reads some mostly reads on."""
LOADING = 3.0
"""Seconds for loading a package, once in the life of a process."""
OPENING = 2.0
"""Seconds until a file is open, once that is done: a person waits."""
READING = 10.0
"""Seconds for one block."""

_MODULES = {"gs": "dashboard.sources.stores.gs", "s3": "dashboard.sources.stores.s3"}
_PACKAGES = {"gs": "gcsfs", "s3": "s3fs"}
SCHEMES = frozenset(_MODULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A file in a bucket, by its name as it is: nothing in it is quoted."""

    scheme: str
    bucket: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file as it was when it was looked at."""

    blob: Blob
    size: int
    version: str
    """Generation or entity tag: which bytes these are."""


class Store(Protocol):
    """One kind of buckets. Its methods raise errors of :mod:`dashboard.domain.errors` and no other."""

    def find(self, blob: Blob, *, seconds: float) -> Found:
        """Ask for a file's size and version."""
        ...

    def fetch(self, found: Found, start: int, end: int, *, seconds: float) -> bytes:
        """The bytes from ``start`` to before ``end``, all of them, of this very version.

        Raises ``BadAnswer`` (``changed``) where the file is no longer the one that was found.
        """
        ...

    def close(self) -> None:
        """Let go of all connections."""
        ...


class _Stores:
    """The stores of this process, loaded when they are first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="buckets")
        self._loaded: dict[str, Future[Store]] = {}

    def get(self, scheme: str, *, seconds: float) -> Store:
        with self._lock:
            if scheme not in self._loaded:
                self._loaded[scheme] = self._loader.submit(_load, scheme)
            loaded = self._loaded[scheme]
        try:
            return loaded.result(timeout=seconds)
        except ImportError as error:
            raise Unsupported(why_not_installed(scheme), code="not_installed", detail=str(error)) from error
        except TimeoutError:
            raise late() from None

    def clear(self) -> None:
        with self._lock:
            for loaded in self._loaded.values():
                if loaded.done() and loaded.exception() is None:
                    loaded.result().close()
            self._loaded.clear()


def _load(scheme: str) -> Store:
    store: Store = import_module(_MODULES[scheme]).open_store()
    return store


_stores = _Stores()


def forget_stores() -> None:
    """Close all stores: nothing of this process stays connected to a bucket."""
    _stores.clear()


def is_installed(scheme: str) -> bool:
    """Whether the package is there that reads these buckets; it is not imported for that."""
    return find_spec(_PACKAGES[scheme]) is not None


def why_not_installed(scheme: str) -> str:
    """What to do where :func:`is_installed` says no."""
    package = _PACKAGES[scheme]
    return f"Not fetched: {scheme}:// needs the package {package}; install Quayside with its extra “buckets”."


def measure_blob(blob: Blob, *, source: str, seconds: float) -> int:
    """The size of a file, within the time. Raises what :meth:`Store.find` raises."""
    deadline = Deadline(seconds)
    with _naming(source):
        return _find(_stores.get(blob.scheme, seconds=seconds), blob, deadline).size


@contextmanager
def open_blob(blob: Blob, *, source: str) -> Iterator["BlockReader"]:
    """Open a file for random access, within two seconds. Raises what :meth:`Store.find` raises."""
    with _naming(source):
        store = _stores.get(blob.scheme, seconds=LOADING)
        found = _find(store, blob, Deadline(OPENING))
    yield BlockReader(store, found, source=source)


def _find(store: Store, blob: Blob, deadline: Deadline) -> Found:
    left = deadline.remaining()
    if left <= 0:
        raise late()  # Without a time of its own, a store would wait for ever.
    return store.find(blob, seconds=left)


@contextmanager
def _naming(source: str) -> Iterator[None]:
    """Errors in this block carry the source's name."""
    try:
        yield
    except SourceError as error:
        error.source = source
        raise


class BlockReader:
    """A file in a bucket, as a :class:`~dashboard.sources.base.ByteReader`; it keeps the last block it asked for."""

    def __init__(self, store: Store, found: Found, *, source: str) -> None:
        self.size = found.size
        self.etag = digest_of(found.version, found.size)
        self._store = store
        self._found = found
        self._source = source
        self._start, self._block = 0, b""

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes from ``offset``; fewer only at the end. Raises what :meth:`Store.fetch` raises."""
        end = min(offset + length, self.size)
        pieces = []
        while offset < end:
            pieces.append(self._piece(offset, end))
            offset += len(pieces[-1])
        return b"".join(pieces)

    def _piece(self, offset: int, end: int) -> bytes:
        """At least one byte from ``offset``, as many as one block has."""
        if not self._start <= offset < self._start + len(self._block):
            with _naming(self._source):
                block = self._store.fetch(self._found, offset, min(offset + BLOCK, self.size), seconds=READING)
            self._start, self._block = offset, block
        return self._block[offset - self._start : end - self._start]
