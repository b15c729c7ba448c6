"""How many of their tests the trials passed: a mean over those that tell it."""

import pytest

from dashboard.services import tests_passed
from dashboard.services.tests_passed import MeanShare
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return factories.make_run(factories.make_source("Docks", kind="docks", address="https://docks.example"))


def put(run, agent, *shares, **fields):
    for share in shares:
        rewards = {"reward": 0.0} if share is None else {"reward": 1.0, "tests_passed": share}
        factories.make_trial(run, agent=agent, detail={"rewards": rewards}, **fields)


def test_each_trial_counts_the_same_and_those_that_tell_nothing_do_not_count(run):
    put(run, "codex", 1.0, 0.5, None)
    put(run, "opus", 0.0)
    factories.make_trial(run, agent="opus", detail={"rewards": None})
    factories.make_trial(run, agent="opus")
    means = tests_passed.by_solver(run)
    assert means == {("codex", "", ""): MeanShare(0.75, 2), ("opus", "", ""): MeanShare(0.0, 1)}
    assert tests_passed.overall(means) == MeanShare(0.5, 3)


def test_trials_of_other_runs_and_vanished_ones_do_not_count(run):
    put(run, "codex", 0.25)
    put(run, "codex", 1.0, is_gone=True)
    put(factories.make_run(run.source), "codex", 1.0)
    assert tests_passed.by_solver(run) == {("codex", "", ""): MeanShare(0.25, 1)}


def test_no_mean_is_made_of_nothing(run):
    assert tests_passed.by_solver(run) == {}
    assert tests_passed.overall({}) is None


def test_a_reward_of_that_name_is_no_share_where_the_source_does_not_say_so(db, django_assert_num_queries):
    run = factories.make_run(factories.make_source())
    put(run, "codex", 17.0)
    with django_assert_num_queries(0):
        assert tests_passed.by_solver(run) == {}
