"""What a cell of a notebook gave: one form of each output, the richest that nothing can run in."""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dashboard.readers.media import media_type, why_not_shown
from dashboard.readers.values import bounded, mapping, sequence, written

MAX_TEXT = 50_000
"""Characters of one output, and of a cell's source."""
MAX_OUTPUTS = 50
"""Of one cell."""
MAX_PICTURE = 3 * 2**20
"""Bytes of a picture."""

_PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_NAMES_OF_3 = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "svg": "image/svg+xml",
    "html": "text/html",
    "text": "text/plain",
    "latex": "text/latex",
    "json": "application/json",
    "javascript": "application/javascript",
}
_NOT_SHOWN = {
    "text/html": "HTML",
    "image/svg+xml": "SVG",
    "application/javascript": "JavaScript",
    "application/pdf": "PDF",
}
_MOST_NAMED = 8


class OutputKind(StrEnum):
    """How an output is to be shown."""

    TERMINAL = "terminal"
    """Text with the escapes of a terminal: streams, tracebacks, plain results."""
    ERROR = "error"
    """The same, of an exception."""
    MARKDOWN = "markdown"
    LATEX = "latex"
    JSON = "json"
    PICTURE = "picture"
    NOTHING = "nothing"
    """There is no form that can be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Pixels, or why they are not given."""

    mime: str = ""
    base64: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One output of a cell."""

    kind: OutputKind
    text: str = ""
    stream: str = ""
    """``stdout`` or ``stderr``."""
    picture: Picture | None = None
    not_shown: tuple[str, ...] = ()
    """Its other forms, which could run scripts or need a program of their own."""


def outputs_of(value: object) -> Iterator[Output]:
    """The first of a cell's outputs."""
    for output in sequence(value)[:MAX_OUTPUTS]:
        yield _output(mapping(output))


def joined(value: object) -> str:
    """A text that may be written as a list of its lines, bounded."""
    if isinstance(value, list):
        return bounded("".join(part for part in value[:MAX_TEXT] if isinstance(part, str)), MAX_TEXT)
    return bounded(value, MAX_TEXT)


def _output(output: Mapping[str, object]) -> Output:
    match bounded(output.get("output_type"), 40):
        case "stream":
            name = bounded(output.get("name", output.get("stream")), 20)
            return Output(kind=OutputKind.TERMINAL, text=joined(output.get("text")), stream=name)
        case "error" | "pyerr":
            return Output(kind=OutputKind.ERROR, text=_traceback(output))
    data = mapping(output.get("data")) or {_NAMES_OF_3[name]: output[name] for name in _NAMES_OF_3 if name in output}
    return _of_forms(data)


def _traceback(output: Mapping[str, object]) -> str:
    lines = sequence(output.get("traceback"))
    if lines:
        return bounded("\n".join(bounded(line, MAX_TEXT) for line in lines[:1_000]), MAX_TEXT)
    return f"{bounded(output.get('ename'), 200)}: {bounded(output.get('evalue'), MAX_TEXT)}"


def _of_forms(data: Mapping[str, object]) -> Output:
    others = tuple(_NOT_SHOWN.get(mime, mime[:60]) for mime in sorted(data) if _is_other(mime))[:_MOST_NAMED]
    for mime, ending in _PICTURES.items():
        if mime in data:
            return Output(kind=OutputKind.PICTURE, picture=_picture(ending, data[mime]), not_shown=others)
    for mime, kind in _TEXTS.items():
        if mime in data:
            text = joined(data[mime]) if kind is not OutputKind.JSON else bounded(written(data[mime]), MAX_TEXT)
            return Output(kind=kind, text=text, not_shown=others)
    return Output(kind=OutputKind.NOTHING, not_shown=others)


_TEXTS = {
    "text/markdown": OutputKind.MARKDOWN,
    "text/latex": OutputKind.LATEX,
    "application/json": OutputKind.JSON,
    "text/plain": OutputKind.TERMINAL,
}


def _is_other(mime: str) -> bool:
    return mime not in _PICTURES and mime not in _TEXTS


def _picture(ending: str, value: object) -> Picture:
    """The picture, if it is one by its first bytes too, and not too big."""
    base64 = "".join(_lines_joined(value).split())
    if len(base64) > MAX_PICTURE * 4 // 3 + 4:
        return Picture(problem="This picture is too big to be shown here.")
    try:
        pixels = b64decode(base64, validate=True)
    except (binascii.Error, ValueError):
        return Picture(problem="This picture cannot be read.")
    mime = media_type(f"x.{ending}", pixels)
    problem = why_not_shown(mime, pixels) if mime else "This picture is not of the kind that it claims to be."
    return Picture(problem=problem) if problem else Picture(mime=mime, base64=base64)


def _lines_joined(value: object) -> str:
    """A text that may be written as a list of its lines."""
    lines: Sequence[object] = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))
