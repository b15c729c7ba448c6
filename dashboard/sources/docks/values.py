"""Values of the wire's JSON, read leniently: what is missing is None or empty; what is wrong, too, and a problem."""

import math
from collections.abc import Iterable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from dashboard.domain.errors import BadAnswer
from dashboard.domain.records import Json
from dashboard.http.decoding import decode_json
from dashboard.sources.texts import NAME_LIMIT, clean
from dashboard.sources.values import MAX_COUNT, JsonObject

URI_LIMIT = 2_000
TEXT_LIMIT = 4_000
MAX_DURATION = timedelta(days=3650)

_TOO_LONG = 2**63
_LARGEST_INNER = 2**20


def show_uri(uri: str) -> str:
    """An address fit to be kept and shown: without user, password and query, where signatures are."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    return clean(urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")), URI_LIMIT)


def number_of(value: Json) -> float | int | None:
    """A finite number, not a boolean, as a float beyond 63 bits; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = value if abs(value) < _TOO_LONG else float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


class Fields(JsonObject):
    """One JSON object's fields, by the kind of value they should hold."""

    def text(self, *keys: str, limit: int = NAME_LIMIT) -> str:
        """The first of these that holds a text, cleaned; numbers count as texts."""
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, str) and value.strip():
                return clean(value.strip(), limit)
            if number_of(value) is not None:
                return clean(str(value), limit)
            if value is not None and not isinstance(value, str):
                self.wrong(key, "is not a text")
        return ""

    def count(self, key: str, most: int = MAX_COUNT) -> int | None:
        """A whole number from 0 to ``most``."""
        number = self.number(key)
        if number is None or (number == int(number) and 0 <= number <= most):
            return None if number is None else int(number)
        self.wrong(key, "is not a number that can be believed")
        return None

    def number(self, key: str) -> float | int | None:
        """A finite number."""
        value = self.values.get(key)
        number = number_of(value)
        if number is None and value is not None:
            self.wrong(key, "is not a number")
        return number

    def duration(self, key: str) -> timedelta | None:
        """Seconds as a stretch of time."""
        seconds = self.number(key)
        if seconds is None or 0 <= seconds <= MAX_DURATION.total_seconds():
            return None if seconds is None else timedelta(seconds=seconds)
        self.wrong(key, "is not a duration that can be believed")
        return None

    def embedded(self, key: str) -> "Fields":
        """An object within this one, or a text that holds one as JSON; empty where there is neither."""
        value = self.values.get(key)
        if isinstance(value, str):
            value = _decoded(value) if value.strip() else None
        if value is not None and not isinstance(value, dict):
            self.wrong(key, "is not an object")
        return Fields(value, key, self.problems)

    def inners(self, key: str, most: int) -> Iterator["Fields"]:
        """The objects of a list within this one, at most so many."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, list):
            self.wrong(key, "is not a list")
        items: Iterable[Json] = value[:most] if isinstance(value, list) else ()
        for item in items:
            if isinstance(item, dict):
                yield Fields(item, key, self.problems)
            else:
                self.wrong(key, "holds something that is not an object")


def _decoded(text: str) -> Json:
    """The value that a text holds as JSON; the text itself where it holds none."""
    try:
        return decode_json(text[:_LARGEST_INNER].encode("utf-8", "replace"))[0]
    except BadAnswer:
        return text
