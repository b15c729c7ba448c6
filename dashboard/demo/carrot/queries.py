"""Query strings, read as strictly as the real server reads them.

A field that comes twice, or a value that does not parse, is 400 in plain text; fields that nobody knows are ignored.
An empty value is a value: it is never "not set", unless the server is lenient.
"""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qsl

from dashboard.demo.carrot import times
from dashboard.demo.carrot.answers import Refusal, plain

Parser = Callable[[str], object]
Query = dict[str, object]
UUID = re.compile(
    r"(?:urn:uuid:)?(\{?)([0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\3[0-9a-fA-F]{4}\3[0-9a-fA-F]{4}\3[0-9a-fA-F]{12})(\}?)"
)
NUMBER = re.compile(r"[+-]?\d{1,19}")


def text(value: str) -> str:
    """Any text."""
    return value


def uuid_text(value: str) -> str:
    """A UUID in any of its forms, as it is kept; else ``ValueError``."""
    found = UUID.fullmatch(value)
    if found is None or len(found[1]) != len(found[4]):
        raise ValueError(f"UUID parsing failed: invalid length: expected one of [36, 32], found {len(value)}")
    return str(uuid.UUID(found[2]))


def number(value: str) -> int:
    """A whole number of 64 bits; else ``ValueError``."""
    if not value:
        raise ValueError("cannot parse integer from empty string")
    if not NUMBER.fullmatch(value):
        raise ValueError("invalid digit found in string")
    if not -(2**63) <= int(value) < 2**63:
        raise ValueError("number too large to fit in target type")
    return int(value)


def flag(value: str) -> bool:
    """Exactly ``true`` or ``false``; else ``ValueError``."""
    if value not in {"true", "false"}:
        raise ValueError("provided string was not `true` or `false`")
    return value == "true"


def one_of(known: Sequence[str]) -> Parser:
    """A parser of a closed set."""
    expected = ", ".join(f"`{each}`" for each in known)

    def parse(value: str) -> str:
        if value not in known:
            raise ValueError(f"unknown variant `{value}`, expected one of {expected}")
        return value

    return parse


COMMON: dict[str, Parser] = {
    "created_before": times.parse,
    "created_after": times.parse,
    "sort": text,
    "limit": number,
    "offset": number,
}
"""What every list takes."""


def read_query(query_string: str, known: Mapping[str, Parser], *, is_lenient: bool = False) -> Query:
    """The known fields of a query; 400 in plain text when one comes twice or does not parse."""
    found: Query = {}
    for name, value in parse_qsl(query_string, keep_blank_values=True, errors="replace"):
        if name not in known or (is_lenient and not value):
            continue
        if name in found:
            raise unreadable(f"duplicate field `{name}`")
        found[name] = parse(known[name], value)
    return found


def parse(parser: Parser, value: str) -> object:
    """One value; 400 in plain text when it does not parse."""
    try:
        return parser(value)
    except ValueError as error:
        raise unreadable(str(error)) from None


def unreadable(reason: str) -> Refusal:
    """400 of a query."""
    return plain(400, f"Query deserialize error: {reason}")
