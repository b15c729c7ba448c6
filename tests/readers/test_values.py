from decimal import Decimal

import pytest

from dashboard.readers import values


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"a": NaN, "b": [Infinity, -Infinity]}', {"a": None, "b": [None, None]}),
        (b"[1e999]", [None]),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'"\\ud800"', "?"),
        (b'"\xff"', "\ufffd"),
        (b'"a\nb"', "a\nb"),
        (b"[NaN, " + b"9" * 5_000 + b"]", [None, None]),
    ],
)
def test_what_the_strict_parser_refuses_is_read_as_far_as_it_can_be(data, expected):
    assert values.parse(data) == expected


@pytest.mark.parametrize("data", [b"", b"{", b"{'a': 1}", b"[" * 5_000, b'{"a":' * 100_000, b"9" * 10_000 + b"x"])
def test_what_is_none_is_refused_with_a_sentence(data):
    with pytest.raises(values.Unreadable, match=r"^It is (not JSON|nested)"):
        values.parse(data)


def test_numbers_are_whole_not_negative_and_believable():
    assert [values.whole(value) for value in (0, 5, 5.0, 10**12)] == [0, 5, 5, 10**12]
    assert [values.whole(value) for value in (True, -1, 5.5, 10**12 + 1, 1e300, "5", None, [])] == [None] * 8


def test_money_is_what_was_written():
    assert [values.money(value) for value in (0.1, 3, "0.30")] == [Decimal("0.1"), 3, Decimal("0.30")]
    assert {values.money(value) for value in (-0.1, True, "NaN", "1e99", "abc", None, [])} == {None}


def test_a_time_beyond_the_calendar_is_none():
    assert values.moment("0001-01-01T00:00:00+23:00") is None
    assert values.moment("9999-12-31T23:59:59-23:00") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("a" * 12, "a" * 10 + "…"),
        (["a", "b"], "a\nb"),
        ([["a"], 1], '["a"]\n1'),
        ({"a": [1, 2, 3]}, '{"a":[1,2,…'),
        (True, "true"),
    ],
)
def test_any_value_is_a_bounded_text(value, expected):
    assert values.bounded(value, 10) == expected


@pytest.mark.parametrize(("begin", "end"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_the_deepest_value_that_can_be_read_is_written(begin, end):
    deep = values.parse(begin * 1_000 + b"1" + end * 1_000)
    assert values.TOO_DEEP in values.written(deep)
    assert values.bounded(deep, 100_000).startswith(begin.decode()[:1])


def test_what_is_written_is_not_much_longer_than_what_was_read():
    data = b"[" * 60 + b"0," * 100_000 + b"0" + b"]" * 60
    assert len(values.written(values.parse(data))) <= len(data)


def test_only_finite_numbers_are_numbers():
    assert [values.number(value) for value in (1, 0.5, "0.5", " 2 ")] == [1, 0.5, 0.5, 2]
    nothing = (True, "nan", "x", None, 10**400, [], "1" * 101)
    assert [values.number(value) for value in nothing] == [None] * len(nothing)
