from datetime import timedelta

import pytest

from dashboard.sources.clocks import describe_skew


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (0, ""),
        (5, ""),
        (-5, ""),
        (9, "The server's clock is some seconds ahead of ours."),
        (-40, "The server's clock is some seconds behind ours."),
        (183, "The server's clock is 3 min ahead of ours."),
        (-7_100, "The server's clock is 118 min behind ours."),
        (10_800, "The server's clock is 3 h ahead of ours."),
    ],
)
def test_a_clock_that_differs_is_told_in_words_that_stay(seconds, sentence):
    assert describe_skew(timedelta(seconds=seconds)) == sentence


def test_an_answer_without_a_date_says_nothing():
    assert describe_skew(None) == ""
