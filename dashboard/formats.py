"""How values are written for people, in tables and tags alike.

Every function takes any value of its type and never raises. What is not known is an en dash, never zero; a value that
would be too long to read is written short.
"""

import csv
import io
import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from dashboard.domain.statistics import Interval

T = TypeVar("T")

UNKNOWN = "–"
_NBSP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_MOST = 10**18
"""Nothing that is counted here comes near it; an integer of a million digits does not become a page."""
_BEYOND = "> 10¹⁸"

_HOUR = 3_600
_DAY = 86_400


def duration(value: timedelta | None) -> str:
    """Its two largest units: ``40 ms``, ``1.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``, ``3 d 4 h``.

    Unknown if negative: that is two clocks disagreeing.
    """
    if value is None or value < timedelta(0):
        return UNKNOWN
    seconds = value.total_seconds()
    if seconds < 9.95:  # noqa: PLR2004 - from here on it is 10 s
        return _few_seconds(seconds)
    if (whole := round(seconds)) < _HOUR:
        return _two_units(whole, 60, "min", "s")
    if (minutes := round(seconds / 60)) < _DAY // 60:
        return _two_units(minutes, 60, "h", "min")
    return _two_units(round(seconds / _HOUR), 24, "d", "h")


def _two_units(smalls: int, per_large: int, large: str, small: str) -> str:
    """Whole units without those of which there are none: ``2 h`` rather than ``2 h 0 min``."""
    amounts = zip(divmod(smalls, per_large), (large, small), strict=True)
    return " ".join(f"{amount:,} {name}" for amount, name in amounts if amount)


def _few_seconds(seconds: float) -> str:
    if not seconds:
        return "0 s"
    if seconds < 0.0005:  # noqa: PLR2004 - would be written as 0 ms
        return "< 1 ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.0995 else f"{seconds:.1f} s"  # noqa: PLR2004 - 0.1 s


_MONEY_SCALES = (
    # Below this amount, this many decimal places.
    (Decimal("0.01"), Decimal("0.0001")),
    (Decimal("0.1"), Decimal("0.001")),
    (Decimal(1000), Decimal("0.01")),
    (Decimal(_MOST), Decimal(1)),
)


def money(value: Decimal | None) -> str:
    """US dollars with as many digits as say something: ``$0.0074``, ``$0.074``, ``$0.27``, ``$12.30``, ``$1,204``."""
    if value is None or not value.is_finite():
        return UNKNOWN
    sign, amount = (_MINUS if value < 0 else ""), value.copy_abs()
    if not amount:
        return "$0.00"
    return sign + _dollars(amount) if amount >= Decimal("0.00005") else "< $0.0001"


def _dollars(amount: Decimal) -> str:
    for limit, step in _MONEY_SCALES:
        if amount < limit and (rounded := amount.quantize(step, ROUND_HALF_UP)) < limit:
            return f"${rounded:,}"
    return f"> ${_MOST:,}"


def count(value: int | None) -> str:
    """A whole number with thousands separators: ``1,204``."""
    if value is None:
        return UNKNOWN
    return f"{value:,}".replace("-", _MINUS) if abs(value) < _MOST else _beyond(value)


def _beyond(value: int) -> str:
    return _BEYOND if value > 0 else f"< {_MINUS}10¹⁸"


def tokens(value: int | None) -> str:
    """A number of tokens in three digits: ``940``, ``12.3k``, ``4.56M``, ``1.20G``. Unknown if negative."""
    if value is None or value < 0:
        return UNKNOWN
    if value < 1000:  # noqa: PLR2004 - short enough
        return str(value)
    return _scaled(value) if value < _MOST else _BEYOND


def _scaled(value: int) -> str:
    scaled = float(value)
    for unit in "kMGTP":
        scaled /= 1000
        for limit, places in ((9.995, 2), (99.95, 1), (999.5, 0)):
            if scaled < limit:
                return f"{scaled:.{places}f}{unit}"
    return _BEYOND


def percent(value: float | None, digits: int = 1) -> str:
    """A fraction as a percentage, with a no-break space: ``73.3 %``."""
    if value is None or not math.isfinite(value * 100):
        return UNKNOWN
    return f"{_plain(value * 100, digits)}{_NBSP}%"


def number(value: float | None, digits: int = 3) -> str:
    """A number such as a reward, in so many significant digits: ``0.667``, ``12``, ``1.2e+06``."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return f"{value:.{digits}g}".replace("-", _MINUS)


def signed(value: float | None, digits: int = 3) -> str:
    """A difference with its sign: ``+0.012``, ``−3``, ``±0``."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if not value:
        return "±0"
    return f"{value:+.{digits}g}".replace("-", _MINUS)


def signed_percent(value: float | None, digits: int = 1) -> str:
    """A fraction as a percentage with its sign, with a no-break space: ``+1.2 %``.

    Where so few digits would read as no change at all, the first digit that says something: ``−0.03 %``.
    """
    if value is None or not math.isfinite(value * 100):
        return UNKNOWN
    if value and not round(value * 100, digits):
        return f"{signed(value * 100, 1)}{_NBSP}%"
    return f"{'+' if value > 0 else ''}{percent(value, digits)}"


def tests(passed: object, total: object) -> str:
    """«3 of 5», or only how many passed, or whether they did; empty where that is not known."""
    if isinstance(passed, bool):
        return "all" if passed else "not all"
    if passed is None:
        return ""
    return f"{passed} of {total}" if total is not None else str(passed)


def interval(value: Interval | None) -> str:
    """Both ends of an interval: ``40.4–60.7 %`` for fractions, ``0.41–0.62`` for means of other values."""
    if value is None or not (math.isfinite(value.low * 100) and math.isfinite(value.high * 100)):
        return UNKNOWN
    if value.kind == "mean":
        dash = " to " if value.low < 0 else "–"
        return f"{number(value.low)}{dash}{number(value.high)}"
    return f"{_plain(value.low * 100, 1)}–{_plain(value.high * 100, 1)}{_NBSP}%"


def _plain(value: float, digits: int) -> str:
    """Never ``-0.0``, never hundreds of digits."""
    written = f"{round(value, digits) + 0.0:.{digits}f}" if abs(value) < _MOST else f"{value:.{digits}e}"
    return written.replace("-", _MINUS)


def size(value: int | None) -> str:
    """Bytes, in decimal units: ``75 B``, ``1.2 kB``, ``50.0 MB``. Unknown if negative."""
    if value is None or value < 0:
        return UNKNOWN
    if value < 1000:  # noqa: PLR2004 - short enough
        return f"{value} B"
    scaled = float(min(value, _MOST * 1000))
    for unit in ("kB", "MB", "GB", "TB", "PB"):
        scaled /= 1000
        if scaled < 999.95:  # noqa: PLR2004 - from here on it is one of the next unit
            return f"{scaled:.1f} {unit}"
    return f"{_BEYOND} B"


def moment(value: datetime | None) -> str:
    """A point in time: ``2026-11-21 19:05:44 UTC``; a naive one, of which the zone is not known, without a zone."""
    return UNKNOWN if value is None else _written(value, "seconds") + (" UTC" if value.tzinfo else "")


def short_moment(value: datetime | None) -> str:
    """A point in time in UTC to the minute: ``2026-11-21 19:05``."""
    return UNKNOWN if value is None else _written(value, "minutes")


def _written(value: datetime, precision: str) -> str:
    try:
        utc = value.astimezone(UTC) if value.tzinfo else value
    except OverflowError:  # within a day of the first or the last moment there is
        utc = value
    return utc.replace(tzinfo=None).isoformat(" ", precision)


def defused(value: T) -> T | str:
    """A cell of a CSV as a spreadsheet may have it: a text that it would run as a formula behind an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def csv_line(cells: Iterable[object]) -> str:
    """A line of a CSV with its end, each cell as a spreadsheet may have it (:func:`defused`)."""
    line = io.StringIO()
    csv.writer(line).writerow([defused(cell) for cell in cells])
    return line.getvalue()


def plural(n: int | None, noun: str, nouns: str = "") -> str:
    """A count and what it counts: ``1 trial``, ``0 trials``, ``1,204 trials``; ``nouns`` where it is not noun + s."""
    return f"{count(n)} {noun if n == 1 else nouns or noun + 's'}"
