"""Reports of our own: asked for, made in the background, made again, deleted."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DataError, InterfaceError, OperationalError, ProgrammingError

from dashboard.domain.reports import ReportMaker, ReportStatus
from dashboard.domain.statuses import RunKind
from dashboard.models import MirrorClock, Report, ReportDocument, Run
from dashboard.services import own_report_making, own_reports
from dashboard.services.own_report_making import CannotMake
from dashboard.services.own_reports import Order, Part
from dashboard.services.sync.claims import LEASE
from tests.factories import NOW, make_person, make_run, make_source, make_task, make_trial
from tests.services.conftest import Clock

pytestmark = pytest.mark.django_db


class Writer:
    """Writes what a test says, or raises it; notes when it was asked."""

    def __init__(self):
        self.result = "<p>a document with a ü</p>"
        self.steps = []
        self.asked = 0

    def __call__(self, report, *, tell, now):
        self.asked += 1
        for step in self.steps:
            step(report, tell)
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


writer = Writer()


@pytest.fixture(autouse=True)
def _writer(settings):
    settings.REPORT_WRITER = f"{__name__}.writer"
    writer.__init__()


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def person():
    return make_person(email="ada@example.org")


@pytest.fixture
def asked(person):
    """Asks for a report of a run, or of those given."""

    def ask(*runs, **fields):
        order = Order(**{"title": "Weekly"} | fields)
        return own_reports.ask(person, runs or [make_run()], order, now=NOW)

    return ask


def made(report, clock, *stopped):
    own_report_making.make(report.pk, clock, *stopped)
    report.refresh_from_db()
    return report


def test_asking_makes_a_row_that_is_due(person, asked):
    run, before = make_run(), MirrorClock.now()
    report = asked(run, notes="why", parts=[Part.TRIALS])
    assert (report.maker, report.status, report.title) == (ReportMaker.QUAYSIDE, ReportStatus.SUBMITTED, "Weekly")
    assert (report.creator, report.created_by, report.created_at) == (person, "ada@example.org", NOW)
    assert (report.next_sync_at, report.source, list(report.runs.all())) == (NOW, run.source, [run])
    assert report.version == report.created_version > before
    assert own_reports.order_of(report) == Order(title="Weekly", parts=[Part.TRIALS], notes="why")


def test_a_report_of_several_sources_is_of_none(asked):
    report = asked(make_run(make_source("A")), make_run(make_source("B")))
    assert report.source is None


def test_whoever_has_no_address_is_called_by_name():
    report = own_reports.ask(make_person("bo"), [make_run()], Order(title="T"), now=NOW)
    assert report.created_by == "bo"


def test_a_stranger_asks_for_nothing(stranger, asked):
    with pytest.raises(PermissionDenied):
        own_reports.ask(stranger, [make_run()], Order(title="T"), now=NOW)
    report = asked()
    for forbidden in (
        lambda: own_reports.delete(stranger, report),
        lambda: own_reports.ask_again(stranger, report, now=NOW),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()
    assert Report.objects.get() == report


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (RunKind.TEST, "Reports of test runs are made by their source."),
        (RunKind.SANDBOX, "It is one machine that works through a template, without trials."),
        (RunKind.EVALUATION, ""),
    ],
)
def test_reports_are_made_of_evaluation_runs_only(kind, sentence):
    assert own_reports.why_not(Run(kind=kind)) == sentence
    make_run(kind=kind)
    assert own_reports.reportable(Run.objects.all()).exists() is (sentence == "")


@pytest.mark.parametrize(
    "kinds", [[], [RunKind.TEST], [RunKind.EVALUATION, RunKind.SANDBOX], [RunKind.EVALUATION] * 51]
)
def test_what_cannot_be_reported_on_is_not_asked_for(person, kinds):
    runs = [make_run(kind=kind) for kind in kinds]
    with pytest.raises(ValueError, match="No report"):
        own_reports.ask(person, runs, Order(title="T"), now=NOW)
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a and 2 others"),
        (["a", "a"], "a"),
        (["x" * 300], "x" * 200),
    ],
)
def test_a_title_is_made_of_the_runs(names, title):
    assert own_reports.suggested_title([Run(name=name) for name in names]) == title


def test_a_document_is_made_and_kept(asked, clock):
    report = made(asked(), clock)
    assert (report.status, report.finished_at, report.next_sync_at) == (ReportStatus.SUCCEEDED, NOW, None)
    assert report.document.html == writer.result
    assert report.size == len(writer.result.encode()) > len(writer.result)
    assert report.version == MirrorClock.now()


def test_what_is_made_is_not_made_again(asked, clock):
    report = made(asked(), clock)
    made(report, clock)
    assert writer.asked == 1


def test_progress_is_written_now_and_then(asked, clock):
    report, seen = asked(), []

    def step(row, tell):
        for done in range(4):
            tell(done, 4)
            row.refresh_from_db()
            seen.append((row.progress_done, row.progress_total, row.status, row.claimed_until - clock()))
            clock.go_on(seconds=0.5)

    writer.steps.append(step)
    made(report, clock)
    assert [done for done, *_ in seen] == [0, 0, 2, 2]
    assert seen[0][1:] == (4, ReportStatus.RUNNING, LEASE)
    assert (report.progress_done, report.progress_total) == (4, 4)


def test_every_progress_ticks_the_mirrors_clock(asked, clock):
    versions = []
    writer.steps.append(lambda _row, tell: (tell(0, 1), versions.append(MirrorClock.now())))
    report = asked()
    made(report, clock)
    assert report.created_version < versions[0] < report.version


def test_a_report_that_cannot_be_made_says_why(asked, clock):
    writer.result = CannotMake("The runs are gone.")
    report = made(asked(), clock)
    assert (report.status, report.status_reason) == (ReportStatus.FAILED, "The runs are gone.")
    assert (report.next_sync_at, report.claimed_until, report.finished_at) == (None, None, NOW)


def test_what_breaks_is_told_on_the_row_and_raised_on(asked, clock):
    writer.result = ZeroDivisionError()
    report = asked()
    with pytest.raises(ZeroDivisionError):
        own_report_making.make(report.pk, clock)
    report.refresh_from_db()
    assert (report.status, report.status_reason, report.next_sync_at) == (
        ReportStatus.FAILED, own_report_making.NOT_MADE, None,
    )  # fmt: skip


@pytest.mark.parametrize("error", [OperationalError("locked"), InterfaceError("connection already closed")])
def test_a_database_that_is_away_costs_nothing(asked, clock, error):
    writer.result, report = error, asked()
    for _ in range(own_report_making.MOST_BEGINNINGS + 1):
        assert (made(report, clock).status, report.next_sync_at) == (ReportStatus.RUNNING, NOW)
    writer.result = "<p>now</p>"
    assert made(report, clock).status == ReportStatus.SUCCEEDED


def test_a_database_that_does_not_even_take_that_costs_a_beginning(asked, clock, monkeypatch):
    def busy(*_, **_fields):
        raise OperationalError("locked")

    writer.result = OperationalError("locked")
    monkeypatch.setattr(own_report_making, "_take_back", busy)
    report = made(asked(), clock)
    assert (report.status, report.options["beginnings"]) == (ReportStatus.RUNNING, 1)


@pytest.mark.parametrize("error", [DataError("too long"), ProgrammingError("no such column")])
def test_an_error_of_the_database_that_lasts_is_told_at_once(asked, clock, error):
    writer.result, report = error, asked()
    with pytest.raises(type(error)):
        own_report_making.make(report.pk, clock)
    report.refresh_from_db()
    assert (report.status, report.status_reason) == (ReportStatus.FAILED, own_report_making.NOT_MADE)


def test_what_kills_its_worker_each_time_is_given_up(asked, clock):
    report, seen = asked(), []

    def die(row, _tell):
        seen.append(Report.objects.get(pk=row.pk).options)

    writer.steps.append(die)
    for _ in range(own_report_making.MOST_BEGINNINGS):
        made(report, clock)
        # As a kill leaves it: begun, and nothing written after that.
        Report.objects.update(status=ReportStatus.RUNNING, options=seen[-1])
    assert made(report, clock).status == ReportStatus.FAILED
    assert "begun three times" in report.status_reason
    assert writer.asked == own_report_making.MOST_BEGINNINGS


def test_a_worker_that_stops_lets_go(asked, clock):
    report = asked()
    Report.objects.update(claimed_until=NOW + LEASE)
    made(report, clock, lambda: True)
    assert (report.status, report.claimed_until, writer.asked) == (ReportStatus.SUBMITTED, None, 0)


def test_a_worker_that_is_stopped_on_the_way_lets_go(asked, clock):
    answers = iter([False, False, True])
    writer.steps += [lambda _row, tell: tell(0, 2), lambda _row, tell: tell(1, 2)]
    report = made(asked(), clock, lambda: next(answers))
    assert (report.status, report.claimed_until, report.next_sync_at) == (ReportStatus.RUNNING, None, NOW)
    assert made(report, clock).status == ReportStatus.SUCCEEDED


def test_being_stopped_does_not_count_as_a_beginning(asked, clock):
    report = asked()
    for _ in range(own_report_making.MOST_BEGINNINGS + 1):
        answers = iter([False, True])
        writer.steps[:] = [lambda _row, tell: tell(0, 2)]
        assert made(report, clock, lambda: next(answers)).status == ReportStatus.RUNNING  # noqa: B023 - used at once
    writer.steps.clear()
    assert made(report, clock).status == ReportStatus.SUCCEEDED


def test_a_report_that_is_deleted_on_the_way_leaves_nothing(person, asked, clock):
    report = asked()
    writer.steps += [
        lambda row, _tell: own_reports.delete(person, Report.objects.get(pk=row.pk)),
        lambda _row, tell: tell(0, 1),
    ]
    own_report_making.make(report.pk, clock)
    assert not Report.objects.exists()
    assert not ReportDocument.objects.exists()


def test_a_report_that_is_deleted_at_the_end_leaves_nothing(person, asked, clock):
    report = asked()
    writer.steps.append(lambda row, _tell: own_reports.delete(person, Report.objects.get(pk=row.pk)))
    own_report_making.make(report.pk, clock)
    assert not Report.objects.exists()


def test_what_is_no_report_of_ours_is_let_go(clock):
    report = Report.objects.create(
        maker=ReportMaker.SOURCE, source=make_source(), external_id="run/a/b", status=ReportStatus.RUNNING,
        first_seen_at=NOW, claimed_until=NOW, version=1, created_version=1,
    )  # fmt: skip
    made(report, clock)
    own_report_making.make(report.pk + 1, clock)
    assert (report.claimed_until, report.status, writer.asked) == (None, ReportStatus.RUNNING, 0)


def test_a_failed_report_is_asked_for_again(person, asked, clock):
    writer.result = CannotMake("Not now.")
    report = made(asked(notes="kept"), clock)
    assert own_reports.ask_again(person, report, now=NOW + timedelta(minutes=1))
    report.refresh_from_db()
    assert (report.status, report.status_reason, report.finished_at) == (ReportStatus.SUBMITTED, "", None)
    assert (report.next_sync_at, report.options["notes"]) == (NOW + timedelta(minutes=1), "kept")
    assert report.created_at == NOW + timedelta(minutes=1)
    assert "beginnings" not in report.options
    writer.result = "<p>made</p>"
    assert made(report, clock).status == ReportStatus.SUCCEEDED
    assert not own_reports.ask_again(person, report, now=NOW)


def test_who_asks_again_is_who_created_it_if_they_have_an_address(person, asked, clock):
    writer.result = CannotMake("Not now.")
    for email, expected in (("grace@example.org", "grace@example.org"), ("", "ada")):
        report = made(asked(), clock)
        Report.objects.filter(pk=report.pk).update(created_by="ada")
        report.refresh_from_db()
        assert own_reports.ask_again(make_person(f"retrier{email}", email=email), report, now=NOW)
        report.refresh_from_db()
        assert report.created_by == expected


def test_deleting_forgets_report_and_document_and_tells_lists(person, asked, clock):
    run = make_run()
    make_trial(run, make_task())
    report, before = made(asked(run), clock), MirrorClock.now()
    own_reports.delete(person, report)
    assert not Report.objects.exists()
    assert not ReportDocument.objects.exists()
    assert Run.objects.get() == run
    assert MirrorClock.now() > before


def test_what_a_source_made_is_not_deleted_here(person):
    report = Report(maker=ReportMaker.SOURCE)
    with pytest.raises(ValueError, match="deleted there"):
        own_reports.delete(person, report)


def test_parts_that_are_no_longer_known_are_left_out():
    report = Report(title="T", options={"parts": ["trials", "horoscope"]})
    assert own_reports.order_of(report).parts == [Part.TRIALS]


def test_the_product_writes_documents(asked, clock, settings):
    settings.REPORT_WRITER = "dashboard.reporting.documents.write"
    report = made(asked(), clock)
    assert report.document.html.startswith("<!doctype html>")
