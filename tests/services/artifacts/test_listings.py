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


@pytest.fixture
def text(run, world):
    """Gives the beginning and the end of a file with these bytes, of which so many are shown."""

    def excerpts(data, limit):
        world.files["r", "a__1"]["trial.log"] = data
        asked = run, run.trials.get(), "trial.log"
        return artifacts.head(*asked, limit=limit), artifacts.tail(*asked, limit=limit)

    return excerpts


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


def test_a_short_text_is_shown_whole(text):
    for excerpt in text(b"one\ntwo\n", 100):
        assert (excerpt.text, excerpt.size, excerpt.is_cut_off, excerpt.is_text) == ("one\ntwo\n", 8, False, True)


def test_a_long_text_is_cut_off_and_says_how_long_it_is(text):
    head, tail = text(b"first\nsecond\nthird\n", 8)
    assert (head.text, head.size, head.is_cut_off) == ("first\nse", 19, True)
    assert (tail.text, tail.size, tail.is_cut_off) == ("third\n", 19, True)


def test_a_text_of_just_the_bound_is_whole(text):
    for excerpt in text(b"12345678", 8):
        assert (excerpt.text, excerpt.is_cut_off) == ("12345678", False)


def test_a_long_line_without_an_end_is_shown_from_its_middle(text):
    _, tail = text(b"x" * 100, 10)
    assert tail.text == "x" * 10


def test_a_character_that_the_cut_goes_through_is_left_out(text):
    head, _ = text("aaaü€🙂".encode() * 10, 4)
    assert head.text == "aaa"
    head, _ = text("aaaü€🙂".encode() * 10, 7)
    assert head.text == "aaaü"


def test_bytes_that_are_no_text_are_replaced(text):
    head, _ = text(b"caf\xe9 au lait", 100)
    assert head.text == "caf\ufffd au lait"
    head, _ = text(b"ends in half \xc3", 100)
    assert head.text == "ends in half \ufffd"


def test_a_binary_file_is_none_to_show(text):
    for excerpt in text(b"\x89PNG\r\n\0\0", 100):
        assert (excerpt.text, excerpt.is_text, excerpt.size) == ("", False, 8)


def test_an_empty_file_is_empty(text):
    for excerpt in text(b"", 100):
        assert (excerpt.text, excerpt.size, excerpt.is_cut_off, excerpt.is_text) == ("", 0, False, True)
