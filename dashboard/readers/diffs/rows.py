"""The lines of a file in the order in which they are shown, with what belongs beside what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from dashboard.readers.diffs import words
from dashboard.readers.diffs.records import Hunk, Line, Sign

MOST_PAIRS = 400
"""Pairs of old and new lines that are compared to tell which belong together; of more, first goes with first."""
LEAST_LIKE = 0.4
LONGEST_CONTEXT = 8
"""Unchanged lines in a row; of more, all but some are folded."""
AROUND = 3
"""Unchanged lines that stay beside a change."""

Pair = tuple[Line | None, Line | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: an unchanged line (on both sides), or an old and a new one of which one may be missing."""

    hunk: int
    """Which hunk of the file it is in, from 0."""
    old: Line | None = None
    new: Line | None = None
    twin: Line | None = None
    """The line that this one came from or became, where that is in a row of its own."""
    is_folded: bool = False
    is_kept: bool = False
    """Both sides are the same, or only their white space differs and that is not to be seen."""


def rows_of(hunks: Sequence[Hunk], *, is_split: bool, hides_spaces: bool) -> list[Row]:
    """All rows of a file. Side by side (``is_split``), a row has both lines; else old lines come before new ones."""
    arrange = _split if is_split else _unified
    rows: list[Row] = []
    for number, hunk in enumerate(hunks):
        for is_kept, run in groupby(_pairs(hunk.lines), key=lambda pair: _is_kept(pair, hides_spaces=hides_spaces)):
            found = list(run)
            rows += _kept(number, found) if is_kept else arrange(number, found)
    return rows


def count_spacing(hunks: Sequence[Hunk]) -> int:
    """How many changed lines differ from what they were in white space alone."""
    return sum(
        old is not None and new is not None and words.is_spacing(old.text, new.text)
        for hunk in hunks
        for old, new in _pairs(hunk.lines)
        if old is not new
    )


def _is_kept(pair: Pair, *, hides_spaces: bool) -> bool:
    old, new = pair
    if old is None or new is None:
        return False
    return old is new or (hides_spaces and words.unspaced(old.text) == words.unspaced(new.text))


def _kept(number: int, pairs: Sequence[Pair]) -> Iterator[Row]:
    is_long = len(pairs) > LONGEST_CONTEXT
    for at, (old, new) in enumerate(pairs):
        is_folded = is_long and AROUND <= at < len(pairs) - AROUND
        yield Row(hunk=number, old=old, new=new, is_folded=is_folded, is_kept=True)


def _split(number: int, pairs: Sequence[Pair]) -> Iterator[Row]:
    for old, new in pairs:
        yield Row(hunk=number, old=old, new=new)


def _unified(number: int, pairs: Sequence[Pair]) -> Iterator[Row]:
    for old, new in pairs:
        if old is not None:
            yield Row(hunk=number, old=old, twin=new)
    for old, new in pairs:
        if new is not None:
            yield Row(hunk=number, new=new, twin=old)


def _pairs(lines: Sequence[Line]) -> Iterator[Pair]:
    """Unchanged lines with themselves, changed ones with what they became; all in their order on both sides."""
    old: list[Line] = []
    new: list[Line] = []
    for line in lines:
        if line.sign is Sign.NEW:
            new.append(line)
            continue
        if line.sign is Sign.KEPT or new:
            yield from _matched(old, new)
            old, new = [], []
        if line.sign is Sign.KEPT:
            yield line, line
        else:
            old.append(line)
    yield from _matched(old, new)


def _matched(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Pair]:
    """Old lines with the new ones most like them, and those between in their order."""
    matches = _best(old, new) if 1 < len(old) * len(new) <= MOST_PAIRS else []
    before, after = 0, 0
    for left, right in [*matches, (len(old), len(new))]:
        yield from zip_longest(old[before:left], new[after:right])
        if left < len(old):
            yield old[left], new[right]
        before, after = left + 1, right + 1


def _best(old: Sequence[Line], new: Sequence[Line]) -> list[tuple[int, int]]:
    """The pairs, in order, that are most alike all together (a longest common subsequence with weights)."""
    left, right = [words.bag(line.text) for line in old], [words.bag(line.text) for line in new]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    like = [[words.likeness(a, b) for b in right] for a in left]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            joined = like[i][j] + best[i + 1][j + 1] if like[i][j] >= LEAST_LIKE else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], joined)
    return list(_walk(best, like))


def _walk(best: Sequence[Sequence[float]], like: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    i = j = 0
    while i < len(like) and j < len(like[0]):
        if like[i][j] >= LEAST_LIKE and best[i][j] == like[i][j] + best[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
