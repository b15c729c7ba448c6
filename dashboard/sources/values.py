"""Values of strangers' JSON: how much of them is believed, and where it is noted that one cannot be."""

from datetime import UTC, datetime, tzinfo
from typing import ClassVar, cast

from dashboard.domain.records import Json
from dashboard.sources.problems import Problems
from dashboard.sources.texts import clean

MAX_COUNT = 2**31 - 1
"""The largest number of trials, attempts or retries that is believed."""
MAX_TOKENS = 10**12
"""The largest number of tokens that is believed: the sum over millions of trials stays within 64 bits."""
MAX_REWARD = 1e100
"""The largest reward that is believed: sums, and sums of squares, stay finite."""
YEARS = range(1970, 2200)
"""Years that are believed; the zero times of other languages are not."""

_LONGEST_KEY = 100
_LONGEST_TIME = 64


class JsonObject:
    """A JSON object, or an empty one for everything else. A source's own readers of fields stand on it."""

    EMPTY: ClassVar[tuple[Json, ...]] = (None, "")
    """What stands for a time that is not told."""

    def __init__(self, value: Json, where: str, problems: Problems) -> None:
        self.values = cast("dict[str, Json]", value) if isinstance(value, dict) else {}
        self.where = where
        self.problems = problems

    def moment(self, key: str, zone: tzinfo | None = UTC) -> datetime | None:
        """A time in UTC; one without an offset is in ``zone`` (None: the machine's own)."""
        value = self.values.get(key)
        found = moment_of(value, zone)
        if found is None and value not in self.EMPTY:
            self.wrong(key, "is not a time that can be believed")
        return found

    def wrong(self, key: str, what: str) -> None:
        """Note a problem with a field."""
        self.problems.add(self.where, f"{clean(key, _LONGEST_KEY)} {what}.")


def moment_of(value: Json, zone: tzinfo | None = UTC) -> datetime | None:
    """An ISO 8601 time in UTC, or None; one without an offset is in ``zone`` (None: the machine's own).

    In an hour that a zone has twice, the first is taken.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_TIME:
        return None
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None and zone is not None:
            found = found.replace(tzinfo=zone)
        found = found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year in YEARS else None
