"""Times at the beginnings of lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers.logs.stamps import apart, stamp_of


@pytest.mark.parametrize(
    ("line", "end", "seconds"),
    [
        ("1970-01-02 00:00:01,500 INFO x", 24, 86401.5),
        ("1970-01-01T01:00:00+01:00 x", 26, 0),
        ("1970-01-01T00:00:01.0000000Z x", 29, 1),
        ("[1970-01-01 00:00:02] x", 22, 2),
        ("1970/01/01 00:00:03 x", 20, 3),
        ("[00:01:00] x", 11, 60),
        ("00:00:01.25 x", 12, 1.25),
    ],
)
def test_common_forms_are_known(line, end, seconds):
    stamp = stamp_of(line)
    assert stamp is not None
    assert (stamp.end, stamp.seconds) == (end, pytest.approx(seconds))


@pytest.mark.parametrize("line", ["", "x 1970-01-01", "1970-13-01 00:00:00 x", "25:00:00 x", "12:30", "1970-01-01"])
def test_what_is_no_time_is_none(line):
    assert stamp_of(line) is None


@given(st.text("0123456789-:T .,Z+[]/", max_size=40))
def test_nothing_like_a_time_breaks_it(line):
    stamp = stamp_of(line)
    assert stamp is None or 0 < stamp.end <= len(line)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "+0.000"), (1.25, "+1.250"), (-0.5, "-0.500"), (62.5, "+1:02.5"), (7384, "+2:03:04")]
)
def test_differences_are_short(seconds, text):
    assert apart(seconds) == text
