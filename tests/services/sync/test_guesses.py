"""Tasks that were guessed before their names were known: trials move to the right one, and the guess goes."""

import pytest

from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import Run, Task, Trial
from dashboard.services.sync import mirror
from tests.contract.memory import trial

pytestmark = pytest.mark.django_db

GUESSED = {"task_name": "fix-bug", "dataset": "bench", "task_is_guess": True}
SURE = {"task_name": "bench/fix-bug", "dataset": "bench"}


def tasks():
    return sorted(Task.objects.values_list("dataset", "name"))


def task_names(run):
    return {t.external_id: t.task.name for t in Trial.objects.filter(run__external_id=run).select_related("task")}


def test_a_guess_of_a_newer_run_moves_when_an_older_one_tells_the_name(world, look):
    world.put("older", trial("a__1", **SURE))
    world.put("newer", trial("a__2", Outcome.UNSCORED, **GUESSED))
    look()
    before = Run.objects.get(external_id="newer")
    assert tasks() == [("bench", "bench/fix-bug"), ("bench", "fix-bug")]
    world.read.clear()
    look()
    after = Run.objects.get(external_id="newer")
    assert tasks() == [("bench", "bench/fix-bug")]
    assert task_names("newer") == {"a__2": "bench/fix-bug"}
    assert after.version > before.version
    assert world.read == ["newer"]
    world.read.clear()
    look()
    assert world.read == []


def test_a_guess_moves_when_another_trial_of_its_own_run_tells_the_name(world, look):
    live = {"status": RunStatus.RUNNING}
    world.put("nightly", trial("a__1", Outcome.RUNNING, **GUESSED), trial("a__2", Outcome.RUNNING, **GUESSED), **live)
    look()
    world.put("nightly", trial("a__1", **SURE), trial("a__2", Outcome.RUNNING, **GUESSED), **live)
    look()
    look()
    assert tasks() == [("bench", "bench/fix-bug")]
    assert sorted(Trial.objects.values_list("external_id", "attempt")) == [("a__1", 1), ("a__2", 2)]


def test_a_guess_doubted_while_its_run_is_read_is_read_again(world, look, monkeypatch):
    world.put("newer", trial("a__2", Outcome.UNSCORED, **GUESSED), trial("b__1"), status=RunStatus.RUNNING)
    look()
    world.put("newer", trial("a__2", Outcome.UNSCORED, **GUESSED), trial("b__1", Outcome.FAILED))
    write = mirror.write_run

    def doubt_first(*args, **since):
        Trial.objects.filter(external_id="a__2").update(fingerprint="")
        return write(*args, **since)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(mirror, "write_run", doubt_first)
        look()
    assert Run.objects.get().fingerprint == ""
    look()
    assert Run.objects.get().fingerprint
    assert not Trial.objects.filter(fingerprint="").exists()


def test_a_guess_that_was_altogether_wrong_goes_with_its_last_trial(world, look):
    world.put("other", trial("b__1", task_name="bench/b", dataset="bench"))
    world.put("nightly", trial("a__1", Outcome.RUNNING, **GUESSED), status=RunStatus.RUNNING)
    look()
    world.put("nightly", trial("a__1", task_name="bench/b", dataset="bench"))
    look()
    assert tasks() == [("bench", "bench/b")]


def test_another_task_of_that_short_name_stays_and_is_asked_for_only_once(world, look):
    world.put("short", trial("a__1", task_name="fix-bug", dataset="bench"))
    look()
    world.put("long", trial("a__1", **SURE))
    look()
    look()
    world.read.clear()
    look()
    assert world.read == []
    assert (task_names("short"), task_names("long")) == ({"a__1": "fix-bug"}, {"a__1": "bench/fix-bug"})


def test_a_guess_of_another_data_set_stays(world, look):
    world.put("nightly", trial("a__1", Outcome.UNSCORED, **GUESSED | {"dataset": "other"}))
    look()
    world.put("older", trial("a__1", **SURE))
    look()
    world.read.clear()
    look()
    assert world.read == []
    assert tasks() == [("bench", "bench/fix-bug"), ("other", "fix-bug")]


def test_a_guess_another_trial_still_hangs_on_stays(world, look):
    for name in ("one", "two"):
        world.put(name, trial("a__1", Outcome.RUNNING, **GUESSED), status=RunStatus.RUNNING)
    look()
    world.put("one", trial("a__1", task_name="elsewhere", dataset="bench"))
    look()
    assert tasks() == [("bench", "elsewhere"), ("bench", "fix-bug")]


def test_what_is_gone_is_not_asked_for_again(world, look):
    world.put("kept", trial("b__1"))
    world.put("gone", trial("a__1", Outcome.UNSCORED, **GUESSED))
    look()
    del world.runs["gone"]
    look()
    world.put("older", trial("a__1", **SURE))
    look()
    world.read.clear()
    look()
    assert world.read == []
    assert task_names("gone") == {"a__1": "fix-bug"}
