"""Times at the beginnings of lines, as loggers write them: told apart from the text, and set against one another."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_STAMP = re.compile(
    r"\[?(?P<whole>(?P<date>\d{4}[-/]\d\d[-/]\d\d)[T ](?P<time>\d\d:\d\d:\d\d)(?:[.,](?P<fraction>\d{1,9}))?"
    r"(?P<zone> ?Z| ?[+-]\d\d:?\d\d)?)\]?(?: +|\t|$|(?=[:|]))"
    r"|\[?(?P<clock>\d\d:\d\d:\d\d)(?:[.,](?P<part>\d{1,9}))?\]?(?: +|\t|$)"
)
_DAY = "1970-01-01"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time at a line's beginning."""

    end: int
    """Characters of the line that it takes, with the space after it."""
    seconds: float
    """Since the epoch; since midnight where the line tells no date. A line that tells no zone is taken as UTC."""


def stamp_of(text: str) -> Stamp | None:
    """The time that a line begins with, if it begins with one."""
    if not text or text[0] not in "[0123456789" or (match := _STAMP.match(text)) is None:
        return None
    date, clock = match["date"] or _DAY, match["time"] or match["clock"]
    zone = (match["zone"] or "Z").strip()
    try:
        moment = datetime.fromisoformat(f"{date.replace('/', '-')}T{clock}{zone}")
    except ValueError:
        return None
    fraction = match["fraction"] or match["part"] or "0"
    return Stamp(match.end(), moment.astimezone(UTC).timestamp() + float(f"0.{fraction}"))


def apart(seconds: float) -> str:
    """A difference of two times: ``+0.250``, ``+1:02.5``, ``+2:03:04``, ``-0.001``."""
    sign, rest = ("-" if seconds < 0 else "+"), abs(seconds)
    minutes, rest = divmod(rest, 60)
    hours, minutes = divmod(int(minutes), 60)
    if hours:
        return f"{sign}{hours}:{minutes:02}:{int(rest):02}"
    return f"{sign}{minutes}:{rest:04.1f}" if minutes else f"{sign}{rest:.3f}"
