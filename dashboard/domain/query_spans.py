"""What a query says about numbers, durations and times, as spans: ``>5``, ``1..5``, ``30s``, ``2026-11-01``, ``7d``."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

Quantity = Decimal | timedelta | datetime


class Operator(StrEnum):
    """What stands before (or between) the values of a term; its value is how it is written."""

    IS = ""
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    RANGE = ".."


@dataclass(frozen=True, slots=True)
class Span:
    """All quantities between two ends, each of which may belong to it or not; None is no end.

    Numbers are ``Decimal``, durations ``timedelta``, times aware UTC ``datetime``. A day or a minute is the span from
    its beginning to the beginning of the next, without that.
    """

    low: Quantity | None
    high: Quantity | None
    includes_low: bool = True
    includes_high: bool = True


class NotUnderstood(ValueError):
    """A value cannot be read. Carries a sentence for a person and a value that could be read instead, if any."""

    def __init__(self, sentence: str, instead: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.instead = instead


Reader = Callable[[str], Span]
"""Reads one plain value; raises NotUnderstood."""

_OPERATOR = re.compile(r"[<>]=?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_FACTORS = {"k": 1_000, "m": 1_000_000}
_DURATION = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,3})?[smhdw])+")
_DURATION_PART = re.compile(r"([0-9.]+)([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_MAX_NUMBER = 10**12
"""What the columns of the database take, sums of money with six decimals among them."""
_MAX_DAYS = 100_000
"""Of a duration: columns count microseconds in 64 bits."""
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?P<time>T[0-9]{2}:[0-9]{2}(?P<second>:[0-9]{2}(?P<fraction>\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_DAYS_AGO = {"today": 0, "yesterday": 1}


def read_span(text: str, read: Reader) -> tuple[Operator, Span]:
    """Read a value with an operator before it, a range of two (``1..5``, ``1..``, ``..5``), or a plain value.

    Raises NotUnderstood.
    """
    if found := _OPERATOR.match(text):
        operator = Operator(found[0])
        return operator, _compared(operator, read(text[found.end() :]))
    low, dots, high = text.partition("..")
    if not dots:
        return Operator.IS, read(text)
    return Operator.RANGE, _between(read(low) if low else None, read(high) if high else None, f"{high}..{low}")


def number_reader(unit: str = "") -> Reader:
    """Reads ``5``, ``-0.25``, ``10k``, ``2.5M``, also with the field's own unit before or after: ``$5``, ``50%``."""

    def read(text: str) -> Span:
        bare = text.removeprefix(unit).removesuffix(unit)
        factor = _FACTORS.get(bare[-1:].lower(), 1)
        digits = bare if factor == 1 else bare[:-1]
        if not _NUMBER.fullmatch(digits):
            raise NotUnderstood("write a number such as 5, 0.25 or 10k")
        value = Decimal(digits) * factor
        if abs(value) >= _MAX_NUMBER:
            raise NotUnderstood("write a number below a trillion")
        return Span(value, value)

    return read


def read_duration(text: str) -> Span:
    """Read ``30s``, ``5m``, ``2h``, ``1d``, ``1w`` or several of these together: ``1h30m``."""
    length = _length(text)
    return Span(length, length)


def date_reader(now: datetime) -> Reader:
    """Reads a day (``2026-11-01``, ``today``, ``yesterday``), a minute or second (``…T12:00``), or how long ago.

    Of a second decimals are read as well; then it is that moment. What names no zone is in that of ``now``, which is
    aware; ``7d`` is the moment seven days before it.
    """

    def read(text: str) -> Span:
        try:
            return _moments(text, now)
        except (ValueError, OverflowError) as error:
            raise NotUnderstood("write a date such as 2026-11-01, today, or 7d for seven days ago") from error

    return read


def _moments(text: str, now: datetime) -> Span:
    if found := _MOMENT.fullmatch(text.upper()):
        return _written_moment(found, now)
    if (days_ago := _DAYS_AGO.get(text.lower())) is not None:
        return _day(now.date() - timedelta(days=days_ago), now)
    moment = (now - _length(text)).astimezone(UTC)
    return Span(moment, moment)


def _written_moment(found: re.Match[str], now: datetime) -> Span:
    if not found["time"]:
        return _day(date.fromisoformat(found["day"]), now)
    moment = datetime.fromisoformat(found[0])
    start = (moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)).astimezone(UTC)
    if found["fraction"]:
        return Span(start, start)
    return Span(start, start + timedelta(seconds=1 if found["second"] else 60), includes_high=False)


def _day(day: date, now: datetime) -> Span:
    """From midnight to midnight where ``now`` is, which is not always 24 hours."""
    start, end = (datetime.combine(d, time(), now.tzinfo).astimezone(UTC) for d in (day, day + timedelta(days=1)))
    return Span(start, end, includes_high=False)


def _length(text: str) -> timedelta:
    if not _DURATION.fullmatch(text):
        is_number = _NUMBER.fullmatch(text) is not None
        raise NotUnderstood("write a duration such as 30s, 5m, 2h or 1d", f"{text}s" if is_number else "")
    seconds = sum(Decimal(amount) * _SECONDS[unit] for amount, unit in _DURATION_PART.findall(text))
    if seconds > _MAX_DAYS * _SECONDS["d"]:
        raise NotUnderstood(f"write a duration of at most {_MAX_DAYS:,} days")
    return timedelta(seconds=float(seconds))


def _compared(operator: Operator, point: Span) -> Span:
    match operator:
        case Operator.LESS:
            return Span(None, point.low, includes_high=False)
        case Operator.AT_MOST:
            return Span(None, point.high, includes_high=point.includes_high)
        case Operator.MORE:
            return Span(point.high, None, includes_low=not point.includes_high)
        case _:
            return Span(point.low, None)


def _between(low: Span | None, high: Span | None, reverse: str) -> Span:
    start, end = low.low if low else None, high.high if high else None
    if start is None and end is None:
        raise NotUnderstood("write a range with at least one end, such as 1..5")
    if start is not None and end is not None and start > end:  # type: ignore[operator]  # one reader makes both ends
        raise NotUnderstood("begin a range with its lower end", reverse)
    return Span(start, end, includes_high=high.includes_high if high else True)
