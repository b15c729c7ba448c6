"""What a log says may be folded: ``::group::`` and ``##[group]`` of GitHub and Azure, sections of GitLab.

The forms: https://docs.github.com/actions/reference/workflow-commands-for-github-actions#grouping-log-lines and
https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections. Sections of GitLab tell when they began and
ended; for groups that is known where the lines have time stamps.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dashboard.readers.logs.stamps import stamp_of
from dashboard.readers.logs.windows import Line

DEEPEST = 8
"""Folds within one another; beyond that the lines stand as they are."""

_TITLE = 200
_GITLAB = re.compile(
    rb"section_(?P<what>start|end):(?P<at>\d{1,12}):(?P<name>[\w.-]{1,200})(?:\[[^\]\r\n]{0,200}\])?\r?(?:\x1b\[0?K)?"
)
_GROUP = re.compile(
    rb"(?P<stamp>[\d:.TZ+ -]{0,40}?)(?:::|##\[)(?:(?P<start>group)|endgroup)(?:::|\])(?P<title>.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Marker:
    """That a fold begins or ends here."""

    opens: bool
    name: bytes = b""
    title: bytes = b""
    at: float | None = None
    """When, in seconds since any beginning."""


@dataclass(slots=True)
class Fold:
    """Lines that belong together. Its entries are in order; those that are folds have entries of their own."""

    line: Line
    """The one that opens it."""
    name: bytes
    title: bytes
    began: float | None = None
    ended: float | None = None
    is_closed: bool = False
    """Its end is in the window too."""
    entries: "list[Line | Fold]" = field(default_factory=list)

    @property
    def seconds(self) -> float | None:
        """How long it took, if that is told and not negative."""
        if self.began is None or self.ended is None or self.ended < self.began:
            return None
        return self.ended - self.began

    def lines(self) -> Iterator[Line]:
        """All lines below its first, however deep."""
        for entry in self.entries:
            if isinstance(entry, Fold):
                yield entry.line
                yield from entry.lines()
            else:
                yield entry


Entries = list[Line | Fold]


def folded(lines: Sequence[Line]) -> Entries:
    """The lines in order, those of a group within their fold. What closes a fold is not a line any more."""
    top: Entries = []
    open_folds: list[Fold] = []
    for line in lines:
        markers = markers_of(line.text)
        for marker in markers:
            _apply(marker, line, top, open_folds)
        if not markers:
            _inner(top, open_folds).append(line)
    return top


def _apply(marker: Marker, line: Line, top: Entries, open_folds: list[Fold]) -> None:
    if not marker.opens:
        _close(marker, open_folds)
        return
    if not marker.name:
        _close(Marker(opens=False, at=marker.at), open_folds)
    if len(open_folds) >= DEEPEST:
        _inner(top, open_folds).append(line)
        return
    fold = Fold(line, marker.name, marker.title, began=marker.at)
    _inner(top, open_folds).append(fold)
    open_folds.append(fold)


def _close(marker: Marker, open_folds: list[Fold]) -> None:
    """End the innermost fold of that name, and with it those within it."""
    names = [fold.name for fold in open_folds]
    if marker.name not in names:
        return
    at = len(names) - 1 - names[::-1].index(marker.name)
    for fold in open_folds[at:]:
        fold.ended, fold.is_closed = marker.at, True
    del open_folds[at:]


def _inner(top: Entries, open_folds: list[Fold]) -> Entries:
    return open_folds[-1].entries if open_folds else top


def markers_of(text: bytes) -> list[Marker]:
    """What a line says about folds; groups of GitHub have no name, sections of GitLab have."""
    if b"section_" in text:
        return _sections(text)
    if b"group" in text and (match := _GROUP.fullmatch(text)):
        stamp = stamp_of(match["stamp"].decode("ascii", "replace"))
        at = None if stamp is None else stamp.seconds
        return [Marker(opens=bool(match["start"]), title=match["title"].strip()[:_TITLE], at=at)]
    return []


def _sections(text: bytes) -> list[Marker]:
    found = list(_GITLAB.finditer(text))
    if not found or text[: found[0].start()].strip(b"\r \x1b[0K"):
        return []
    ends = [*(match.start() for match in found[1:]), len(text)]
    return [_section(match, text[match.end() : end]) for match, end in zip(found, ends, strict=True)]


def _section(match: re.Match[bytes], title: bytes) -> Marker:
    opens = match["what"] == b"start"
    shown = title.strip() or match["name"].replace(b"_", b" ")
    return Marker(opens=opens, name=match["name"], title=shown[:_TITLE], at=float(match["at"]))
