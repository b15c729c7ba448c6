"""One text of a trajectory in full, in portions that a page can bear."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from dashboard import formats
from dashboard.domain.trajectories import ContentPart, PartKind, Step, TrajectoryHead
from dashboard.markup import code, markdown
from dashboard.markup.characters import visible
from dashboard.views.viewers.trajectories.choices import Choices
from dashboard.views.viewers.trajectories.texts import count_lines, written
from dashboard.views.viewers.trajectories.words import metadata

PORTION = 150_000
"""Characters at once."""
ROUGH = 20_000
"""A portion ends with a line, if one ends this near to where it would be full."""

DEFINITIONS = "t"
_ITEM = re.compile(r"([marox])(\d{0,6})(?:\.(\d{1,6}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A portion of a text."""

    html: SafeString
    is_prose: bool
    words: str
    """Which portion of how much it is."""
    title: str
    earlier: str
    later: str
    """Addresses; empty where there is no more."""
    back: str
    """The step's own page."""
    back_words: str


def text_of(step: Step, item: str) -> tuple[str, str] | None:
    """The text that an address names by its kind and place, and what language it is in; None if there is none."""
    match = _ITEM.fullmatch(item)
    if match is None:
        return None
    kind, place, part = match[1], int(match[2] or 0), int(match[3] or 0)
    if kind == "m":
        return _content(step.message, place, "markdown")
    if kind == "r":
        return step.reasoning, "markdown"
    if kind == "x":
        return written(metadata(step)), "json"
    if kind == "a":
        return _arguments(step, place)
    return _content(step.results[place].content, part, "") if place < len(step.results) else None


def _content(parts: Sequence[ContentPart], place: int, language: str) -> tuple[str, str] | None:
    if place >= len(parts) or parts[place].kind is not PartKind.TEXT:
        return None
    return parts[place].text, language


def _arguments(step: Step, place: int) -> tuple[str, str] | None:
    if place >= len(step.tool_calls):
        return None
    value = step.tool_calls[place].arguments
    return (value, "") if isinstance(value, str) else (written(value), "json")


def definitions_of(head: TrajectoryHead) -> tuple[str, str] | None:
    """The definitions of tools, as JSON."""
    return (written(head.tool_definitions), "json") if head.tool_definitions else None


def whole(choices: Choices, text: str, language: str, *, item: str, at: int) -> Whole:
    """The portion of a text that begins at this character."""
    start = min(at, len(text))
    end = _end(text, start)
    portion = text[start:end]
    is_short = portion == text and len(text) <= markdown.MAX_CHARACTERS
    is_prose = is_short and language == "markdown" and not choices.is_raw
    step = None if item == DEFINITIONS else choices.step

    def portion_at(place: int, *, is_there: bool) -> str:
        return choices.part("text", step=step, item=item, at=place or None) if is_there else ""

    return Whole(
        html=_html(choices, portion, language, is_prose=is_prose),
        is_prose=is_prose,
        words=_words(text, start, end),
        title="Tool definitions" if step is None else f"Step {formats.count(step)}",
        earlier=portion_at(max(0, start - PORTION), is_there=start > 0),
        later=portion_at(end, is_there=end < len(text)),
        back=choices.url(step=step),
        back_words="Trajectory" if step is None else f"Step {formats.count(step)}",
    )


def _end(text: str, start: int) -> int:
    end = start + PORTION
    if end >= len(text):
        return len(text)
    line_end = text.rfind("\n", end - ROUGH, end)
    return line_end + 1 if line_end > 0 else end


def _html(choices: Choices, portion: str, language: str, *, is_prose: bool) -> SafeString:
    if is_prose:
        return markdown.render(portion, heading_offset=2)
    if language == "json" and not choices.is_raw and len(portion) <= ROUGH:
        return code.highlight(portion, language)
    return escape(visible(portion))


def _words(text: str, start: int, end: int) -> str:
    total = formats.plural(count_lines(text), "line")
    if end - start == len(text):
        return total
    first = text.count("\n", 0, start) + 1
    last = first + max(count_lines(text[start:end]) - 1, 0)
    return f"Lines {formats.count(first)}–{formats.count(last)} of {total}, {formats.plural(len(text), 'character')}"
