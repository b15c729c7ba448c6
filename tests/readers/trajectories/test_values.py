from decimal import Decimal

import pytest

from dashboard.readers.trajectories import values


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"a": NaN, "b": [Infinity, -Infinity]}', {"a": None, "b": [None, None]}),
        (b"[1e999]", [None]),
        (b'"\\ud800"', "?"),
        (b'"\xff"', "\ufffd"),
        (b'"a\nb"', "a\nb"),
        (b"[NaN, " + b"9" * 5_000 + b"]", [None, None]),
    ],
)
def test_what_the_strict_parser_refuses_is_read_as_far_as_it_can_be(data, expected):
    assert values.parse(data) == expected


@pytest.mark.parametrize("data", [b"", b"{", b"{'a': 1}", b"[" * 5_000])
def test_what_is_none_is_refused_with_a_sentence(data):
    with pytest.raises(values.Unreadable, match=r"^It is (not JSON|nested)"):
        values.parse(data)


def test_numbers_are_whole_not_negative_and_believable():
    assert [values.whole(value) for value in (0, 5, 5.0, 10**15)] == [0, 5, 5, 10**15]
    assert {values.whole(value) for value in (True, -1, 5.5, 10**15 + 1, 1e300, "5", None, [])} == {None}


def test_money_is_what_was_written():
    assert [values.money(value) for value in (0.1, 3, "0.30")] == [Decimal("0.1"), 3, Decimal("0.30")]
    assert {values.money(value) for value in (-0.1, True, "NaN", "1e99", "abc", None, [])} == {None}


def test_a_time_beyond_the_calendar_is_none():
    assert values.moment("0001-01-01T00:00:00+23:00") is None
    assert values.moment("9999-12-31T23:59:59-23:00") is None
