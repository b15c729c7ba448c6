"""Which words of two lines differ."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+|\s|[^\w]")

MOST_WORK = 4_000
"""Pairs of equal words in two lines. Beyond, only what both lines begin and end with is told apart."""
LEAST_KEPT = 0.3
"""Share of two lines that has to be the same, or else the whole lines differ and no word of them is worth a mark."""

Span = tuple[int, int]
"""Start and end in characters."""


def differing(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """The spans of each line that the other does not have; none where the lines have little in common."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    head = _same(before, after)
    tail = _same(before[head:][::-1], after[head:][::-1])
    middles = before[head : len(before) - tail], after[head : len(after) - tail]
    blocks = _blocks(*middles)
    shared = [*before[:head], *before[len(before) - tail :]]
    shared += [word for at, _, size in blocks for word in middles[0][at : at + size]]
    if 2 * _ink(shared) < LEAST_KEPT * (_ink(before) + _ink(after)):
        return [], []
    start = sum(map(len, before[:head]))
    return (
        _others(middles[0], [(at, size) for at, _, size in blocks], start),
        _others(middles[1], [(at, size) for _, at, size in blocks], start),
    )


def is_spacing(old: str, new: str) -> bool:
    """Whether two lines that differ do so in white space alone."""
    return old != new and unspaced(old) == unspaced(new)


def unspaced(line: str) -> str:
    """The line without white space."""
    return "".join(line.split())


def likeness(old: Counter[str], new: Counter[str]) -> float:
    """How much two lines have in common, by their :func:`bag`: 0 to 1."""
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 0.0


def bag(line: str) -> Counter[str]:
    """The words of a line, counted, without white space."""
    return Counter(word for word in _WORD.findall(line) if not word.isspace())


def _ink(words: Sequence[str]) -> int:
    """Characters that are seen."""
    return sum(len(word) for word in words if not word.isspace())


def _same(before: Sequence[str], after: Sequence[str]) -> int:
    """How many words both begin with."""
    pairs = zip(before, after, strict=False)
    return next((at for at, (old, new) in enumerate(pairs) if old != new), min(len(before), len(after)))


def _blocks(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int]]:
    """Where in each, and how long, the same words stand in the same order."""
    counts = Counter(after)
    if sum(counts[word] for word in before) > MOST_WORK:
        return []
    found = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    # A blank that both have between words that differ is not worth an interruption.
    return [(a, b, size) for a, b, size in found if not all(word.isspace() for word in before[a : a + size])]


def _others(words: Sequence[str], same: Sequence[tuple[int, int]], start: int) -> list[Span]:
    """The spans of characters between the stretches of words that are the same."""
    ends = [0]
    for word in words:
        ends.append(ends[-1] + len(word))
    spans, done = [], 0
    for at, size in [*same, (len(words), 0)]:
        if at > done:
            spans.append((start + ends[done], start + ends[at]))
        done = at + size
    return spans
