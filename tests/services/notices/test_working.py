"""The whole way, as the worker goes it: a source says that a run ended, it is mirrored, noticed and sent."""

import json
import threading

import pytest

from dashboard.domain.statuses import RunStatus
from dashboard.models import Delivery, Run
from dashboard.services.sync import loop
from dashboard.services.sync.loop import look_once
from tests.contract.memory import trial
from tests.factories import make_person
from tests.fixtures.databases import shared_database
from tests.fixtures.workers import PATIENCE, ClosingWorker, wait_until
from tests.http.faulty_server import Server
from tests.services.conftest import Clock
from tests.services.notices.conftest import make_channel, watch

__all__ = ["shared_database"]

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def server(settings):
    settings.NOTICE_NETWORKS = ["127.0.0.0/8"]
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def run(world, source, clock):
    """A run that goes on, watched by a webhook."""
    world.put("nightly", trial(), status=RunStatus.RUNNING)
    look_once(clock)
    return Run.objects.get()


def end(world, clock):
    world.put("nightly", trial(), status=RunStatus.COMPLETED)
    clock.go_on(minutes=1)


@pytest.mark.enable_socket
def test_one_turn_of_the_sync_tells_of_a_run_that_ended(world, run, server, clock):
    person = make_person("ada")
    watch(person, make_channel(person, address=f"{server.url}/hook"), run=run, now=clock())
    look_once(clock)
    assert server.requests == []
    end(world, clock)
    look_once(clock)
    look_once(clock)
    [asked] = server.requests
    assert json.loads(asked.body)["run"]["status"] == "completed"
    assert Delivery.objects.get().state == "delivered"


@pytest.mark.enable_socket
def test_two_workers_tell_of_it_once(world, run, server, clock, monkeypatch):
    monkeypatch.setattr(loop, "TICK", 0.001)
    person = make_person("ada")
    watch(person, make_channel(person, address=f"{server.url}/hook"), run=run, now=clock())
    workers = [ClosingWorker(clock) for _ in range(2)]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    end(world, clock)
    wait_until(lambda: Delivery.objects.filter(state="delivered").exists())
    for worker, thread in zip(workers, threads, strict=True):
        worker.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert len(server.requests) == 1
    assert Delivery.objects.count() == 1
