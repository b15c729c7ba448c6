"""The worker, in a thread of its own over a database that its threads share."""

import threading

import pytest
from django.db import DatabaseError

from dashboard.domain.records import RunListing
from dashboard.domain.statuses import RunStatus
from dashboard.models import Run, Source
from dashboard.services.sync import claims, loop
from dashboard.services.sync.loop import look_once
from tests.contract.memory import MemorySource, trial
from tests.fixtures.workers import PATIENCE, ClosingWorker, wait_until

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker(monkeypatch, source, clock):
    """A worker that asks for work without a pause; it has ended when the test has."""
    monkeypatch.setattr(loop, "TICK", 0.001)
    started = []

    class Starting(ClosingWorker):
        def start(self):
            thread = threading.Thread(target=self.run)
            started.append((self, thread))
            thread.start()
            return thread

    yield Starting(clock)
    for running, thread in started:
        running.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_worker_mirrors_what_is_due_and_ends_when_told(world, worker):
    world.put("nightly", trial())
    thread = worker.start()
    wait_until(Run.objects.exists)
    worker.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_worker_that_is_stopped_ends_in_the_middle_of_a_long_look(world, worker, monkeypatch):
    for number in range(200):
        world.put(f"run {number}", trial())
    read = MemorySource.read_run

    def read_one_and_stop(self, *args):
        worker.stop()
        return read(self, *args)

    monkeypatch.setattr(MemorySource, "read_run", read_one_and_stop)
    worker.start().join(PATIENCE)
    assert Run.objects.count() == 1
    assert Source.objects.get().claimed_until is None


def test_a_look_that_breaks_is_logged_and_the_worker_goes_on(world, worker, clock, caplog):
    world.put("nightly", trial())
    world.failures["nightly"] = ZeroDivisionError("a defect of ours")
    thread = worker.start()
    wait_until(lambda: "look broke" in caplog.text)
    assert "a defect of ours" in caplog.text
    world.failures.clear()
    clock.go_on(seconds=claims.LEASE.total_seconds())
    wait_until(Run.objects.exists)
    assert thread.is_alive()


def test_a_database_that_is_away_is_survived(world, worker, monkeypatch, caplog):
    world.put("nightly", trial())
    claim, fails = claims.claim_sources, [DatabaseError("away"), DatabaseError("still away")]

    def fail_twice(now, *, limit):
        if fails:
            raise fails.pop()
        return claim(now, limit=limit)

    monkeypatch.setattr(claims, "claim_sources", fail_twice)
    worker.start()
    wait_until(Run.objects.exists)
    assert caplog.text.count("nothing claimed") == 2


def test_the_claim_of_a_look_that_takes_long_is_held(world, worker, clock, monkeypatch):
    world.put("nightly", trial())
    begun, may_end, listings = threading.Event(), threading.Event(), []
    listing = MemorySource.list_runs

    def take_long(self, known):
        listings.append(1)
        begun.set()
        may_end.wait(PATIENCE)
        return listing(self, known)

    monkeypatch.setattr(MemorySource, "list_runs", take_long)
    worker.start()
    assert begun.wait(PATIENCE)
    for _ in range(6):  # a minute, in steps shorter than a lease
        clock.go_on(seconds=10)
        now = clock.now
        wait_until(lambda: Source.objects.get().claimed_until == now + claims.LEASE)  # noqa: B023 - asked at once
    assert len(listings) == 1
    may_end.set()
    wait_until(lambda: Source.objects.get().claimed_until is None)


def test_no_more_is_claimed_than_there_are_threads(worker, source, clock, monkeypatch):
    for number in range(10):
        Source.objects.create(name=str(number), kind=source.kind, address="world")
    may_end = threading.Event()
    monkeypatch.setattr(MemorySource, "list_runs", lambda *_args: may_end.wait(PATIENCE) and RunListing())
    asked = []
    claim = claims.claim_sources
    monkeypatch.setattr(claims, "claim_sources", lambda now, *, limit: asked.append(limit) or claim(now, limit=limit))
    worker.start()
    wait_until(lambda: Source.objects.filter(claimed_until__isnull=False).count() == loop.THREADS)
    may_end.set()
    assert asked[0] == loop.THREADS


def test_one_look_at_all_that_is_due(world, source, clock):
    world.put("nightly", trial())
    later = Source.objects.create(
        name="later", kind=source.kind, address="no world", next_sync_at=clock.now + claims.LEASE
    )
    paused = Source.objects.create(name="paused", kind=source.kind, address="no world", is_paused=True)
    look_once(clock)
    assert Run.objects.count() == 1
    assert set(Source.objects.filter(last_looked_at=None)) == {later, paused}


def test_one_look_reads_runs_that_are_due_by_themselves(world, source, clock):
    world.put("nightly", trial(), status=RunStatus.RUNNING)
    look_once(clock)
    Run.objects.update(next_sync_at=clock.now)
    world.read.clear()
    look_once(clock)
    assert (world.read, Run.objects.get().next_sync_at) == (["nightly"], None)


def test_one_look_reads_all_runs_that_are_due_however_many_a_source_has(world, source, clock):
    for number in range(2 * claims.MOST_OF_SOURCE):
        world.put(f"nightly {number}", status=RunStatus.RUNNING)
    look_once(clock)
    Run.objects.update(next_sync_at=clock.now)
    world.read.clear()
    look_once(clock)
    assert len(world.read) == 2 * claims.MOST_OF_SOURCE


def test_one_look_that_takes_long_holds_what_is_still_to_be_read(world, source, clock, monkeypatch):
    for name in ("one", "two", "three"):
        world.put(name, trial())
    later = Source.objects.create(name="Zzz", kind=source.kind, address="no world", next_sync_at=clock.now)
    read = MemorySource.read_run
    free = []

    def take_long(self, *args):
        clock.go_on(seconds=claims.LEASE.total_seconds() * 0.9)
        free.extend(claims.claim_sources(clock.now, limit=10))
        return read(self, *args)

    monkeypatch.setattr(MemorySource, "read_run", take_long)
    look_once(clock)
    assert Run.objects.count() == 3
    assert free == []
    later.refresh_from_db()
    assert (later.last_looked_at is None, later.claimed_until) == (False, None)


def test_one_look_holds_the_runs_it_has_still_to_read(world, source, clock, monkeypatch):
    for name in ("one", "two", "three"):
        world.put(name, trial(), status=RunStatus.RUNNING)
    look_once(clock)
    Run.objects.update(next_sync_at=clock.now)
    Source.objects.update(next_sync_at=clock.now + 100 * claims.LEASE)
    read, free = MemorySource.read_run, []

    def take_long(self, *args):
        clock.go_on(seconds=claims.LEASE.total_seconds() * 0.9)
        free.extend(claims.claim_runs(clock.now, limit=10, of_source=10))
        return read(self, *args)

    monkeypatch.setattr(MemorySource, "read_run", take_long)
    look_once(clock)
    assert free == []
