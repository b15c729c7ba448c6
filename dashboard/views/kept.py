"""Rendered parts of pages that are the same for every reader until the mirror changes, kept in this process.

Only what another process can make as well is kept here; each entry's key says of which version, filter, order,
page and columns it is, so an entry is never wrong, only forgotten.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sized
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

from django.utils.safestring import SafeString

MOST = 8 * 1024 * 1024
"""Characters that are kept in all; the least recently used go first."""

Part = TypeVar("Part", bound=Sized)


class _Turn:
    """Whose turn it is to make a part."""

    __slots__ = ("lock", "wanted")

    def __init__(self) -> None:
        self.lock = Lock()
        self.wanted = 0


class KeptParts(Generic[Part]):
    """A bounded store of rendered parts by key; may be used by several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._size = 0
        self._parts: OrderedDict[Hashable, Part] = OrderedDict()
        self._turns: dict[Hashable, _Turn] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Part]) -> Part:
        """The part of this key, made now if it is not kept; by one thread, for which the others that want it wait."""
        part = self._find(key)
        if part is not None:
            return part
        with self._making(key):
            part = self._find(key)
            if part is None:
                part = make()
                self._keep(key, part)
        return part

    def get_or_pass(self, key: Hashable, make: Callable[[], Part]) -> Part | None:
        """The same, without waiting: None while another thread makes it."""
        part = self._find(key)
        if part is not None:
            return part
        with self._lock:
            is_being_made = key in self._turns
        return None if is_being_made else self.get(key, make)

    def _find(self, key: Hashable) -> Part | None:
        with self._lock:
            part = self._parts.get(key)
            if part is not None:
                self._parts.move_to_end(key)
            return part

    @contextmanager
    def _making(self, key: Hashable) -> Iterator[None]:
        """Held by one thread at a time for each key; a key that nobody waits for is forgotten."""
        with self._lock:
            turn = self._turns.setdefault(key, _Turn())
            turn.wanted += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._lock:
                turn.wanted -= 1
                if not turn.wanted:
                    self._turns.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._parts.clear()
            self._size = 0

    def _keep(self, key: Hashable, part: Part) -> None:
        with self._lock:
            replaced = self._parts.pop(key, None)
            self._size += len(part) - (0 if replaced is None else len(replaced))
            self._parts[key] = part
            while self._size > self._most and len(self._parts) > 1:
                _, forgotten = self._parts.popitem(last=False)
                self._size -= len(forgotten)


PARTS = KeptParts[SafeString]()
