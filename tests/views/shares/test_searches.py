"""Searches of guests are counted apart, and only so many are made at once that members keep their threads."""

from threading import BoundedSemaphore

import pytest
from django.test import Client

from dashboard.domain.sharing import ShareScope
from dashboard.views.artifacts import slots
from dashboard.views.shares import searches
from tests.fixtures.clocks import clock

__all__ = ["clock"]

pytestmark = pytest.mark.django_db

NEAR, FAR = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def one_slot(monkeypatch):
    one = BoundedSemaphore(1)
    monkeypatch.setattr(searches, "slots", lambda: one)
    return one


@pytest.fixture
def found(run):
    """Addresses below a link that have files read through."""
    trial = f"runs/{run.pk}/trials/{run.trials.first().pk}"
    return {
        "run": f"runs/{run.pk}/search/?find=error",
        "log": f"{trial}/logs/?find=a",
        "trajectory": f"{trial}/trajectory/?find=a",
        "errors": f"{trial}/logs/?errors=1",
        "numbers": f"{trial}/logs/?file=trial.log&part=numbers&at=0",
        "seek": f"{trial}/logs/?file=trial.log&part=seek&line=3",
    }


def ask(link, rest, network=NEAR):
    return Client().get(link.place + rest, REMOTE_ADDR=network)


def test_searches_wait_long_before_pages_do(share, run, found, monkeypatch):
    monkeypatch.setattr(searches, "MOST_OF_NETWORK", 2)
    link = share(run)
    assert [ask(link, found["run"]).status_code for _ in range(3)] == [200, 200, 429]
    refused = ask(link, found["log"])
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "Wait a minute" in refused.content.decode()
    assert ask(link, f"runs/{run.pk}/trials/").status_code == 200


@pytest.mark.parametrize("name", ["run", "log", "trajectory", "errors", "numbers", "seek"])
def test_whatever_reads_files_through_is_counted(share, run, found, monkeypatch, name):
    monkeypatch.setattr(searches, "MOST_OF_NETWORK", 1)
    link = share(run)
    assert [ask(link, found[name]).status_code for _ in range(2)] in ([200, 429], [404, 429])


def test_a_network_has_no_more_searches_by_having_more_links(share, run, found, monkeypatch):
    monkeypatch.setattr(searches, "MOST_OF_NETWORK", 1)
    first, second = share(run), share(run)
    assert [ask(link, found["run"]).status_code for link in (first, second)] == [200, 429]
    assert ask(second, found["run"], FAR).status_code == 200


def test_a_link_has_no_more_searches_by_being_opened_from_more_networks(share, run, found, monkeypatch):
    monkeypatch.setattr(searches, "MOST_OF_LINK", 1)
    link, other = share(run), share(run)
    assert [ask(link, found["run"], network).status_code for network in (NEAR, FAR)] == [200, 429]
    assert ask(other, found["run"], FAR).status_code == 200


def test_what_is_refused_to_one_network_is_not_taken_from_the_others(share, run, found, monkeypatch):
    monkeypatch.setattr(searches, "MOST_OF_NETWORK", 1)
    monkeypatch.setattr(searches, "MOST_OF_LINK", 2)
    link = share(run)
    assert [ask(link, found["run"]).status_code for _ in range(4)] == [200, 429, 429, 429]
    assert ask(link, found["run"], FAR).status_code == 200


def test_a_search_that_finds_no_slot_is_told_when_to_come_back_and_members_are_not(share, run, found, one_slot, client):
    link = share(run)
    with slots.held(searches.slots()) as is_held:
        assert is_held
        refused = ask(link, found["run"])
        assert (refused.status_code, refused["Retry-After"]) == (503, "5")
        assert "Others are searching now" in refused.content.decode()
        assert refused["X-Robots-Tag"].startswith("noindex")
        assert client.get("/" + found["run"]).status_code == 200
        assert ask(link, f"runs/{run.pk}/").status_code == 200
    assert ask(link, found["run"]).status_code == 200


@pytest.mark.parametrize("rest", ["search/?find=(", "search/?find=error", "nothing/?find=error"])
def test_a_search_gives_its_slot_back_however_it_ends(share, run, one_slot, rest):
    link = share(run, ShareScope.ARTIFACTS)
    for _ in range(2):
        assert ask(link, f"runs/{run.pk}/{rest}").status_code in {200, 404}
    assert one_slot.acquire(blocking=False)


def test_a_quarter_of_the_threads_search_for_guests(monkeypatch):
    monkeypatch.setenv("WEB_THREADS", "8")
    searches.slots.cache_clear()
    try:
        free = searches.slots()
        assert [free.acquire(blocking=False) for _ in range(3)] == [True, True, False]
    finally:
        searches.slots.cache_clear()
