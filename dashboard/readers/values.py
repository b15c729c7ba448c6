"""JSON of strangers as values: parsed leniently, and taken for what it should be only if it is that."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeGuard

import orjson

LARGEST = 10**12
"""The largest number that is believed to be one of tokens: the sum over a million steps stays within 64 bits."""
DEEPEST = 64
"""Levels of a value that are handed on; deeper ones are named only, so that nobody's recursion ends on them."""
TOO_DEEP = "… (nested too deeply to be shown)"
MOST_INDENTED = 64 * 1024
"""Bytes of a value that is written on lines of its own: indented, a deep one would be a hundred times as long."""
MOST_SHOWN = 2_000
"""Characters of a value that should have been a text and is none."""
MOST_VALUES = 2_000_000
"""Brackets and commas in what is read at once: each may cost a hundred times its byte once it is read."""
_FEW = 2**20
"""Bytes that hold fewer for sure."""
_LONGEST_NUMBER = 100
"""Characters of one that is written as a text."""


class Unreadable(ValueError):
    """Bytes that are no JSON; the text is a sentence."""


class TooMuch(Unreadable):
    """Bytes that are more JSON than is read at once."""


def parse(data: bytes) -> object:
    """A JSON value, as strictly as can be and as leniently as needed. Raises ``Unreadable``.

    A mark of byte order may stand before it. NaN, infinities and numbers beyond floats become None, broken characters
    are replaced, and control characters may stand in strings.
    """
    bare = data.removeprefix(b"\xef\xbb\xbf")
    if len(bare) > _FEW and sum(map(bare.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise TooMuch("It has too many values to be read at once.")
    try:
        return orjson.loads(bare)
    except orjson.JSONDecodeError:
        return _parse_leniently(bare)


def _parse_leniently(data: bytes) -> object:
    try:
        value = json.loads(
            data.decode(errors="replace"),
            strict=False,
            parse_float=_finite,
            parse_int=_bounded,
            parse_constant=lambda _: None,
        )
        # Halves of characters, which Python lets pass, end here.
        return orjson.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
    except RecursionError:
        raise Unreadable("It is nested too deeply.") from None
    except orjson.JSONDecodeError:
        raise Unreadable("It is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"It is not JSON: {error.msg} (at character {error.pos:,}).") from None


def _finite(written: str) -> float | None:
    value = float(written)
    return value if math.isfinite(value) else None


def _bounded(written: str) -> int | float | None:
    return int(written) if len(written) < 19 else _finite(written)  # noqa: PLR2004 - digits of 64 bits


def mapping(value: object) -> Mapping[str, object]:
    """The object that it is, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[object]:
    """The list that it is, else an empty one."""
    return value if isinstance(value, list) else ()


def text(value: object) -> str:
    """The string that it is, else an empty one."""
    return value if isinstance(value, str) else ""


def written(value: object) -> str:
    """A value as text: a string as it is, nothing as nothing, others as JSON, on lines of its own if it is short."""
    if value is None or isinstance(value, str):
        return value or ""
    bare = shallow(value)
    data = orjson.dumps(bare)
    return (orjson.dumps(bare, option=orjson.OPT_INDENT_2) if len(data) <= MOST_INDENTED else data).decode()


def bounded(value: object, limit: int) -> str:
    """At most ``limit`` characters of a text, and a mark where it is cut off; the parts of a list are lines.

    Of what should have been a text and is none, the JSON, and less of it.
    """
    if isinstance(value, list):
        value = "\n".join(map(_on_a_line, value[:limit]))
    found, most = _on_a_line(value), limit if isinstance(value, str) else min(limit, MOST_SHOWN)
    return found if len(found) <= most else f"{found[:most]}…"


def _on_a_line(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return orjson.dumps(shallow(value)).decode()


def whole(value: object) -> int | None:
    """A number of tokens, steps or bytes: whole, not negative, and not beyond belief; else None."""
    if type(value) is int:
        return value if 0 <= value <= LARGEST else None
    return int(value) if isinstance(value, float) and 0 <= value <= LARGEST and value.is_integer() else None


def amount(value: object) -> float | None:
    """A number that is not negative, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= LARGEST:
        return None
    return float(value)


def number(value: object) -> float | None:
    """A finite number, also one that is written as a text; else None."""
    if not _may_be_number(value):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def money(value: object) -> Decimal | None:
    """Dollars, as they were written: a number, or a number in a string; else None."""
    if not _may_be_number(value):
        return None
    try:
        cost = Decimal(str(value))
    except InvalidOperation:
        return None
    return cost if cost.is_finite() and 0 <= cost <= LARGEST else None


def _may_be_number(value: object) -> TypeGuard[float | str]:
    if isinstance(value, str):
        return len(value) <= _LONGEST_NUMBER
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def moment(value: object) -> datetime | None:
    """An ISO time, of UTC where it names no zone; else None."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def shallow(value: object, levels: int = DEEPEST) -> object:
    """The value without what lies deeper than ``DEEPEST`` levels."""
    if not isinstance(value, (dict, list)):
        return value
    if levels == 0:
        return TOO_DEEP
    if isinstance(value, dict):
        return {key: shallow(member, levels - 1) for key, member in value.items()}
    return [shallow(member, levels - 1) for member in value]
