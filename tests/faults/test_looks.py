"""The sync meets each fault: what it stores of it, that the mirror stays, and that it recovers by itself."""

import time

import pytest

from dashboard.domain.statuses import SourceHealth
from dashboard.services.sync import looks
from dashboard.services.sync.loop import look_once
from tests.faults.conftest import mirrored
from tests.faults.rows import ROWS
from tests.faults.tenant import TOKEN


@pytest.fixture(params=ROWS, ids=str)
def row(request):
    return request.param


def test_it_is_stored_in_words_with_a_time_for_the_next_try(row, tenant, source, fail, clock):
    began = time.monotonic()
    fail(row)
    assert time.monotonic() - began < 2
    assert (source.health, source.error_code, source.failures) == (SourceHealth.FAILING, row.code, 1)
    assert row.said in source.error
    assert row.pause[0] <= (source.next_sync_at - clock.now).total_seconds() <= row.pause[1]
    assert source.last_good_at < source.health_since == source.last_looked_at == clock.now
    assert source.claimed_until is None


def test_nothing_of_the_mirror_changes(row, tenant, source, fail):
    before = mirrored()
    fail(row)
    assert mirrored() == before


def test_no_secret_is_stored_or_logged(row, tenant, source, fail, caplog):
    caplog.set_level("DEBUG")
    fail(row)
    assert "source failing" in caplog.text
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(list(type(source).objects.values_list("error", "error_code", "problems")))


def test_it_is_asked_no_more_often_than_the_fault_allows(row, tenant, source, fail):
    fail(row)
    assert len(tenant.server.requests) == row.tries


def test_a_further_failure_waits_longer_and_is_no_news(row, tenant, source, fail, clock):
    first = fail(row).next_sync_at - clock.now
    version, since = source.version, source.health_since
    clock.now = source.next_sync_at
    fail.again(row)
    assert (source.failures, source.health_since, source.version) == (2, since, version)
    assert source.next_sync_at - clock.now >= min(first, 0.9 * first)


def test_it_recovers_at_the_next_look_that_is_due(row, tenant, source, fail, clock):
    fail(row)
    tenant.mend()
    look_once(clock)
    source.refresh_from_db()
    assert source.health == SourceHealth.FAILING
    clock.now = source.next_sync_at
    look_once(clock)
    source.refresh_from_db()
    assert (source.health, source.error, source.error_code, source.failures) == (SourceHealth.HEALTHY, "", "", 0)
    assert source.last_good_at == clock.now


def test_an_ever_growing_pause_ends_at_five_minutes(tenant, source, clock):
    tenant.refuse()
    pauses = []
    for _ in range(12):
        looks.look_at_source(source.pk, clock)
        source.refresh_from_db()
        pauses.append((source.next_sync_at - clock.now).total_seconds())
        clock.now = source.next_sync_at
    assert pauses[1] > pauses[0]
    assert 225 <= pauses[-1] <= 300
