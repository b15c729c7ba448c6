from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError

from dashboard.domain.errors import BadAnswer, Denied, Missing, Throttled, Unreachable
from dashboard.domain.records import Problem, Usage
from dashboard.domain.statuses import Outcome, RunStatus, SourceHealth
from dashboard.models import MirrorClock, Run, Source, StateChange, Trial
from dashboard.services.sync import cadence, looks, mirror, outcomes
from tests.contract.memory import KIND, MemorySource, trial
from tests.services.conftest import NOW

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture
def own_reads(memory_kind, monkeypatch):
    """Lets the kind's unfinished runs be read by themselves."""
    pauses = cadence.Cadence(2 * SECOND, watched_run=3 * SECOND, idle_run=30 * SECOND)
    monkeypatch.setitem(cadence.CADENCES, KIND, pauses)


def names(**which):
    return set(Run.objects.filter(**which).values_list("external_id", flat=True))


def test_the_first_look_mirrors_everything_and_makes_the_source_healthy(world, look):
    world.put("nightly", trial("a__1"), trial("b__1", Outcome.FAILED))
    world.put("weekly", trial("a__1"))
    source = look()
    assert (names(), Trial.objects.count()) == ({"nightly", "weekly"}, 3)
    assert (source.health, source.health_since, source.last_good_at, source.error) == ("healthy", NOW, NOW, "")
    assert (source.next_sync_at, source.claimed_until) == (NOW + 2 * SECOND, None)
    assert source.version == MirrorClock.now()


def test_a_look_without_news_writes_nothing_but_that_it_looked(world, look, clock):
    world.put("nightly", trial())
    look()
    before, version = Run.objects.values().get(), MirrorClock.now()
    world.read.clear()
    clock.go_on(seconds=2)
    source = look()
    assert (Run.objects.values().get(), MirrorClock.now(), world.read) == (before, version, [])
    assert (source.last_good_at, source.last_looked_at) == (clock.now, clock.now)
    assert (source.health_since, source.version) == (NOW, version)


def test_a_look_without_news_takes_four_queries_whatever_there_is(
    world, look, clock, source, django_assert_num_queries
):
    for number in range(30):
        world.put(f"run {number}", trial())
    look()
    with django_assert_num_queries(4 + 2):  # the source, its known runs, the source again, its update in a transaction
        looks.look_at_source(source.pk, clock)


def test_a_run_that_changed_is_read_alone(world, look):
    world.put("nightly", trial())
    world.put("weekly", trial())
    look()
    world.read.clear()
    world.put("weekly", trial("a__1", Outcome.FAILED))
    look()
    assert world.read == ["weekly"]
    assert Run.objects.get(external_id="weekly").n_failed == 1


def test_a_reading_without_news_is_not_written(world, look, source, clock):
    world.put("nightly", trial(), status=RunStatus.RUNNING)
    look()
    version = MirrorClock.now()
    looks.look_at_run(Run.objects.get().pk, clock)
    assert (world.read, MirrorClock.now()) == (["nightly", "nightly"], version)


def test_a_run_that_errs_is_a_problem_and_the_others_are_read(world, look):
    for name in ("a", "b", "c"):
        world.put(name, trial())
    world.failures["b"] = BadAnswer("The answer is cut off.")
    source = look()
    assert names() == {"a", "c"}
    assert (source.health, source.problems) == ("healthy", [{"where": "b", "what": "The answer is cut off."}])
    del world.failures["b"]
    source = look()
    assert (names(), source.problems) == ({"a", "b", "c"}, [])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (DataError("numeric field overflow: INSERT …"), "a value in it is too large"),
        (OverflowError("int too large"), "a value in it is too large"),
        (IntegrityError("UNIQUE constraint failed"), "it contradicts what is stored"),
    ],
)
def test_a_run_that_cannot_be_stored_is_a_problem_and_the_others_are_read(world, look, monkeypatch, error, reason):
    write = mirror.write_run

    def refuse(source, reading, now, *, since):
        if reading.run.external_id == "b":
            raise error
        return write(source, reading, now, since=since)

    monkeypatch.setattr(mirror, "write_run", refuse)
    for name in ("a", "b", "c"):
        world.put(name, trial())
    source = look()
    assert (names(), source.health) == ({"a", "c"}, "healthy")
    assert source.problems == [{"where": "b", "what": f"It could not be stored: {reason}."}]


def test_a_run_with_a_number_too_large_for_its_column_hides_no_other(world, look):
    world.put("a", trial())
    world.put("b", trial(usage=Usage(input_tokens=2**70)))
    assert [problem["where"] for problem in look().problems] == ["b"]
    assert names() == {"a"}


def test_a_problem_that_stays_is_news_once(world, look):
    world.problems = (Problem(where="x", what="It is a link."),)
    version = look().version
    assert look().version == version
    world.problems = ()
    assert look().version > version


def test_only_so_many_problems_are_kept(world, look):
    world.problems = tuple(Problem(where=str(number), what="Odd.") for number in range(80))
    assert len(look().problems) == 50


@pytest.mark.parametrize("error", [Unreachable("Gone away."), Throttled("Too often.", retry_after=9)])
def test_a_source_that_goes_away_in_the_middle_fails_as_a_whole(world, look, error):
    world.put("a", trial())
    world.put("b", trial())
    world.failures["b"] = error  # b is the newer, so it is read first
    source = look()
    assert (source.health, source.error, world.read) == ("failing", error.sentence, ["b"])


def test_a_source_that_fails_says_since_when_and_tries_again_later_each_time(world, look, clock):
    world.put("nightly", trial())
    look()
    clock.go_on(minutes=1)
    since = clock.now
    world.failure = Unreachable("The folder is not there.", code="no_folder")
    pauses = []
    for failures in range(1, 5):
        source = look()
        assert (source.health, source.health_since, source.failures) == ("failing", since, failures)
        assert (source.error, source.error_code) == ("The folder is not there.", "no_folder")
        assert (source.last_looked_at, source.last_good_at) == (clock.now, NOW)
        pauses.append(source.next_sync_at - clock.now)
        clock.go_on(minutes=5)
    assert pauses == sorted(pauses)
    assert pauses[0] <= SECOND
    assert 6 * SECOND <= pauses[-1] <= 8 * SECOND
    assert names(is_gone=False) == {"nightly"}


def test_a_failure_is_news_once_for_each_sentence(world, look):
    version = look().version
    world.failure = Unreachable("Not there.")
    first = look().version
    again = look().version
    world.failure = Denied("Not allowed.")
    other = look().version
    assert version < first == again < other


def test_a_source_that_recovers_is_healthy_at_once(world, look, clock):
    world.failure = Unreachable("Not there.")
    look()
    clock.go_on(seconds=9)
    world.failure = None
    source = look()
    assert (source.health, source.health_since, source.error, source.error_code) == ("healthy", clock.now, "", "")
    assert (source.failures, source.next_sync_at) == (0, clock.now + 2 * SECOND)


def test_the_wish_of_a_throttled_source_sets_the_next_look(world, look):
    world.failure = Throttled("Too often.", retry_after=86_400)
    assert look().next_sync_at == NOW + timedelta(minutes=5)


def test_a_vanished_run_is_gone_only_after_its_own_id_was_asked_for(world, look, clock):
    world.put("nightly", trial())
    world.put("weekly", trial())
    look()
    world.unlisted.add("nightly")
    world.read.clear()
    look()
    assert (world.read, names(is_gone=True)) == (["nightly"], set())
    del world.runs["nightly"]
    clock.go_on(seconds=2)
    look()
    run = Run.objects.get(external_id="nightly")
    assert (run.is_gone, run.gone_at, run.trials.count()) == (True, clock.now, 1)
    assert run.version == MirrorClock.now()
    assert run.state_changes.last().is_gone


def test_a_run_that_vanishes_between_listing_and_reading_was_never_there(world, look):
    world.put("nightly", trial())
    world.failures["nightly"] = Missing("There is no such run.")
    source = look()
    assert (source.health, source.problems, names()) == ("healthy", [], set())


def test_a_gone_run_is_not_asked_for_again(world, look):
    world.put("nightly", trial())
    world.put("weekly", trial())
    look()
    del world.runs["nightly"]
    look()
    world.read.clear()
    version = look().version
    assert (world.read, look().version) == ([], version)


def test_a_listing_of_only_the_newest_never_makes_a_run_gone(world, look):
    world.put("nightly", trial())
    world.put("weekly", trial())
    look()
    del world.runs["nightly"]
    world.is_complete = False
    look()
    assert names(is_gone=True) == set()


def test_an_error_about_a_vanished_run_never_makes_it_gone(world, look):
    world.put("nightly", trial())
    world.put("weekly", trial())
    look()
    world.unlisted.add("nightly")
    world.failures["nightly"] = Denied("Not allowed.")
    assert look().problems == [{"where": "nightly", "what": "Not allowed."}]
    assert names(is_gone=True) == set()


def test_a_lost_root_never_makes_a_run_gone(world, look):
    world.put("nightly", trial())
    look()
    MemorySource.worlds.clear()
    source = look()
    assert (source.health, source.error_code, names(is_gone=True)) == ("failing", "no_world", set())


@pytest.mark.parametrize(("n", "held"), [(1, "1 run"), (3, "3 runs")])
def test_a_root_that_is_suddenly_empty_is_a_failure_and_no_run_is_gone(world, look, n, held):
    """An unmounted disk leaves an empty folder behind."""
    for number in range(n):
        world.put(f"run {number}", trial())
    look()
    kept = dict(world.runs)
    world.runs.clear()
    world.read.clear()
    source = look()
    assert source.error == f"The folder is empty; it held {held} before. Is it mounted?"
    assert (source.health, source.error_code) == ("failing", "empty")
    assert (names(is_gone=True), world.read) == (set(), [])
    world.runs.update(kept)
    assert look().health == "healthy"


def test_a_root_that_never_held_anything_may_be_empty(look):
    assert look().health == "healthy"


def test_a_source_sent_to_an_empty_address_keeps_its_runs(world, look, source):
    world.put("nightly", trial())
    look()
    MemorySource.worlds["elsewhere"] = type(world)()
    Source.objects.update(address="elsewhere")
    assert look().error_code == "empty"
    assert names(is_gone=False) == {"nightly"}


def test_a_run_that_comes_back_is_there_again(world, look, clock):
    world.put("nightly", trial())
    world.put("weekly", trial())
    look()
    kept = world.runs.pop("nightly")
    look()
    clock.go_on(seconds=2)
    world.runs["nightly"] = kept
    look()
    run = Run.objects.get(external_id="nightly")
    assert (run.is_gone, run.gone_at, run.n_passed) == (False, None, 1)
    assert [change.is_gone for change in run.state_changes.all()] == [False, True, False]


def test_a_long_look_tells_how_far_it_has_come(world, look, source, monkeypatch):
    for number in range(50):
        world.put(f"run {number:02}", trial())
    told, read = [], MemorySource.read_run

    def note(self, *args):
        found = Source.objects.get()
        told.append((found.progress_done, found.progress_total, found.version))
        return read(self, *args)

    monkeypatch.setattr(MemorySource, "read_run", note)
    after = look()
    assert [pair[:2] for pair in told[::20]] == [(0, 50), (20, 50), (40, 50)]
    assert len({version for _, _, version in told}) == 3
    assert (after.progress_done, after.progress_total) == (0, 0)
    assert after.version > told[-1][2]


def test_a_short_look_tells_nothing(world, look, monkeypatch):
    for number in range(looks.TELL_EVERY - 1):
        world.put(f"run {number:02}", trial())
    monkeypatch.setattr(outcomes, "show_progress", None)
    assert look().health == "healthy"


def test_a_look_that_is_stopped_ends_after_the_run_it_reads_and_is_due_at_once(world, source, clock):
    for number in range(30):
        world.put(f"run {number:02}", trial())
    looks.look_at_source(source.pk, clock, lambda: len(world.read) >= 5)
    source.refresh_from_db()
    assert (len(world.read), Run.objects.count()) == (5, 5)
    assert (source.next_sync_at, source.claimed_until, source.progress_total) == (NOW, None, 0)
    assert (source.health, source.last_looked_at) == (SourceHealth.NEW, None)
    looks.look_at_source(source.pk, clock)
    assert Run.objects.count() == 30


def test_what_was_deleted_after_it_was_claimed_is_let_be(db, clock):
    looks.look_at_source(99, clock)
    looks.look_at_run(99, clock)
    assert MirrorClock.now() == 0


def test_pausing_during_a_look_is_kept(world, look, source, monkeypatch):
    def pause_meanwhile(*_args):
        Source.objects.update(is_paused=True)
        return read(*_args)

    read = MemorySource.list_runs
    monkeypatch.setattr(MemorySource, "list_runs", pause_meanwhile)
    assert look().is_paused


class TestRunsReadByThemselves:
    def due(self, run):
        run.refresh_from_db()
        return None if run.next_sync_at is None else (run.next_sync_at - NOW).total_seconds()

    def test_an_unfinished_run_is_due_by_itself(self, own_reads, mirrored):
        assert self.due(mirrored("live", status=RunStatus.RUNNING)) == 30
        assert self.due(mirrored("done", status=RunStatus.COMPLETED)) is None

    def test_a_look_at_it_mirrors_what_is_new_and_lets_go(self, own_reads, mirrored, world, clock):
        run = mirrored("live", status=RunStatus.RUNNING)
        Run.objects.update(claimed_until=NOW + SECOND, watched_until=NOW + 9 * SECOND)
        world.put("live", trial(), status=RunStatus.RUNNING)
        looks.look_at_run(run.pk, clock)
        assert self.due(run) == 3
        assert (run.n_passed, run.claimed_until, run.watched_until) == (1, None, NOW + 9 * SECOND)

    def test_its_end_is_its_last_look(self, own_reads, mirrored, world, clock):
        run = mirrored("live", status=RunStatus.RUNNING)
        world.put("live", trial())
        looks.look_at_run(run.pk, clock)
        assert self.due(run) is None

    def test_one_that_is_missing_is_gone(self, own_reads, mirrored, world, clock):
        run = mirrored("live", status=RunStatus.RUNNING)
        del world.runs["live"]
        looks.look_at_run(run.pk, clock)
        assert self.due(run) is None
        assert (run.is_gone, StateChange.objects.filter(run=run, is_gone=True).count()) == (True, 1)

    def test_one_that_errs_is_tried_again_and_kept(self, own_reads, mirrored, world, clock):
        run = mirrored("live", status=RunStatus.RUNNING)
        world.failures["live"] = Unreachable("Not there.")
        looks.look_at_run(run.pk, clock)
        assert (self.due(run), run.is_gone) == (30, False)

    def test_a_wish_for_quiet_is_kept(self, own_reads, mirrored, world, clock):
        run = mirrored("live", status=RunStatus.RUNNING)
        world.failures["live"] = Throttled("Too often.", retry_after=120)
        looks.look_at_run(run.pk, clock)
        assert self.due(run) == 120

    def test_one_that_is_stopped_before_it_begins_stays_due(self, own_reads, mirrored, world, clock):
        run = mirrored("live", status=RunStatus.RUNNING)
        Run.objects.update(claimed_until=NOW + SECOND)
        world.read.clear()
        looks.look_at_run(run.pk, clock, lambda: True)
        assert (self.due(run), run.claimed_until, world.read) == (30, None, [])
