"""What a run's page keeps of itself: made once, and made anew as soon as anything in it is another."""

import pytest
from django.test import Client

from dashboard.domain.statuses import RunStatus
from dashboard.models import Source
from dashboard.services import grids
from dashboard.views.runs import pages as run_views
from tests import factories
from tests.fixtures.clocks import clock

__all__ = ["clock"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(monkeypatch):
    """How often a grid was made, for which run and from where on."""
    calls = []
    make = grids.grid

    def counted(run, **limits):
        calls.append((run.pk, limits))
        return make(run, **limits)

    monkeypatch.setattr(run_views.grids, "grid", counted)
    return calls


@pytest.fixture
def run():
    run = factories.make_run(factories.make_source(address="/nowhere/at/all"), dataset="core")
    factories.make_trials(run, 20, per_task=1)
    return run


def page(client, run, tab=""):
    return client.get(f"/runs/{run.pk}/{tab}").content.decode()


@pytest.mark.parametrize("tab", ["", "grid/"])
def test_a_finished_run_is_made_once_for_all_readers(client, run, made, tab):
    first = page(client, run, tab)
    assert f"/runs/{run.pk}/trials/{run.trials.first().pk}/" in first
    other = Client()
    other.force_login(factories.make_person("grace"))
    assert "Signed in as grace" in page(other, run, tab)
    assert len(made) == 1


@pytest.mark.parametrize("tab", ["", "grid/"])
def test_a_change_is_seen_at_once(client, run, made, tab):
    page(client, run, tab)
    run.trials.filter(pk=run.trials.first().pk).update(external_id="renamed")
    factories.touch(run, name="Another name")
    assert "renamed" in page(client, run, tab)
    assert len(made) == 2


def test_a_source_that_fails_or_gets_another_name_is_news(client, run, made):
    page(client, run)
    factories.make_failing(run.source)
    page(client, run)
    assert len(made) == 2
    Source.objects.update(name="Renamed jobs")
    assert "Renamed jobs" in page(client, run)
    assert len(made) == 3


def test_each_page_of_the_grid_is_another(client, run, made):
    assert page(client, run, "grid/") != page(client, run, "grid/?size=25&page=1")
    assert len(made) == 2


def test_an_overview_of_a_run_that_goes_on_is_made_each_time(client, run, made):
    factories.touch(run, status=RunStatus.RUNNING)
    page(client, run)
    page(client, run)
    assert len(made) == 2


def test_a_poll_gets_the_kept_grid(client, run, made):
    page(client, run, "grid/")
    factories.touch(run, status=RunStatus.RUNNING)
    answers = [client.get(f"/runs/{run.pk}/grid/?v=1.1", headers={"hx-request": "true"}) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert b"<html" not in answers[0].content
    assert len(made) == 2


def test_strangers_get_nothing_that_was_kept(client, run, stranger):
    page(client, run)
    assert stranger.get(f"/runs/{run.pk}/").status_code == 302
