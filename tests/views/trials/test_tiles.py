"""The figures of a trial: what stands for the time of one that runs."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import Trial
from dashboard.services import trials
from dashboard.views.trials import facts as trial_facts
from dashboard.views.trials import tiles
from dashboard.views.trials.tabs import TABS
from tests import factories

pytestmark = pytest.mark.django_db

CREATED = "2026-11-21T12:00:00.5Z"


def duration_of(trial):
    [tile] = [tile for tile in tiles.shown(trial, trials.detail(trial)) if tile["label"] == "Duration"]
    return tile


def running(*, is_stalled=False, **fields):
    run = factories.make_run(status=RunStatus.RUNNING, is_stalled=is_stalled)
    return factories.make_trial(run, **{"outcome": Outcome.RUNNING, "started_at": factories.NOW, **fields})


def test_of_a_trial_that_runs_the_time_counts_on():
    tile = duration_of(running())
    assert re.search(r'data-since="([^"]+)"', tile["value"])[1].startswith(f"{factories.NOW:%Y-%m-%dT%H:%M}")
    assert tile["note"] == "so far"


def test_where_only_its_creation_is_known_it_counts_from_there():
    tile = duration_of(running(started_at=None, detail={"extra": {"created_at": CREATED}}))
    assert 'data-since="2026-11-21T12:00:00' in tile["value"]
    assert tile["note"] == "since it was created"


@pytest.mark.parametrize("told", [None, 7, "yesterday", "<b>"])
def test_without_a_moment_nothing_counts(told):
    trial = running(started_at=None, detail={"extra": {"created_at": told}})
    assert duration_of(trial) == {"label": "Duration", "value": "–", "note": ""}


def test_of_a_stalled_run_nobody_knows_how_long_it_ran():
    assert duration_of(running(is_stalled=True)) == {"label": "Duration", "value": "–", "note": "stalled"}


def test_one_that_is_over_took_as_long_as_it_did():
    tile = duration_of(running(outcome=Outcome.PASSED, duration=timedelta(minutes=2)))
    assert (tile["value"], tile["note"]) == ("2 min", "")


@pytest.mark.parametrize(("is_stalled", "said"), [(True, "may have died"), (False, "It is still running.")])
def test_the_reason_tells_a_stalled_run_from_one_that_goes_on(is_stalled, said):
    trial = running(is_stalled=is_stalled)
    assert said in trial_facts.reason(trial, trials.detail(trial))


def test_a_stalled_run_is_told_on_every_tab_of_what_it_left_running(client):
    trial = running(is_stalled=True)
    said = "Its run is stalled"
    pages = [client.get(reverse(tab, args=[trial.run_id, trial.pk])).content.decode() for tab in TABS]
    assert [said in page for page in pages] == [True] * len(TABS)
    Trial.objects.filter(pk=trial.pk).update(outcome=Outcome.PASSED)
    assert said not in client.get(reverse("trial-detail", args=[trial.run_id, trial.pk])).content.decode()
