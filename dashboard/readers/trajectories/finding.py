"""Finding a text or a regular expression in all steps: where it is, how often, and the words around it.

Bounded in time whatever the expression and the steps are: an expression has a time-out for each text it is tried on.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from dashboard.domain.trajectories import FindHit, FindResult, Place
from dashboard.readers.expressions import compiled, spans
from dashboard.readers.trajectories.contents import texts
from dashboard.readers.values import mapping, sequence, text, written

MOST_HITS = 500
MOST_SECONDS = 3.0
BEFORE, AFTER = 60, 120
MOST_COUNTED = 10_000
"""Occurrences in one text that are counted."""
_SLOWEST = 1.0
"""Seconds that an expression may take for one text."""

_PLAIN = re.compile(r"[A-Za-z0-9_.-]+(?: [A-Za-z0-9_.-]+)*")
_NUMBER = re.compile(r"[-0-9.eE ]+")

Match = Callable[[str], Iterator[tuple[int, int]]]
Piece = TypeVar("Piece")


def matcher(sought: str, *, is_regex: bool, case: bool) -> Match:
    """What finds the occurrences in a text: from, to. Raises ``NoExpression``."""
    pattern = compiled(sought, is_regex=is_regex, is_case=case)
    if is_regex:
        return lambda text: spans(pattern, text, seconds=_SLOWEST)
    if case:
        return lambda text: _literal(sought, text)
    lower = sought.lower()
    # Most texts do not hold it: that is told faster so.
    return lambda text: spans(pattern, text, seconds=_SLOWEST) if lower in text.lower() else iter(())


def bytes_of(sought: str, *, is_regex: bool) -> bytes:
    """What the JSON of a step holds, in small letters, wherever this is found in its texts.

    Empty where that cannot be told: texts are escaped there, and numbers may be written in another way.
    """
    is_plain = not is_regex and _PLAIN.fullmatch(sought) and not _NUMBER.fullmatch(sought)
    return sought.lower().encode() if is_plain else b""


def _literal(sought: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(sought)
    while at >= 0:
        yield at, at + len(sought)
        at = text.find(sought, at + len(sought))


@dataclass(slots=True)
class _Tally:
    clock: Callable[[], float]
    end: float
    hits: list[FindHit] = field(default_factory=list)
    count: int = 0
    searched: int = 0
    next: int = 0
    is_out_of_time: bool = False

    def in_time(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """As many as there is time for; one step may have any number of texts."""
        for piece in pieces:
            if self.clock() > self.end:
                self.is_out_of_time = True
                return
            yield piece

    def leave(self, number: int) -> None:
        """Of this step not everything is told: from it one goes on, if not from an earlier one."""
        self.next = self.next or number


def find(steps: Iterable[tuple[int, object]], match: Match, clock: Callable[[], float]) -> FindResult:
    """Look through steps, each with its number; ``clock`` counts seconds.

    Who goes on from the step that the result names gets on: a step that takes all the time is left behind.
    """
    tally = _Tally(clock, clock() + MOST_SECONDS)
    try:
        for number, value in steps:
            _look_in_time(number, value, match, tally)
            if tally.is_out_of_time:
                break
            tally.searched += 1
    except TimeoutError:
        return _result(tally, problem="This expression takes too long; a simpler one may not.")
    return _result(tally)


def _look_in_time(number: int, value: object, match: Match, tally: _Tally) -> None:
    for _ in tally.in_time([number]):
        if value is not None:
            _look(number, mapping(value), match, tally)
    if tally.is_out_of_time:
        tally.leave(number if tally.searched else number + 1)


def _result(tally: _Tally, *, problem: str = "") -> FindResult:
    return FindResult(
        hits=tally.hits,
        count=tally.count,
        searched=tally.searched,
        is_cut_off=bool(tally.next or problem),
        next=0 if problem else tally.next,
        is_out_of_time=tally.is_out_of_time,
        problem=problem,
    )


def _look(number: int, wire: Mapping[str, object], match: Match, tally: _Tally) -> None:
    for place, found in _places(wire):
        first, occurrences = None, 0
        for piece in tally.in_time(found):
            for span in islice(match(piece), MOST_COUNTED):
                first = first or (piece, span)
                occurrences += 1
        if first is None:
            continue
        tally.count += occurrences
        if len(tally.hits) < MOST_HITS:
            tally.hits.append(_hit(number, place, *first, occurrences))
        else:
            tally.leave(number)


def _hit(number: int, place: Place, piece: str, span: tuple[int, int], occurrences: int) -> FindHit:
    start, end = span
    shown = min(end, start + AFTER)
    return FindHit(
        number=number,
        place=place,
        before=piece[max(0, start - BEFORE) : start],
        found=piece[start:shown],
        after=piece[shown : shown + AFTER] if shown == end else "",
        occurrences=occurrences,
    )


def _places(wire: Mapping[str, object]) -> Iterator[tuple[Place, list[str]]]:
    yield Place.MESSAGE, texts(wire.get("message"))
    yield Place.REASONING, [text(wire.get("reasoning_content"))]
    yield Place.ARGUMENTS, [piece for call in sequence(wire.get("tool_calls")) for piece in _called(mapping(call))]
    observation = wire.get("observation")
    results = mapping(observation).get("results") if isinstance(observation, dict) else observation
    yield Place.OUTPUT, [piece for result in _listed(results) for piece in _came_back(result)]


def _called(call: Mapping[str, object]) -> Iterator[str]:
    yield text(call.get("function_name"))
    yield from strings(call.get("arguments"))


def _came_back(result: object) -> list[str]:
    return texts(result.get("content")) if isinstance(result, dict) else texts(result)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def strings(value: object) -> Iterator[str]:
    """All texts within a value, names and numbers included, however deep."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for name, member in reversed(value.items()):
                waiting += (member, name)
        elif isinstance(value, list):
            waiting += reversed(value)
        elif value is not None:
            yield value if isinstance(value, str) else written(value)
