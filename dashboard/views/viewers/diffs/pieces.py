"""As many of a file's rows as there is room for, made ready to be shown."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from django.utils.safestring import SafeString

from dashboard.markup import changes
from dashboard.readers.diffs import words
from dashboard.readers.diffs.records import Hunk, Line
from dashboard.readers.diffs.rows import Row

MOST_ROWS = 600
"""Of one file, at a time."""
_OF_ROW = {False: 6, True: 9}
"""Elements of a row, beside those of its texts: of one side, of both."""
_OF_STRETCH = 6
MOST_NARROW = 99_999
"""The highest number that a narrow column holds."""


@dataclass(slots=True)
class Room:
    """What is left of what a page may cost."""

    elements: int
    characters: int = 250_000
    seconds: float = 1.0
    """Of the processor, for colours."""

    def take(self, cell: "Cell | None") -> None:
        """Make room for a cell."""
        if cell is not None:
            self.elements -= changes.elements(cell.html) + bool(cell.hidden) + bool(cell.cut) + cell.is_unended
            self.characters -= len(cell.html)

    @property
    def is_left(self) -> bool:
        """Whether another row may be shown."""
        return self.elements > 0 and self.characters > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One side of a row."""

    number: int
    id: str
    """To link to; empty where the page has such an id already."""
    html: SafeString
    hidden: str
    """Names of characters in it that one cannot see."""
    cut: int
    """Characters of the line that are not shown."""
    is_unended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row of the table: with both sides beside one another, or one of them; an unchanged line has both."""

    old: Cell | None
    new: Cell | None
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Rows that stand together, or are folded together."""

    hunk: Hunk | None
    """Where one begins with this stretch."""
    heading: str
    """What that hunk says it is in."""
    is_folded: bool
    rows: Sequence[ShownRow]


@dataclass(slots=True, kw_only=True)
class Piece:
    """Rows of a file from somewhere to somewhere."""

    is_split: bool
    before: int = 0
    """Rows of the file that come before these."""
    after: int = 0
    """Rows that are still to come."""
    stretches: list[Stretch] = field(default_factory=list)
    is_wide: bool = False
    """Its lines have numbers beyond ``MOST_NARROW``."""

    @property
    def next(self) -> int:
        """The first row that is still to come."""
        return self.before + sum(len(stretch.rows) for stretch in self.stretches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the rows of one file have in common."""

    number: int
    path: str
    is_split: bool
    room: Room
    ids: set[str] = field(default_factory=set)


def piece_of(page: Page, hunks: Sequence[Hunk], rows: Sequence[Row], start: int) -> Piece:
    """The rows from ``start`` on that there is room for: at least one."""
    piece = Piece(is_split=page.is_split, before=min(start, len(rows)))
    seen = rows[start - 1].hunk if 0 < start <= len(rows) else -1
    for number, group in groupby(islice(rows, start, start + MOST_ROWS), key=lambda row: row.hunk):
        if piece.stretches and not page.room.is_left:
            break
        piece.stretches += _stretches(page, list(group), hunks[number] if number != seen else None)
    piece.is_wide = any(max(hunk.old_start, hunk.new_start) + len(hunk.lines) > MOST_NARROW for hunk in hunks)
    piece.after = len(rows) - piece.next
    return piece


def _stretches(page: Page, rows: Sequence[Row], hunk: Hunk | None) -> Iterator[Stretch]:
    """Rows of one hunk, which are coloured together."""
    rows = rows[: max(page.room.elements // _OF_ROW[page.is_split], 1)]
    old = _html(page, [row.old for row in rows if row.old is not None])
    new = _html(page, [row.new for row in rows if row.new is not None])
    for number, (is_folded, group) in enumerate(groupby(rows, key=lambda row: row.is_folded)):
        if number and not page.room.is_left:
            return
        shown = list(_shown(page, group, old, new))
        begun = None if number else hunk
        heading = changes.shown(begun.heading) if begun else ""
        yield Stretch(hunk=begun, heading=heading, is_folded=is_folded, rows=shown)


def _shown(page: Page, rows: Iterable[Row], old: Iterator[SafeString], new: Iterator[SafeString]) -> Iterator[ShownRow]:
    page.room.elements -= _OF_STRETCH
    for at, row in enumerate(rows):
        if at and not page.room.is_left:
            return
        page.room.elements -= _OF_ROW[page.is_split]
        marks = _spans(row)
        before = _cell(page, row.old, "L", next(old), marks[0]) if row.old else None
        after = _cell(page, row.new, "R", next(new), marks[1]) if row.new else None
        page.room.take(before if page.is_split or not after else None)
        page.room.take(after)
        yield ShownRow(old=before, new=after, is_kept=row.is_kept)


def _spans(row: Row) -> tuple[list[words.Span], list[words.Span]]:
    """Which words are marked on each side."""
    old, new = row.old or row.twin, row.new or row.twin
    if row.is_kept or old is None or new is None:
        return [], []
    return words.differing(old.text, new.text)


def _cell(page: Page, line: Line, side: str, html: SafeString, spans: Sequence[words.Span]) -> Cell:
    number = line.old if side == "L" else line.new
    whole = changes.marked(html, spans)
    if changes.elements(whole) > changes.MOST_ELEMENTS:
        whole = changes.plain([line.text])[0]
    name = f"f{page.number}-{side}{number}"
    is_new = name not in page.ids
    page.ids.add(name)
    return Cell(
        number=number or 0,
        id=name if is_new else "",
        html=whole,
        hidden=changes.hidden(line.text),
        cut=line.length - len(line.text),
        is_unended=line.is_unended,
    )


def _html(page: Page, lines: Sequence[Line]) -> Iterator[SafeString]:
    """The lines of one side, coloured together while there is time for it."""
    texts = [line.text for line in lines]
    begun = time.thread_time()
    html = changes.coloured(texts, page.path) if page.room.seconds > 0 else changes.plain(texts)
    page.room.seconds -= time.thread_time() - begun
    return iter(html)
