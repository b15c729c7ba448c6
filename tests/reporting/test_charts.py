"""Where things stand in the pictures of a report."""

from datetime import timedelta

import pytest

from dashboard.domain.statistics import Interval, Rate
from dashboard.reporting import charts


def test_a_bar_is_filled_in_the_order_of_outcomes():
    segments = charts.outcomes({"failed": 1, "passed": 3, "running": 0})
    assert [(one.outcome, one.count, one.share) for one in segments] == [
        ("passed", 3, "75.0\xa0%"),
        ("failed", 1, "25.0\xa0%"),
    ]
    assert float(segments[1].x) + float(segments[1].width) == pytest.approx(charts.BAR)
    assert charts.in_words(segments) == "3 passed, 1 failed"


def test_what_there_is_little_of_is_seen():
    segments = charts.outcomes({"passed": 100_000, "failed": 1, "errored": 1})
    assert min(float(one.width) for one in segments) >= 3
    assert float(segments[-1].x) + float(segments[-1].width) == pytest.approx(charts.BAR, abs=0.2)


def test_no_trials_make_no_bar():
    assert charts.outcomes({}) == []
    assert charts.in_words([]) == "no trials"


def test_a_rate_stands_within_its_interval():
    found = charts.marks(Rate(1, 2, 0.5, Interval(0.1, 0.9, "wilson")))
    assert (found.low, found.value, found.high) == ("10.0", "50.0", "90.0")
    assert "10.0–90.0" in found.label


def test_a_rate_without_interval_is_a_point_and_none_is_nothing():
    found = charts.marks(Rate(1, 2, 0.5, None))
    assert found.low == found.high == found.value
    assert charts.marks(Rate(0, 0, None, None)) is None


def test_a_histogram_holds_every_value_once():
    values = [timedelta(seconds=s) for s in (1, 1, 2, 21)]
    found = charts.histogram(values)
    counts = [int(bar["title"].rpartition(": ")[2]) for bar in found.bars]
    assert (len(counts), sum(counts), counts[0], counts[-1]) == (20, 4, 2, 1)
    assert (found.low, found.high) == ("1.0 s", "21 s")
    assert float(found.bars[0]["y"]) + float(found.bars[0]["height"]) == 40


@pytest.mark.parametrize("seconds", [[], [5], [5, 5]])
def test_durations_that_do_not_differ_make_no_histogram(seconds):
    assert charts.histogram([timedelta(seconds=s) for s in seconds]) is None


def test_bars_are_of_the_longest():
    assert (charts.share(1, 4), charts.share(0, 0)) == ("25.0", "0")
