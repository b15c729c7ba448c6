"""JSON of strangers as values: parsed leniently, and taken for what it should be only if it is that."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import orjson

Value = TypeVar("Value")

LARGEST = 10**15
"""The largest number that is believed to be one of tokens."""
DEEPEST = 64
"""Levels of a value that are handed on; deeper ones are named only, so that nobody's recursion ends on them."""
TOO_DEEP = "… (nested too deeply to be shown)"


class Unreadable(ValueError):
    """Bytes that are no JSON; the text is a sentence."""


def parse(data: bytes) -> object:
    """A JSON value, as strictly as can be and as leniently as needed. Raises ``Unreadable``.

    NaN, infinities and numbers beyond floats become None, broken characters are replaced, and control characters may
    stand in strings.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return _parse_leniently(data)


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
    """A value as text: a string as it is, nothing as nothing, others as JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    return orjson.dumps(shallow(value), option=orjson.OPT_INDENT_2).decode()


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


def money(value: object) -> Decimal | None:
    """Dollars, as they were written: a number, or a number in a string; else None."""
    if isinstance(value, bool) or not isinstance(value, (float, int, str)):
        return None
    try:
        cost = Decimal(value[:40] if isinstance(value, str) else repr(value))
    except InvalidOperation:
        return None
    return cost if cost.is_finite() and 0 <= cost <= LARGEST else None


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


class Fields:
    """One object's members, asked for by name; what cannot be read is noted, what was not asked for is left over."""

    def __init__(self, wire: object, problems: list[str]) -> None:
        self._wire = mapping(wire)
        self._problems = problems
        self._asked: set[str] = set()

    def raw(self, name: str) -> object:
        """As it is, None where it is missing."""
        self._asked.add(name)
        return self._wire.get(name)

    def take(self, name: str, reading: Callable[[object], Value | None]) -> Value | None:
        """What ``reading`` makes of it; None and a problem where it makes nothing of something."""
        value = self.raw(name)
        read = None if value is None else reading(value)
        if value is not None and read is None:
            self._problems.append(f"Its {name} cannot be read: {_short(value)}")
        return read

    def text(self, name: str) -> str:
        """A string; numbers too, as they are written."""
        value = self.raw(name)
        if value is None or isinstance(value, str):
            return value or ""
        if isinstance(value, (dict, list)):
            self._problems.append(f"Its {name} is no text.")
        return written(value)

    def rest(self) -> dict[str, object]:
        """What its ``extra`` holds, and what was never asked for."""
        extra = self.raw("extra")
        found = {name: value for name, value in self._wire.items() if name not in self._asked}
        found.update(extra if isinstance(extra, dict) else {} if extra is None else {"extra": extra})
        return {name: shallow(value) for name, value in found.items()}


def _short(value: object) -> str:
    return written(value)[:60]
