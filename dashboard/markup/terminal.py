"""Lines of a terminal as HTML: colours and emphasis as classes of ``css/viewers/ansi.css``, everything else escaped.

What is understood: SGR with 16, 256 and true colours (these become the nearest of the 256), carriage returns and
erasing as progress bars use them, backspaces, and OSC 8 links to the web. All other escapes are dropped; other controls
are shown as pictures. A line costs a bounded number of elements, and work in proportion to its length.

SGR: ECMA-48, 8.3.117; colours by semicolons and colons as xterm reads them (ctlseqs, "Character Attributes"). OSC 8:
https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from operator import itemgetter

from django.utils.safestring import SafeString, mark_safe

from dashboard.markup.characters import visible
from dashboard.markup.terminal_styles import PLAIN, Style, classes_of, link_of, styled

MOST_PARTS = 250
"""Of one line that differ in how they look; the rest of it looks like the last."""
MOST_PARTS_OF_ALL = 10_000
"""Of all lines that one terminal shows."""
MOST_MARKS = 200
"""Of one line."""

Span = tuple[int, int]
"""Where something begins and ends in a line, in bytes."""

_UNUSUAL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_TOKEN = re.compile(
    r"\x1b\[(?P<sgr>[0-9;:]*)m"
    r"|\x1b\[(?P<given>[0-?]*)[ -/]*(?P<csi>[@-~])"
    r"|\x1b\]8;[^;\x07\x1b]*;(?P<link>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-~]?"
    r"|(?P<back>\x08)"
    r"|(?P<return>\r+)"
    r"|(?P<text>[^\x1b\r\x08]+)"
)
_STYLE_BYTES = re.compile(rb"\x1b\[([0-9;:]*)m|\x1b\]8;[^;\x07\x1b]*;([^\x07\x1b]*)(?:\x07|\x1b\\)")
_ERASES_REST = frozenset({"", "0", "2"})


@dataclass(frozen=True, slots=True)
class _Run:
    """Text of one style; ``at``: the characters of the line before it."""

    text: str
    style: Style
    at: int

    def from_column(self, column: int) -> "_Run":
        return _Run(self.text[column:], self.style, self.at + column)


@dataclass(slots=True)
class _Segment:
    """What stands between two carriage returns; it lies over what was there before, unless that was erased."""

    runs: list[_Run] = field(default_factory=list)
    erases: bool = False

    @property
    def width(self) -> int:
        return sum(len(run.text) for run in self.runs)

    def write(self, run: _Run) -> None:
        is_full = len(self.runs) >= MOST_PARTS
        if self.runs and (is_full or self.runs[-1].style == run.style) and _follows(self.runs[-1], run):
            last = self.runs.pop()
            run = _Run(last.text + run.text, last.style, last.at)
        elif is_full:
            run = _Run(run.text, self.runs[-1].style, run.at)
        self.runs.append(run)

    def back(self) -> None:
        """What is written over by the next character is gone."""
        if self.runs:
            last = self.runs.pop()
            if len(last.text) > 1:
                self.runs.append(_Run(last.text[:-1], last.style, last.at))


def _follows(run: _Run, other: _Run) -> bool:
    return run.at + len(run.text) == other.at


class Terminal:
    """Shows lines one after another, as a terminal would: what one line switches on, the next ones have."""

    def __init__(self) -> None:
        self.style = PLAIN
        self._parts_left = MOST_PARTS_OF_ALL

    def feed(self, data: bytes) -> None:
        """Take up the colours that hold after these bytes, without showing them."""
        if b"\x1b" not in data:
            return
        for match in _STYLE_BYTES.finditer(data):
            if match[1] is None:
                self.style = self.style._replace(link=link_of(match[2].decode("utf-8", "replace")))
            else:
                self.style = styled(self.style, match[1].decode("ascii"))

    def line(self, data: bytes, marks: Sequence[Span] = (), current: Span | None = None) -> SafeString:
        """One line, without its line feed, as HTML.

        ``marks`` are in order and do not overlap, the first :data:`MOST_MARKS` count; ``current`` is one of them.
        """
        text = data.decode("utf-8", "replace")
        if not marks and self.style == PLAIN and not _UNUSUAL.search(text):
            return mark_safe(escape(text))  # noqa: S308
        spans = _in_characters(data, text, marks[:MOST_MARKS])
        now = None if current is None else _in_characters(data, text, [current])[0]
        parts = _marked(_shown(self._segments(text.rstrip("\r"))), spans, now)
        return mark_safe("".join(self._html(parts)))  # noqa: S308 - each part is escaped

    def _segments(self, text: str) -> list[_Segment]:
        segments = [_Segment()]
        for token in _TOKEN.finditer(text):
            match token.lastgroup:
                case "text":
                    segments[-1].write(_Run(token[0], self.style, token.start()))
                case "sgr":
                    self.style = styled(self.style, token["sgr"])
                case "link":
                    self.style = self.style._replace(link=link_of(token["link"]))
                case "return":
                    segments.append(_Segment())
                case "back":
                    segments[-1].back()
                case "csi" if token["csi"] in "JK" and token["given"] in _ERASES_REST:
                    segments[-1] = _Segment([] if token["given"] == "2" else segments[-1].runs, erases=True)
        return segments

    def _html(self, parts: Iterator["_Part"]) -> Iterator[str]:
        for (style, mark), group in groupby(parts, key=itemgetter(1, 2)):
            plain = "".join(part[0] for part in group)
            text = escape(visible(plain) if _UNUSUAL.search(plain) else plain)
            self._parts_left -= 1
            yield _dressed(text, style, mark) if self._parts_left > 0 else text


_Part = tuple[str, Style, str]
"""Text, its style, and the class of its mark: ``-`` if it is marked, ``is-current`` if it is the one, or empty."""


def _shown(segments: list[_Segment]) -> list[_Run]:
    """What is left to see: each segment covers those before it as far as it goes."""
    runs: list[_Run] = []
    covered = 0
    for segment in reversed(segments):
        if segment.width > covered:
            runs += _beyond(segment.runs, covered)
            covered = segment.width
        if segment.erases:
            break
    return runs


def _beyond(runs: list[_Run], column: int) -> Iterator[_Run]:
    for run in runs:
        if len(run.text) > column:
            yield run.from_column(column)
        column = max(0, column - len(run.text))


def _in_characters(data: bytes, text: str, marks: Sequence[Span]) -> list[Span]:
    if len(data) == len(text):
        return list(marks)
    return [(len(data[:a].decode("utf-8", "replace")), len(data[:b].decode("utf-8", "replace"))) for a, b in marks]


def _marked(runs: list[_Run], spans: list[Span], current: Span | None) -> Iterator[_Part]:
    for run in runs:
        done, end = run.at, run.at + len(run.text)
        for span in spans[bisect_right(spans, done, key=itemgetter(1)) :]:
            start, stop = max(done, span[0]), min(end, span[1])
            if start >= stop:
                break
            yield run.text[done - run.at : start - run.at], run.style, ""
            yield run.text[start - run.at : stop - run.at], run.style, "is-current" if span == current else "-"
            done = stop
        yield run.text[done - run.at :], run.style, ""


def _dressed(text: str, style: Style, mark: str) -> str:
    """Escaped text within its elements."""
    if not text:
        return ""
    if mark:
        text = f'<mark class="{mark}">{text}</mark>' if mark != "-" else f"<mark>{text}</mark>"
    if classes := classes_of(style):
        text = f'<span class="{classes}">{text}</span>'
    if style.link:
        address = escape(style.link)
        return f'<a href="{address}" title="{address}" rel="noopener noreferrer nofollow">{text}</a>'
    return text
