"""Bodies of requests: JSON objects of known keys, no longer than the real server takes them."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import NoReturn

from dashboard.demo.calls import Call
from dashboard.demo.carrot.answers import nothing
from dashboard.demo.carrot.queries import uuid_text

LIMIT = 32_768
Check = Callable[[object], object]
Body = dict[str, object]


def a_text(value: object) -> object:
    """A text; else ``ValueError``."""
    if isinstance(value, str):
        return value
    raise ValueError(value)


def a_uuid(value: object) -> object:
    """A UUID; else ``ValueError``."""
    return uuid_text(str(a_text(value)))


def any_json(value: object) -> object:
    """Any JSON, the keys of its objects in alphabetical order."""
    if isinstance(value, dict):
        return {key: any_json(value[key]) for key in sorted(value)}
    return [any_json(each) for each in value] if isinstance(value, list) else value


def one_of(*known: str) -> Check:
    """A check of a closed set; else ``ValueError``."""

    def check(value: object) -> object:
        if value not in known:
            raise ValueError(value)
        return value

    return check


def read_json(call: Call) -> Body:
    """The body as a JSON object; 400 or 413 without a word."""
    media_type = call.headers["content-type"].partition(";")[0].strip().lower()
    if len(call.body) > LIMIT:
        raise nothing(413)
    if media_type != "application/json":
        raise nothing(400)
    try:
        document = json.loads(call.body, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise nothing(400) from None
    if not isinstance(document, dict):
        raise nothing(400)
    return document


def refuse(constant: str) -> NoReturn:
    """``NaN`` and the like are no JSON."""
    raise ValueError(constant)


def read_fields(body: Mapping[str, object], checks: Mapping[str, Check], required: Collection[str] = ()) -> Body:
    """The known fields, null where they are missing; 400 without a word when one does not fit."""
    found: Body = {}
    for name, check in checks.items():
        value = body.get(name)
        if value is None and name in required:
            raise nothing(400)
        try:
            found[name] = None if value is None else check(value)
        except ValueError:
            raise nothing(400) from None
    return found
