"""Ids that the mirror does not have: asked for at the sources, briefly and not often, and mirrored."""

import threading
from concurrent.futures import wait
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from dashboard.domain.errors import BadAnswer, Unreachable
from dashboard.domain.statuses import SourceHealth
from dashboard.models import Run, Source, Trial
from dashboard.services import lookups
from dashboard.services.sync.reading import read_run
from tests.contract.memory import KIND, MemorySource, World, trial
from tests.factories import make_person
from tests.services.conftest import NOW


@pytest.fixture(autouse=True)
def _forgetful():
    """What sources do not have is remembered by their primary keys, which tests use again."""
    cache.clear()


@pytest.fixture
def found(viewer, source):
    """What asking for a text brings."""
    return lambda text="id-7", **limits: lookups.find_at_sources(viewer, text, **limits)


@pytest.fixture
def copy(source):
    """A second source, with nothing in it."""
    MemorySource.worlds["copy"] = World()
    return Source.objects.create(name="Copy", kind=KIND, address="copy")


def test_a_run_that_a_source_has_is_mirrored_with_its_trials(found, world):
    world.put("id-7", trial("t-1"), name="Seven")
    lookup = found()
    assert (lookup.found.name, lookup.asked, lookup.unasked) == ("Seven", (), ())
    assert Run.objects.get(external_id="id-7").trials.get().external_id == "t-1"


def test_a_trial_that_is_named_as_well_is_what_was_meant(found, world):
    world.put("id-7", trial("t-1"), trial("t-2"))
    assert found("https://runs.example/id-7/trials/t-2?x").found == Trial.objects.get(external_id="t-2")
    assert found("id-7/trials/gone").found == Run.objects.get()


def test_the_likeliest_id_comes_first(found, world):
    world.put("id-8")
    assert found("id-7/id-8").found.external_id == "id-8"
    world.put("id-7")
    assert found("id-7/id-8").found.external_id == "id-7"


def test_a_source_that_does_not_have_it_is_not_asked_again_for_a_while(found, world):
    assert found().asked == ("World",)
    assert found().asked == ("World",)
    assert world.read == ["id-7"]


def test_words_ask_nobody(found, world, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert found("nightly") == lookups.Lookup()
    assert world.read == []


def test_a_source_that_fails_says_why_and_is_asked_again(found, world, copy):
    world.failures["id-7"] = BadAnswer("It answered nonsense.")
    for _ in range(2):
        lookup = found()
        assert (lookup.asked, lookup.unasked) == (("Copy",), (("World", "It answered nonsense."),))
    assert world.read == ["id-7", "id-7"]


def test_a_source_that_is_known_to_be_away_is_not_waited_for(found, source, world, clock):
    Source.objects.filter(pk=source.pk).update(
        health=SourceHealth.FAILING, failures=5, error="Nobody is there.", next_sync_at=NOW + timedelta(days=36_500)
    )
    assert found().unasked == (("World", "Nobody is there."),)
    assert world.read == []


def test_a_paused_source_is_left_alone(found, source, world):
    Source.objects.update(is_paused=True)
    assert found().unasked == (("World", "It is paused."),)
    assert world.read == []


def test_one_source_that_hangs_keeps_nobody_from_what_another_has(found, world, copy, monkeypatch):
    MemorySource.worlds["copy"].put("id-7", name="Copied")
    is_over = threading.Event()
    read = MemorySource.read_run

    def hanging(self, external_id, known):
        if self._config.name == "World":
            is_over.wait(5)
        return read(self, external_id, known)

    monkeypatch.setattr(MemorySource, "read_run", hanging)
    try:
        assert found(seconds=0.2).found.name == "Copied"
        MemorySource.worlds["copy"].runs.clear()
        lookup = found(seconds=0.2)
        assert (lookup.asked, lookup.unasked) == (("Copy",), (("World", "It took too long to answer."),))
    finally:
        is_over.set()


def test_what_was_read_of_it_meanwhile_stays(found, source, world, clock, monkeypatch):
    def overtaken(asked, timeout):
        done = wait(asked, timeout)
        world.put("id-7", name="Newer")
        read_run(source, MemorySource(source.config()), "id-7", clock)
        return done

    world.put("id-7", name="Older")
    monkeypatch.setattr(lookups, "wait", overtaken)
    assert found().found.name == "Newer"
    assert Run.objects.get().name == "Newer"


@time_machine.travel(NOW, tick=False)
def test_nobody_has_sources_asked_without_end(found, world, monkeypatch):
    monkeypatch.setattr(lookups, "MOST_A_MINUTE", 2)
    answers = [found(f"id-{number}") for number in range(4)]
    assert [bool(answer.asked) for answer in answers] == [True, True, False, False]
    assert answers[3].unasked[0][1].startswith("You had sources asked often")
    assert world.read == ["id-0", "id-1"]
    assert found("id-0").asked == ("World",)


@time_machine.travel(NOW, tick=False)
def test_another_person_may_still_ask(found, django_user_model, world, monkeypatch):
    monkeypatch.setattr(lookups, "MOST_A_MINUTE", 1)
    found("id-1"), found("id-2")
    other = make_person("grace")
    assert lookups.find_at_sources(other, "id-3").asked == ("World",)


def test_no_more_than_some_sources_are_asked_at_once(found, copy, world, monkeypatch):
    monkeypatch.setattr(lookups, "MOST_SOURCES", 1)
    lookup = found()
    assert (lookup.asked, lookup.unasked[0][0]) == (("Copy",), "World")


def test_an_address_is_asked_for_at_its_own_host(found, source, copy, world):
    MemorySource.worlds["http://one.example:81"] = MemorySource.worlds["copy"]
    Source.objects.filter(pk=copy.pk).update(address="http://one.example:81")
    assert found("http://ONE.example:81/id-7").asked == ("Copy",)
    assert found("http://[/id-8").asked == ("Copy", "World")


def test_what_cannot_be_stored_is_not_found(found, world):
    world.put("id-7", name="x" * 10, started_at=None, retries=10**30)
    lookup = found()
    assert lookup.found is None
    assert "could not be stored" in lookup.unasked[0][1]


def test_strangers_have_nobody_asked(stranger, world, source):
    world.put("id-7")
    assert lookups.find_at_sources(stranger, "id-7") == lookups.Lookup()
    assert world.read == []


def test_what_is_mirrored_is_found_without_asking(viewer, mirrored, world):
    run = mirrored("id-7", trial("t-1"))
    world.failure = Unreachable("Away.")
    assert lookups.find_mirrored(viewer, "id-6/id-7") == run
    assert lookups.find_mirrored(viewer, "id-7/t-1") == run.trials.get()
    assert lookups.find_mirrored(viewer, "id-8") is None
    assert lookups.find_mirrored(viewer, "nightly") is None


def test_strangers_find_nothing_that_is_mirrored(stranger, mirrored):
    mirrored("id-7")
    assert lookups.find_mirrored(stranger, "id-7") is None
