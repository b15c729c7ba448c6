"""What is noticed of watched runs: each ending once, whoever looks, and nothing that one may not see."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connections, transaction

from dashboard.domain.notices import NoticeEvent
from dashboard.domain.roles import Role
from dashboard.domain.statuses import RunKind, RunStatus
from dashboard.models import Delivery, MirrorClock, Run, StateChange, Watch
from dashboard.services import channels, stars, watching
from dashboard.services.notices import noticing
from dashboard.services.watching import CannotWatch, Subject
from tests import factories
from tests.fixtures.databases import shared_database
from tests.services.notices.conftest import ALL, NOW, end, make_channel, make_running, see, sweep, told, watch

__all__ = ["shared_database"]

pytestmark = pytest.mark.django_db

ENDED, FAILED, REGRESSED = NoticeEvent.ENDED, NoticeEvent.FAILED, NoticeEvent.REGRESSED


@pytest.fixture
def channel(ada):
    return make_channel(ada)


class TestEndings:
    def test_a_watched_run_that_ends_is_told_once(self, ada, channel):
        run = make_running(name="nightly")
        watch(ada, channel, run=run)
        assert sweep() == []
        end(run)
        assert sweep() == [("ended", "nightly")]
        assert sweep() == [("ended", "nightly")]

    def test_changes_of_a_run_that_has_ended_are_no_endings(self, ada, channel):
        run = make_running()
        watch(ada, channel, run=run)
        end(run)
        sweep()
        see(run, raw_status="done")
        see(run, is_gone=True)
        assert len(sweep()) == 1

    def test_a_run_that_was_resumed_is_told_again_when_it_ends_again(self, ada, channel):
        run = make_running()
        watch(ada, channel, run=run)
        end(run, RunStatus.CANCELLED)
        sweep()
        see(run, RunStatus.RUNNING)
        end(run)
        assert [event for event, _ in sweep()] == ["failed", "ended"]

    def test_of_a_run_that_ended_twice_between_two_sweeps_the_last_end_is_told(self, ada, channel):
        run = make_running()
        watch(ada, channel, run=run)
        end(run, RunStatus.CANCELLED)
        see(run, RunStatus.RUNNING)
        end(run)
        assert [event for event, _ in sweep()] == ["ended"]

    def test_what_ended_before_the_watch_was_made_is_old_news(self, ada, channel):
        run = make_running(dataset="swe")
        end(run)
        watch(ada, channel, dataset="swe")
        assert sweep() == []
        see(run, raw_status="read once more")
        assert sweep() == []

    def test_runs_of_long_ago_that_a_new_source_brings_are_old_news(self, ada, channel):
        factories.make_run(dataset="swe")
        watch(ada, channel, dataset="swe")
        old = factories.make_run(name="old", dataset="swe", finished_at=NOW - timedelta(days=3))
        new = factories.make_run(name="new", dataset="swe", finished_at=NOW + timedelta(seconds=5))
        see(old)
        see(new)
        assert sweep() == [("ended", "new")]

    def test_a_clock_of_a_source_that_is_behind_by_minutes_loses_nothing(self, ada, channel):
        factories.make_run(dataset="swe")
        watch(ada, channel, dataset="swe")
        see(factories.make_run(name="short", dataset="swe", finished_at=NOW - timedelta(minutes=4)))
        assert sweep() == [("ended", "short")]

    def test_more_endings_than_one_sweep_looks_at_are_all_told(self, ada, channel, monkeypatch):
        monkeypatch.setattr(noticing, "MOST_ENDINGS", 3)
        factories.make_run(dataset="swe")
        watch(ada, channel, dataset="swe")
        for _ in range(10):
            end(make_running(dataset="swe"))
        assert len(sweep()) == 10


class TestSubjects:
    def test_a_data_set_a_test_and_a_filter_are_watched_for_all_of_their_runs(self, ada):
        test = factories.make_pipeline_test()
        by = [make_channel(ada, address=f"https://hooks.example/{name}") for name in "abc"]
        factories.make_run(dataset="swe")
        watch(ada, by[0], dataset="swe")
        watch(ada, by[1], test=test)
        watch(ada, by[2], query="dataset:swe name:night*")
        end(make_running(name="nightly", dataset="swe"))
        end(make_running(name="weekly", dataset="swe"))
        end(make_running(name="HC", kind=RunKind.TEST, test=test, source=test.source))
        end(make_running(name="other", dataset="another"))
        sweep()
        by_channel = {channel.pk: sorted(channel.deliveries.values_list("run__name", flat=True)) for channel in by}
        assert list(by_channel.values()) == [["nightly", "weekly"], ["HC"], ["nightly"]]

    def test_a_star_in_a_filter_counts_and_is_of_whoever_watches(self, ada, bob, channel):
        mine, theirs = make_running(name="mine"), make_running(name="theirs")
        stars.put(ada, mine)
        stars.put(bob, theirs)
        watch(ada, channel, query="is:starred")
        end(mine)
        end(theirs)
        assert sweep() == [("ended", "mine")]

    def test_what_a_filter_says_of_states_is_left_out(self, ada, channel):
        watch(ada, channel, query="status:running is:live dataset:swe")
        end(make_running(name="nightly", dataset="swe"))
        end(make_running(dataset="another"))
        assert sweep() == [("ended", "nightly")]

    def test_a_filter_that_is_not_understood_is_refused(self, ada, channel):
        with pytest.raises(CannotWatch, match="not understood"):
            watch(ada, channel, query="colour:red")

    def test_who_watches_the_same_by_the_same_channel_changes_of_what_they_are_told(self, ada, channel):
        run = make_running()
        first, second = watch(ada, channel, run=run), watch(ada, channel, [FAILED], run=run)
        assert (first.pk, second.events) == (second.pk, ["failed"])

    def test_one_has_to_choose_of_what_to_be_told(self, ada, channel):
        with pytest.raises(CannotWatch, match="Choose"):
            watch(ada, channel, [], run=make_running())


class TestEvents:
    @pytest.mark.parametrize(
        ("status", "events", "expected"),
        [
            (RunStatus.COMPLETED, ALL, ["ended"]),
            (RunStatus.COMPLETED, [FAILED, REGRESSED], []),
            (RunStatus.FAILED, ALL, ["failed"]),
            (RunStatus.CANCELLED, [FAILED], ["failed"]),
            (RunStatus.FAILED, [ENDED], ["ended"]),
            (RunStatus.FAILED, [REGRESSED], []),
        ],
    )
    def test_what_says_most_of_what_was_asked_for_is_told(self, ada, channel, status, events, expected):
        run = make_running()
        watch(ada, channel, events, run=run)
        end(run, status)
        assert [event for event, _ in sweep()] == expected

    def test_an_evaluation_whose_every_trial_errored_failed(self, ada, channel):
        run = make_running()
        watch(ada, channel, run=run)
        end(run, n_trials=4, n_errored=4)
        sweep()
        assert Delivery.objects.get().event == "failed"
        assert Delivery.objects.get().body["failure"] == "Every trial of it errored."

    def test_one_with_a_verdict_among_errors_did_not(self, ada, channel):
        run = make_running()
        watch(ada, channel, run=run)
        end(run, n_trials=4, n_errored=3, n_failed=1)
        assert [event for event, _ in sweep()] == ["ended"]

    def test_two_watches_by_one_channel_tell_once_what_says_most(self, ada, channel):
        run = make_running(dataset="swe")
        watch(ada, channel, [ENDED], run=run)
        watch(ada, channel, [FAILED], dataset="swe")
        end(run, RunStatus.FAILED)
        assert [event for event, _ in sweep()] == ["failed"]


class TestRights:
    def test_a_run_that_one_may_no_longer_see_is_not_told(self, ada, bob, channel):
        run = make_running()
        watch(ada, channel, run=run)
        run.source.groups.add(Group.objects.create(name="genomics"))
        end(run)
        assert sweep() == []

    def test_nor_is_anything_to_an_account_that_is_closed_or_without_a_role(self, ada, bob, channel):
        run = make_running()
        watch(ada, channel, run=run)
        watch(bob, make_channel(bob), run=run)
        ada.is_active = False
        ada.save()
        bob.groups.clear()
        end(run)
        assert sweep() == []

    def test_two_people_are_told_each_by_their_own_channel(self, ada, bob, channel):
        run = make_running(name="nightly")
        watch(ada, channel, run=run)
        watch(bob, make_channel(bob), run=run)
        end(run)
        assert sweep() == [("ended", "nightly")] * 2
        assert set(Delivery.objects.values_list("channel__owner__username", flat=True)) == {"ada", "bob"}

    def test_a_channel_of_the_team_is_told_once_by_whoever_may_see_the_run(self, ada, bob):
        team = make_channel(ada, is_team=True)
        run = make_running()
        hidden = factories.make_source("Hidden")
        hidden.groups.add(Group.objects.get_or_create(name="genomics")[0])
        bob.groups.add(Group.objects.get(name="genomics"))
        watch(ada, team, run=run)
        watch(bob, team, run=run)
        secret = make_running(source=hidden, name="secret")
        watch(bob, team, run=secret)
        end(run)
        end(secret)
        assert sweep() == [("ended", run.name), ("ended", "secret")]

    def test_another_persons_channel_cannot_be_used(self, ada, bob, channel):
        with pytest.raises(CannotWatch, match="another person"):
            watch(bob, channel, run=make_running())

    def test_a_channel_that_is_the_teams_no_more_tells_nothing_to_others(self, ada, bob):
        team, run = make_channel(ada, is_team=True), make_running()
        watch(bob, team, run=run)
        team.is_team = False
        team.save()
        end(run)
        assert sweep() == []

    def test_nor_does_one_whose_owners_account_was_closed(self, ada, bob):
        team, run = make_channel(ada, is_team=True), make_running()
        watch(bob, team, run=run)
        ada.is_active = False
        ada.save()
        end(run)
        assert sweep() == []

    @pytest.mark.parametrize("left", [[], [Role.VIEWER]])
    def test_nor_does_one_whose_owner_could_not_make_it_any_more(self, ada, bob, left):
        team, run = make_channel(ada, is_team=True), make_running()
        watch(bob, team, run=run)
        ada.groups.set(factories.make_role(role) for role in left)
        end(run)
        assert sweep() == []

    def test_a_viewer_is_told_by_their_own_channel(self):
        eve, run = factories.make_person("eve", role=Role.VIEWER), make_running(name="nightly")
        watch(eve, make_channel(eve), run=run)
        end(run)
        assert sweep() == [("ended", "nightly")]

    def test_what_ends_while_a_channel_is_paused_is_not_told_later(self, ada, channel):
        run = make_running()
        watch(ada, channel, run=run)
        channels.pause(ada, channel)
        end(run)
        assert sweep() == []
        channels.resume(ada, channel)
        assert sweep() == []

    def test_a_subject_that_one_may_not_see_is_none(self, ada):
        run = make_running(dataset="hidden")
        run.source.groups.add(Group.objects.create(name="genomics"))
        assert watching.subject(ada, run=run.pk) is None
        assert watching.subject(ada, dataset="hidden") is None


class TestRobustness:
    def test_a_worker_that_is_killed_before_it_has_written_loses_nothing(self, ada, channel, monkeypatch):
        run = make_running()
        watch(ada, channel, run=run)
        end(run)

        def killed(*_, **__):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(noticing, "_delivery", killed)
            with pytest.raises(KeyboardInterrupt):
                noticing.sweep(NOW)
        assert told() == []
        assert len(sweep()) == 1

    def test_one_that_lags_behind_another_writes_nothing_twice(self, ada, channel):
        run = make_running()
        watched = watch(ada, channel, run=run)
        since = watched.since
        end(run)
        sweep()
        # As it was when the slow one read it.
        Watch.objects.filter(pk=watched.pk).update(since=since)
        assert len(sweep()) == 1

    def test_a_watch_is_never_moved_back(self, ada, channel):
        run = make_running()
        watched = watch(ada, channel, run=run)
        end(run)
        sweep()
        Watch.objects.filter(pk=watched.pk).update(since=10**9)
        sweep()
        watched.refresh_from_db()
        assert watched.since == 10**9

    @pytest.mark.parametrize("error", [DatabaseError("too complex"), OverflowError("too large"), ValueError("no year")])
    def test_a_filter_that_fails_is_passed_over_and_the_others_are_told(self, ada, bob, monkeypatch, caplog, error):
        broken = watch(ada, make_channel(ada), query="cost:>5")
        watch(bob, make_channel(bob), query="dataset:swe")
        matching = watching.matching

        def answer(watched, runs, *, now):
            if watched.pk == broken.pk:
                raise error
            return matching(watched, runs, now=now)

        monkeypatch.setattr(watching, "matching", answer)
        end(make_running(name="nightly", dataset="swe"))
        assert sweep() == [("ended", "nightly")]
        assert [record.watch for record in caplog.records if record.levelname == "WARNING"] == [broken.pk]
        assert not noticing.is_due()

    def test_where_the_database_fails_for_good_nothing_is_passed_over(self, ada, channel, monkeypatch):
        watch(ada, channel, query="dataset:swe")
        end(make_running(name="nightly", dataset="swe"))

        def fails(*_, **__):
            raise DatabaseError("gone")

        with monkeypatch.context() as patched:
            patched.setattr(watching, "matching", fails)
            patched.setattr(noticing.audit, "lock", fails)
            with pytest.raises(DatabaseError):
                noticing.sweep(NOW)
        assert noticing.is_due()
        assert sweep() == [("ended", "nightly")]

    def test_nothing_is_due_until_something_ends(self, ada, channel, django_assert_num_queries):
        run = make_running()
        assert not noticing.is_due()
        watch(ada, channel, run=run)
        with django_assert_num_queries(2):
            assert not noticing.is_due()
        end(run)
        assert noticing.is_due()


@pytest.mark.usefixtures("shared_database")
@pytest.mark.django_db(transaction=True)
def test_two_workers_notice_each_ending_once_while_runs_go_on_ending():
    person = factories.make_person("ada")
    channel = make_channel(person)
    factories.make_run(dataset="swe")
    watch(person, channel, [ENDED], dataset="swe")
    runs = [make_running(dataset="swe").pk for _ in range(20)]
    has_ended = threading.Event()

    def write():
        try:
            for pk in runs:
                with transaction.atomic():
                    MirrorClock.tick()
                    Run.objects.filter(pk=pk).update(status=RunStatus.COMPLETED)
                    StateChange.objects.create(run_id=pk, status=RunStatus.COMPLETED, seen_at=NOW)
        finally:
            has_ended.set()
            connections.close_all()

    def look():
        try:
            while not has_ended.is_set():
                noticing.sweep(NOW)
            noticing.notice(noticing.SWEEP, lambda: NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(look), pool.submit(look), pool.submit(write)]:
            done.result(timeout=60)
    assert sorted(Delivery.objects.values_list("run", flat=True)) == sorted(runs)


def test_the_subject_of_a_watch_says_what_it_is():
    assert Subject(dataset="swe").words == "all runs of the data set swe"
    assert Subject(query="is:live").words == "all runs that match “is:live”"
