"""Where values of JSON begin and end, found by their brackets and strings alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dashboard.readers.possessive import compiled

MAX_SCANNED = 128 * 2**20
"""Bytes that one document's reader goes over in all, whatever is asked of it; a bracket counts as many as it costs."""
_BRACKET = 100
_STRIDE = 200
"""Members from one place that is remembered to the next."""

_SPACE = re.compile(rb"[ \t\r\n]*+")
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_FLAT = rb'(?:[^"\[\]{}]++|' + _STRING + rb")*+"
_MARKS = compiled(
    rb'(?:[^"\[\]{}]++|' + _STRING + rb"|\[" + _FLAT + rb"\]|\{" + _FLAT + rb"\})*+([" + rb'"\[\]{}]|\Z)', re.DOTALL
)
"""What is at one level, with whatever in it has no levels of its own, up to the next bracket."""
_KEY = compiled(_STRING, re.DOTALL)
_SCALAR = compiled(
    rb"(?:-?(?:[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|Infinity)|true|false|null|NaN)(?![^\s,\]}])", re.DOTALL
)
_DEPTH = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_OPEN, _CLOSE = frozenset((b"[", b"{")), {b"[": b"]", b"{": b"}"}


class BrokenJson(ValueError):
    """What stands at ``offset`` is not JSON; the text says what is wrong there, for a person."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.offset = offset


class TooLong(ValueError):
    """To answer would take longer than a person waits."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object or array, or one document of several."""

    name: bytes | int
    """The key as it is written, with its quotes; the place of an array's item."""
    start: int
    end: int | None
    """Behind its last byte; None: the bytes end before it does."""
    is_value: bool = True
    """False: it is a line that holds no document."""


@dataclass(slots=True)
class Scanner:
    """The bytes of one document and how much more of them may be gone over."""

    data: bytes
    left: int = MAX_SCANNED
    _passed: dict[int, tuple[int, int]] = field(default_factory=dict)
    """For a container that begins there: a place among its members that was passed, and where that is."""
    _known: tuple[int, int] = (-1, -1)
    """The start and the end of the container that was gone over last: listings ask for it twice."""

    def after_space(self, offset: int) -> int:
        """Where the next thing stands."""
        found = _SPACE.match(self.data, offset)
        return found.end() if found else offset

    def at(self, offset: int) -> bytes:
        """The byte there; nothing behind the end."""
        return self.data[offset : offset + 1]

    def end_of(self, start: int) -> int:
        """Where the value that begins at ``start`` ends. Raises ``BrokenJson``, ``TooLong``."""
        if self.at(start) in _OPEN:
            if self._known[0] != start:
                self._known = start, self._end_of_container(start)
            return self._known[1]
        found = (_KEY if self.at(start) == b'"' else _SCALAR).match(self.data, start)
        if not found:
            raise self._broken(start)
        self._spend(found.end() - start)
        return found.end()

    def places(self, start: int, first: int = 0) -> Iterator[tuple[bytes | int, int]]:
        """The names of what the object or array at ``start`` holds, and where each value begins, from one on, in order.

        Raises ``BrokenJson`` behind the last one that is there, which may be unfinished.
        """
        closing = _CLOSE[self.at(start)]
        index, offset = self._passed.get(start, (0, 0))
        if not 0 < index <= first:
            index, offset = 0, self.after_space(start + 1)
        while self.at(offset) != closing:
            if not index % _STRIDE:
                self._passed[start] = index, offset
            name, offset = self._name(index, offset, closing)
            if index >= first:
                yield name, offset
            offset, index = self.after_space(self.end_of(offset)), index + 1

    def members(self, start: int, first: int = 0) -> Iterator[Member]:
        """The same with their ends."""
        for name, offset in self.places(start, first):
            yield Member(name, offset, self._end_if_there(offset))

    def _name(self, index: int, offset: int, closing: bytes) -> tuple[bytes | int, int]:
        """The name of the member at a place, and where its value begins; ``offset`` is behind the member before."""
        name: bytes | int = index
        if index:
            offset = self._after(b",", offset, closing)
        if closing == b"}":
            name, offset = self._key(offset)
        if not self.at(offset):
            raise self._broken(offset)
        return name, offset

    def _key(self, offset: int) -> tuple[bytes, int]:
        found = _KEY.match(self.data, offset)
        if not found:
            raise self._broken(offset, "A name in quotes is missing")
        return found.group(), self._after(b":", self.after_space(found.end()), b"")

    def _end_if_there(self, start: int) -> int | None:
        """Where the value ends; None for an object or array that does not."""
        try:
            return self.end_of(start)
        except BrokenJson:
            if self.at(start) in _OPEN:
                return None
            raise

    def _after(self, mark: bytes, offset: int, closing: bytes) -> int:
        if self.at(offset) != mark:
            wanted = " or ".join(f"“{one.decode()}”" for one in (mark, closing) if one)
            raise self._broken(offset, f"{wanted} is missing")
        return self.after_space(offset + 1)

    def _end_of_container(self, start: int) -> int:
        waiting, offset = 1, start + 1
        while waiting:
            found = _MARKS.match(self.data, offset)
            if not found or found.group(1) not in _DEPTH:
                raise BrokenJson(len(self.data), "It ends in the middle of a value")
            self._spend(found.end() - offset + _BRACKET)
            waiting += _DEPTH[found.group(1)]
            offset = found.end()
        return offset

    def _spend(self, length: int) -> None:
        self.left -= length
        if self.left < 0:
            raise TooLong

    def _broken(self, offset: int, reason: str = "This is not a value") -> BrokenJson:
        if offset >= len(self.data):
            return BrokenJson(len(self.data), "It ends before it is complete")
        if self.at(offset) == b'"' and not _KEY.match(self.data, offset):
            return BrokenJson(len(self.data), "It ends in the middle of a string")
        return BrokenJson(offset, reason)
