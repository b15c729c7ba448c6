"""What was found in a trajectory: which of how many one looks at, and those around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.domain.trajectories import FindHit, FindResult
from dashboard.views.viewers.trajectories.choices import Choices

LISTED = 30
"""Hits that are listed at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One of the hits, as a link."""

    place: int
    """From 1."""
    hit: FindHit
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The panel of what was found."""

    hits: Sequence[Hit]
    current: int
    """Which hit one looks at, from 1; 0: there is none."""
    step: int
    """The step it is in; 0: there is none."""
    words: str
    note: str
    problem: str
    previous: str
    next: str
    earlier: str
    later: str
    """Addresses; empty where there is nothing."""
    close: str


def found(choices: Choices, result: FindResult) -> Found:
    """The hit that the address names, or else the first from the chosen step on."""
    current = _current(choices, result.hits)
    start = max(0, current - 1) // LISTED * LISTED
    total = len(result.hits)
    return Found(
        hits=[_hit(choices, result, place, current) for place in range(start + 1, min(start + LISTED, total) + 1)],
        current=current,
        step=result.hits[current - 1].number if current else 0,
        words=_words(result, current),
        note=_note(result),
        problem=result.problem,
        previous=_url(choices, result, current - 1),
        next=_url(choices, result, current + 1 if current else 0),
        earlier=_url(choices, result, start),
        later=_url(choices, result, start + LISTED + 1),
        close=choices.url(find=None, regex=None, case=None, step=choices.step if choices.is_step_asked else None),
    )


def _current(choices: Choices, hits: Sequence[FindHit]) -> int:
    if not hits:
        return 0
    if choices.hit:
        return min(choices.hit, len(hits))
    after = (place for place, hit in enumerate(hits, 1) if hit.number >= choices.step)
    return next(after, 1)


def _hit(choices: Choices, result: FindResult, place: int, current: int) -> Hit:
    hit = result.hits[place - 1]
    return Hit(place=place, hit=hit, url=_url(choices, result, place), is_current=place == current)


def _url(choices: Choices, result: FindResult, place: int) -> str:
    if not 1 <= place <= len(result.hits):
        return ""
    return choices.url(hit=place, step=result.hits[place - 1].number)


def _words(result: FindResult, current: int) -> str:
    if not result.hits:
        return "" if result.problem else "Not found"
    total = formats.count(len(result.hits))
    return f"{formats.count(current)} of {total}{'+' if result.is_cut_off else ''}"


def _note(result: FindResult) -> str:
    searched = f"in {formats.plural(result.searched, 'step')}"
    times = f"{formats.plural(result.count, 'occurrence')} {searched}" if result.hits else searched
    return f"{times}; there may be more" if result.is_cut_off else times
