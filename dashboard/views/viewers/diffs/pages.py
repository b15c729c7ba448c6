"""A page of a patch's files, and one of them by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.domain.files import ByteReader
from dashboard.markup import changes
from dashboard.readers.diffs.records import Change, Entry, Outline
from dashboard.services import diffs
from dashboard.views.viewers.diffs import choices
from dashboard.views.viewers.diffs.bodies import Body, body_of, early, is_closed
from dashboard.views.viewers.diffs.choices import Choice
from dashboard.views.viewers.diffs.pieces import Room
from dashboard.views.viewers.diffs.trees import tree

FILES = 100
"""Of one page."""
ELEMENTS = 4_500
"""Of a page, without its frame."""
_OF_FILE = 26
"""Elements of a file without its lines: in the tree and in the page."""
_OF_PART = 4_500
"""Elements of a file that was opened."""

_EXECUTABLE = {("100644", "100755"): "made executable", ("100755", "100644"): "no longer executable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the page."""

    number: int
    entry: Entry
    path: str
    old_path: str
    """Where it was renamed or copied from; else empty."""
    marks: Sequence[str]
    """What is to be known about it, in a word each."""
    is_open: bool
    body: Body


def context(choice: Choice, outline: Outline, reader: ByteReader) -> dict[str, Any]:
    """All that the page shows. Raises ``SourceError``."""
    first = _first(choice, len(outline.entries))
    entries = list(enumerate(outline.entries[first - 1 : first - 1 + FILES], first))
    room = Room(elements=ELEMENTS - _OF_FILE * len(entries))
    asked = {n: body_of(choice, reader, n, entry, room) for n, entry in entries if n == choice.open}
    bodies = {n: asked.get(n) or early(choice, reader, n, entry, room) for n, entry in entries}
    files = [_file(choice, n, entry, bodies[n]) for n, entry in entries]
    return {
        "outline": outline,
        "files": files,
        "tree": tree([(file.path, file) for file in files]),
        "first": first,
        "last": first + len(files) - 1,
        "preamble": changes.shown_lines(outline.preamble) if files else "",
        "text": "" if files else changes.shown_lines(diffs.whole_text(reader)),
        **_addresses(choice, first, len(outline.entries)),
    }


def part(choice: Choice, outline: Outline, reader: ByteReader) -> Body:
    """The rows of the one file that is asked for. Raises ``SourceError``."""
    number = choice.open or 1
    return body_of(choice, reader, number, outline.entries[number - 1], Room(elements=_OF_PART))


def _first(choice: Choice, count: int) -> int:
    """Number of the page's first file; that of the page with the file that is asked for, if any is."""
    number = min(choice.first or choice.open or 1, max(count, 1))
    return (number - 1) // FILES * FILES + 1


def _addresses(choice: Choice, first: int, count: int) -> dict[str, Any]:
    at = first if first > 1 else None
    return {
        "is_split": choice.is_split,
        "hides_spaces": choice.hides_spaces,
        "unified": choice.url(view=choices.UNIFIED, at=at),
        "split": choice.url(view=choices.SPLIT, at=at),
        "spaces": choice.url(spaces=None if choice.hides_spaces else choices.HIDE, at=at),
        "previous": choice.url(at=first - FILES) if first > FILES else "",
        "next": choice.url(at=first + FILES) if first + FILES <= count else "",
        "as_text": choice.subject.url(**{"as": "text"}),
        "download": choice.subject.download,
    }


def _file(choice: Choice, number: int, entry: Entry, body: Body) -> File:
    header = entry.header
    is_moved = header.change in {Change.RENAMED, Change.COPIED}
    return File(
        number=number,
        entry=entry,
        path=changes.shown(header.path) or "without a name",
        old_path=changes.shown(header.old_path) if is_moved else "",
        marks=list(_marks(entry)),
        is_open=number == choice.open or not is_closed(entry),
        body=body,
    )


def _marks(entry: Entry) -> Iterator[str]:
    header = entry.header
    if header.change is not Change.MODIFIED:
        yield header.change
    modes = header.old_mode, header.new_mode
    if all(modes) and modes[0] != modes[1]:
        yield _EXECUTABLE.get(modes, f"mode {modes[0]} → {modes[1]}")
    if header.is_binary:
        yield "binary"
    if entry.generated:
        yield entry.generated
