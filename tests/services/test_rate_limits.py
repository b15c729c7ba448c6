from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache

from dashboard.services import rate_limits

START = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


def test_as_many_as_the_limit_may_pass_and_the_next_is_told_how_long_to_wait():
    with time_machine.travel(START, tick=False):
        asked = [rate_limits.allow("somebody", limit=3, seconds=60) for _ in range(4)]

    assert asked == [0, 0, 0, 60]


def test_the_wait_grows_shorter_and_ends_with_the_span():
    with time_machine.travel(START, tick=False) as clock:
        rate_limits.allow("somebody", limit=1, seconds=60)
        clock.shift(45)
        assert rate_limits.allow("somebody", limit=1, seconds=60) == 15

        clock.shift(15)
        assert rate_limits.allow("somebody", limit=1, seconds=60) == 0


def test_each_key_is_counted_for_itself():
    with time_machine.travel(START, tick=False):
        rate_limits.allow("one", limit=1, seconds=60)

        assert rate_limits.allow("another", limit=1, seconds=60) == 0


def test_to_ask_how_long_to_wait_counts_nothing():
    with time_machine.travel(START, tick=False):
        waits = [rate_limits.wait("somebody", limit=1, seconds=60) for _ in range(3)]
        rate_limits.allow("somebody", limit=1, seconds=60)

        assert waits == [0, 0, 0]
        assert rate_limits.wait("somebody", limit=1, seconds=60) == 60


def test_a_counter_that_vanishes_from_the_cache_begins_anew(monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *_args, **_options: False)
    with time_machine.travel(START, tick=False):
        assert rate_limits.allow("somebody", limit=1, seconds=60) == 0
        assert rate_limits.allow("somebody", limit=1, seconds=60) == 60


def test_what_is_kept_does_not_hold_the_key(monkeypatch):
    kept = []
    monkeypatch.setattr(cache, "add", lambda name, *_args, **_options: kept.append(name))
    rate_limits.allow("qs_secret 10.0.0.1", limit=1, seconds=60)

    assert kept
    assert "secret" not in kept[0]
