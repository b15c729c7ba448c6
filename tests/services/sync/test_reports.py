"""Reports of sources in the mirror: whose are asked for, in which order, and what becomes of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.domain.errors import Missing, ServerError, Unreachable
from dashboard.domain.pipelines import GroupKind, RunGroupRecord
from dashboard.domain.reports import ReportKey, ReportStatus, SubjectKind
from dashboard.domain.statuses import RunStatus
from dashboard.models import MirrorClock, Report, Run, RunGroup, Source
from dashboard.services.sync import report_rounds, report_subjects, reports
from dashboard.services.sync.reports import mark_gone, read_report, reports_progress, store, write_report
from dashboard.sources.registry import connect
from tests.contract.records import one_catalogue, report, uuid_of
from tests.services.conftest import NOW

pytestmark = pytest.mark.django_db

KEY = ReportKey(SubjectKind.RUN, uuid_of("run"), uuid_of("report"))
SECOND = timedelta(seconds=1)


@pytest.fixture
def run_there(tests_world, look_at_tests):
    """A mirrored run whose reports were asked for."""
    tests_world.put_test(finished_at=NOW - timedelta(days=9))
    look_at_tests()
    tests_world.reports_asked.clear()
    return Run.objects.get()


def asked(world):
    names = list(world.reports_asked)
    world.reports_asked.clear()
    return names


def of_run(external_id):
    return f"run/{external_id}"


class TestWriting:
    def test_a_report_is_mirrored_with_its_run_template_and_files(self, tests_source, run_there):
        record = report(files={"html_report": "gs://b/é.html"}, job_id="j")
        written = write_report(tests_source, record, NOW)
        found = Report.objects.get()
        assert (written.pk, found.external_id, found.maker) == (found.pk, str(KEY), "source")
        assert (found.template.name, list(found.runs.all())) == ("Concordance", [run_there])
        assert found.results_text == '{"html_report":"gs://b/é.html"}'
        assert (found.title, found.status, found.next_sync_at, found.looked_at) == ("", "succeeded", None, NOW)

    def test_one_without_news_ticks_no_clock(self, tests_source, run_there):
        write_report(tests_source, report(), NOW)
        version = MirrorClock.now()
        write_report(tests_source, report(), NOW + SECOND)
        assert (MirrorClock.now(), Report.objects.get().looked_at) == (version, NOW + SECOND)

    def test_news_of_it_are_news_of_its_run(self, tests_source, run_there):
        write_report(tests_source, report(status=ReportStatus.RUNNING), NOW)
        first = Run.objects.get().version
        write_report(tests_source, report(), NOW)
        assert run_there.version < first < Run.objects.get().version == Report.objects.get().version

    def test_one_of_a_group_is_of_the_group(self, tests_source):
        group = RunGroup.objects.create(source=tests_source, external_id="g", kind="query")
        written = write_report(tests_source, report(ReportKey(SubjectKind.GROUP, "g", "t")), NOW)
        assert (written.group, written.runs.count(), written.template) == (group, 0, None)

    def test_what_it_is_of_may_be_told_later(self, tests_world, tests_source, look_at_tests, clock):
        key = ReportKey(SubjectKind.GROUP, "g", uuid_of("report"))
        write_report(tests_source, report(key), NOW)
        tests_world.put_report(report(key))
        tests_world.catalogue = one_catalogue(groups=(RunGroupRecord(external_id="g", kind=GroupKind.QUERY),))
        look_at_tests()
        found = Report.objects.get()
        assert (found.group.external_id, found.template.name) == ("g", "Concordance")

    def test_an_older_answer_changes_nothing(self, tests_source, run_there):
        since = MirrorClock.now()
        write_report(tests_source, report(), NOW)
        stored = store(tests_source, report(status=ReportStatus.RUNNING), NOW, since)
        assert (stored.status, Report.objects.get().status) == ("succeeded", "succeeded")

    @pytest.mark.parametrize("told_status", [ReportStatus.SUCCEEDED, ReportStatus.RUNNING])
    def test_what_is_written_while_an_answer_is_stored_stays(self, tests_source, run_there, monkeypatch, told_status):
        """Somebody deletes it between the first glance at the row and the writing."""
        known = write_report(tests_source, report(), NOW)
        since, columns = MirrorClock.now(), reports._columns

        def and_meanwhile(*args):
            found = columns(*args)
            mark_gone(Report.objects.get(pk=known.pk), NOW, since=MirrorClock.now())
            return found

        monkeypatch.setattr(reports, "_columns", and_meanwhile)
        stored = store(tests_source, report(status=told_status), NOW, since)
        assert (stored.is_gone, Report.objects.get().is_gone, Report.objects.get().next_sync_at) == (True, True, None)

    def test_an_older_answer_without_news_does_not_set_back_when_it_was_looked_at(self, tests_source, run_there):
        since = MirrorClock.now()
        write_report(tests_source, report(), NOW + SECOND)
        assert store(tests_source, report(), NOW, since).looked_at == NOW + SECOND
        assert Report.objects.get().looked_at == NOW + SECOND

    def test_one_that_was_made_anew_meanwhile_is_not_gone(self, tests_source, run_there, clock, monkeypatch):
        write_report(tests_source, report(), NOW)
        client = connect(tests_source.config())

        def missing(key):
            write_report(tests_source, report(status=ReportStatus.RUNNING), NOW)
            raise Missing("It is not there.")

        monkeypatch.setattr(client, "read_report", missing)
        read = read_report(tests_source, client, KEY, clock)
        assert (read.is_gone, read.status, Report.objects.get().is_gone) == (False, "running", False)

    def test_the_size_of_what_was_replaced_is_forgotten(self, tests_source, run_there):
        written = write_report(tests_source, report(files={"html_report": "gs://b/old.html"}), NOW)
        Report.objects.filter(pk=written.pk).update(size=50_000)
        write_report(tests_source, report(files={"html_report": "gs://b/old.html"}, job_id="j"), NOW)
        assert Report.objects.get().size == 50_000
        write_report(tests_source, report(files={"html_report": "gs://b/new.html"}), NOW)
        assert Report.objects.get().size is None

    def test_a_template_that_is_not_known_is_asked_for_once(self, tests_source, run_there):
        key = ReportKey(SubjectKind.RUN, run_there.external_id, uuid_of("unknown"))
        for status, expected in ((ReportStatus.RUNNING, None), (ReportStatus.RUNNING, NOW), (ReportStatus.FAILED, NOW)):
            Source.objects.update(catalogue_read_at=NOW)
            write_report(tests_source, report(key, status=status), NOW)
            assert Source.objects.get().catalogue_read_at == expected

    def test_one_that_is_gone_is_kept_and_comes_back_when_it_is_told_of(self, tests_source, run_there):
        mark_gone(write_report(tests_source, report(), NOW), NOW, since=MirrorClock.now())
        assert (Report.objects.get().is_gone, Report.objects.get().gone_at) == (True, NOW)
        assert Run.objects.get().version == Report.objects.get().version
        assert write_report(tests_source, report(), NOW).is_gone is False


class TestReading:
    def test_one_report_is_read_and_mirrored(self, tests_world, tests_source, run_there, clock):
        tests_world.put_report(report())
        assert read_report(tests_source, connect(tests_source.config()), KEY, clock) == Report.objects.get()

    def test_one_that_is_missing_is_gone_and_one_that_never_was_is_none(self, tests_source, run_there, clock):
        client = connect(tests_source.config())
        assert read_report(tests_source, client, KEY, clock) is None
        write_report(tests_source, report(), NOW)
        assert read_report(tests_source, client, KEY, clock).is_gone
        version = MirrorClock.now()
        assert read_report(tests_source, client, KEY, clock).is_gone
        assert MirrorClock.now() == version


class TestFollowing:
    @pytest.fixture
    def running(self, tests_world, tests_source, run_there):
        tests_world.put_report(report(status=ReportStatus.RUNNING))
        return write_report(tests_source, report(status=ReportStatus.RUNNING), NOW)

    def test_one_that_is_being_made_is_read_every_half_minute_until_it_is_done(
        self, tests_world, running, look_at_tests, clock
    ):
        clock.go_on(seconds=29)
        look_at_tests()
        assert asked(tests_world) == []
        clock.go_on(seconds=1)
        tests_world.put_report(report())
        look_at_tests()
        assert (asked(tests_world), Report.objects.get().status) == ([str(KEY)], "succeeded")
        clock.go_on(minutes=5)
        look_at_tests()
        assert asked(tests_world) == []

    def test_it_is_followed_between_the_pages_of_a_long_listing(
        self, tests_world, running, look_at_tests, clock, monkeypatch
    ):
        tests_world.page_size = 2
        for number in range(5):
            tests_world.put_test(uuid_of(number))
        Source.objects.update(listed_at=None)
        page = tests_world.runs_of
        monkeypatch.setattr(tests_world.__class__, "runs_of", lambda _s, p: (clock.go_on(seconds=20), page(p))[1])
        look_at_tests()
        assert tests_world.reports_asked[:2] == [str(KEY)] * 2

    def test_one_that_vanished_is_gone(self, tests_world, running, look_at_tests, clock):
        tests_world.reports.clear()
        clock.go_on(seconds=30)
        look_at_tests()
        assert Report.objects.get().is_gone

    def test_one_that_errs_is_a_problem_and_tried_again_later(self, tests_world, running, look_at_tests, clock):
        tests_world.report_failures[str(KEY)] = ServerError("It broke.")
        clock.go_on(seconds=30)
        assert look_at_tests().problems == [{"where": f"Report {KEY}", "what": "It broke."}]
        assert Report.objects.get().next_sync_at == clock.now + 30 * SECOND

    def test_a_source_that_goes_away_meanwhile_fails(self, tests_world, running, look_at_tests, clock):
        tests_world.report_failures[str(KEY)] = Unreachable("Gone away.")
        clock.go_on(seconds=30)
        assert look_at_tests().health == "failing"


class TestAsking:
    @pytest.fixture(autouse=True)
    def small_budget(self, monkeypatch):
        monkeypatch.setattr(report_rounds, "BUDGET", 20)

    def test_each_look_spends_its_budget_and_asks_about_none_twice(self, tests_world, look_at_tests, put_runs, clock):
        ids = put_runs(30)
        look_at_tests()
        first = asked(tests_world)
        clock.go_on(seconds=30)
        look_at_tests()
        assert len(first) == 20
        assert sorted(first + asked(tests_world)[:10]) == sorted(of_run(each) for each in ids)

    def test_the_watched_come_first_then_what_just_finished_then_the_newest(
        self, tests_world, look_at_tests, clock, monkeypatch
    ):
        clock.go_on(days=1)
        for name in ("old", "finished", "watched", "new"):
            tests_world.put_test(name, started_at=NOW, finished_at=NOW)
        tests_world.change("finished", finished_at=clock.now, started_at=NOW - timedelta(days=3))
        tests_world.change("new", finished_at=NOW + SECOND)
        monkeypatch.setattr(report_rounds, "BUDGET", 0)
        look_at_tests()
        Run.objects.filter(external_id="watched").update(watched_until=clock.now + SECOND)
        monkeypatch.setattr(report_rounds, "BUDGET", 4)
        look_at_tests()
        assert asked(tests_world) == [of_run(each) for each in ("watched", "finished", "new", "old")]

    def test_a_watched_run_is_asked_about_every_half_minute(self, tests_world, run_there, look_at_tests, clock):
        for seconds, expected in ((29, []), (1, [of_run(run_there.external_id)])):
            clock.go_on(seconds=seconds)
            Run.objects.update(watched_until=clock.now + SECOND)
            look_at_tests()
            assert asked(tests_world) == expected

    def test_a_run_that_finished_since_is_asked_about_at_once_and_then_now_and_then(
        self, tests_world, look_at_tests, clock
    ):
        live = tests_world.put_test("live", status=RunStatus.RUNNING)
        look_at_tests()
        asked(tests_world)
        clock.go_on(seconds=30)
        tests_world.change(live, status=RunStatus.COMPLETED, finished_at=clock.now - SECOND)
        turns = []
        for seconds in (0, 60, 240, 3600):
            clock.go_on(seconds=seconds)
            look_at_tests()
            turns.append(len(asked(tests_world)))
        assert turns == [1, 0, 1, 0]

    def test_a_group_is_asked_about_again_when_one_of_its_runs_finished(self, tests_world, look_at_tests, clock):
        tests_world.catalogue = one_catalogue(groups=(RunGroupRecord(external_id="g", kind=GroupKind.GITHUB),))
        live = tests_world.put_test("live", status=RunStatus.RUNNING, group_ids=("g",))
        look_at_tests()
        assert asked(tests_world) == ["run_group/g", "run/live"]
        clock.go_on(seconds=30)
        tests_world.change(live, status=RunStatus.COMPLETED, finished_at=clock.now - SECOND)
        look_at_tests()
        assert asked(tests_world) == ["run/live", "run_group/g"]

    def test_the_others_are_asked_about_again_a_day_later(self, tests_world, run_there, look_at_tests, clock):
        clock.go_on(hours=23, minutes=59)
        look_at_tests()
        assert asked(tests_world) == []
        clock.go_on(minutes=1)
        look_at_tests()
        assert asked(tests_world) == [of_run(run_there.external_id)]

    def test_what_is_found_is_mirrored(self, tests_world, look_at_tests):
        tests_world.put_test()
        tests_world.put_report(report())
        look_at_tests()
        assert list(Report.objects.get().runs.all()) == [Run.objects.get()]

    def test_one_that_its_list_lacks_is_gone_only_after_it_was_asked_for(
        self, tests_world, tests_source, run_there, look_at_tests, clock
    ):
        write_report(tests_source, report(), NOW)
        clock.go_on(days=1)
        look_at_tests()
        assert asked(tests_world) == [of_run(run_there.external_id), str(KEY)]
        assert Report.objects.get().is_gone

    def test_those_of_a_run_that_is_gone_are_asked_for_as_long_as_they_are_there(
        self, tests_world, tests_source, run_there, look_at_tests, clock
    ):
        write_report(tests_source, report(), NOW)
        tests_world.runs.clear()
        Run.objects.update(is_gone=True)
        clock.go_on(days=1)
        look_at_tests()
        assert asked(tests_world) == [of_run(run_there.external_id), str(KEY)]
        assert Report.objects.get().is_gone
        clock.go_on(days=1)
        look_at_tests()
        assert asked(tests_world) == []

    def test_a_stop_is_heeded_between_two_that_lack_and_the_rest_is_asked_for_next(
        self, tests_world, tests_source, run_there, look_at_tests, clock
    ):
        for name in ("report", "other"):
            write_report(tests_source, report(ReportKey(SubjectKind.RUN, KEY.subject_id, uuid_of(name))), NOW)
        clock.go_on(days=1)
        look_at_tests(lambda: len(tests_world.reports_asked) >= 2)
        assert (len(asked(tests_world)), Report.objects.filter(is_gone=True).count()) == (2, 1)
        look_at_tests()
        assert Report.objects.filter(is_gone=True).count() == 2

    def test_those_of_one_subject_are_found_by_its_id(self, tests_source, run_there):
        """The same id of a group is another subject; no row is looked through for the beginning of its key."""
        for kind in SubjectKind:
            write_report(tests_source, report(ReportKey(kind, KEY.subject_id, KEY.template_id)), NOW)
        subject = report_subjects.Subject(SubjectKind.RUN, KEY.subject_id, Run.objects.all())
        with CaptureQueriesContext(connection) as captured:
            assert report_rounds._absent(tests_source, subject, set()) == [KEY]
        assert [" LIKE " in query["sql"] for query in captured] == [False]

    def test_one_that_errs_holds_up_no_other(self, tests_world, look_at_tests, put_runs):
        newest, older = put_runs(2)
        tests_world.report_failures[of_run(newest)] = ServerError("It broke.")
        source = look_at_tests()
        assert source.problems == [{"where": f"Reports of run/{newest}", "what": "It broke."}]
        assert sorted(asked(tests_world)) == sorted([of_run(newest), of_run(older)])

    def test_a_source_that_says_it_has_none_is_not_asked(self, tests_world, look_at_tests):
        tests_world.catalogue = one_catalogue(without={"reports": "Reporting is disabled there."})
        tests_world.put_test()
        assert look_at_tests().health == "healthy"
        assert asked(tests_world) == []

    def test_how_far_it_has_come_is_counted_by_source(self, tests_source, look_at_tests, put_runs):
        put_runs(25)
        look_at_tests()
        assert reports_progress([tests_source]) == {tests_source.pk: (20, 25)}
