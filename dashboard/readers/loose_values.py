"""Values of JSON that may be anything: taken for what they should be if they can be, never trusted."""

import json
import math
from collections.abc import Mapping, Sequence

import orjson

Json = object
MOST_SHOWN = 2_000
"""Characters of a value that should have been a text and is none."""


def decode(data: bytes) -> Json:
    """The one JSON document in these bytes, with or without a mark of byte order, ``NaN`` as Python writes it.

    Raises ``ValueError`` for what is none, or is nested too deeply.
    """
    bare = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return orjson.loads(bare)
    except orjson.JSONDecodeError:
        return _decode_slowly(bare)


def _decode_slowly(data: bytes) -> Json:
    """What the fast parser is too strict for."""
    try:
        found: Json = json.loads(data.decode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return found


def text(value: Json, limit: int) -> str:
    """At most ``limit`` characters of a text that can be encoded; lists are lines, what is not there is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _sound(value, limit)
    if isinstance(value, Sequence):
        return _sound("\n".join(text(each, limit) for each in value[:limit]), limit)
    return _sound(_written(value), min(limit, MOST_SHOWN))


def _written(value: Json) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (RecursionError, ValueError):
        return "…"


def _sound(value: str, limit: int) -> str:
    """Without halves of surrogate pairs; what is cut off is marked."""
    whole = value if len(value) <= limit else f"{value[:limit]}…"
    return whole if whole.isascii() else whole.encode("utf-8", "replace").decode()


def number(value: Json) -> float | None:
    """A finite number, also one that is written as a text; else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(value: Json) -> int | None:
    """A count: a whole number that is not negative; else None."""
    found = number(value)
    return int(found) if found is not None and found >= 0 and found.is_integer() else None


def mapping(value: Json) -> Mapping[str, Json]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Json) -> Sequence[Json]:
    """The array, or an empty one."""
    return value if isinstance(value, list) else ()
