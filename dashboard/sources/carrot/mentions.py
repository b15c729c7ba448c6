"""Runs that a text mentions: as an id, in an address of the API, or in a command of the source's own client."""

import re
from collections.abc import Iterator, Sequence

from dashboard.sources.carrot.ids import PATTERN, read_id

LONGEST = 1_000

_ADDRESS = re.compile(rf"/runs/({PATTERN})(?![0-9A-Za-z-])")
_COMMAND = re.compile(r"carrot_cli\s+(?:-\S+\s+)*run\s+([a-z_]+)\s+(.*)", re.DOTALL)
_VERBS = frozenset(
    {"find_by_id", "delete", "create_report", "find_report_by_ids", "find_reports", "delete_report_by_ids"}
)
_FLAGS = frozenset({"-y", "--yes", "--delete_failed", "-h", "--help"})
"""Options without a value."""


def run_ids(text: str) -> Sequence[str]:
    """The id of the run that is meant, if one is."""
    text = text.strip()[:LONGEST]
    found = read_id(text) or _in_command(text) or _in_address(text)
    return (found,) if found else ()


def _in_address(text: str) -> str:
    match = _ADDRESS.search(text)
    return read_id(match[1]) if match else ""


def _in_command(text: str) -> str:
    """The first argument of a command about a run; what belongs to options is none."""
    match = _COMMAND.search(text)
    if not match or match[1] not in _VERBS:
        return ""
    return read_id(next(_arguments(match[2].split()), ""))


def _arguments(words: Sequence[str]) -> Iterator[str]:
    is_value = False
    for word in words:
        if not is_value and not word.startswith("-"):
            yield word.strip("\"'")
        is_value = word.startswith("-") and word not in _FLAGS and "=" not in word
