"""What steps say beside their text: that something failed, that the context was rewritten, that it happened elsewhere.

The format has no field for failure. What agents' adapters write is looked for: marks in ``extra`` of a step, of a
result or of an observation, and the words with which tools begin or end their output when they fail.
"""

import re
from collections.abc import Mapping

from dashboard.readers.trajectories.contents import texts
from dashboard.readers.trajectories.failures import looks_failed
from dashboard.readers.values import mapping, sequence, text

_FAILED = frozenset({"error", "errored", "failed", "failure"})
_MARKS = ("is_error", "isError", "tool_result_is_error")
_TELLING = frozenset({*_MARKS, "error", "exit_code", "status"})
_BEGINS = re.compile(
    r"\s*(?:<tool_use_error>|\[error\]|Error:|ERROR:|Traceback \(most recent call last\):|Exit code:? -?[1-9]"
    r"|(?:bash|/bin/sh|sh): (?:line )?\d+: |(?:Process|Command) (?:exited|failed) with (?:exit )?code:? -?[1-9])"
)
_ENDS = re.compile(r"(?i:exit(?:ed with)?(?: code| status)?)[:=]? ?\(?-?[1-9]\d{0,9}\)?\Z")
_LAST = frozenset("0123456789)")
_TAIL = 80


def step_failed(wire: Mapping[str, object]) -> bool:
    """Whether a step says so itself, or one of its results does."""
    if _is_marked(mapping(wire.get("extra"))):
        return True
    observation = mapping(wire.get("observation"))
    return _is_marked(mapping(observation.get("extra"))) or any(
        result_failed(mapping(result)) for result in sequence(observation.get("results"))
    )


def result_failed(wire: Mapping[str, object]) -> bool:
    """Whether what a tool gave back says that it failed."""
    if _is_marked(wire) or _is_marked(mapping(wire.get("extra"))):
        return True
    found = texts(wire.get("content"))
    return bool(found) and (_BEGINS.match(found[0]) is not None or _ends_badly(found[-1][-_TAIL:].rstrip()))


def step_looks_failed(wire: Mapping[str, object]) -> bool:
    """Whether what one of its results gave back reads like a failure, though it may not say so."""
    results = sequence(mapping(wire.get("observation")).get("results"))
    return any(result_looks_failed(mapping(result)) for result in results)


def result_looks_failed(wire: Mapping[str, object]) -> bool:
    """Whether what a tool gave back reads like a failure, though it may not say so."""
    return looks_failed(texts(wire.get("content")))


def _ends_badly(tail: str) -> bool:
    return tail[-1:] in _LAST and _ENDS.search(tail) is not None


def _is_marked(fields: Mapping[str, object]) -> bool:
    if fields.keys().isdisjoint(_TELLING):
        return False
    if any(fields.get(name) is True for name in _MARKS) or fields.get("error"):
        return True
    code = fields.get("exit_code")
    return text(fields.get("status")).lower() in _FAILED or (isinstance(code, int) and code != 0)


def context_change(wire: Mapping[str, object]) -> tuple[str, str]:
    """How the context window was rewritten here, and its boundary; empty where it was not."""
    fields = mapping(mapping(wire.get("extra")).get("context_management"))
    return text(fields.get("type"))[:40], text(fields.get("boundary"))[:40]


def is_copied(wire: Mapping[str, object]) -> bool:
    """Whether it was copied from an earlier trajectory."""
    return wire.get("is_copied_context") is True


def is_sidechain(wire: Mapping[str, object]) -> bool:
    """Whether it is a sub-agent's, told among those of its caller."""
    return mapping(wire.get("extra")).get("is_sidechain") is True
