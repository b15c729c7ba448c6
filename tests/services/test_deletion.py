"""Deleting runs of tests: which ones, whose they are, and what is left of them."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser, User

from dashboard.domain.errors import Missing, Unreachable
from dashboard.domain.statuses import RunStatus
from dashboard.models import Run
from dashboard.services import actions, batches, offers
from dashboard.services.actions import ActionState
from dashboard.services.offers import Verb
from tests import factories
from tests.contract.memory import START
from tests.services.conftest import Clock

pytestmark = pytest.mark.django_db

LATE = Unreachable("No answer.", code="timeout")


@pytest.fixture
def put(tests_source, tests_world):
    """A run of a test, in the world and in the mirror."""

    def run(status=RunStatus.FAILED, **fields):
        external_id = tests_world.put_test(factories.an_id(), status=status, started_at=START)
        test = factories.make_pipeline_test(f"test {external_id}", source=tests_source)
        return factories.make_test_run(test, external_id=external_id, status=status, **fields)

    return run


def delete(viewer, run):
    return actions.act(viewer, run, Verb.DELETE, clock=Clock(datetime(2026, 11, 21, tzinfo=UTC)))


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.CANCELLED])
def test_a_run_that_failed_is_offered_for_deletion(viewer, put, status):
    assert [(offer.verb, offer.is_allowed) for offer in offers.offered(viewer, put(status))] == [(Verb.DELETE, True)]


@pytest.mark.parametrize("status", [RunStatus.PENDING, RunStatus.RUNNING, RunStatus.COMPLETED, RunStatus.UNKNOWN])
def test_of_others_the_offer_says_why_not(viewer, put, status):
    [offer] = offers.offered(viewer, put(status))
    assert (offer.verb, offer.why_not) == (Verb.DELETE, "Tests deletes only runs that failed.")


def test_carrot_is_called_by_its_name(viewer):
    [offer] = offers.offered(viewer, factories.make_test_run())
    assert offer.why_not == "CARROT deletes only runs that failed."


def test_a_stranger_a_run_that_is_gone_and_another_kind_of_source_have_no_such_offer(viewer, put):
    run = put()
    assert offers.offered(AnonymousUser(), run) == []
    run.is_gone = True
    assert offers.offered(viewer, run) == []
    assert offers.offered(viewer, factories.make_run(factories.make_source(), status=RunStatus.FAILED)) == []


def test_what_is_deleted_stays_in_the_mirror_marked_as_gone(viewer, put, tests_world):
    run = put(results={"F": 0.5})
    result = delete(viewer, run)
    assert result.state is ActionState.DONE
    assert result.sentence == f"{run.name} was deleted. What Quayside has of it stays, marked as gone."
    assert tests_world.runs == {}
    kept = Run.objects.get(pk=run.pk)
    assert kept.is_gone
    assert kept.results.count() == 1


def test_a_run_that_the_source_does_not_know_any_more_was_gone_before(viewer, put, tests_world):
    run = put()
    tests_world.runs.clear()
    result = delete(viewer, run)
    assert (result.state, run.is_gone) == (ActionState.ALREADY, True)
    assert result.sentence == "There was nothing to delete. It is no longer at its source."


def test_a_run_that_goes_on_by_now_is_refused_in_the_sources_words(viewer, put, tests_world):
    run = put()
    tests_world.change(run.external_id, status=RunStatus.RUNNING)
    result = delete(viewer, run)
    assert (result.state, result.sentence) == (ActionState.REFUSED, "Only failed runs are deleted.")
    assert not run.is_gone


def test_a_lost_answer_leaves_it_open_until_the_run_is_looked_for(viewer, put, tests_world):
    run = put()
    tests_world.lost_answers["delete_run"] = LATE
    result = delete(viewer, run)
    assert result.state is ActionState.UNKNOWN
    assert result.sentence == f"No answer. Whether {run.name} was deleted is not known yet."
    assert not offers.has_come_about(run, Verb.DELETE)
    assert actions.look_again(run)
    assert offers.has_come_about(run, Verb.DELETE)


def test_what_cannot_be_deleted_is_not_asked_for(viewer, put, tests_world):
    run = put(RunStatus.COMPLETED)
    assert delete(viewer, run).state is ActionState.REFUSED
    assert tests_world.actions == []


@pytest.mark.parametrize(
    ("email", "owner", "others"),
    [
        ("ada@example.com", "ada@example.com", ""),
        ("Ada@Example.com", "ada@example.com", ""),
        ("ada@example.com", "", ""),
        ("ada@example.com", "adora@example.com", "adora@example.com"),
        ("", "adora@example.com", "adora@example.com"),
        ("ada@example.com", "Ada", ""),
        ("", "", ""),
    ],
)
def test_whose_a_run_or_a_report_is(email, owner, others):
    assert offers.others_than(User(username="ada", email=email), owner) == others


def test_runs_of_another_kind_are_not_deleted(viewer, tests_source):
    run = factories.make_run(tests_source, status=RunStatus.FAILED)
    assert offers.offered(viewer, run) == []
    assert offers.why_not(viewer, run, Verb.DELETE) == "Runs of its kind are not deleted."


def test_a_batch_takes_what_failed_and_says_why_not_the_others(viewer, put):
    failed, ended, good = put(), put(RunStatus.CANCELLED), put(RunStatus.COMPLETED)
    plan = batches.plan(viewer, Run.objects.all(), Verb.DELETE)
    assert {step.run for step in plan.doable} == {failed, ended}
    assert {step.verb for step in plan.doable} == {Verb.DELETE}
    assert [(step.run, step.why_not) for step in plan.others] == [(good, "Tests deletes only runs that failed.")]


def test_a_batch_begins_with_what_can_be_deleted(viewer, put, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 1)
    put(RunStatus.COMPLETED)
    failed = put()
    plan = batches.plan(viewer, Run.objects.all(), Verb.DELETE)
    assert ([step.run for step in plan.doable], plan.n_beyond) == ([failed], 1)


def test_a_missing_run_that_is_there_all_the_same_is_refused_with_a_hint(viewer, put, tests_world):
    run = put()
    tests_world.refusals["delete_run"] = Missing("There is no such run.")
    result = delete(viewer, run)
    assert (result.state, result.hint) == (ActionState.REFUSED, "It may have been deleted there.")
