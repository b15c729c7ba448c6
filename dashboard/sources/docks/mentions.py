"""Runs that a text mentions: as an id, in an address, or in a command of the source's own client."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from dashboard.sources.docks.ids import RunId, WireKind, wire_id

LONGEST = 1_000
SHORTEST_ID = 8
"""Characters of a text that may be an id all by itself."""

_EVALUATION = re.compile(r"/harbor/runs/([^/?#\s]+)")
_RUN = re.compile(r"/runs/([^/?#\s]+)")
_COMMAND = re.compile(r"docks\s+runs\s+([a-z-]+)\s+(?:--\s+)?[\"']?([^\s\"']+)")
_SANDBOX_VERBS = frozenset({"get", "stop"})
_EVALUATION_VERBS = frozenset({"eval-get", "eval-start", "eval-cancel", "trials", "trial", "artifacts"})
_ID = re.compile(rf"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9_-]{{{SHORTEST_ID - 1},}}")
"""Ids are opaque; without a digit, or any shorter, a text is rather a word."""


def run_ids(text: str) -> Sequence[str]:
    """Our external ids of the runs that may be meant, the likeliest first."""
    text = text.strip()[:LONGEST]
    if RunId.parse(text):
        return (text,)
    kinds, found = _mentioned(text)
    wire = wire_id(found)
    return tuple(str(RunId(kind, wire)) for kind in kinds) if wire else ()


def _mentioned(text: str) -> tuple[Sequence[WireKind], str]:
    if command := _COMMAND.search(text):
        return _kinds_of(command[1]), command[2]
    if path := _EVALUATION.search(text):
        return (WireKind.EVALUATION,), unquote(path[1])
    if (path := _RUN.search(text)) and _ID.fullmatch(found := unquote(path[1])):
        return (WireKind.SANDBOX, WireKind.EVALUATION), found
    return ((WireKind.EVALUATION, WireKind.SANDBOX), text) if _ID.fullmatch(text) else ((), "")


def _kinds_of(verb: str) -> Sequence[WireKind]:
    if verb in _SANDBOX_VERBS:
        return (WireKind.SANDBOX,)
    return (WireKind.EVALUATION,) if verb in _EVALUATION_VERBS else ()
