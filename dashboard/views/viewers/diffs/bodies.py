"""What stands below a file's name: its rows, or why there are none, or where they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.domain.files import ByteReader
from dashboard.markup import changes
from dashboard.readers.diffs.records import Change, Entry, FileLines, Header
from dashboard.readers.diffs.rows import Row, count_spacing, rows_of
from dashboard.services import diffs
from dashboard.views.viewers.diffs.choices import Choice
from dashboard.views.viewers.diffs.pieces import Page, Piece, Room, piece_of

MOST_CHANGED = 500
"""Changed lines of a file; one of more starts closed."""
_LEAST = 100
"""Elements that are worth beginning a file for."""
_CONTEXT = 30
"""Rows that are shown before a line that a link names."""
_NEAR = 200
"""Rows from a file's first that are shown on the way to such a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """Rows that are not here."""

    words: str
    url: str
    """The page that has them."""
    part: str
    """They alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Of one file."""

    words: str = ""
    """Why there are no rows, or what is not seen of them."""
    problem: str = ""
    text: str = ""
    """What is written in a file's part whose lines cannot be told."""
    piece: Piece | None = None
    more: More | None = None
    first: str = ""
    """The page with the rows before these."""


def is_closed(entry: Entry) -> bool:
    """Whether a file starts closed: much of it changed, or nobody wrote it."""
    if entry.problem or entry.header.is_binary:
        return False
    return entry.added is None or bool(entry.generated) or entry.added + (entry.removed or 0) > MOST_CHANGED


def early(choice: Choice, reader: ByteReader, number: int, entry: Entry, room: Room) -> Body:
    """A file's rows, if it is open and there is room for some; else where they are."""
    is_empty = entry.added == entry.removed == 0
    if not is_empty and (is_closed(entry) or room.elements < _LEAST or not room.is_left):
        return Body(more=_more(choice, number, _changed(entry)))
    return body_of(choice, reader, number, entry, room)


def _changed(entry: Entry) -> str:
    if entry.added is None or entry.removed is None:
        return "Show the text" if entry.problem else "Show the lines"
    lines = entry.added + entry.removed
    return f"Show {lines:,} changed line{'s' if lines != 1 else ''}"


def _more(choice: Choice, number: int, what: str, start: int | None = None) -> More:
    return More(
        words=what,
        url=f"{choice.url(open=number, **{'from': start})}#f{number}",
        part=choice.url(part="file", open=number, **{"from": start}),
    )


def body_of(choice: Choice, reader: ByteReader, number: int, entry: Entry, room: Room) -> Body:
    """As much of a file as there is room for. Raises ``SourceError``."""
    file = diffs.lines(reader, entry)
    if file.problem:
        return _broken(file.problem, diffs.text(reader, entry), entry, room)
    if not file.hunks:
        return Body(words=_without_lines(entry.header))
    rows = rows_of(file.hunks, is_split=choice.is_split, hides_spaces=choice.hides_spaces)
    start = _start(choice, rows) if number == choice.open else 0
    page = Page(number=number, path=entry.header.path, is_split=choice.is_split, room=room)
    piece = piece_of(page, file.hunks, rows, start)
    return Body(
        words="" if piece.before else _spacing(file, is_hidden=choice.hides_spaces),
        piece=piece,
        first=f"{choice.url(open=number)}#f{number}" if piece.before and not choice.is_part else "",
        more=_more(choice, number, f"Show {_rest(piece)}", piece.next) if piece.after else None,
    )


def _broken(problem: str, text: str, entry: Entry, room: Room) -> Body:
    room.characters -= len(text)
    words = f"The beginning of {entry.size:,} bytes." if entry.size > diffs.SHOWN_TEXT else ""
    return Body(problem=problem, text=changes.shown_lines(text), words=words)


def _rest(piece: Piece) -> str:
    return f"the next rows: {piece.after:,} are left" if piece.after > 1 else "the last row"


def _start(choice: Choice, rows: Sequence[Row]) -> int:
    """The first row to show: the one asked for, or some way before the line that a link names, if that is far down."""
    if choice.line is None:
        return min(choice.start, max(len(rows) - 1, 0))
    side, number = choice.line
    found = (at for at, row in enumerate(rows) if number == _number(row, side))
    at = next(found, 0)
    return max(0, at - _CONTEXT) if at > _NEAR else 0


def _number(row: Row, side: str) -> int | None:
    if side == "L":
        return row.old.old if row.old else None
    return row.new.new if row.new else None


def _spacing(file: FileLines, *, is_hidden: bool) -> str:
    """What is to be said of changes in white space: that they are not seen, or that there are no others."""
    if not is_hidden and file.added != file.removed:
        return ""
    count = count_spacing(file.hunks)
    if is_hidden and count:
        return f"{count:,} changed line{'s differ' if count != 1 else ' differs'} in white space alone."
    return "Only white space differs." if 0 < count == file.added else ""


def _without_lines(header: Header) -> str:
    """Why a file has no lines to show."""
    if header.is_binary:
        return "A binary file: it is not shown as lines."
    if header.change in {Change.RENAMED, Change.COPIED}:
        return f"The file was {header.change} without a change."
    if header.change in {Change.ADDED, Change.DELETED}:
        return "An empty file."
    return (
        "The mode of the file changed, its lines did not." if header.old_mode != header.new_mode else "No line changed."
    )
