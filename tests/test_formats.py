import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import formats
from dashboard.domain.statistics import Interval

NBSP = "\u00a0"
HUGE = 10**5000
"""Python refuses to write it out."""


@pytest.mark.parametrize(
    "write",
    [
        formats.duration,
        formats.money,
        formats.count,
        formats.tokens,
        formats.percent,
        formats.number,
        formats.interval,
        formats.size,
        formats.moment,
        formats.short_moment,
    ],
)
def test_unknown_is_a_dash(write: Callable[[None], str]) -> None:
    assert write(None) == "–"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.0004, "< 1 ms"),
        (0.0006, "1 ms"),
        (0.04, "40 ms"),
        (0.0996, "0.1 s"),
        (1.4, "1.4 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (12.3, "12 s"),
        (59.6, "1 min"),
        (200, "3 min 20 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h"),
        (7500, "2 h 5 min"),
        (7200, "2 h"),
        (86_399, "1 d"),
        (3 * 86_400 + 4 * 3600 + 59, "3 d 4 h"),
        (-1, "–"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert formats.duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0.00"),
        ("0E-9", "$0.00"),
        ("0.00001", "< $0.0001"),
        ("0.0074", "$0.0074"),
        ("0.00996", "$0.010"),
        ("0.0741", "$0.074"),
        ("0.27", "$0.27"),
        ("0.275", "$0.28"),
        ("12.3", "$12.30"),
        ("999.99", "$999.99"),
        ("999.995", "$1,000"),
        ("1204.4", "$1,204"),
        ("-5", "−$5.00"),
        ("1E+1000000", "> $1,000,000,000,000,000,000"),
        ("NaN", "–"),
        ("sNaN", "–"),
        ("Infinity", "–"),
    ],
)
def test_money(amount: str, text: str) -> None:
    assert formats.money(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1204, "1,204"), (-1204, "−1,204"), (10**18, "> 10¹⁸"), (-(10**18), "< −10¹⁸")],
)
def test_count(value: int, text: str) -> None:
    assert formats.count(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (940, "940"),
        (1000, "1.00k"),
        (9_994, "9.99k"),
        (9_996, "10.0k"),
        (12_345, "12.3k"),
        (123_456, "123k"),
        (999_600, "1.00M"),
        (4_560_000, "4.56M"),
        (1_200_000_000, "1.20G"),
        (10**18 - 1, "> 10¹⁸"),
        (-1, "–"),
    ],
)
def test_tokens(value: int, text: str) -> None:
    assert formats.tokens(value) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.7333, 1, f"73.3{NBSP}%"),
        (1, 1, f"100.0{NBSP}%"),
        (0.7333, 0, f"73{NBSP}%"),
        (-0.021, 1, f"−2.1{NBSP}%"),
        (-0.00001, 1, f"0.0{NBSP}%"),
        (math.nan, 1, "–"),
        (1e308, 1, "–"),
    ],
)
def test_percent(value: float, digits: int, text: str) -> None:
    assert formats.percent(value, digits) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.012, f"+1.2{NBSP}%"),
        (-0.021, f"−2.1{NBSP}%"),
        (0, f"0.0{NBSP}%"),
        (-0.0003 / 0.87, f"−0.03{NBSP}%"),
        (4e-7, f"+4e−05{NBSP}%"),
        (1e-320, f"+1e−318{NBSP}%"),
        (None, "–"),
        (math.inf, "–"),
    ],
)
def test_a_change_never_reads_as_none(value: float | None, text: str) -> None:
    assert formats.signed_percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(2 / 3, "0.667"), (12.0, "12"), (-0.5, "−0.5"), (1_234_567.0, "1.23e+06"), (math.inf, "–")],
)
def test_number(value: float, text: str) -> None:
    assert formats.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Interval(0.4041, 0.6066, "wilson"), f"40.4–60.7{NBSP}%"),
        (Interval(0, 1, "task-level"), f"0.0–100.0{NBSP}%"),
        (Interval(0.41, 2.5, "mean"), "0.41–2.5"),
        (Interval(-0.1, 0.3, "mean"), "−0.1 to 0.3"),
        (Interval(math.nan, 1, "wilson"), "–"),
        (Interval(0, math.inf, "mean"), "–"),
    ],
)
def test_interval(value: Interval, text: str) -> None:
    assert formats.interval(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 B"),
        (75, "75 B"),
        (999, "999 B"),
        (1234, "1.2 kB"),
        (999_960, "1.0 MB"),
        (50_000_000, "50.0 MB"),
        (8 * 10**15, "8.0 PB"),
        (10**18, "> 10¹⁸ B"),
        (-1, "–"),
    ],
)
def test_size(value: int, text: str) -> None:
    assert formats.size(value) == text


class TestMoment:
    def test_is_written_in_utc(self) -> None:
        value = datetime(2026, 11, 21, 20, 5, 44, 123, tzinfo=timezone(timedelta(hours=1)))

        assert formats.moment(value) == "2026-11-21 19:05:44 UTC"
        assert formats.short_moment(value) == "2026-11-21 19:05"

    def test_claims_no_zone_where_none_is_known(self) -> None:
        assert formats.moment(datetime(2026, 11, 21, 19, 5)) == "2026-11-21 19:05:00"  # noqa: DTZ001 - naive is meant

    def test_is_written_even_at_the_end_of_time(self) -> None:
        last = datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))

        assert formats.moment(last).startswith("9999-12-31 23:59:59")
        assert formats.moment(datetime.min.replace(tzinfo=UTC)) == "0001-01-01 00:00:00 UTC"


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0 trials"), (1, "1 trial"), (1204, "1,204 trials"), (-1, "−1 trials"), (None, "– trials")]
)
def test_plural(n: int | None, text: str) -> None:
    assert formats.plural(n, "trial") == text


def test_plural_of_an_irregular_noun() -> None:
    assert formats.plural(2, "retry", "retries") == "2 retries"
    assert formats.plural(1, "retry", "retries") == "1 retry"


@given(st.timedeltas(), st.decimals(), st.integers(), st.floats(), st.datetimes(timezones=st.none() | st.timezones()))
def test_every_value_is_written_in_one_short_line(
    length: timedelta, amount: Decimal, whole: int, real: float, when: datetime
) -> None:
    written = [
        formats.duration(length),
        formats.money(amount),
        formats.count(whole),
        formats.tokens(whole),
        formats.size(whole),
        formats.number(real),
        formats.percent(real),
        formats.interval(Interval(real, real, "mean")),
        formats.moment(when),
    ]

    assert all(0 < len(text) <= 40 for text in written)


def test_the_smallest_amount_is_not_nothing() -> None:
    assert formats.money(Decimal("1E-30")) == "< $0.0001"


@pytest.mark.parametrize("write", [formats.count, formats.tokens, formats.size])
def test_numbers_that_python_refuses_to_write_are_written_short(write: Callable[[int], str]) -> None:
    assert write(HUGE).startswith("> 10¹⁸")
