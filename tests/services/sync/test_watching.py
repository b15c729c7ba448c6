"""A run that is watched: how often its source is asked, counted at a stand-in of a Docks server as time goes by."""

from collections import Counter
from datetime import timedelta

import pytest

from dashboard.demo.docks import Fault, make_app
from dashboard.models import Run, Source
from dashboard.services import runs
from dashboard.services.sync import cadence, loop
from dashboard.services.sync.loop import look_once
from tests.fixtures.docks import serving

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

TENANT, TOKEN = "tenant-1", "docks_for-tests"
MOST_IN_A_MINUTE = 25
"""Requests for one route."""
POLL_EVERY = 3


@pytest.fixture
def stand_in(tmp_path, clock):
    app = make_app(tmp_path, now=clock, token=TOKEN, tenant=TENANT)
    with serving(app) as server:
        app.port = server.port
        yield app


@pytest.fixture
def docks(db, stand_in):
    return Source.objects.create(
        name="Docks", kind="docks", address=f"http://127.0.0.1:{stand_in.port}", tenant=TENANT, token=TOKEN,
        allowed_endpoints=[["127.0.0.1", stand_in.port]], list_limit=3,
    )  # fmt: skip


@pytest.fixture
def moving(docks, clock):
    """The run that moves, as the first look found it."""
    look_once(clock)
    return Run.objects.select_related("source").get(name__startswith="pull-request", status="running")


def pass_time(clock, seconds, *, watchers=0, run=None):
    """Let time pass in the steps in which a worker asks what is due; each watcher's page asks every 3 s."""
    start = clock.now
    while clock.now < start + timedelta(seconds=seconds):
        clock.go_on(seconds=loop.TICK)
        since = (clock.now - start).total_seconds()
        for number in range(watchers):
            if (since + number * loop.TICK) % POLL_EVERY == 0:
                runs.watch(Run.objects.select_related("source").get(pk=run.pk), clock.now)
        look_once(clock)


def routes(stand_in):
    """How often each route was asked for since it was last asked."""
    asked = Counter(path.removeprefix(f"/tenants/{TENANT}") for _, path in stand_in.asked)
    stand_in.asked.clear()
    return asked


def test_a_watched_run_is_one_request_a_route_and_interval_however_many_watch(moving, stand_in, clock):
    route = f"/harbor/runs/{moving.external_id.removeprefix('eval/')}"
    routes(stand_in)
    pass_time(clock, 60, watchers=12, run=moving)
    asked = routes(stand_in)
    assert max(asked.values()) <= MOST_IN_A_MINUTE, asked
    assert asked[route] == asked[f"{route}/trials"] >= 60 / (POLL_EVERY + 2 * loop.TICK)
    moving.refresh_from_db()
    assert clock.now - moving.looked_at <= timedelta(seconds=POLL_EVERY + loop.TICK)


def test_a_run_that_nobody_watches_is_read_every_half_minute(moving, stand_in, clock):
    route = f"/harbor/runs/{moving.external_id.removeprefix('eval/')}"
    pass_time(clock, 1)
    routes(stand_in)
    pass_time(clock, 60)
    assert routes(stand_in)[route] == 2


def test_a_source_that_fails_is_asked_by_its_back_off_alone_and_recovers_by_itself(moving, docks, stand_in, clock):
    pass_time(clock, 6, watchers=2, run=moving)
    stand_in.faults.add(Fault(status=429, retry_after=20, count=1000))
    pass_time(clock, 40, watchers=2, run=moving)
    docks.refresh_from_db()
    assert (docks.health, docks.error_code) == ("failing", "throttled")
    routes(stand_in)
    pass_time(clock, 40, watchers=2, run=moving)
    assert sum(routes(stand_in).values()) <= 3
    stand_in.faults.clear()
    pass_time(clock, 25, watchers=2, run=moving)
    docks.refresh_from_db()
    moving.refresh_from_db()
    assert docks.health == "healthy"
    assert clock.now - moving.looked_at <= timedelta(seconds=POLL_EVERY + loop.TICK)


def test_a_refused_token_is_hardly_asked_about(moving, docks, stand_in, clock):
    stand_in.token = "another"
    pass_time(clock, 35, watchers=2, run=moving)
    docks.refresh_from_db()
    assert (docks.health, docks.error_code) == ("failing", "auth")
    routes(stand_in)
    pass_time(clock, 120, watchers=2, run=moving)
    assert not routes(stand_in)
    assert docks.next_sync_at - docks.last_looked_at == cadence.MAX_BACKOFF


def test_a_run_that_may_not_be_read_is_asked_for_once_a_minute(moving, docks, stand_in, clock):
    route = f"/harbor/runs/{moving.external_id.removeprefix('eval/')}"
    stand_in.faults.add(Fault(status=403, where=route, count=1000))
    pass_time(clock, 31, watchers=2, run=moving)
    moving.refresh_from_db()
    assert moving.unread_reason
    routes(stand_in)
    pass_time(clock, 60, watchers=2, run=moving)
    assert routes(stand_in)[route] == 1
    docks.refresh_from_db()
    assert docks.health == "healthy"
