"""One run is read by itself while its source has each fault, and a run that its source has forgotten."""

import pytest

from dashboard.domain.statuses import SourceHealth
from dashboard.models import Run
from dashboard.services.sync import cadence, looks
from dashboard.services.sync.loop import look_once
from tests.faults.conftest import hurry, mirrored
from tests.faults.rows import ROWS
from tests.faults.tenant import MOVING, TOKEN
from tests.http.faulty_server import reply
from tests.pages import resolved


@pytest.fixture(params=ROWS, ids=str)
def row(request):
    return request.param


@pytest.fixture
def moving(source, tenant):
    return Run.objects.select_related("source").get(name=tenant.moving_name)


@pytest.fixture
def read(moving, clock):
    """Reads the running run by itself; source and run are afterwards as they are stored."""

    def look(row=None):
        with pytest.MonkeyPatch.context() as patch:
            if row is not None and row.is_slow:
                hurry(patch)
            looks.look_at_run(moving.pk, clock)
        refresh(moving)

    return look


def refresh(run):
    run.refresh_from_db(from_queryset=Run.objects.select_related("source"))


def states():
    """What is mirrored, but for the runs' versions: that one cannot be read is news."""
    runs, trials = mirrored()
    return [(pk, *rest) for pk, _, *rest in runs], trials


def test_it_is_noted_where_it_belongs_and_is_over_after_a_good_reading(row, tenant, moving, read, clock):
    row.begin(tenant)
    before = states()
    read(row)
    assert states() == before
    found = moving.source.health, moving.source.error_code, bool(moving.unread_reason)
    assert found == ((SourceHealth.FAILING, row.code, False) if row.is_of_source else (SourceHealth.HEALTHY, "", True))
    assert TOKEN not in moving.unread_reason + moving.source.error
    assert moving.next_sync_at > clock.now
    tenant.mend()
    clock.now = moving.source.next_sync_at
    look_once(clock)
    clock.go_on(minutes=5)
    look_once(clock)
    refresh(moving)
    assert moving.source.health == SourceHealth.HEALTHY
    assert (moving.unread_reason, moving.unread_since, moving.looked_at) == ("", None, clock.now)


def test_a_run_that_cannot_be_read_says_so_on_its_page(tenant, moving, read, client):
    tenant.server.answer(reply(b"{}", status=500, headers={"X-Request-Id": "r-42"}))
    read()
    page = resolved(client.get(f"/runs/{moving.pk}/"))
    assert "(status 500, request r-42)" in page
    assert MOVING in page


def test_a_run_that_may_not_be_seen_is_left_alone_for_a_minute(tenant, moving, read, clock):
    tenant.server.answer(reply(b'{"detail": "Not yours"}', status=403))
    Run.objects.update(watched_until=clock.now + 2 * cadence.FORBIDDEN_PAUSE)
    read()
    assert moving.next_sync_at == clock.now + cadence.FORBIDDEN_PAUSE


def test_a_run_that_its_source_has_forgotten_is_kept_marked_and_comes_back(tenant, moving, read, client, clock):
    tenant.app.faults.gone = frozenset({tenant.moving.id})
    n_trials = moving.trials.count()
    read()
    assert (moving.source.health, moving.is_gone, moving.trials.count()) == (SourceHealth.HEALTHY, True, n_trials)
    page = client.get(f"/runs/{moving.pk}/")
    assert page.status_code == 200
    assert MOVING in resolved(page)
    tenant.app.faults.clear()
    clock.now = moving.source.next_sync_at
    look_once(clock)
    refresh(moving)
    assert not moving.is_gone
