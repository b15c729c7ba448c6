"""Every action asks for the role by itself, and leaves exactly one entry in the audit log, whatever becomes of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.errors import Conflict, Denied, ServerError, Unreachable
from dashboard.domain.roles import Role
from dashboard.domain.statuses import RunStatus
from dashboard.models import AuditEntry
from dashboard.services import actions, audit, batches, creation, deeds, drafts, tickets, troubles
from dashboard.services.doubts import may_be_done
from dashboard.services.offers import Verb
from tests.factories import make_person, make_source
from tests.fixtures.databases import shared_database
from tests.services.test_creation import CANARY, REQUEST

__all__ = ["shared_database"]

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True)]

LATE = Unreachable("No answer.", code="timeout")


@pytest.fixture
def reader(db):
    return make_person("reader", role=Role.VIEWER)


@pytest.fixture
def running(mirrored):
    return mirrored("nightly", status=RunStatus.RUNNING, raw_status="running")


def refuse(world, action, error):
    """The answer does not come though it was done, or says no."""
    if error is not None:
        (world.lost_answers if may_be_done(error) else world.refusals)[action] = error


def entries():
    return [(entry.action, entry.outcome) for entry in AuditEntry.objects.order_by("pk")]


class TestActions:
    @pytest.fixture
    def cancel(self, viewer, running, clock):
        return lambda: actions.act(viewer, running, Verb.CANCEL, clock=clock)

    @pytest.mark.parametrize(
        ("error", "outcome"),
        [(None, "done"), (Conflict("No.", source="World"), "failed"), (Denied("No."), "failed")],
    )
    def test_leave_one_entry_whatever_the_source_says(self, cancel, running, world, error, outcome):
        refuse(world, "cancel_run", error)
        cancel()
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.outcome, entry.actor_name) == (AuditAction.RUN_CANCELLED, outcome, "ada")
        assert (entry.object_kind, entry.object_id, entry.source_name) == ("run", str(running.pk), "World")

    def test_of_which_nobody_knows_are_unknown(self, viewer, running, world, clock):
        world.refusals["cancel_run"] = LATE
        actions.act(viewer, running, Verb.CANCEL, clock=clock)
        assert entries() == [("run.cancel", "unknown")]

    def test_that_do_not_fit_the_state_are_refused(self, viewer, mirrored, clock):
        actions.act(viewer, mirrored("old"), Verb.CANCEL, clock=clock)
        assert entries() == [("run.cancel", "refused")]

    @pytest.mark.parametrize("verb", Verb)
    def test_are_not_a_readers(self, reader, running, world, clock, verb):
        with pytest.raises(PermissionDenied, match="needs the role operator"):
            actions.act(reader, running, verb, clock=clock)
        assert world.actions == []
        assert entries() == [(f"run.{verb}", "refused")]

    def test_are_told_though_the_log_cannot_be_written(self, viewer, running, clock, monkeypatch, caplog):
        def busy(*args, **kwargs):
            raise DatabaseError("locked")

        monkeypatch.setattr(audit, "record", busy)
        assert actions.act(viewer, running, Verb.CANCEL, clock=clock).state == "done"
        assert "audit entry lost" in caplog.text


class TestBatches:
    @pytest.fixture
    def three(self, mirrored):
        return [mirrored(name, status=RunStatus.RUNNING) for name in ("a", "b", "c")]

    def test_leave_one_entry_for_each_run_from_where_the_batch_was_sent(self, viewer, three, clock):
        asked = audit.origin.set(audit.Origin(address="192.0.2.7", request_id="r-1"))
        batches.carry_out(viewer, three, clock=clock)
        audit.origin.reset(asked)
        found = AuditEntry.objects.all()
        assert sorted(entry.object_id for entry in found) == sorted(str(run.pk) for run in three)
        assert {(entry.action, entry.outcome, entry.address) for entry in found} == {
            ("run.cancel", "done", "192.0.2.7")
        }

    def test_also_for_those_whose_turn_did_not_come(self, viewer, three, clock):
        times = iter([0.0, *[1e9] * 9])
        batches.carry_out(viewer, three, clock=clock, timer=lambda: next(times))
        assert entries() == [("run.cancel", "refused")] * 3

    def test_and_for_one_whose_outcome_was_lost(self, viewer, three, clock, monkeypatch):
        def lost(*args, **kwargs):
            raise DatabaseError("locked")

        monkeypatch.setattr(actions, "act", lost)
        batches.carry_out(viewer, three[:1], clock=clock)
        assert entries() == [("run.cancel", "unknown")]

    def test_of_a_reader_are_refused_run_by_run(self, reader, three, world, clock):
        with pytest.raises(PermissionDenied):
            batches.carry_out(reader, three, Verb.DELETE, clock=clock)
        assert entries() == [("run.delete", "refused")] * 3
        assert world.actions == []


class TestCreating:
    @pytest.fixture
    def ask(self, source, world, clock):
        world.put_dataset("lite", "fix-bug", "add-test")
        draft, ticket = drafts.of_request(REQUEST, starts=True), tickets.new()
        return lambda person: creation.create(person, source, REQUEST, draft, ticket=ticket, clock=clock)

    def test_leaves_one_entry_however_often_the_form_is_sent(self, viewer, ask):
        ask(viewer)
        ask(viewer)
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.outcome, entry.object_kind) == ("run.create", "done", "run")
        assert (entry.detail["name"], entry.detail["started"]) == ("Nightly", True)

    def test_says_nothing_of_variables(self, viewer, ask):
        ask(viewer)
        assert CANARY not in str(list(AuditEntry.objects.values()))

    @pytest.mark.parametrize(
        ("error", "outcome"), [(LATE, "unknown"), (Conflict("No."), "failed"), (ServerError("Ouch."), "unknown")]
    )
    def test_that_fails_or_stays_open_leaves_one_too(self, viewer, ask, world, error, outcome):
        refuse(world, "create_evaluation", error)
        if outcome == "failed":
            with pytest.raises(Conflict):
                ask(viewer)
        else:
            ask(viewer)
        assert entries() == [("run.create", outcome)]

    def test_is_not_a_readers(self, reader, ask, world):
        with pytest.raises(PermissionDenied):
            ask(reader)
        assert entries() == [("run.create", "refused")]
        assert world.actions == []


class TestLooks:
    def test_leave_one_entry(self, viewer, source, clock):
        troubles.ask_again(viewer, source.pk, clock())
        assert entries() == [("source.look", "done")]

    def test_that_are_refused_as_well(self, viewer, clock):
        paused = make_source("Paused", is_paused=True)
        assert troubles.ask_again(viewer, paused.pk, clock())
        assert entries() == [("source.look", "refused")]

    def test_are_not_a_readers(self, reader, source, clock):
        with pytest.raises(PermissionDenied):
            troubles.ask_again(reader, source.pk, clock())
        assert entries() == [("source.look", "refused")]


def test_another_role_can_be_asked_for(viewer):
    with pytest.raises(PermissionDenied, match="role administrator"):
        deeds.require(viewer, AuditAction.SOURCE_PAUSED, role=Role.ADMINISTRATOR)
    assert AuditEntry.objects.get().detail == {"needs": "administrator"}
    assert AuditEntry.objects.get().outcome == AuditOutcome.REFUSED
