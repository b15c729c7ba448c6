"""Tests as rows of a table, bounded: a page of them is read in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.safestring import SafeString

from dashboard.markup.characters import visible
from dashboard.readers.test_reports import TestResult, TestStatus
from dashboard.views.viewers.subjects import Subject
from dashboard.views.viewers.terminal_texts import TerminalTexts

MOST_OF_PAGE = 600_000
"""Characters of messages, traces and output on one page."""
MOST_OF_TEXT = 20_000
LEAST_OF_TEXT = 300
"""Of one text, while there is room on the page and after that."""
MOST_LEAD = 160
"""Characters of a message that stand beside its fold."""

ICONS = {
    TestStatus.FAILED: "failed",
    TestStatus.OTHER: "unknown",
    TestStatus.PENDING: "pending",
    TestStatus.SKIPPED: "cancelled",
    TestStatus.PASSED: "passed",
}
"""By status, the icon and state of our own that means the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A part of what there is to read about a test."""

    name: str
    html: SafeString
    is_cut_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One test."""

    number: int
    state: str
    word: str
    name: str
    suite: str
    place: str
    took: timedelta | None
    retries: int
    is_flaky: bool
    lead: SafeString
    texts: Sequence[Text]
    is_open: bool
    url: str


def rows(subject: Subject, view: str, tests: Sequence[tuple[int, TestResult]], opened: int) -> list[Row]:
    """The rows of these numbered tests; the one whose number is ``opened`` is open and shown at full length."""
    room = _Room()
    return [
        _row(number, test, room, is_open=number == opened, url=_url(subject, view, number)) for number, test in tests
    ]


def span(seconds: float) -> timedelta | None:
    """The time; None for one that is longer than any can be."""
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        return None


class _Room:
    """What is left of a page for texts."""

    def __init__(self) -> None:
        self._left = MOST_OF_PAGE
        self._texts = TerminalTexts()

    def text(self, name: str, text: str, *, is_open: bool) -> Text:
        limit = len(text) if is_open else MOST_OF_TEXT if self._left > 0 else LEAST_OF_TEXT
        shown = _ends(text, limit)
        self._left -= len(shown)
        return Text(name=name, html=self._texts.html(shown), is_cut_off=len(shown) < len(text))

    def lead(self, test: TestResult) -> SafeString:
        """What stands beside the fold."""
        return self._texts.html(_first_line(test))


def _ends(text: str, limit: int) -> str:
    """Its beginning and its end, where what went wrong is mostly told."""
    if len(text) <= limit:
        return text
    return f"{text[: limit // 3]}\n…\n{text[-limit // 3 :]}"


def _url(subject: Subject, view: str, number: int) -> str:
    return f"{subject.url(view=view, open=number)}#t{number}"


def _row(number: int, test: TestResult, room: _Room, *, is_open: bool, url: str) -> Row:
    told = (("Message", test.message), ("Trace", test.trace), ("Output", test.output))
    return Row(
        number=number,
        state=ICONS[test.status],
        word=visible(test.raw_status or test.status.value),
        name=visible(test.name) or "(a test without a name)",
        suite=visible(test.suite),
        place=visible(f"{test.file}:{test.line}" if test.file and test.line is not None else test.file),
        took=None if test.seconds is None else span(test.seconds),
        retries=test.retries,
        is_flaky=test.is_flaky,
        lead=room.lead(test),
        texts=[room.text(name, text, is_open=is_open) for name, text in told if text],
        is_open=is_open,
        url=url,
    )


def _first_line(test: TestResult) -> str:
    """The first that says something."""
    lines = (line.strip() for line in (test.message or test.trace).splitlines()[:50])
    first = next(filter(None, lines), "What it printed" if test.output else "")
    return first if len(first) <= MOST_LEAD else f"{first[:MOST_LEAD]}…"
