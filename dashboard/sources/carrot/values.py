"""Values of the wire's JSON, read leniently: what is missing is None or empty; what is wrong, too, and a problem."""

import math
from collections.abc import Sequence
from json import dumps

from dashboard.domain.records import Json
from dashboard.sources.carrot.ids import read_id
from dashboard.sources.problems import Problems
from dashboard.sources.texts import NAME_LIMIT, clean
from dashboard.sources.values import JsonObject

TEXT_LIMIT = 2_000
PERSON_LIMIT = 200
JSON_LIMIT = 256 * 1024
"""Characters of one object of inputs or options, as JSON."""


def tame(value: Json) -> Json:
    """JSON as it can be stored: texts without NUL and halves of characters, no numbers that are none."""
    if isinstance(value, str):
        return clean(value, JSON_LIMIT)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {clean(str(key)): tame(each) for key, each in value.items()}
    return [tame(each) for each in value] if isinstance(value, list) else value


class Fields(JsonObject):
    """One JSON object's fields, by the kind of value they should hold."""

    def text(self, *keys: str, limit: int = NAME_LIMIT) -> str:
        """The first of these that holds a text, cleaned."""
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, str) and value.strip():
                return clean(value.strip(), limit)
            if value is not None and not isinstance(value, str):
                self.wrong(key, "is not a text")
        return ""

    def identity(self, key: str) -> str:
        """A UUID; empty where there is none."""
        value = self.values.get(key)
        found = read_id(value)
        if not found and value is not None:
            self.wrong(key, "is not an id")
        return found

    def identities(self, key: str, most: int) -> list[str]:
        """The UUIDs of a list, each once."""
        found = [read_id(value) for value in self._list(key)]
        if not all(found):
            self.wrong(key, "holds something that is not an id")
        return list(dict.fromkeys(each for each in found if each))[:most]

    def texts(self, key: str, most: int, limit: int = TEXT_LIMIT) -> list[str]:
        """The texts of a list; of too many the last."""
        values = self._list(key)
        if len(values) > most:
            self.wrong(key, f"has {len(values):,} entries, of which the last {most:,} are shown")
        return [clean(value if isinstance(value, str) else dumps(value), limit) for value in values[-most:]]

    def count(self, key: str, most: int) -> int | None:
        """A whole number from 0 to ``most``."""
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
            return value
        if value is not None:
            self.wrong(key, "is not a number that can be believed")
        return None

    def inner(self, key: str) -> "Fields":
        """An object within this one; empty where there is none."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, "is not an object")
        return Fields(value, key, self.problems)

    def json(self, key: str) -> Json:
        """Any JSON that is not too long to be kept; None where there is none."""
        value = self.values.get(key)
        if value is None or len(dumps(value)) <= JSON_LIMIT:
            return tame(value)
        self.wrong(key, f"is longer than the {JSON_LIMIT // 1024} KiB that are kept")
        return None

    def _list(self, key: str) -> Sequence[Json]:
        value = self.values.get(key)
        if value is not None and not isinstance(value, list):
            self.wrong(key, "is not a list")
        return value if isinstance(value, list) else ()


def fields_of(value: Json, where: str, problems: Problems) -> Fields:
    """The fields of an object that was told; a problem where it is none."""
    if not isinstance(value, dict):
        problems.add(where, "It is not an object.")
    return Fields(value, where, problems)
