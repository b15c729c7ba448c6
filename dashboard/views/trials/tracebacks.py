"""An exception as a page shows it: what ended the trial and the call that raised it first, the rest below."""

from collections.abc import Sequence
from typing import Any

from dashboard.readers import tracebacks
from dashboard.readers.tracebacks import Frame, Raised

FEW = 3
"""Calls of an exception that are shown at once: those that raised it."""


def shown(text: str) -> list[dict[str, Any]]:
    """Context of ``trials/_exception.html``'s ``raised``; empty where the text is no traceback of Python's."""
    return [_raised(each) for each in tracebacks.parse(text)]


def _raised(raised: Raised) -> dict[str, Any]:
    calls = [_call(frame) for frame in reversed(raised.frames)]
    module, _, name = raised.type.rpartition(".")
    shown, rest = _split(calls)
    return {
        "module": f"{module}." if module else "",
        "name": name,
        "message": raised.message,
        "link": raised.link,
        "calls": shown,
        "rest": rest,
    }


def _split(calls: Sequence[dict[str, Any]]) -> tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]]]:
    """The first calls, and the others if folding them spares anything."""
    return (calls[:FEW], calls[FEW:]) if len(calls) > FEW + 1 else (calls, [])


def _call(frame: Frame) -> dict[str, Any]:
    folder, slash, name = frame.path.rpartition("/")
    return {
        "folder": folder + slash,
        "name": name,
        "line": frame.line,
        "function": frame.function,
        "code": frame.code,
        "is_library": frame.is_library,
    }
