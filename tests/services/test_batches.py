"""Ending many runs: the plan, the order, the bounds, and how each fared."""

import pytest
from django.db import DatabaseError

from dashboard.domain.errors import Denied, ServerError, Unreachable
from dashboard.domain.records import Capabilities
from dashboard.domain.statuses import RunKind, RunStatus
from dashboard.models import Run
from dashboard.services import actions, batches
from dashboard.services.actions import ActionState
from dashboard.services.offers import Verb
from tests.contract.memory import MemorySource
from tests.fixtures.databases import shared_database

__all__ = ["shared_database"]

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True)]

LATE = Unreachable("No answer.", code="timeout")


@pytest.fixture
def put(world, look):
    """Puts so many running runs into the world and the mirror, one of them a sandbox."""

    def runs(n):
        for number in range(n):
            kind = RunKind.SANDBOX if number == 1 else RunKind.EVALUATION
            world.put(f"r{number}", status=RunStatus.RUNNING, kind=kind)
        look()
        return list(Run.objects.select_related("source").order_by("external_id"))

    return runs


@pytest.fixture
def one_at_a_time(monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 1)


def states(results):
    return [str(result.state) for result in results]


class TestPlans:
    def test_each_run_gets_the_action_of_its_kind_and_the_others_a_reason(self, viewer, put, world, look):
        put(3)
        world.put("old", status=RunStatus.COMPLETED)
        look()
        plan = batches.plan(viewer, Run.objects.all())
        assert {step.run.external_id: step.verb for step in plan.doable} == {
            "r0": Verb.CANCEL, "r1": Verb.STOP, "r2": Verb.CANCEL
        }  # fmt: skip
        assert [(step.run.external_id, step.why_not) for step in plan.others] == [("old", "It finished at 13:00 UTC.")]
        assert plan.n_beyond == 0

    def test_a_source_that_cannot_says_why(self, viewer, put, monkeypatch):
        put(1)
        monkeypatch.setattr(MemorySource, "capabilities", Capabilities(why_not={"cancel": "Only read."}))
        [step] = batches.plan(viewer, Run.objects.all()).others
        assert step.why_not == "Only read."

    def test_more_than_one_batch_takes_are_counted_and_the_ended_ones_come_last(
        self, viewer, put, world, look, monkeypatch
    ):
        monkeypatch.setattr(batches, "MOST", 2)
        put(2)
        world.put("old", status=RunStatus.COMPLETED)
        look()
        plan = batches.plan(viewer, Run.objects.all())
        assert (len(plan.doable), len(plan.others), plan.n_beyond) == (2, 0, 1)


class TestCarryingOut:
    def test_each_run_is_ended_once(self, viewer, put, world, clock):
        runs = put(6)
        assert states(batches.carry_out(viewer, runs, clock=clock)) == ["done"] * 6
        assert sorted(world.actions) == sorted(
            ("stop_run" if number == 1 else "cancel_run", f"r{number}") for number in range(6)
        )
        assert set(Run.objects.values_list("status", flat=True)) == {"cancelled"}

    def test_some_may_fail(self, viewer, put, world, clock):
        runs = put(3)
        world.failures["r0"] = Denied("Not yours.", detail="owner only")
        world.change("r2", status=RunStatus.COMPLETED)
        results = batches.carry_out(viewer, runs, clock=clock)
        assert states(results) == ["refused", "done", "already"]
        assert results[0].detail == "owner only"

    @pytest.mark.parametrize("error", [LATE, Unreachable("No route.", code="refused"), Denied("Who?", code="auth")])
    @pytest.mark.usefixtures("one_at_a_time")
    def test_a_source_that_falls_silent_is_left_alone(self, viewer, put, world, clock, error):
        runs = put(3)
        world.refusals |= {"cancel_run": error, "stop_run": error}
        first, *rest = batches.carry_out(viewer, runs, clock=clock)
        assert first.state in {ActionState.UNKNOWN, ActionState.REFUSED}
        assert {(result.state, result.sentence) for result in rest} == {
            (ActionState.NOT_TRIED, "Not tried: World did not answer before.")
        }

    def test_a_source_that_fails_on_one_run_is_asked_for_the_next(self, viewer, put, world, clock):
        runs = put(3)
        world.refusals["cancel_run"] = ServerError("It broke.")
        assert states(batches.carry_out(viewer, runs, clock=clock)) == ["unknown", "done", "unknown"]

    @pytest.mark.usefixtures("one_at_a_time")
    def test_a_busy_database_loses_the_outcome_of_one_run_alone(self, viewer, put, clock, monkeypatch):
        first, *rest = put(3)
        act = actions.act

        def fail_once(actor, run, *given, **named):
            if run == first:
                raise DatabaseError("locked")
            return act(actor, run, *given, **named)

        monkeypatch.setattr(actions, "act", fail_once)
        results = batches.carry_out(viewer, [first, *rest], clock=clock)
        assert states(results) == ["unknown", "done", "done"]
        assert results[0].sentence == batches.LOST

    def test_nothing_is_begun_after_the_time_is_up(self, viewer, put, world, clock):
        limit = batches.BEGIN_WITHIN.total_seconds()
        moments = iter([0, 1, limit + 1, limit + 2])
        batches_of_one = put(3)
        results = batches.carry_out(viewer, batches_of_one, clock=clock, timer=lambda: next(moments))
        assert sorted(states(results)) == ["done", "not tried", "not tried"]
        assert len(world.actions) == 1

    def test_nothing_to_do_is_nothing_done(self, viewer, clock):
        assert batches.carry_out(viewer, [], clock=clock) == []
