"""Lenient readers for the fields of a JSON object: what is missing is None, what is wrong is None and a problem."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from dashboard.domain.records import Json
from dashboard.sources.problems import Problems
from dashboard.sources.texts import NAME_LIMIT, clean
from dashboard.sources.values import MAX_COUNT, YEARS, JsonObject

MAX_COST = Decimal(10) ** 6
"""The most dollars that a trial is believed to cost: the sum over a million trials stays within its column."""

_CENT = Decimal("0.000001")


class Fields(JsonObject):
    """A JSON object's fields, by the kind of value they should hold."""

    EMPTY = (None,)

    def raw(self, key: str) -> Json:
        """The value as it is; None where there is none."""
        return self.values.get(key)

    def text(self, key: str, limit: int = NAME_LIMIT) -> str:
        """A text, cleaned and cut to ``limit``; empty where there is none."""
        value = self.values.get(key)
        if isinstance(value, str):
            return clean(value, limit)
        if value is not None:
            self.wrong(key, "is not a text")
        return ""

    def count(self, key: str, most: int = MAX_COUNT) -> int | None:
        """A whole number from 0 to ``most``."""
        value = self.values.get(key)
        number = _whole(value)
        if number is not None and 0 <= number <= most:
            return number
        if value is not None:
            self.wrong(key, "is not a number that can be believed")
        return None

    def cost(self, key: str) -> Decimal | None:
        """US dollars, to a millionth."""
        value = self.values.get(key)
        number = number_of(value)
        if number is not None and not isinstance(value, bool) and abs(number) < MAX_COST:
            return round_cost(Decimal(str(number)))
        if value is not None:
            self.wrong(key, "is not an amount that can be believed")
        return None

    def inner(self, key: str) -> "Fields":
        """An object within this one; empty where there is none."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, "is not an object")
        return Fields(value, f"{self.where}{'.' if ' ' in self.where else ' '}{key}", self.problems)

    def inners(self, key: str, most: int) -> Iterator["Fields"]:
        """The objects of a list within this one, at most so many."""
        value = self.values.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(key, "is not a list")
            return
        if len(value) > most:
            self.wrong(key, f"has {len(value):,} entries, of which {most:,} are read")
        for number, item in enumerate(value[:most]):
            if isinstance(item, dict):
                yield Fields(item, f"{self.where} {key}[{number}]", self.problems)
            else:
                self.wrong(f"{key}[{number}]", "is not an object")


def number_of(value: Json) -> float | int | None:
    """A finite number; booleans count 1 and 0."""
    if not isinstance(value, int | float):
        return None
    try:
        return value if math.isfinite(value) else None
    except OverflowError:
        return None


def _whole(value: Json) -> int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def round_cost(cost: Decimal) -> Decimal:
    """To a millionth of a dollar, half to even."""
    return cost.quantize(_CENT)


def moment_at(mtime_ns: int) -> datetime | None:
    """A file's time as a time, or None where it is absurd."""
    try:
        found = datetime.fromtimestamp(mtime_ns / 1e9, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year in YEARS else None


def zone_named(name: str, problems: Problems) -> tzinfo | None:
    """The zone of naive times; None, the machine's own, where none is named or there is none of that name."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        problems.add("", f"There is no time zone named {name}; the machine's own is used.")
        return None
