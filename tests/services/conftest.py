"""A source in memory behind the services, and a clock that tests move."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from dashboard.models import Run, Source
from dashboard.services.sync import cadence, looks
from dashboard.sources import registry
from tests.contract.memory import KIND, START, MemorySource, World
from tests.contract.memory_reports import TESTS_KIND, MemoryTestSource
from tests.contract.records import one_catalogue
from tests.factories import make_person

NOW = START + timedelta(hours=2)


class Clock:
    """Gives the time that tests set; calling it is looking at it."""

    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now

    def go_on(self, **span):
        self.now += timedelta(**span)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def memory_kind(monkeypatch):
    """Makes the source in memory a kind like any other; this is all that a kind has to be added to."""
    monkeypatch.setitem(registry.SOURCES, KIND, MemorySource)
    monkeypatch.setitem(cadence.CADENCES, KIND, cadence.Cadence(listing=timedelta(seconds=2)))
    yield
    MemorySource.worlds.clear()


@pytest.fixture
def world(memory_kind):
    MemorySource.worlds["world"] = World()
    return MemorySource.worlds["world"]


@pytest.fixture
def source(db, world):
    return Source.objects.create(name="World", kind=KIND, address="world")


@pytest.fixture
def tests_world(monkeypatch):
    """A world of tests of pipelines, with one pipeline and no runs; see :class:`MemoryTestSource`."""
    monkeypatch.setitem(registry.SOURCES, TESTS_KIND, MemoryTestSource)
    monkeypatch.setitem(cadence.CADENCES, TESTS_KIND, cadence.CADENCES["carrot"])
    MemorySource.worlds["tests"] = World(catalogue=one_catalogue())
    yield MemorySource.worlds["tests"]
    MemorySource.worlds.clear()


@pytest.fixture
def tests_source(db, tests_world):
    return Source.objects.create(name="Tests", kind=TESTS_KIND, address="tests")


@pytest.fixture
def look(source, clock):
    """Looks at the source once and gives it as it is then."""

    def once():
        looks.look_at_source(source.pk, clock)
        source.refresh_from_db()
        return source

    return once


@pytest.fixture
def mirrored(world, look):
    """Puts a run into the world and gives it as the mirror has it."""

    def put(external_id="nightly", *trials, **fields):
        world.put(external_id, *trials, **fields)
        look()
        return Run.objects.select_related("source").get(external_id=external_id)

    return put


@pytest.fixture
def viewer(db):
    return make_person("ada")


@pytest.fixture
def stranger():
    return AnonymousUser()
