"""Trajectories of sub-agents within a file, each read as if it were a file of its own."""

from collections.abc import Iterator, Sequence

from dashboard.domain.errors import BadAnswer
from dashboard.domain.files import ByteReader
from dashboard.readers.trajectories.progress import Span
from dashboard.readers.trajectories.scanning import Scan
from dashboard.readers.trajectories.slices import Slice
from dashboard.readers.values import Unreadable, parse, text

DEEPEST = 4
"""Levels of trajectories within one another that are looked into."""
MOST_NAMED = 200
"""Trajectories of one file that are named."""
_LONGEST_ID = 1_000


def named(reader: ByteReader, spans: Sequence[Span]) -> list[tuple[str, Slice]]:
    """Each with the id it gives itself; one that gives none is called by its place, ``#2``; of two alike the first."""
    found: dict[str, Slice] = {}
    for number, span in enumerate(spans[:MOST_NAMED], 1):
        part = Slice(reader, span)
        identity = _identity(part)
        if identity is not None:
            found.setdefault(identity or f"#{number}", part)
    return list(found.items())


def find(reader: ByteReader, spans: Sequence[Span], identity: str, depth: int = DEEPEST) -> Slice | None:
    """The trajectory of that id, among these or within them; None where there is none."""
    parts = named(reader, spans)
    if identity in dict(parts):
        return dict(parts)[identity]
    if depth > 1:
        for _, part in parts:
            if found := find(part, _spans(part), identity, depth - 1):
                return found
    return None


def _spans(part: Slice) -> Sequence[Span]:
    scan = Scan(part)
    while scan.next_step():
        pass
    return scan.progress.embedded


def _identity(part: Slice) -> str | None:
    """None: it is no object."""
    scan = Scan(part)
    try:
        for _ in _steps(scan):
            if "trajectory_id" in scan.progress.members:
                break
    except BadAnswer:
        return None
    span = scan.progress.members.get("trajectory_id")
    if span is None or span.end - span.start > _LONGEST_ID:
        return ""
    try:
        return text(parse(part.read(span.start, span.end - span.start)))
    except Unreadable:
        return ""


def _steps(scan: Scan) -> Iterator[object]:
    while found := scan.next_step():
        yield found
