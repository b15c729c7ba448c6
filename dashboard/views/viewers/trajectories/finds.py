"""What was found in a trajectory: which of how many one looks at, and those around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.domain.trajectories import FindHit, FindResult
from dashboard.services.trajectories import Trajectory
from dashboard.views.viewers.trajectories.choices import Choices

LISTED = 30
"""Hits that are listed at once."""
MOST_ROUNDS = 20
"""Times that a page goes on by itself where one search ran out of time."""
_FORGOTTEN = dict.fromkeys(("regex", "case", "since"))


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
    begin: str
    """The search from the first step on; empty where it is that one."""
    on: "GoingOn | None"
    """How the search goes on, where it ended before the last step or told of too many places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingOn:
    """What is behind the steps that were looked through."""

    words: str
    url: str
    """The page with what is found from there on; empty: all was looked through."""
    action: str = ""
    part: str = ""
    """The piece that takes its place after looking there; empty: the page does not look by itself."""


def search(choices: Choices, trajectory: Trajectory, first: int) -> FindResult:
    """What is searched for, in the steps from this one on."""
    return trajectory.find(choices.find, regex=choices.is_regex, case=choices.is_case, first=first)


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
        note=_note(choices, result),
        problem=result.problem,
        previous=_url(choices, result, current - 1),
        next=_url(choices, result, current + 1 if current else 0) or (_since(choices, result.next) if current else ""),
        earlier=_url(choices, result, start),
        later=_url(choices, result, start + LISTED + 1),
        close=choices.url(find=None, step=choices.step if choices.is_step_asked else None, **_FORGOTTEN),
        begin=choices.url(since=None) if choices.since > 1 else "",
        on=_going_on(choices, result),
    )


def further(choices: Choices, result: FindResult, start: int, step: int, past: int) -> GoingOn:
    """How it goes on after looking from ``step`` on; from ``start`` on nothing was found, in ``past`` rounds."""
    if result.problem:
        return GoingOn(words=result.problem, url="")
    if result.count:
        words = f"{formats.plural(result.count, 'more occurrence')} {_range(step, result)}"
        return GoingOn(words=words, url=_since(choices, start), action="Show")
    if not result.next:
        return GoingOn(words="All steps were looked through; there are no more.", url="")
    is_on = past + 1 < MOST_ROUNDS
    return GoingOn(
        words=f"Looked through as far as step {formats.count(result.next - 1)}{' …' if is_on else ''}",
        url=_since(choices, result.next),
        action="Go on",
        part=_part(choices, start, result.next, past + 1) if is_on else "",
    )


def _going_on(choices: Choices, result: FindResult) -> GoingOn | None:
    if not result.next:
        return None
    url = _since(choices, result.next)
    if not result.is_out_of_time:
        return GoingOn(words="Not all places are listed.", url=url, action="Further places")
    words = f"Looked through as far as step {formats.count(result.next - 1)} …"
    return GoingOn(words=words, url=url, action="Go on", part=_part(choices, result.next, result.next, 0))


def _part(choices: Choices, start: int, step: int, past: int) -> str:
    return choices.part("further", **{"from": start, "at": step, "round": past or None})


def _since(choices: Choices, step: int) -> str:
    """The search from this step on, at what is found there first; empty for no step."""
    return choices.url(since=step, step=step).partition("#")[0] if step else ""


def _range(first: int, result: FindResult) -> str:
    last = max(first, first + result.searched - 1)
    begin, end = formats.count(first), formats.count(last)
    return f"in steps {begin}–{end}" if last > first else f"in step {begin}"


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


def _note(choices: Choices, result: FindResult) -> str:
    is_all = choices.since == 1 and not result.is_out_of_time
    searched = f"in {formats.plural(result.searched, 'step')}" if is_all else _range(choices.since, result)
    times = f"{formats.plural(result.count, 'occurrence')} {searched}" if result.hits else searched
    return f"{times}; there may be more" if result.is_cut_off else times
