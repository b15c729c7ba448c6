"""Python's tracebacks as records: exceptions with their frames, the one that ended it first.

The form is that of :mod:`traceback` (CPython 3.8 to 3.14), where chained exceptions stand in the order of raising.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_TEXT = 256 * 1024
"""Characters that are looked at; of a longer text the end, where the exception stands that ended it."""
MAX_FRAMES = 200
"""Of one exception: the last ones."""

_HEAD = "Traceback (most recent call last):"
_FRAME = re.compile(r' {2}File "(?P<path>[^"\n]{1,2000})", line (?P<line>\d{1,9})(?:, in (?P<function>[^\n]{1,500}))?')
_MARKS = re.compile(r"[\s~^]+")
_LIBRARIES = ("/site-packages/", "/dist-packages/", "/lib/python3", "<frozen ")
_LINKS = {
    "The above exception was the direct cause of the following exception:": "caused by",
    "During handling of the above exception, another exception occurred:": "while handling",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One call."""

    path: str
    line: int
    function: str = ""
    code: str = ""
    """The lines of its source that the traceback shows, without the marks below them."""
    is_library: bool = False
    """Of Python itself or an installed package, as far as its path tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One exception of a chain."""

    type: str
    message: str = ""
    """May have several lines."""
    frames: Sequence[Frame] = ()
    """As the traceback has them: the call that raised it last."""
    link: str = ""
    """How it came before the exception above it: «caused by», «while handling»; empty for the one that ended it."""


def parse(text: str) -> list[Raised]:
    """The exceptions of a traceback, the one that ended it first. Empty where the text is none of Python's."""
    raised = [_raised(block, link) for block, link in _blocks(text[-MAX_TEXT:].splitlines())]
    return list(reversed(raised)) if all(each.type and each.frames for each in raised) else []


def _blocks(lines: list[str]) -> Iterator[tuple[list[str], str]]:
    """The lines of each exception below its head, and how it leads to the next."""
    block: list[str] | None = None
    for line in lines:
        if line.rstrip() == _HEAD:
            if block is not None:
                yield _without_link(block)
            block = []
        elif block is not None:
            block.append(line)
    if block is not None:
        yield block, ""


def _without_link(block: list[str]) -> tuple[list[str], str]:
    for at in range(len(block) - 1, -1, -1):
        if block[at] in _LINKS:
            return block[:at], _LINKS[block[at]]
    return block, "before it"


def _raised(block: list[str], link: str) -> Raised:
    end = next((at for at, line in enumerate(block) if line and not line.startswith(" ")), len(block))
    kind, _, first = block[end].partition(":") if end < len(block) else ("", "", "")
    message = "\n".join([first.strip(), *block[end + 1 :]]).strip()
    return Raised(type=kind.strip(), message=message, frames=_frames(block[:end])[-MAX_FRAMES:], link=link)


def _frames(lines: list[str]) -> list[Frame]:
    starts = [(at, match) for at, line in enumerate(lines) if (match := _FRAME.fullmatch(line))]
    ends = [*(at for at, _ in starts), len(lines)][1:]
    return [_frame(match, lines[at + 1 : end]) for (at, match), end in zip(starts, ends, strict=True)]


def _frame(match: re.Match[str], below: list[str]) -> Frame:
    path = match["path"]
    return Frame(
        path=path,
        line=int(match["line"]),
        function=match["function"] or "",
        code="\n".join(line[4:] for line in below if not _MARKS.fullmatch(line)),
        is_library=any(part in path for part in _LIBRARIES),
    )
