"""Ways through a trajectory: pages of steps, the outline beside them, and what is shown of each step."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.domain.trajectories import OutlineRow, StepSource
from dashboard.views.viewers.trajectories.choices import KINDS, MOST, Choices
from dashboard.views.viewers.trajectories.words import WORDS, tool_names

PAGE = 50
"""Steps on a page."""
OUTLINE = 120
"""Rows of the outline at once."""

LABELS = {
    "messages": ("Messages", "message"),
    "reasoning": ("Reasoning", "thought"),
    "tools": ("Tool calls", "tool"),
    "outputs": ("Outputs", "terminal"),
    "metadata": ("Metadata", "info"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some steps of a trajectory, and the pages around them."""

    numbers: Sequence[int]
    """Of its steps, in order."""
    total: int | None
    """Steps there are, of those that are asked for; None: not counted yet."""
    position: int
    """How many of them come before."""
    first: str
    previous: str
    next: str
    last: str
    """Addresses; empty where there is no such page."""
    last_number: int = 0
    """Of the last step there is."""
    what: str = ""
    """What these steps have, if others are left out: ``with errors``."""

    @property
    def words(self) -> str:
        """Which steps these are: ``Steps 51–100 of 5,000``."""
        if not self.numbers:
            return "No steps"
        begin, end = self.position + 1, self.position + len(self.numbers)
        of = f" of {formats.count(self.total)}" if self.total is not None else ""
        return f"Steps {formats.count(begin)}–{formats.count(end)}{of} {self.what}".rstrip()


def page_start(step: int) -> int:
    """The number of the first step on the page with this one."""
    return (step - 1) // PAGE * PAGE + 1


def page_before_others(choices: Choices, start: int) -> Page:
    """A full page from this step on, when all that is known of what follows it is that there is something."""
    return Page(
        numbers=range(start, start + PAGE),
        total=None,
        position=start - 1,
        first=choices.url(step=1) if start > 1 else "",
        previous=choices.url(step=start - PAGE) if start > 1 else "",
        next=choices.url(step=start + PAGE),
        last=choices.url(step=MOST).partition("#")[0],
    )


def page(choices: Choices, numbers: Sequence[int], *, has_found: bool = False) -> Page:
    """The page with the chosen step, or the next one after it, of the steps with these numbers.

    ``has_found``: one of them stands there because something was found in it.
    """
    place = min(bisect_left(numbers, choices.step), max(len(numbers) - 1, 0))
    start = place - place % PAGE
    last = max(len(numbers) - 1, 0) // PAGE * PAGE

    def at(position: int, *, is_there: bool) -> str:
        return choices.url(step=numbers[position]) if is_there else ""

    return Page(
        numbers=numbers[start : start + PAGE],
        total=len(numbers),
        position=start,
        first=at(0, is_there=start > 0),
        previous=at(start - PAGE, is_there=start > 0),
        next=at(start + PAGE, is_there=start < last),
        last=at(last, is_there=start < last),
        last_number=numbers[-1] if numbers else 0,
        what=_what(choices, has_found=has_found),
    )


def _what(choices: Choices, *, has_found: bool) -> str:
    """``with tool calls or outputs``, ``with errors, with messages``; empty where no step is left out."""
    held = " or ".join(LABELS[kind][0].lower() for kind in KINDS if kind in choices.kinds)
    asked = [*(["with errors"] if choices.is_errors_only else []), *([f"with {held}"] if held else [])]
    return ", ".join(asked) + (" or found" if asked and has_found else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Toggle:
    """A link that changes what is shown."""

    label: str
    url: str
    is_on: bool
    icon: str = ""


def toggles(choices: Choices) -> list[Toggle]:
    """One for each kind of thing a step is made of, and one for only the steps with errors."""
    kinds = [
        Toggle(label=LABELS[kind][0], icon=LABELS[kind][1], url=choices.toggled(kind), is_on=kind in choices.shown)
        for kind in KINDS
    ]
    is_on = choices.is_errors_only
    errors = Toggle(
        label="Errors only",
        icon="errored",
        url=choices.url(errors=None if is_on else 1, step=choices.step if choices.is_step_asked else None),
        is_on=is_on,
    )
    return [*kinds, errors]


def folds(choices: Choices) -> list[Toggle]:
    """Everything open, or closed; the one that is on leads back to what is usual."""
    named = (("all", "Expand all"), ("none", "Collapse all"))
    return [
        Toggle(
            label=label,
            url=choices.url(open=None if choices.folds == name else name, step=choices.step),
            is_on=choices.folds == name,
        )
        for name, label in named
    ]


def looks(choices: Choices) -> list[Toggle]:
    """Rendered, or as it is in the file."""
    return [
        Toggle(label="Rendered", url=choices.url(view=None, step=choices.step), is_on=not choices.is_raw),
        Toggle(label="Raw", url=choices.url(view="raw", step=choices.step), is_on=choices.is_raw),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the outline."""

    row: OutlineRow
    url: str
    icon: str
    word: str
    text: str
    tokens: str
    is_shown: bool
    """It is on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Rows of the outline, and where those before and after them are."""

    lines: Sequence[Line]
    total: int
    earlier: str
    earlier_page: str
    later: str
    later_page: str
    """Addresses of the piece, and of the page that does without scripts; empty where there is nothing."""


def outline_start(step: int, total: int) -> int:
    """The first row to show around a step."""
    return max(1, min(page_start(step) - (OUTLINE - PAGE) // 2, total - OUTLINE + 1))


def outline(choices: Choices, rows: Sequence[OutlineRow], total: int, shown: Sequence[int]) -> Outline:
    """The outline's rows as lines; ``shown`` are the numbers of the steps on the page."""
    on_page = frozenset(shown)
    first = rows[0].number if rows else 1
    last = rows[-1].number if rows else 0
    earlier = max(1, first - OUTLINE + 10)
    return Outline(
        lines=[_line(choices, row, is_shown=row.number in on_page) for row in rows],
        total=total,
        earlier=choices.part("outline", **{"from": earlier, "step": choices.step}) if first > 1 else "",
        earlier_page=choices.url(step=earlier) if first > 1 else "",
        later=choices.part("outline", **{"from": last - 9, "step": choices.step}) if last < total else "",
        later_page=choices.url(step=last + 1) if last < total else "",
    )


def _line(choices: Choices, row: OutlineRow, *, is_shown: bool) -> Line:
    word, icon = WORDS[row.source]
    if row.source is StepSource.AGENT:
        icon, word = ("tool", "Agent, tool call") if row.tools else ("message", "Agent, message")
    return Line(
        row=row,
        url=choices.url(step=row.number),
        icon="flip" if row.context_change else icon,
        word=f"{word}, context rewritten" if row.context_change else word,
        text=tool_names(row.tools) or row.title[:60],
        tokens=formats.tokens(row.completion_tokens) if row.completion_tokens is not None else "",
        is_shown=is_shown,
    )
