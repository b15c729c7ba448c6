"""Times of strangers, and objects that are none."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboard.domain.records import Problem
from dashboard.sources.problems import Problems
from dashboard.sources.values import JsonObject, moment_of


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2026-11-22T09:00:00Z", 9), ("2026-11-22T09:00:00", 9), ("2026-11-22T09:00:00.000001+02:00", 7)],
)
def test_a_time_is_in_utc_also_where_it_says_no_zone(text, hour):
    found = moment_of(text)

    assert (found.hour, found.tzinfo) == (hour, UTC)


@pytest.mark.parametrize(
    "value",
    [None, 5, "", "soon", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", " " * 65],
)
def test_what_is_no_time_or_an_absurd_one_is_none(value):
    assert moment_of(value) is None


def test_the_first_of_two_equal_hours_is_taken():
    berlin = ZoneInfo("Europe/Berlin")

    assert moment_of("2026-10-25T02:30:00", berlin) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment_of("2026-03-29T02:30:00", berlin) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_times_without_a_zone_may_be_the_machines_own(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert moment_of("2026-11-22T09:00:00", None) == datetime(2026, 11, 22, 14, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_is_no_object_has_no_fields():
    assert [JsonObject(value, "job", Problems()).values for value in ({"a": 1}, [], "x", None)] == [
        {"a": 1},
        {},
        {},
        {},
    ]


def test_a_wrong_field_is_a_problem_of_its_object():
    problems = Problems()
    fields = JsonObject({}, "job", problems)

    fields.wrong("started_at", "is not a time")
    fields.wrong("x" * 500, "is odd")

    assert problems.listed() == (
        Problem(where="job", what="started_at is not a time."),
        Problem(where="job", what=f"{'x' * 99}… is odd."),
    )
