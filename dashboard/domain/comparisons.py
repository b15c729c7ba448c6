"""Two runs of tests side by side: which of their inputs differ, and which of their results.

Pure: what is compared comes as plain values. Of two runs the one that is compared *with* is called before, the other
after; a difference is after less before.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dashboard.domain.pipelines import Json, ResultType, ResultValue

MOST_PATHS = 2_000
"""Values of a JSON document that are compared; there are no more in any real one."""
DEEPEST = 12
"""Levels that are taken apart; what lies deeper is compared as text."""


@dataclass(frozen=True, slots=True)
class Change:
    """From one number to another."""

    difference: float
    relative: float | None
    """The difference as a fraction of the number before; None where that is zero."""


@dataclass(frozen=True, slots=True)
class InputPair:
    """One value of the inputs, in both runs; None where a run has no such key."""

    path: str
    before: str | None
    after: str | None

    @property
    def is_equal(self) -> bool:
        """Whether both runs were given the same."""
        return self.before == self.after


class Verdict(StrEnum):
    """How a result of one run stands to that of the other."""

    HIGHER = "higher"
    LOWER = "lower"
    SAME = "same"
    DIFFERENT = "different"
    ONLY_BEFORE = "only before"
    ONLY_AFTER = "only after"
    NOT_YET = "not yet"
    """One run has it, and the other goes on: it may still come."""

    @property
    def is_difference(self) -> bool:
        """Whether there is something to look at."""
        return self not in {Verdict.SAME, Verdict.NOT_YET}


@dataclass(frozen=True, slots=True)
class Results:
    """What a run has brought."""

    values: Sequence[ResultValue]
    are_all: bool = True
    """It has ended: what is not there will not come."""


@dataclass(frozen=True, slots=True)
class ResultPair:
    """One result, in both runs; None where a run has none of that name."""

    name: str
    before: ResultValue | None
    after: ResultValue | None
    verdict: Verdict
    change: Change | None = None
    """Of two numbers."""


def change(before: float | None, after: float | None) -> Change | None:
    """None unless both are numbers whose difference is one too."""
    if before is None or after is None or not math.isfinite(after - before):
        return None
    difference = after - before
    relative = difference / abs(before) if before else None
    return Change(difference, relative if relative is not None and math.isfinite(relative) else None)


def pair_inputs(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[InputPair]:
    """Every value of two JSON objects by its path, in the order of the paths."""
    first, second = dict(flatten(before)), dict(flatten(after))
    return [InputPair(path, first.get(path), second.get(path)) for path in sorted({*first, *second})]


def flatten(value: Json) -> Iterator[tuple[str, str]]:
    """(path, value as text) of each value of a JSON document: ``HC.docker``, ``files › 0``. At most 2,000 of them.

    Texts are told as they are, everything else as JSON: so ``"1"`` and ``1`` are both ``1``, as a source's own inputs
    have them. What is empty is a value too.
    """
    for done, found in enumerate(_leaves((), value)):
        if done >= MOST_PATHS:
            return
        yield found


def _leaves(keys: tuple[str, ...], value: Json) -> Iterator[tuple[str, str]]:
    if len(keys) < DEEPEST and isinstance(value, Mapping) and value:
        for key, member in value.items():
            yield from _leaves((*keys, str(key)), member)
    elif len(keys) < DEEPEST and isinstance(value, (list, tuple)) and value:
        for place, member in enumerate(value):
            yield from _leaves((*keys, str(place)), member)
    elif keys:
        yield " › ".join(keys), value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def pair_results(before: Results, after: Results) -> list[ResultPair]:
    """Every result of two runs by name: those with a difference first, each kind in the order of the names."""
    first, second = ({each.name: each for each in results.values} for results in (before, after))
    missing_before = Verdict.ONLY_AFTER if before.are_all else Verdict.NOT_YET
    missing_after = Verdict.ONLY_BEFORE if after.are_all else Verdict.NOT_YET
    pairs = [_pair(name, first[name], second[name]) for name in first.keys() & second.keys()]
    pairs += [ResultPair(name, first[name], None, missing_after) for name in first.keys() - second.keys()]
    pairs += [ResultPair(name, None, second[name], missing_before) for name in second.keys() - first.keys()]
    return sorted(pairs, key=lambda pair: (not pair.verdict.is_difference, pair.name))


def _pair(name: str, before: ResultValue, after: ResultValue) -> ResultPair:
    between = change(before.number, after.number) if _are_numbers(before, after) else None
    if between is None:
        return ResultPair(name, before, after, Verdict.SAME if before.text == after.text else Verdict.DIFFERENT)
    return ResultPair(name, before, after, _direction(between.difference), between)


def _are_numbers(before: ResultValue, after: ResultValue) -> bool:
    return before.type == after.type == ResultType.NUMERIC


def _direction(difference: float) -> Verdict:
    if not difference:
        return Verdict.SAME
    return Verdict.HIGHER if difference > 0 else Verdict.LOWER


def which_is_base(inputs: Mapping[int, Sequence[Mapping[str, Json]]], keys: Sequence[str], commit: str) -> int | None:
    """Of runs by key the one that was made of ``commit``: whose input at one of ``keys`` names it behind a bar.

    ``inputs`` are the objects of inputs of each run. A source writes ``image_build:gatk|4.3.0.0`` for a version that
    it builds. None where no run, or more than one, was.
    """
    if not commit:
        return None
    wanted = [run for run, objects in inputs.items() if _names(objects, keys, commit)]
    return wanted[0] if len(wanted) == 1 else None


def _names(objects: Sequence[Mapping[str, Json]], keys: Sequence[str], commit: str) -> bool:
    values = (each.get(key) for each in objects for key in keys if key)
    return any(str(value).partition("|")[2] == commit for value in values)
