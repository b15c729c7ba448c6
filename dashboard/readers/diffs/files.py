"""The lines of one file's part of a patch, read by unidiff and then looked at once more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk as UnidiffHunk
from unidiff.patch import Line as UnidiffLine
from unidiff.patch import PatchSet

from dashboard.readers.diffs import headers, limits, sections
from dashboard.readers.diffs.records import FileLines, Header, Hunk, Line, Sign

_FOREIGN = "#\n"
"""Stands for every line that cannot be one of a hunk: to unidiff it says nothing outside, and ends one too early."""
_NAMES = ["--- a\n", "+++ b\n"]
"""Names are read in ``headers``; these stand for them, so that none can confuse unidiff."""
_UNENDED = "\\ No newline at end of file\n"
_SIGNATURE = "-- \n"
"""Ends a mailed patch."""
_FIRST = 12
"""Lines of a file that say whether somebody wrote it."""


class _Broken(Exception):
    """The part is no diff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One file's part without its lines."""

    header: Header
    added: int | None = None
    """None where the lines cannot be told, or were not to be counted."""
    removed: int | None = None
    problem: str = ""
    first_lines: Sequence[str] = ()
    """A few, as they are written."""


def read(section: bytes, first_line: int = 1) -> FileLines:
    """One file's part. ``first_line`` is the number its first line has in the patch; problems name lines by it."""
    raw = sections.without_mail(section)
    top = _top(raw)
    header = headers.read(top)
    if problem := _refusal(raw, top):
        return FileLines(header=header, problem=problem)
    lines, start = ([], 0) if header.is_binary else _body(raw)
    if not lines:
        return FileLines(header=header)
    try:
        return FileLines(header=header, hunks=_hunks(lines, first_line + start))
    except _Broken as broken:
        return FileLines(header=header, problem=str(broken))


def count(section: bytes, first_line: int = 1) -> Counted:
    """The same as :func:`read` finds, several times faster: where nothing is wrong the lines need not be made."""
    raw = sections.without_mail(section)
    top = _top(raw)
    header = headers.read(top)
    lines, _ = ([], 0) if _refusal(raw, top) or header.is_binary else _body(raw)
    sums = _sums(lines) if lines else None
    if sums is None:
        return _counted(read(section, first_line))
    first_lines = [line[: limits.LINE] for line in lines[:_FIRST]]
    return Counted(header=header, added=sums[0], removed=sums[1], first_lines=first_lines)


def _counted(found: FileLines) -> Counted:
    if found.problem:
        return Counted(header=found.header, problem=found.problem)
    return Counted(header=found.header, added=found.added, removed=found.removed)


def skim(section: bytes) -> Counted:
    """What is said before the lines, without them."""
    return Counted(header=headers.read(_top(section)))


def _top(raw: bytes) -> list[str]:
    """The first lines, of which none is longer than a name may be."""
    return [line[: 8 * limits.PATH].decode("utf-8", "replace") for line in raw.split(b"\n", headers.MOST_LINES)[:-1]]


def _refusal(raw: bytes, top: Sequence[str]) -> str:
    if headers.is_combined(top):
        return "It is the diff of a merge, which has more than one old side."
    lines = raw.count(b"\n")
    return f"It is too long to be shown: {lines:,} lines." if lines > limits.FILE_LINES else ""


def _body(raw: bytes) -> tuple[list[str], int]:
    """The lines from the first hunk on, and how many there are before."""
    lines = raw.decode("utf-8", "replace").removesuffix("\n").split("\n")
    start = next((number for number, line in enumerate(lines) if line.startswith("@@ ")), len(lines))
    return lines[start:], start


def _sums(lines: Sequence[str]) -> tuple[int, int] | None:
    """Added and removed lines, if every line has its place in a hunk whose numbers are right; else None."""
    try:
        hunks = [hunk for file in PatchSet(_Feed(lines), metadata_only=True) for hunk in file]
    except (UnidiffParseError, ValueError):
        return None
    added, removed = sum(hunk.added for hunk in hunks), sum(hunk.removed for hunk in hunks)
    kept = sum(hunk.target_length - hunk.added for hunk in hunks)
    is_all = len(hunks) + added + removed + kept == sum(not line.startswith("\\") for line in lines)
    return (added, removed) if is_all and _are_known(hunks) else None


def _are_known(hunks: Iterable[UnidiffHunk]) -> bool:
    return all(max(hunk.source_start, hunk.target_start) <= limits.NUMBER for hunk in hunks)


class _Feed:
    """The lines as unidiff is to see them, and how far it has come."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.done = 0

    def __iter__(self) -> Iterator[str]:
        yield from _NAMES
        for line in self.lines:
            self.done += 1
            yield _as_fed(line)


def _as_fed(line: str) -> str:
    if line.startswith("\\"):
        return _UNENDED
    return f"{line}\n" if line[:1] in {"", " ", "+", "-", "@", "\r"} else _FOREIGN


def _hunks(lines: Sequence[str], first_line: int) -> list[Hunk]:
    feed = _Feed(lines)
    try:
        parsed = [hunk for file in PatchSet(feed) for hunk in file]
    except (UnidiffParseError, ValueError) as error:
        raise _Broken(f"Line {first_line + max(feed.done, 1) - 1:,}: {_reason(error)}") from error
    if len(parsed) != sum(line.startswith("@@") for line in lines):
        raise _Broken("A hunk's head in it is not understood.")
    has_returns = all(line.endswith("\r") for line in lines if line[:1] in {" ", "+", "-"})
    for hunk in parsed:
        _look_over(hunk, lines, first_line)
    return [_hunk(hunk, has_returns=has_returns) for hunk in parsed]


def _reason(error: Exception) -> str:
    text = str(error).partition(":")[0].lower() if isinstance(error, UnidiffParseError) else ""
    return f"{text}." if text else "a number that no file has."


def _look_over(hunk: UnidiffHunk, lines: Sequence[str], first_line: int) -> None:
    """What unidiff lets pass: counts that are wrong, lines behind a hunk that should have been in it, huge numbers."""
    last = max((line.diff_line_no for line in hunk if line.diff_line_no is not None), default=0) - len(_NAMES)
    if not (hunk.is_valid() and _are_known([hunk])):
        raise _Broken(f"Line {first_line + last - 1:,}: the hunk that ends here has other lines than its head says.")
    after = next((line for line in lines[last : last + 2] if not line.startswith("\\")), "")
    if after[:1] in {" ", "+", "-"} and f"{after}\n" != _SIGNATURE:
        raise _Broken(f"Line {first_line + last:,}: the hunk goes on after the lines that its head says.")


def _hunk(parsed: UnidiffHunk, *, has_returns: bool) -> Hunk:
    lines: list[Line] = []
    for line in parsed:
        if line.line_type == "\\" and lines:
            lines[-1] = _without_end(lines[-1])
        elif line.line_type in {" ", "+", "-"}:
            lines.append(_line(line, "\r\n" if has_returns else "\n"))
    return Hunk(
        old_start=parsed.source_start,
        old_count=parsed.source_length,
        new_start=parsed.target_start,
        new_count=parsed.target_length,
        heading=parsed.section_header.strip()[: limits.PATH],
        lines=lines,
    )


def _line(parsed: UnidiffLine, end: str) -> Line:
    text = parsed.value.removesuffix(end)
    return Line(
        sign=Sign(parsed.line_type),
        text=text[: limits.LINE],
        old=parsed.source_line_no,
        new=parsed.target_line_no,
        length=len(text),
    )


def _without_end(line: Line) -> Line:
    return replace(line, is_unended=True)
