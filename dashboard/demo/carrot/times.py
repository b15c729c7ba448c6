"""Moments: kept as text with nine decimals, so that they sort; spelt as naive UTC with 0, 3, 6 or 9."""

import re
from datetime import UTC, datetime

MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?")


def keep(moment: datetime) -> str:
    """An aware moment as it is kept."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000"


def keep_milliseconds(moment: datetime) -> str:
    """The same, no finer than a thousandth: as Cromwell says when something ended."""
    return keep(moment)[:-6] + "000000"


def read_kept(kept: str) -> datetime:
    """The aware moment of a kept text, to the microsecond."""
    return datetime.fromisoformat(kept[:26]).replace(tzinfo=UTC)


def spell(kept: str) -> str:
    """As JSON has it: groups of three zeros at the end are left out."""
    whole, decimals = kept.split(".")
    while decimals.endswith("000"):
        decimals = decimals[:-3]
    return f"{whole}.{decimals}" if decimals else whole


def spell_with_blank(kept: str) -> str:
    """As a CSV file has it."""
    return spell(kept).replace("T", " ")


def parse(text: str) -> str:
    """A moment of a query, as it is kept; ``ValueError`` in the words of the real parser."""
    found = MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(complain(text))
    try:
        datetime.fromisoformat(found[1])
    except ValueError:
        raise ValueError("input is out of range") from None
    return f"{found[1]}.{(found[2] or '').ljust(9, '0')}"


def complain(text: str) -> str:
    """What is wrong with a moment."""
    if MOMENT.match(text):
        return "trailing input"
    is_begun = re.fullmatch(r"[\dT:.-]{0,19}", text) is not None
    return "premature end of input" if is_begun and " " not in text else "input contains invalid characters"
