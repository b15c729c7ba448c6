from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache

from dashboard.domain.errors import Denied, Missing, Unreachable
from dashboard.domain.records import ArtifactListing
from dashboard.domain.statuses import SourceHealth
from dashboard.services import artifacts
from tests.contract.memory import MemorySource, trial
from tests.services.conftest import NOW


@pytest.fixture(autouse=True)
def _forgetful():
    """Lists are kept by primary key and version, which tests use again."""
    cache.clear()


@pytest.fixture
def run(mirrored, world):
    found = mirrored("r", trial())
    world.files["r", None] = {"job.log": b"started\n"}
    world.files["r", "a__1"] = {"trial.log": b"one\ntwo\nthree\n"}
    return found


def paths(listing):
    return [artifact.path for artifact in listing.artifacts]


def test_runs_and_trials_list_their_own_files(run):
    assert paths(artifacts.of_run(run)) == ["job.log"]
    assert paths(artifacts.of_trial(run.trials.get())) == ["trial.log"]


@pytest.mark.parametrize("error", [Unreachable("Not there."), Denied("Not allowed."), Missing("No such run.")])
def test_a_source_that_fails_gives_a_problem_instead_of_files(run, world, error):
    world.failure = error
    for listing in (artifacts.of_run(run), artifacts.of_trial(run.trials.get())):
        assert paths(listing) == []
        assert [(p.where, p.what) for p in listing.problems] == [("World", error.sentence)]


def test_the_files_of_a_trial_elsewhere_are_asked_for_once_a_while_and_again_when_it_changed(run, world):
    trial = run.trials.get()
    artifacts.of_trial(trial)
    world.files["r", "a__1"]["new.log"] = b""
    assert paths(artifacts.of_trial(trial)) == ["trial.log"]
    trial.version += 1
    assert paths(artifacts.of_trial(trial)) == ["new.log", "trial.log"]


def test_what_is_at_hand_of_a_trial_elsewhere_is_what_was_listed_lately(run, world):
    trial = run.trials.get()
    assert artifacts.at_hand_of_trial(trial) is None
    artifacts.of_trial(trial)
    world.failure = Unreachable("Not there.")
    assert paths(artifacts.at_hand_of_trial(trial)) == ["trial.log"]


def test_files_on_this_machine_are_listed_each_time(run, world, monkeypatch):
    near = replace(MemorySource.capabilities, is_local=True)
    monkeypatch.setattr(MemorySource, "capabilities", near)
    artifacts.of_trial(run.trials.get())
    world.files["r", "a__1"]["new.log"] = b""
    assert paths(artifacts.of_trial(run.trials.get())) == ["new.log", "trial.log"]


def test_a_source_whose_runs_have_no_files_is_not_asked_for_them(run, world, monkeypatch):
    monkeypatch.setattr(MemorySource, "capabilities", replace(MemorySource.capabilities, run_files=False))
    world.failure = Unreachable("Not there.")
    assert artifacts.of_run(run) == ArtifactListing()


def test_nobody_waits_for_a_source_that_is_known_to_be_away(run, world):
    run.source.health, run.source.failures, run.source.error = SourceHealth.FAILING, 5, "Nobody is there."
    run.source.next_sync_at = NOW + timedelta(days=36_500)
    assert [problem.what for problem in artifacts.of_run(run).problems] == ["Nobody is there."]
    with pytest.raises(Unreachable, match="Nobody is there"):
        artifacts.open_file(run, None, "job.log")


def test_a_file_that_is_asked_for_and_not_there_is_an_error(run):
    for path in ("no such file", "../job.log"):
        with pytest.raises(Missing), artifacts.open_file(run, None, path):
            pass
