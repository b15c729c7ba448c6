"""Asking a source for a report: by whom, what is said of it, and how one is looked for whose answer was lost."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from dashboard.domain.errors import Denied, Missing, ServerError, Unreachable
from dashboard.domain.reports import Parent, ReportQuery, ReportRequest, ReportStatus, SubjectKind
from dashboard.models import MirrorClock, Report, RunGroup, Source
from dashboard.services.actions import ActionState
from dashboard.services.reports import creating
from dashboard.services.sync import reports as mirrored
from dashboard.services.sync.reports import store
from tests import factories
from tests.contract import records
from tests.contract.records import uuid_of
from tests.factories import NOW
from tests.services.conftest import Clock
from tests.views.reports.reporting import run, source, template, world

__all__ = ["run", "source", "template", "world"]

pytestmark = pytest.mark.django_db

LOST = Unreachable("No answer came.", source="Tests", code="timeout")
FILTERS = {"status": "succeeded", "created_after": "2026-11-01T00:00:00", "limit": "7"}


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def person():
    return factories.make_person(email="ada@example.com")


@pytest.fixture
def ask(person, run, template, clock):
    """Asks for a report of the run, or for what is given."""

    def asked(actor=None, **fields):
        of_run = {"subject": SubjectKind.RUN, "subject_id": run.external_id}
        request = ReportRequest(template_id=template.external_id, created_by="ada@example.com", **fields or of_run)
        return creating.create(actor or person, run.source, request, ticket="ticket", clock=clock)

    return asked


def again(run):
    return {"subject": SubjectKind.RUN, "subject_id": run.external_id, "replaces_failed": True}


class TestRights:
    def test_a_stranger_has_nothing_made(self, stranger, ask, world):
        with pytest.raises(PermissionDenied, match="role operator"):
            ask(stranger)
        assert world.actions == []

    def test_a_source_that_is_paused_is_asked_for_nothing(self, ask, world, source):
        Source.objects.update(is_paused=True)
        source.is_paused = True
        with pytest.raises(Denied, match="paused"):
            creating.create(
                factories.make_person("bo"),
                source,
                ReportRequest(template_id=uuid_of("report"), created_by="bo@example.com"),
                ticket="ticket",
            )
        assert world.actions == []


class TestTaken:
    def test_what_was_made_and_cannot_be_stored_is_not_said_to_be_refused(self, person, ask, monkeypatch, clock):
        def too_large(*_, **_since):
            raise OverflowError

        monkeypatch.setattr(mirrored, "write_report", too_large)
        made = ask()
        assert (made.state, made.report_id) == (ActionState.UNKNOWN, 0)
        assert "could not be stored" in made.problem
        assert creating.find(person, "ticket", now=clock()).state is ActionState.UNKNOWN

    def test_a_failed_one_that_the_source_forgot_in_vain_is_marked_as_gone(self, ask, run, world):
        record = records.report(status=ReportStatus.FAILED)
        report = store(run.source, record, NOW, MirrorClock.now())
        world.refusals["create_report"] = Missing("There is no such run.", source="Tests", code="no_parts")
        with pytest.raises(Missing):
            ask(**again(run))
        report.refresh_from_db()
        assert report.is_gone

    def test_what_is_not_replaced_is_not_read_after_a_refusal(self, ask, world):
        world.refusals["create_report"] = Missing("There is no such run.", source="Tests", code="no_parts")
        with pytest.raises(Missing):
            ask()
        assert world.reports_asked == []


class TestLookingForOneOfARun:
    def test_a_source_is_asked_now_and_then_however_many_look(self, person, ask, world, clock):
        world.refusals["create_report"] = LOST
        ask()
        world.reports_asked.clear()
        for _ in range(3):
            assert creating.look(person, creating.find(person, "ticket", now=clock()), clock=clock) is None
        assert len(world.reports_asked) == 1
        world.put_report(records.report(status=ReportStatus.SUBMITTED))
        clock.go_on(seconds=creating.LOOKS_APART.total_seconds())
        found = creating.look(person, creating.find(person, "ticket", now=clock()), clock=clock)
        assert found == Report.objects.get()
        assert len(world.reports_asked) == 2

    def test_what_came_into_the_mirror_meanwhile_is_found_without_asking(self, person, ask, run, world, clock):
        world.refusals["create_report"] = LOST
        ask()
        creating.look(person, creating.find(person, "ticket", now=clock()), clock=clock)
        world.reports_asked.clear()
        report = store(run.source, records.report(), NOW, MirrorClock.now())
        assert creating.look(person, creating.find(person, "ticket", now=clock()), clock=clock) == report
        assert world.reports_asked == []


class TestLookingForOneOfAQuery:
    @pytest.fixture
    def making(self, ask, source, world):
        Source.objects.update(catalogue_read_at=NOW, next_sync_at=NOW + timedelta(seconds=30))
        world.refusals["create_report"] = ServerError("It fell over.", source="Tests")
        query = ReportQuery(parent=Parent.TEST, parent_id=uuid_of("test"), filters=FILTERS)
        return ask(query=query)

    @pytest.fixture
    def appeared(self, source, template):
        """A report of a new group, as the sync brings it: of the query asked for unless told otherwise."""

        def report(told=None, **fields):
            query = {**FILTERS, "created_after": "2026-11-01T00:00:00.000", "limit": 7, "offset": 0}
            query |= {"test_id": uuid_of("test")} | (told or {})
            group = factories.make_group(source, kind="query", query=query)
            return factories.make_report(group=group, template=template, source=source, **fields)

        return report

    def test_has_what_the_source_has_read_at_once(self, making):
        assert making.state is ActionState.UNKNOWN
        source = Source.objects.get()
        assert (source.catalogue_read_at, source.next_sync_at) == (None, NOW)

    def test_finds_the_one_of_its_query(self, person, making, appeared):
        report = appeared()
        assert creating.look(person, making) == report
        assert creating.look(person, creating.find(person, "ticket", now=NOW)) == report

    @pytest.mark.parametrize(
        ("told", "fields"),
        [
            ({}, {"created_by": "grace@example.com"}),
            ({}, {"created_at": NOW - timedelta(days=1)}),
            ({}, {"created_at": None}),
            ({}, {"is_gone": True}),
            ({"status": "testfailed"}, {}),
            ({"limit": 20}, {}),
            ({"name": "another"}, {}),
            ({"test_id": uuid_of("another")}, {}),
        ],
    )
    def test_takes_no_other_for_it(self, person, making, appeared, told, fields):
        appeared(told, **fields)
        assert creating.look(person, making) is None

    def test_takes_none_of_another_group_for_it(self, person, making, source, template):
        group = factories.make_group(source)
        report = factories.make_report(group=group, template=template, source=source)
        assert creating.look(person, making) is None
        Report.objects.filter(pk=report.pk).update(group=None)
        RunGroup.objects.all().delete()
        assert creating.look(person, making) is None
