from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.domain.errors import Unreachable
from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import MirrorClock, Run, Source, Trial
from dashboard.services import runs, visibility
from dashboard.services.runs import Opened
from dashboard.services.sync import cadence
from tests import factories
from tests.contract.memory import KIND, trial
from tests.services.conftest import NOW

SECOND = timedelta(seconds=1)


@pytest.fixture
def live(mirrored):
    return mirrored("live", trial("a__1", Outcome.RUNNING), status=RunStatus.RUNNING)


@pytest.fixture
def ask(viewer):
    """Asks as an open list of runs does that was made at this version and shows these runs."""

    def poll(shown, since, *, matching=None, opened_at=None):
        opened = Opened(shown=[getattr(run, "pk", run) for run in shown], since=since, opened_at=opened_at or since)
        everything = visibility.runs(viewer)
        return runs.poll(viewer, opened, rows=everything, matching=everything if matching is None else matching)

    return poll


class TestPoll:
    def test_nothing_new_is_one_query(self, ask, live, django_assert_num_queries):
        since = MirrorClock.now()
        with django_assert_num_queries(1):
            poll = ask([live], since)
        assert poll.is_empty
        assert poll.version == MirrorClock.now()

    def test_news_take_four_queries_however_many_rows_are_shown(self, ask, mirrored, django_assert_num_queries):
        shown = [mirrored(f"run {number}") for number in range(20)]
        with django_assert_num_queries(4):
            assert len(ask(shown, 0).changed) == 20

    def test_only_rows_that_changed_come_back(self, ask, mirrored):
        first, second = mirrored("first"), mirrored("second")
        since = MirrorClock.now()
        mirrored("first", trial())
        poll = ask([first, second], since)
        first.refresh_from_db(fields=["version"])
        assert (poll.changed, poll.n_new, poll.n_gone) == (((first.pk, first.version),), 0, 0)
        assert ask([first, second], poll.version).is_empty

    def test_a_change_to_a_row_that_is_not_shown_is_no_news(self, ask, mirrored):
        mirrored("first")
        second, since = mirrored("second"), MirrorClock.now()
        mirrored("first", trial())
        assert ask([second], since).is_empty

    def test_new_runs_count_only_if_the_filter_lets_them_through(self, ask, mirrored):
        shown, since = [mirrored("first")], MirrorClock.now()
        mirrored("second", dataset="bench")
        mirrored("third")
        assert ask(shown, since).n_new == 2
        assert ask(shown, since, matching=Run.objects.filter(dataset="bench")).n_new == 1
        assert ask(shown, since, matching=Run.objects.filter(dataset="else")).is_empty

    def test_new_is_what_came_after_the_page_was_made(self, ask, mirrored):
        shown, opened_at = [mirrored("first")], MirrorClock.now()
        mirrored("second")
        since = MirrorClock.now()
        assert ask(shown, since, opened_at=opened_at).is_empty  # told before
        mirrored("third")
        assert ask(shown, since, opened_at=opened_at).n_new == 2  # of which the page still has none

    def test_a_row_that_went_is_counted(self, ask, mirrored):
        shown, since = [mirrored("first"), 10**6], MirrorClock.now()
        mirrored("second")
        assert ask(shown, since).n_gone == 1

    def test_a_source_that_fails_and_recovers_is_news(self, ask, mirrored, world, look):
        shown, since = [mirrored("first")], MirrorClock.now()
        world.failure = Unreachable("Not there.")
        look()
        poll = ask(shown, since)
        assert (poll.is_source_news, poll.changed) == (True, ())
        look()
        assert ask(shown, poll.version).is_empty
        world.failure = None
        look()
        assert ask(shown, poll.version).is_source_news

    def test_looks_without_news_are_none(self, ask, mirrored, look, clock):
        shown, since = [mirrored("first")], MirrorClock.now()
        for _ in range(3):
            clock.go_on(seconds=2)
            look()
        assert ask(shown, since).is_empty

    def test_a_page_from_the_future_is_answered_with_now(self, ask, mirrored):
        shown = [mirrored("first")]
        poll = ask(shown, 10**12)
        assert (poll.is_empty, poll.version) == (True, MirrorClock.now())

    def test_strangers_get_nothing(self, stranger, live):
        opened = Opened(shown=[live.pk], since=0, opened_at=0)
        nothing = visibility.runs(stranger)
        poll = runs.poll(stranger, opened, rows=nothing, matching=nothing)
        assert (poll.changed, poll.n_new, poll.is_source_news) == ((), 0, False)

    def test_trials_are_polled_alike(self, viewer, mirrored):
        run = mirrored("live", trial("a__1", Outcome.RUNNING), trial("b__1", Outcome.RUNNING), status=RunStatus.RUNNING)
        first, second = run.trials.order_by("external_id")
        since = MirrorClock.now()
        mirrored("live", trial("a__1"), trial("c__1", Outcome.RUNNING), status=RunStatus.RUNNING)
        opened = Opened(shown=[first.pk, second.pk], since=since, opened_at=since)
        rows = visibility.trials(viewer).filter(run=run)
        poll = runs.poll(viewer, opened, rows=rows, matching=rows)
        first.refresh_from_db(fields=["version"])
        assert (poll.changed, poll.n_new, poll.n_gone) == (((first.pk, first.version),), 1, 1)


class TestWatching:
    def watch(self, run, after=0.0):
        with CaptureQueriesContext(connection) as captured:
            runs.watch(run, NOW + after * SECOND)
        run.refresh_from_db(fields=["watched_until", "next_sync_at", "version"])
        return len(captured)

    def test_a_watched_run_is_marked_for_a_while(self, live):
        assert self.watch(live) == 1
        assert live.watched_until == NOW + cadence.WATCH_LASTS

    def test_many_who_watch_write_once_in_a_few_seconds(self, live):
        writes = {after: self.watch(live, after) for after in range(16)}
        assert {after for after, n in writes.items() if n} == {0, 8}
        assert sum(writes.values()) == 2

    def test_one_who_read_the_run_before_another_marked_it_changes_nothing(self, live):
        stale = Run.objects.select_related("source").get(pk=live.pk)
        self.watch(live, 5)
        self.watch(stale, 4)
        assert stale.watched_until == NOW + 5 * SECOND + cadence.WATCH_LASTS

    def test_watching_is_no_news_to_pages(self, live):
        before = MirrorClock.now(), live.version
        self.watch(live)
        assert (MirrorClock.now(), live.version) == before

    def test_a_run_that_cannot_be_read_keeps_its_pause(self, live):
        later = NOW + 60 * SECOND
        Run.objects.update(next_sync_at=later, unread_reason="It may not be seen.")
        self.watch(live)
        assert live.next_sync_at == later

    def test_a_finished_run_is_not_watched(self, mirrored):
        assert self.watch(mirrored("done")) == 0

    @pytest.mark.parametrize(("kind", "is_asked"), [("carrot", True), ("harbor", False)])
    def test_the_reports_of_a_finished_run_that_is_opened_are_asked_for(self, db, kind, is_asked):
        source = factories.make_source(kind=kind)
        run = factories.make_run(source, status="completed")
        runs.want_reports(run, NOW)
        run.refresh_from_db()
        outlasts = run.watched_until is not None and run.watched_until > NOW + cadence.CADENCES[kind].listing
        assert outlasts is is_asked

    def test_one_who_opens_it_again_writes_nothing(self, db, django_assert_num_queries):
        run = factories.make_run(factories.make_source(kind="carrot"), status="completed")
        runs.want_reports(run, NOW)
        run.refresh_from_db(from_queryset=Run.objects.select_related("source"))
        with django_assert_num_queries(0):
            runs.want_reports(run, NOW + 5 * SECOND)

    def test_a_run_that_is_gone_is_not_watched(self, live):
        live.is_gone = True
        assert self.watch(live) == 0

    def test_a_run_whose_listing_tells_all_gets_no_time_of_its_own(self, live):
        self.watch(live)
        assert live.next_sync_at is None

    @pytest.mark.parametrize(("due_in", "expected"), [(30, 3), (2, 2), (None, None)])
    def test_a_run_that_is_read_by_itself_is_read_sooner_once_watched(self, live, monkeypatch, due_in, expected):
        pauses = cadence.Cadence(2 * SECOND, watched_run=3 * SECOND, idle_run=30 * SECOND)
        monkeypatch.setitem(cadence.CADENCES, KIND, pauses)
        Run.objects.update(next_sync_at=due_in and NOW + due_in * SECOND)
        assert self.watch(live) == 1
        assert live.next_sync_at == (expected and NOW + expected * SECOND)


class TestOneRun:
    def test_it_comes_with_source_and_details_in_one_query(self, viewer, live, django_assert_num_queries):
        with django_assert_num_queries(1):
            found = runs.get(viewer, live.pk)
            assert (found.source.name, runs.detail(found).config) == ("World", None)

    def test_a_run_that_was_never_read_whole_has_empty_details(self, live):
        Run.objects.get().detail.delete()
        assert runs.detail(Run.objects.get()).problems == []

    def test_strangers_find_none(self, stranger, live):
        with pytest.raises(Run.DoesNotExist):
            runs.get(stranger, live.pk)

    def test_its_page_is_another_when_it_or_its_source_changed(self, viewer, live, mirrored, world, look):
        versions = [runs.page_version(runs.get(viewer, live.pk))]
        mirrored("live", trial(), status=RunStatus.RUNNING)
        versions.append(runs.page_version(runs.get(viewer, live.pk)))
        world.failure = Unreachable("Not there.")
        look()
        versions.append(runs.page_version(runs.get(viewer, live.pk)))
        look()
        assert len(set(versions)) == 3
        assert runs.page_version(runs.get(viewer, live.pk)) == versions[-1]

    def test_what_its_source_cannot_do_has_a_reason(self, live):
        assert runs.refusals(live)["reports"].endswith(".")


def test_the_oldest_good_look_is_what_a_page_may_claim():
    looked = [Source(last_good_at=NOW), Source(last_good_at=NOW - SECOND), Source()]
    assert runs.oldest_look(looked) == NOW - SECOND
    assert runs.oldest_look([Source()]) is None


def test_strangers_see_nothing_at_all(stranger, viewer, live):
    kinds = [visibility.sources, visibility.runs, visibility.trials, visibility.tasks]
    assert [kind(stranger).count() for kind in kinds] == [0, 0, 0, 0]
    assert [kind(viewer).count() for kind in kinds] == [1, 1, 1, 1]
    assert visibility.scope(stranger) != visibility.scope(viewer)


def test_trials_that_vanished_are_not_seen(viewer, live):
    Trial.objects.update(is_gone=True)
    assert not visibility.trials(viewer).exists()


class TestSeenAt:
    @pytest.mark.parametrize(
        ("looked_at", "good_at", "seen_at"), [(5, 3, 5), (3, 5, 5), (None, 3, 3), (3, None, 3), (None, None, None)]
    )
    def test_it_is_the_newer_of_its_own_reading_and_its_sources_look(self, live, looked_at, good_at, seen_at):
        at = {number: NOW + number * SECOND for number in (3, 5)}
        live.looked_at, live.source.last_good_at = at.get(looked_at), at.get(good_at)
        assert runs.seen_at(live) == at.get(seen_at)

    def test_the_sources_look_says_nothing_of_a_run_that_cannot_be_read(self, live):
        live.looked_at, live.unread_since, live.source.last_good_at = NOW, NOW, NOW + SECOND
        assert runs.seen_at(live) == NOW
