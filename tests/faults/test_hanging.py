"""One source that hangs beside two that are well: the worker's threads, the looks of the others, and pages."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.http import Limits
from dashboard.models import Run, Source
from dashboard.services.sync import cadence, claims, looks, loop
from dashboard.sources.docks import client as docks
from dashboard.sources.sessions import forget_sessions
from tests.faults.conftest import make_source
from tests.faults.tenant import Tenant
from tests.fixtures.workers import PATIENCE, ClosingWorker, wait_until

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True)]

ENOUGH = 8
"""Looks at each of the good sources while the other one hangs."""
MOST = 1 + claims.MOST_OF_SOURCE


class Hanging:
    """Where the hanging tenant's questions wait: how many at a time, and until when."""

    def __init__(self):
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.waiting = self.most = 0

    def __call__(self, peer, _request):
        with self.lock:
            self.waiting += 1
            self.most = max(self.most, self.waiting)
        self.over.wait(PATIENCE)
        with self.lock:
            self.waiting -= 1


@pytest.fixture
def tenants(tmp_path, monkeypatch):
    """Three tenants, all well."""
    found = [Tenant(tmp_path / str(number)) for number in range(3)]
    monkeypatch.setattr("dashboard.http.addresses.socket.getaddrinfo", found[0].look_up)
    yield found
    forget_sessions()
    for tenant in found:
        tenant.server.stop()


@pytest.fixture
def sources(tenants, monkeypatch):
    """Their sources, mirrored, and due ever again after a moment."""
    brief = cadence.Cadence(listing=timedelta(0), watched_run=timedelta(0), idle_run=timedelta(0))
    # While the test goes on, nobody gives up waiting.
    monkeypatch.setattr(docks, "BACKGROUND", Limits(deadline=PATIENCE, read=PATIENCE))
    sources = [make_source(tenant, name=str(number)) for number, tenant in enumerate(tenants)]
    for source in sources:
        looks.look_at_source(source.pk, timezone.now)
    monkeypatch.setitem(cadence.CADENCES, "docks", brief)
    Source.objects.update(next_sync_at=timezone.now())
    Run.objects.filter(next_sync_at__isnull=False).update(next_sync_at=timezone.now())
    return sources


@pytest.fixture
def worker(monkeypatch):
    """The worker, running; it notes the sources whose looks went to their end."""
    monkeypatch.setattr(loop, "TICK", 0.01)
    ended = Counter()

    class Noting(ClosingWorker):
        def _look(self, look, pk):
            try:
                super()._look(look, pk)
            finally:
                if look is looks.look_at_source:
                    ended[pk] += 1

    running = Noting()
    running.ended = ended
    thread = threading.Thread(target=running.run, daemon=True)
    yield running, thread
    running.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_the_others_are_looked_at_and_pages_ask_nobody(tenants, sources, worker, client):
    hanging = Hanging()
    tenants[0].server.answer(hanging)
    working, thread = worker
    thread.start()
    try:
        wait_until(lambda: hanging.waiting == MOST)
        working.ended.clear()
        wait_until(lambda: all(working.ended[source.pk] >= ENOUGH for source in sources[1:]))
        assert (hanging.most, hanging.waiting, working.ended[sources[0].pk]) == (MOST, MOST, 0)
        asked = len(tenants[0].server.requests)
        for url in ["/runs/", *(f"/runs/{pk}/" for pk in Run.objects.values_list("pk", flat=True))]:
            assert client.get(url).status_code == 200
        assert len(tenants[0].server.requests) == asked
    finally:
        hanging.over.set()
        working.stop()
