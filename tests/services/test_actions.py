"""What may be done to a run, doing it once, and telling what became of it."""

import logging
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from dashboard.domain.errors import BadAnswer, Conflict, Denied, Missing, ServerError, Throttled, Unreachable
from dashboard.domain.records import Capabilities
from dashboard.domain.statuses import Outcome, RunKind, RunStatus, SourceHealth
from dashboard.models import Run
from dashboard.services import actions, offers
from dashboard.services.actions import ActionState
from dashboard.services.offers import Verb
from tests.contract.memory import MemorySource, trial

LIVE = {"status": RunStatus.RUNNING, "raw_status": "running"}
LATE = Unreachable("The source did not answer in time.", code="timeout")


@pytest.fixture
def running(mirrored):
    return mirrored("nightly", trial(outcome=Outcome.RUNNING), **LIVE)


@pytest.fixture
def waiting(mirrored):
    return mirrored("nightly", status=RunStatus.PENDING, raw_status="queued", planned_trials=12)


@pytest.fixture
def act(viewer, clock):
    return lambda run, verb: actions.act(viewer, run, verb, clock=clock)


def verbs(viewer, run):
    return [str(offer.verb) for offer in offers.offered(viewer, run)]


class TestOffers:
    @pytest.mark.parametrize(
        ("kind", "status", "offered"),
        [
            (RunKind.EVALUATION, RunStatus.PENDING, ["start", "cancel"]),
            (RunKind.EVALUATION, RunStatus.PROVISIONING, ["cancel"]),
            (RunKind.EVALUATION, RunStatus.RUNNING, ["cancel"]),
            (RunKind.EVALUATION, RunStatus.UNKNOWN, ["cancel"]),
            (RunKind.EVALUATION, RunStatus.COMPLETED, []),
            (RunKind.EVALUATION, RunStatus.FAILED, []),
            (RunKind.EVALUATION, RunStatus.CANCELLED, []),
            (RunKind.SANDBOX, RunStatus.PENDING, ["stop"]),
            (RunKind.SANDBOX, RunStatus.PROVISIONING, ["stop"]),
            (RunKind.SANDBOX, RunStatus.RUNNING, ["stop"]),
            (RunKind.SANDBOX, RunStatus.UNKNOWN, ["stop"]),
            (RunKind.SANDBOX, RunStatus.COMPLETED, []),
        ],
    )
    def test_fit_the_kind_and_the_state(self, viewer, mirrored, kind, status, offered):
        run = mirrored("nightly", kind=kind, status=status)
        assert verbs(viewer, run) == offered
        assert all(offer.is_allowed for offer in offers.offered(viewer, run))

    def test_a_pending_run_of_which_a_trial_has_begun_is_not_started(self, viewer, mirrored):
        run = mirrored("nightly", trial(outcome=Outcome.RUNNING), status=RunStatus.PENDING)
        assert verbs(viewer, run) == ["cancel"]

    def test_a_run_that_is_gone_has_none(self, viewer, running):
        running.is_gone = True
        assert verbs(viewer, running) == []
        assert offers.why_not(viewer, running, Verb.CANCEL) == "It is no longer at its source."

    def test_a_stranger_has_none(self, stranger, running):
        assert verbs(stranger, running) == []
        assert offers.why_not(stranger, running, Verb.CANCEL) == "You may not change runs."

    def test_what_a_kind_of_source_cannot_do_is_not_there_and_says_why(self, viewer, running, monkeypatch):
        able = Capabilities(why_not={"cancel": "Folders are only read."})
        monkeypatch.setattr(MemorySource, "capabilities", able)
        assert verbs(viewer, running) == []
        assert offers.why_not(viewer, running, Verb.CANCEL) == "Folders are only read."
        assert offers.why_not(viewer, running, Verb.STOP) == "Its source cannot do that."

    def test_a_paused_source_says_so(self, viewer, running):
        running.source.is_paused = True
        [offer] = offers.offered(viewer, running)
        assert not offer.is_allowed
        assert "World is paused" in offer.why_not

    def test_a_source_that_is_away_says_so(self, viewer, running):
        source = running.source
        source.health, source.failures, source.error = SourceHealth.FAILING, 3, "No route to it."
        source.next_sync_at = timezone.now() + timedelta(minutes=1)
        [offer] = offers.offered(viewer, running)
        assert offer.why_not == "World cannot be read: No route to it."

    @pytest.mark.parametrize("due", [timedelta(minutes=1), -timedelta(minutes=1)])
    def test_a_source_is_asked_nothing_from_its_first_failed_look_on(self, viewer, running, world, act, due):
        source = running.source
        source.health, source.failures, source.error_code = SourceHealth.FAILING, 1, "timeout"
        source.next_sync_at = timezone.now() + due
        [offer] = offers.offered(viewer, running)
        assert offer.why_not == "World does not answer: No answer came in time."
        assert offers.is_passing(viewer, running, Verb.CANCEL)
        assert act(running, Verb.CANCEL).state is ActionState.REFUSED
        assert world.actions == []

    def test_what_the_state_rules_out_does_not_pass(self, viewer, mirrored):
        run = mirrored("old", status=RunStatus.COMPLETED)
        run.source.is_paused = True
        assert not offers.is_passing(viewer, run, Verb.CANCEL)

    @pytest.mark.parametrize(
        ("status", "verb", "sentence"),
        [
            (RunStatus.COMPLETED, Verb.CANCEL, "It finished at 13:00 UTC."),
            (RunStatus.FAILED, Verb.CANCEL, "It failed at 13:00 UTC."),
            (RunStatus.CANCELLED, Verb.START, "It was cancelled at 13:00 UTC."),
            (RunStatus.RUNNING, Verb.START, "It is not waiting to be started."),
            (RunStatus.RUNNING, Verb.STOP, "Runs of its kind are not stopped."),
        ],
    )
    def test_the_state_says_why_not(self, viewer, mirrored, status, verb, sentence):
        assert offers.why_not(viewer, mirrored("nightly", status=status), verb) == sentence


class TestActing:
    def test_cancel_asks_once_and_shows_the_run_as_it_is_then(self, act, running, world):
        result = act(running, Verb.CANCEL)
        assert (result.state, result.sentence) == (ActionState.DONE, "nightly was cancelled.")
        assert world.actions == [("cancel_run", "nightly")]
        assert running.status == RunStatus.CANCELLED
        assert Run.objects.get(pk=running.pk).n_cancelled == 1

    def test_start_begins_the_run(self, act, waiting, world):
        assert act(waiting, Verb.START).sentence == "nightly was started."
        assert world.actions == [("start_run", "nightly")]
        assert waiting.status == RunStatus.RUNNING

    def test_stop_ends_a_sandbox(self, act, mirrored, world):
        run = mirrored("box", kind=RunKind.SANDBOX, **LIVE)
        assert act(run, Verb.STOP).state is ActionState.DONE
        assert world.actions == [("stop_run", "box")]

    def test_a_source_that_takes_its_time_is_quoted(self, act, running, world, monkeypatch):
        monkeypatch.setattr(world, "end", lambda _: world.change("nightly", raw_status="cancelling"))
        result = act(running, Verb.CANCEL)
        assert result.state is ActionState.DONE
        assert result.sentence == "World took the request to cancel nightly. Its state is “cancelling”."

    def test_what_cannot_be_read_back_is_left_to_the_sync(self, act, running, world, clock, monkeypatch):
        monkeypatch.setattr(actions, "read_run", raising(LATE))
        assert act(running, Verb.CANCEL).state is ActionState.DONE
        assert Run.objects.get(pk=running.pk).next_sync_at == clock.now

    def test_a_busy_database_does_not_hide_what_was_done(self, act, running, monkeypatch):
        monkeypatch.setattr(actions, "read_run", raising(DatabaseError("locked")))
        assert act(running, Verb.CANCEL).state is ActionState.DONE

    def test_nor_that_nobody_knows_what_was_done(self, act, running, world, monkeypatch):
        monkeypatch.setattr(actions.Run.objects, "filter", raising(DatabaseError("locked")))
        world.lost_answers["cancel_run"] = LATE
        assert act(running, Verb.CANCEL).state is ActionState.UNKNOWN

    def test_what_is_not_offered_is_not_asked(self, act, mirrored, world):
        run = mirrored("nightly", status=RunStatus.COMPLETED)
        result = act(run, Verb.CANCEL)
        assert (result.state, result.sentence) == (ActionState.ALREADY, "It finished at 13:00 UTC.")
        assert world.actions == []

    def test_a_run_of_the_other_kind_is_refused(self, act, running, world):
        result = act(running, Verb.STOP)
        assert (result.state, result.code) == (ActionState.REFUSED, "not_offered")
        assert world.actions == []


class TestRefusals:
    def test_a_run_that_ended_meanwhile_is_told_and_not_an_error(self, act, running, world):
        world.change("nightly", status=RunStatus.COMPLETED, finished_at=running.started_at + timedelta(minutes=4))
        result = act(running, Verb.CANCEL)
        assert result.state is ActionState.ALREADY
        assert result.sentence == "There was nothing to cancel. It finished at 12:04 UTC."
        assert running.status == RunStatus.COMPLETED

    def test_a_run_that_was_started_meanwhile_is_told(self, act, waiting, world):
        world.change("nightly", **LIVE)
        result = act(waiting, Verb.START)
        assert result.state is ActionState.ALREADY
        assert result.sentence == "There was nothing to start. Its state is “running”."

    @pytest.mark.parametrize("kind", [Conflict, Denied])
    def test_the_sources_own_words_are_kept(self, act, running, world, kind):
        world.refusals["cancel_run"] = kind("No.", detail="Locked by ops", hint="Ask them", code="locked")
        result = act(running, Verb.CANCEL)
        assert result.state is ActionState.REFUSED
        assert (result.sentence, result.detail, result.hint, result.code) == (
            "No.",
            "Locked by ops",
            "Ask them",
            "locked",
        )
        assert running.status == RunStatus.RUNNING

    def test_a_failure_after_which_it_is_done_all_the_same_is_told_so(self, act, running, world):
        world.lost_answers["cancel_run"] = ServerError("It failed.")
        result = act(running, Verb.CANCEL)
        assert (result.state, result.sentence) == (ActionState.DONE, "It failed. It was cancelled at 13:00 UTC.")
        assert running.status == RunStatus.CANCELLED

    def test_a_run_that_the_source_does_not_know_is_refused_and_marked(self, act, running, world):
        del world.runs["nightly"]
        world.refusals["cancel_run"] = Missing("There is no such run.")
        result = act(running, Verb.CANCEL)
        assert (result.state, result.sentence) == (
            ActionState.ALREADY, "There was nothing to cancel. It is no longer at its source."
        )  # fmt: skip
        assert running.is_gone

    def test_one_that_is_missing_for_the_action_alone_gets_a_hint(self, act, running, world):
        world.refusals["cancel_run"] = Missing("There is no such run.")
        assert act(running, Verb.CANCEL).hint == "It may have been deleted there."

    @pytest.mark.parametrize("error", [Throttled("Slow down."), Unreachable("No route.", code="refused")])
    def test_a_source_that_hears_nobody_is_not_asked_again_at_once(self, act, running, world, error):
        world.refusals["cancel_run"] = error
        world.read.clear()
        assert act(running, Verb.CANCEL).state is ActionState.REFUSED
        assert world.read == []

    def test_a_breaker_that_is_open_refuses_even_where_it_opened_by_a_time_out(self, act, running, monkeypatch):
        monkeypatch.setattr(actions, "reach", raising(LATE))
        result = act(running, Verb.CANCEL)
        assert (result.state, result.code) == (ActionState.REFUSED, "timeout")


class TestUnknownOutcomes:
    @pytest.mark.parametrize("code", ["timeout", "reset"])
    def test_a_lost_answer_is_neither_success_nor_failure(self, act, running, world, clock, code):
        world.lost_answers["cancel_run"] = Unreachable("No answer.", code=code)
        result = act(running, Verb.CANCEL)
        assert result.state is ActionState.UNKNOWN
        assert result.sentence == "No answer. Whether nightly was cancelled is not known yet."
        assert len(world.actions) == 1
        assert Run.objects.get(pk=running.pk).next_sync_at == clock.now

    @pytest.mark.parametrize("error", [ServerError("No.", detail="Overloaded"), BadAnswer("No.", detail="Overloaded")])
    def test_an_answer_that_does_not_say_what_was_done_is_quoted(self, act, running, world, error, monkeypatch):
        monkeypatch.setattr(world, "end", lambda _: world.change("nightly", raw_status="cancelling"))
        world.lost_answers["cancel_run"] = error
        result = act(running, Verb.CANCEL)
        assert (result.state, result.detail) == (ActionState.UNKNOWN, "Overloaded")
        assert running.raw_status == "cancelling"

    def test_looking_again_finds_out(self, act, running, world, clock):
        world.lost_answers["cancel_run"] = LATE
        act(running, Verb.CANCEL)
        assert not offers.has_come_about(running, Verb.CANCEL)
        assert actions.look_again(running, clock)
        assert offers.has_come_about(running, Verb.CANCEL)
        assert offers.state_of(running) == "It was cancelled at 13:00 UTC."

    def test_a_source_that_stays_silent_tells_nothing(self, running, world, clock):
        world.failure = LATE
        assert not actions.look_again(running, clock)
        assert running.status == RunStatus.RUNNING


def raising(error):
    def fail(*_, **__):
        raise error

    return fail


def test_each_action_is_a_line_in_the_log(act, running, viewer, caplog):
    with caplog.at_level(logging.INFO, "quayside.actions"):
        act(running, Verb.CANCEL)
    [line] = [record for record in caplog.records if record.message == "action"]
    found = (line.actor, line.verb, line.run, line.source, line.outcome, line.code)
    assert found == (viewer.pk, "cancel", running.pk, "World", "done", "")
