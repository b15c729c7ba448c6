"""A run's logs and trajectories, searched in parts."""

import itertools
import json
import shutil
from datetime import timedelta

import pytest

from dashboard.domain.statuses import SourceHealth, SourceKind
from dashboard.models import Source, Trial
from dashboard.readers import text_search
from dashboard.readers.trajectories import finding
from dashboard.services import run_search
from dashboard.services.run_search import Place, files
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path):
    return factories.make_run(factories.make_source(address=str(tmp_path)), external_id="nightly")


@pytest.fixture
def leave(run, tmp_path):
    """A trial that left files of these contents."""

    def make(**contents):
        trial = factories.make_trial(run)
        folder = tmp_path / run.external_id / trial.external_id
        (folder / "agent").mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        for name, content in contents.items():
            path = (
                folder / {"log": "trial.log", "agent": "agent/codex.txt", "trajectory": "agent/trajectory.json"}[name]
            )
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return trial

    return make


def steps(*messages):
    return {
        "schema_version": "ATIF-v1.6", "session_id": "s", "agent": {"name": "a", "version": "1"},
        "steps": [{"step_id": n, "source": "agent", "message": text} for n, text in enumerate(messages, 1)],
    }  # fmt: skip


def search(run, text, place=None, **how):
    clock = how.pop("clock", None)
    trials = Trial.objects.filter(run=run).order_by("pk")
    what = run_search.sought(text, **how)
    return run_search.search(trials, what, place, **({"clock": clock} if clock else {}))


def found(part):
    """(trial, path, line or step) of every hit."""
    return [
        (each.trial.pk, file.path, hit.line or hit.step)
        for each in part.found
        for file in each.files
        for hit in file.hits
    ]


def test_hits_are_told_by_trial_and_file_with_line_or_step(run, leave):
    first = leave(log="one\nan Error\n", trajectory=steps("hello", 'it said "error"', "bye"))
    leave(log="nothing")
    third = leave(agent="Error: again\n")
    part = search(run, "error")
    assert found(part) == [
        (first.pk, "agent/trajectory.json", 2),
        (first.pk, "trial.log", 2),
        (third.pk, "agent/codex.txt", 1),
    ]
    assert (part.place, part.n_done, part.n_trials, part.n_hits) == (None, 3, 3, 3)


def test_expressions_are_found_in_steps_and_lines(run, leave):
    leave(log="exit code 137\n", trajectory=steps("exit code 1", "exit code 139"))
    assert [each[2] for each in found(search(run, r"code 13\d", is_regex=True))] == [2, 1]


def test_words_that_json_writes_otherwise_are_found(run, leave):
    leave(trajectory=steps('he said "no"\nand left', "naïve"))
    assert [each[2] for each in found(search(run, '"no"'))] == [1]
    assert [each[2] for each in found(search(run, "naïve"))] == [2]


def test_of_a_file_a_few_hits_are_told_and_that_there_are_more(run, leave):
    leave(log="error\n" * 50, trajectory=steps(*["error"] * 50))
    for file in search(run, "error").found[0].files:
        assert (len(file.hits), file.has_more) == (files.PER_FILE, True)


def test_a_part_ends_when_its_time_is_up_and_the_next_goes_on_there(run, leave, monkeypatch):
    monkeypatch.setattr(text_search, "CHUNK", 16)
    trials = [leave(log=f"line\nerror {n}\n" * 3, agent="error\n") for n in range(4)]
    seen, place, parts = [], None, 0
    while parts == 0 or place is not None:
        ticks = itertools.count(step=0.5)
        part = search(run, "error", place and Place.parse(str(place)), clock=lambda ticks=ticks: next(ticks))
        seen += found(part)
        place, parts = part.place, parts + 1
        assert parts < 100
    assert parts > 4
    assert seen == [
        (trial.pk, path, line) for trial in trials for path, line in
        [("agent/codex.txt", 1), ("trial.log", 2), ("trial.log", 4), ("trial.log", 6)]
    ]  # fmt: skip
    assert part.n_done == len(trials)


def test_a_part_ends_after_so_many_hits(run, leave, monkeypatch):
    monkeypatch.setattr(run_search, "PER_PART", 2)
    second = [leave(log="error\nerror\n") for _ in range(3)][1]
    part = search(run, "error")
    assert (part.n_done, part.place) == (1, Place(trial=second.pk))


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_searched(run, leave, tmp_path):
    trial = leave(log="error\n", trajectory="[1, 2, 3] error")
    part = search(run, "error")
    assert found(part) == [(trial.pk, "trial.log", 1)]
    [(whose, told)] = part.left_out
    assert (whose, told.path) == (trial, "agent/trajectory.json")
    assert told.note


def test_an_expression_that_takes_too_long_is_told(run, leave, monkeypatch):
    monkeypatch.setattr(text_search, "SECONDS", 0.02)
    leave(log="a" * 5_000 + "b\n")
    [(_, told)] = search(run, r"(a|aa|aaa)+c(?=d)(a|aa)+$", is_regex=True).left_out
    assert "too long" in told.note


def test_of_a_trajectory_that_is_too_long_it_is_told_how_much_was_searched(run, leave, monkeypatch):
    monkeypatch.setattr(finding, "MOST_SECONDS", -1.0)
    trial = leave(trajectory=steps("an error", "another"))
    part = search(run, "error")
    assert part.found == []
    [(whose, told)] = part.left_out
    assert (whose, told.note[:31]) == (trial, "Only its first 0 steps were sea")


def test_words_behind_what_can_be_looked_through_in_time_are_found(run, leave, monkeypatch):
    monkeypatch.setattr(text_search, "CHUNK", 16)
    trial = leave(trajectory=steps("one", "an error"))
    ticks = itertools.count(step=0.5)
    assert found(search(run, "error", clock=lambda: next(ticks))) == [(trial.pk, "agent/trajectory.json", 2)]


def test_a_source_that_is_away_ends_no_search_and_is_told(run, leave):
    leave(log="error")
    Source.objects.update(
        kind=SourceKind.DOCKS, address="http://docks.example", health=SourceHealth.FAILING, failures=9,
        error="Nobody is there.", next_sync_at=NOW + timedelta(days=36_500),
    )  # fmt: skip
    part = search(run, "error")
    assert (part.found, part.place, part.n_done) == ([], None, 1)
    assert "Nobody is there." in part.problem


def test_what_lies_elsewhere_is_searched_while_it_is_small(run, leave, monkeypatch):
    small, large = leave(log="error\n"), leave(log="error\n" + "x" * 500)
    monkeypatch.setattr(files, "SMALL", 100)
    monkeypatch.setattr(files.artifacts, "are_near", lambda run: False)
    part = search(run, "error")
    assert [each[0] for each in found(part)] == [small.pk]
    [(whose, told)] = part.left_out
    assert whose == large
    assert "too large to be fetched" in told.note


def test_a_trial_that_is_gone_from_the_list_begins_the_search_again(run, leave, tmp_path):
    trial = leave(log="error\n")
    assert found(search(run, "error", Place(trial=0))) == [(trial.pk, "trial.log", 1)]
    shutil.rmtree(tmp_path / run.external_id)
    assert search(run, "error").n_done == 1


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1.2.x.trial.log", "9" * 40 + ".0.1.", "-1.0.1.a"])
def test_what_is_no_place_is_none(text):
    assert Place.parse(text) is None
