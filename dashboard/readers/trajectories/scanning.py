"""Where in a file its steps are: a scan over the members of the root that can stop at any step and go on later.

Most steps begin alike, so the end of one is guessed from the beginning of the next, and the guess is checked by parsing
what is between them: what parses from a value's first byte on is that value. Where a guess fails, brackets are counted;
where guesses fail so often that they cost more than that, nothing is guessed any more.
"""

import re

import orjson

from dashboard.domain.errors import BadAnswer
from dashboard.domain.files import ByteReader
from dashboard.readers.trajectories.progress import Progress, Span, Where
from dashboard.readers.trajectories.windows import CHUNK, CutOff, Malformed, Window, skip_string, skip_value
from dashboard.readers.values import Unreadable, parse, text

MOST_MEMBERS = 200
MOST_EMBEDDED = 1_000
MOST_PASSED = 10_000
"""Members of the root that one scan goes over."""
_LONGEST_KEY = 1_000
_BOM = b"\xef\xbb\xbf"
_BEGINNING = re.compile(rb'\{\s*+"[^"\\]{1,60}"\s*+:')


class _TooMany(Exception):
    """The root has more members than anybody reads."""


class Scan:
    """Goes through one file; ``progress`` says how far it got and may be kept."""

    def __init__(self, reader: ByteReader, progress: Progress | None = None) -> None:
        self.progress = progress or Progress()
        self._window = Window(reader, self.progress.offset)
        self._in_vain = 0
        self._passed = 0
        self.is_over = self.progress.where is Where.END
        """Nothing more comes: the root has ended, the file has, or it is broken here."""

    def next_step(self) -> Span | None:
        """Where the next element of ``steps`` is, if there is one. Raises ``BadAnswer`` if the root is no object."""
        while not self.is_over:
            try:
                found = self._advance()
            except CutOff:
                self.is_over = True
            except _TooMany:
                self.stop(f"It has more than {MOST_PASSED:,} members: what is behind them was not looked at.")
            except Malformed:
                self.stop(f"From byte {self._window.offset:,} on the file is not JSON.")
            else:
                if found:
                    return found
        return None

    def stop(self, problem: str) -> None:
        """Nothing more is looked for, and why."""
        self.is_over, self.progress.problem = True, problem

    def _advance(self) -> Span | None:
        where, found = self.progress.where, None
        if where is Where.START:
            self._start()
        elif where is Where.ROOT:
            self._member()
        elif where is Where.STEPS:
            found = self._step()
        else:
            self._embedded()
        self.progress.offset = self._window.offset
        self.is_over = self.progress.where is Where.END
        return found

    def _start(self) -> None:
        window = self._window
        try:
            window.peek()
            if window.data.startswith(_BOM):
                window.move(len(_BOM))
            is_object = window.peek() == ord("{")
        except CutOff:
            raise BadAnswer("The file is empty.", code="no_trajectory") from None
        if not is_object:
            raise BadAnswer("The file is no trajectory: it does not begin as a JSON object does.", code="no_trajectory")
        window.position += 1
        self.progress.where = Where.ROOT

    def _member(self) -> None:
        window, progress = self._window, self.progress
        first = window.peek(commas=True)
        if first == ord("}"):
            progress.where = Where.END
            return
        self._passed += 1
        if self._passed > MOST_PASSED:
            raise _TooMany
        key = self._key(first)
        first = window.peek()
        if key == "steps" and progress.steps_at is None:
            progress.steps_at = window.offset
            self._open_list(first, Where.STEPS)
        elif key == "subagent_trajectories" and not progress.embedded:
            self._open_list(first, Where.EMBEDDED)
        else:
            found = self._skip()
            if len(progress.members) < MOST_MEMBERS:
                progress.members.setdefault(key, found)

    def _key(self, first: int) -> str:
        window = self._window
        if first != ord('"'):
            raise Malformed
        window.hold(_LONGEST_KEY)
        start = window.offset
        skip_string(window)
        length = window.offset - start
        key = _text_of(window, length) if length <= min(_LONGEST_KEY, window.position) else "…"
        if window.peek() != ord(":"):
            raise Malformed
        window.position += 1
        return key

    def _open_list(self, first: int, where: Where) -> None:
        if first == ord("["):
            self._window.position += 1
            self.progress.where = where
        else:
            self._skip()
            self.progress.problem = f"Its {where.value} are no list."

    def _step(self) -> Span | None:
        if self._window.peek(commas=True) == ord("]"):
            self._close_list()
            return None
        span = self._guess() or self._skip()
        self.progress.steps_end = span.end
        return span

    def _embedded(self) -> None:
        if self._window.peek(commas=True) == ord("]"):
            self._close_list()
            return
        found = self._skip()
        if len(self.progress.embedded) < MOST_EMBEDDED:
            self.progress.embedded.append(found)

    def _close_list(self) -> None:
        self._window.position += 1
        self.progress.where = Where.ROOT

    def _skip(self) -> Span:
        self._window.peek()
        start = self._window.offset
        skip_value(self._window)
        return Span(start, self._window.offset)

    def _guess(self) -> Span | None:
        window, begin = self._window, self._window.position
        if self._in_vain > window.offset + CHUNK:
            return None
        end, looked_at = _likely_end(window.data, begin)
        try:
            orjson.loads(memoryview(window.data)[begin:end])
        except orjson.JSONDecodeError:
            self._in_vain += looked_at
            return None
        start = window.offset
        window.move(end)
        return Span(start, window.offset)


def _likely_end(data: bytes, begin: int) -> tuple[int, int]:
    """(behind the last brace before the next value that begins as this one does, bytes looked at to find it).

    Where there is no such value, the end is the beginning.
    """
    beginning = _BEGINNING.match(data, begin)
    if beginning is None:
        return begin, 0
    following = data.find(beginning.group(), beginning.end())
    if following < 0:
        return begin, len(data) - begin
    return max(begin, data.rfind(b"}", begin, following) + 1), following - begin


def _text_of(window: Window, length: int) -> str:
    try:
        return text(parse(window.data[window.position - length : window.position]))
    except Unreadable:
        return "…"
