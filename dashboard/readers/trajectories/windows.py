"""A window that moves forward over a file of JSON, and values skipped in it without being read.

Only what a value's end needs is looked at: quotes and brackets. Neither depth nor length of a value costs memory.
"""

import re

from dashboard.domain.files import ByteReader
from dashboard.readers.possessive import compiled

CHUNK = 256 * 1024
"""Bytes read at once."""

_INNER = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'
_STRING = compiled(_INNER, re.DOTALL)
_OUTSIDE = compiled(rb'[^"{}\[\]]*+(?:"' + _INNER + rb'"[^"{}\[\]]*+)*+', re.DOTALL)
_SCALAR = re.compile(rb'[^\s,:"{}\[\]]*+')
_GAP = re.compile(rb"[\s,]*+")
_BLANK = re.compile(rb"\s*+")
_QUOTE = ord('"')
_OPENING = b"{["


class CutOff(Exception):
    """The file ends within a value."""


class Malformed(Exception):
    """What is there begins no value."""


class Window:
    """The bytes of a file from some offset on; what is behind ``position`` is forgotten as it moves on."""

    def __init__(self, reader: ByteReader, offset: int = 0) -> None:
        self._reader = reader
        self._start = offset
        self.data = b""
        self.position = 0

    @property
    def offset(self) -> int:
        """Of the position, in the file."""
        return self._start + self.position

    def grow(self) -> bool:
        """Read on; False at the end of the file."""
        fresh = self._reader.read(self._start + len(self.data), CHUNK)
        self.data = self.data[self.position :] + fresh
        self._start, self.position = self.offset, 0
        return bool(fresh)

    def hold(self, length: int) -> None:
        """See to it that so many bytes from the position on are in ``data``, if the file has them."""
        while len(self.data) - self.position < length and self.grow():
            pass

    def move(self, position: int) -> None:
        """Go to a place in ``data``."""
        self.position = position

    def peek(self, *, commas: bool = False) -> int:
        """The next byte that is no white space (and no comma, if told so). Raises ``CutOff`` where there is none."""
        pattern = _GAP if commas else _BLANK
        self.position = _end(pattern, self)
        while self.position == len(self.data):
            if not self.grow():
                raise CutOff
            self.position = _end(pattern, self)
        return self.data[self.position]


def skip_value(window: Window) -> None:
    """Move behind the value that begins here. Raises ``CutOff`` where the file ends within it, and ``Malformed``."""
    first = window.peek()
    if first == _QUOTE:
        skip_string(window)
    elif first in _OPENING:
        _skip_container(window)
    else:
        _skip_scalar(window)


def skip_string(window: Window) -> None:
    """Move behind the string that begins here. Raises ``CutOff``."""
    window.position += 1
    window.position = _end(_STRING, window)
    # A backslash at the very end of the window stays in it until what it stands before is there too.
    while window.position == len(window.data) or window.data[window.position] != _QUOTE:
        if not window.grow():
            raise CutOff
        window.position = _end(_STRING, window)
    window.position += 1


def _skip_container(window: Window) -> None:
    depth = 0
    while True:
        window.position = _end(_OUTSIDE, window)
        if window.position == len(window.data):
            if not window.grow():
                raise CutOff
            continue
        byte = window.data[window.position]
        if byte == _QUOTE:
            skip_string(window)
            continue
        window.position += 1
        depth += 1 if byte in _OPENING else -1
        if depth == 0:
            return


def _skip_scalar(window: Window) -> None:
    start = window.offset
    window.position = _end(_SCALAR, window)
    while window.position == len(window.data):
        if not window.grow():
            raise CutOff
        window.position = _end(_SCALAR, window)
    if window.offset == start:
        raise Malformed


def _end(pattern: re.Pattern[bytes], window: Window) -> int:
    match = pattern.match(window.data, window.position)
    return match.end() if match else window.position
