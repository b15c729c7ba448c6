"""What a patch is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """What happened to a file as a whole."""

    MODIFIED = "modified"
    ADDED = "added"
    DELETED = "deleted"
    RENAMED = "renamed"
    COPIED = "copied"


class Sign(StrEnum):
    """Which sides a line is on: both, the old or the new."""

    KEPT = " "
    OLD = "-"
    NEW = "+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a hunk. The texts of hostile lines are cut."""

    sign: Sign
    text: str
    """Without its sign and its end; at most ``limits.LINE`` characters of it."""
    old: int | None
    """Its number on the old side, where it is on it."""
    new: int | None
    length: int
    """Characters of the whole line: more than those of ``text`` where it is cut."""
    is_unended: bool = False
    """It is the last of its file and has no line end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """Lines that belong together, with where they are on both sides."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    heading: str
    """What stands behind the numbers: the function the lines are in."""
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What is said about a file before its lines. A path is empty where the file is not there on that side."""

    old_path: str
    new_path: str
    change: Change
    old_mode: str = ""
    """As git writes it, "100644"; empty where it is not told."""
    new_mode: str = ""
    similarity: int | None = None
    """Percent of a renamed or copied file that stayed."""
    is_binary: bool = False

    @property
    def path(self) -> str:
        """What the file is called: its new name, or the only one it has."""
        return self.new_path or self.old_path


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLines:
    """One file's part of a patch, read whole."""

    header: Header
    hunks: Sequence[Hunk] = ()
    problem: str = ""
    """Why its lines cannot be told, in a sentence; then there are no hunks."""

    @property
    def added(self) -> int:
        """Lines that are on the new side alone."""
        return _count(self.hunks, Sign.NEW)

    @property
    def removed(self) -> int:
        """Lines that are on the old side alone."""
        return _count(self.hunks, Sign.OLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a patch, as its list shows it."""

    header: Header
    start: int
    """Where its bytes begin in the patch."""
    size: int
    line: int
    """The patch's line it begins on, from 1."""
    digest: str
    """Of its bytes: the same as long as this file's part of the patch is the same."""
    added: int | None = None
    """None: it cannot be counted, or the patch is so long that its later files are not before somebody opens them."""
    removed: int | None = None
    generated: str = ""
    """What kind of file it is that nobody writes by hand: "lock file"; empty for others."""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A patch's files in its order."""

    entries: Sequence[Entry]
    preamble: str = ""
    """What stands before the first file: the message of a commit that was mailed."""
    unlisted: int = 0
    """Files that were found beyond the bound."""
    is_cut_off: bool = False
    """The patch is longer than what was looked at."""

    @property
    def added(self) -> int:
        """Added lines of the files that are counted."""
        return sum(entry.added or 0 for entry in self.entries)

    @property
    def removed(self) -> int:
        """Removed lines of the files that are counted."""
        return sum(entry.removed or 0 for entry in self.entries)

    @property
    def uncounted(self) -> int:
        """Files whose lines are not counted, or cannot be."""
        return sum(entry.added is None for entry in self.entries)


def _count(hunks: Sequence[Hunk], sign: Sign) -> int:
    return sum(line.sign is sign for hunk in hunks for line in hunk.lines)
