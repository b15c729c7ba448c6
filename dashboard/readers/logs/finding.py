"""Find in a file of any size: how often something is there, and where the nth of them is; in as many parts as it takes.

Plain words are found among the bytes, which reads hundreds of megabytes a second; expressions among the text. What
stands on two lines is not found. A line is searched in stretches of a mebibyte; an expression does not match across
them.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import Protocol

from dashboard.domain.files import ByteReader
from dashboard.readers.logs.stretches import Piece, piece_at
from dashboard.readers.logs.tallies import Stretch, Tally
from dashboard.readers.text_search import Needle, needle_of

MOST_SECONDS = 1.0
"""That an expression may take over one stretch."""

Clock = Callable[[], float]
Place = tuple[int, int]
"""Where something begins and ends, in bytes."""


class Finder(Protocol):
    """What is searched for."""

    @property
    def name(self) -> str:
        """Differs from those of other needles."""
        ...

    @property
    def overlap(self) -> int:
        """Bytes of one that may lie in the stretch before its end."""
        ...

    def count(self, data: bytes) -> int:
        """How often it is there. Raises ``TimeoutError``."""
        ...

    def places(self, data: bytes) -> Iterator[Place]:
        """Where, in order, without overlap. Raises ``TimeoutError``."""
        ...


def finder_of(text: str, *, is_regex: bool = False, is_case: bool = False) -> Finder:
    """What finds the words or the expression; with ``is_case``, large and small letters differ.

    Raises ``NoExpression``, with a sentence for a person.
    """
    needle = needle_of(text, is_regex=is_regex, is_case=is_case)
    name = blake2b(repr((text, is_regex, is_case)).encode("utf-8", "replace"), digest_size=12).hexdigest()
    if is_regex:
        return _Expression(name, 0, needle)
    words = text.encode("utf-8", "replace")
    if is_case or text.isascii():
        return _Words(name, len(words) - 1, words if is_case else words.lower(), is_case)
    return _Letters(name, len(words) * 2, re.compile(b"".join(map(_either, text)), re.IGNORECASE))


def _either(letter: str) -> bytes:
    """An expression for a letter, large or small, as bytes."""
    if letter.isascii():
        return re.escape(letter.encode())
    forms = sorted({form.encode("utf-8", "replace") for form in (letter, letter.lower(), letter.upper())})
    return b"(?:" + b"|".join(map(re.escape, forms)) + b")"


@dataclass(frozen=True, slots=True)
class _Words:
    name: str
    overlap: int
    words: bytes
    is_case: bool

    def count(self, data: bytes) -> int:
        return (data if self.is_case else data.lower()).count(self.words)

    def places(self, data: bytes) -> Iterator[Place]:
        folded = data if self.is_case else data.lower()
        at = folded.find(self.words)
        while at >= 0:
            end = at + len(self.words)
            yield at, end
            at = folded.find(self.words, end)


@dataclass(frozen=True, slots=True)
class _Letters:
    """Words with letters beyond ASCII, large or small."""

    name: str
    overlap: int
    pattern: "re.Pattern[bytes]"

    def count(self, data: bytes) -> int:
        return sum(1 for _ in self.pattern.finditer(data))

    def places(self, data: bytes) -> Iterator[Place]:
        return (match.span() for match in self.pattern.finditer(data))


@dataclass(frozen=True, slots=True)
class _Expression:
    name: str
    overlap: int
    pattern: Needle

    def count(self, data: bytes) -> int:
        return sum(1 for _ in self._spans(_text(data)))

    def places(self, data: bytes) -> Iterator[Place]:
        text, done, offset = _text(data), 0, 0
        for start, end in self._spans(text):
            offset += _size(text[done:start])
            size = _size(text[start:end])
            yield offset, offset + size
            done, offset = end, offset + size

    def _spans(self, text: str) -> Iterator[Place]:
        """What is empty, or begins with the end of a line, is none; what goes beyond its line is cut there."""
        for match in self.pattern.finditer(text, timeout=MOST_SECONDS):
            start, end = match.span()
            feed = text.find("\n", start, end)
            end = end if feed < 0 else feed
            if end > start:
                yield start, end


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


@dataclass(slots=True)
class Hits:
    """What is found of a needle so far: a tally that can be kept, and the file's last stretch."""

    finder: Finder
    tally: Tally = field(default_factory=Tally)
    in_last: int = 0
    """In the stretch that ends with the file, which is never kept: it may grow."""
    is_complete: bool = False

    @property
    def total(self) -> int:
        """How many are found; that is all if ``is_complete``."""
        return self.tally.total + self.in_last

    def extend(
        self, reader: ByteReader, *, until: float, clock: Clock = time.monotonic, nth: int = 0, beyond: int = 0
    ) -> None:
        """Search on: until the moment ``until``, the nth, or the byte ``beyond``; at least one stretch.

        Raises ``TimeoutError`` if an expression takes too long.
        """
        while not self.is_complete:
            piece = self._piece(reader, self.tally.done)
            count = self.finder.count(piece.data)
            if piece.is_last:
                self.in_last, self.is_complete = count, True
            else:
                self.tally.add(piece.next, count)
            if clock() >= until or 0 < nth <= self.total or 0 < beyond <= self.tally.done:
                return

    def nth(self, reader: ByteReader, nth: int) -> Place | None:
        """Where in the file the nth is, from 1; None if it is not found yet. Raises ``TimeoutError``."""
        if not 0 < nth <= self.total:
            return None
        stretch = self.tally.holding(nth) or self._last(reader)
        piece = self._piece(reader, stretch.start)
        place = next(islice(self.finder.places(piece.data), nth - stretch.before - 1, None), None)
        return None if place is None else (stretch.start + place[0], stretch.start + place[1])

    def number_at(self, reader: ByteReader, offset: int) -> int:
        """Which one is the first at or after this byte, as far as it is searched. Raises ``TimeoutError``."""
        stretch = self.tally.at(offset) or self._last(reader)
        places = self.finder.places(self._piece(reader, stretch.start).data)
        return stretch.before + 1 + sum(1 for start, _ in places if stretch.start + start < offset)

    def _piece(self, reader: ByteReader, start: int) -> Piece:
        return piece_at(reader, start, overlap=self.finder.overlap)

    def _last(self, reader: ByteReader) -> Stretch:
        return Stretch(self.tally.done, reader.size, self.tally.total)
