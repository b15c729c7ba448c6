"""Having a source make a run: once, and knowing afterwards what became of it."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from dashboard.domain.actions import AgentVariant, EnvironmentVariables, EvaluationRequest
from dashboard.domain.catalogues import DatasetRecord
from dashboard.domain.errors import BadAnswer, Conflict, Denied, ServerError, SourceError, Throttled, Unreachable
from dashboard.domain.statuses import SourceHealth
from dashboard.models import Run, Source
from dashboard.services import askings, catalogues, creation, drafts, tickets
from dashboard.services.askings import State
from dashboard.services.drafts import Draft, DraftAgent, DraftVariable
from tests import factories
from tests.contract.memory import START, MemorySource, trial
from tests.factories import make_person
from tests.pages import _empty_cache

__all__ = ["_empty_cache"]

pytestmark = pytest.mark.django_db

CANARY = "sk-canary-77ab"
REQUEST = EvaluationRequest(
    name="Nightly",
    agent_variants=[
        AgentVariant(name="cc", agent="claude-code", model="opus", environment=EnvironmentVariables({"KEY": CANARY})),
        AgentVariant(name="idle", agent="nop"),
    ],
    max_concurrent=8,
    attempts_per_task=2,
    dataset_uri="memory://lite",
    task_slugs=["fix-bug"],
)
LATE = Unreachable("No answer in time.", source="World", code="timeout")


@pytest.fixture
def ask(viewer, source, world, clock):
    """Asks for the run by one ticket, again and again the same."""
    world.put_dataset("lite", "fix-bug", "add-test")
    ticket = tickets.new()

    def once(request=REQUEST, *, starts=True, ticket=ticket, viewer=viewer):
        draft = drafts.of_request(request, starts=starts)
        return creation.create(viewer, source, request, draft, ticket=ticket, clock=clock)

    return once


def done(world):
    return [action for action, _ in world.actions]


class TestCreating:
    def test_it_is_made_started_and_read_at_once(self, ask, world, source):
        made = ask()
        run = Run.objects.get()
        assert done(world) == ["create_evaluation", "start_run"]
        assert (made.state, made.external_id, made.is_started) == (State.MADE, run.external_id, True)
        assert (run.source, run.status) == (source, "running")

    def test_it_is_started_only_if_wanted(self, ask, world):
        assert not ask(starts=False).is_started
        assert done(world) == ["create_evaluation"]
        assert Run.objects.get().status == "pending"

    def test_a_ticket_makes_one_run(self, ask, world):
        assert ask() == ask()
        assert done(world).count("create_evaluation") == 1

    def test_who_comes_while_the_first_is_asked_finds_that_it_is(self, ask, viewer, clock, world):
        ticket = tickets.new()
        tickets.claim(viewer, ticket, now=clock())
        assert ask(ticket=ticket).state is State.ASKED
        assert askings.find(viewer, ticket, now=clock()) is None
        assert done(world) == []

    def test_a_ticket_of_somebody_else_is_no_obstacle(self, ask, world):
        ask()
        ask(viewer=make_person("grace"))
        assert done(world).count("create_evaluation") == 2

    @pytest.mark.parametrize("ticket", ["", "no ticket", "x" * 65])
    def test_without_a_ticket_nothing_is_asked(self, ask, world, ticket):
        with pytest.raises(ValueError, match="no ticket"):
            ask(ticket=ticket)
        assert done(world) == []

    def test_a_start_that_fails_is_told(self, ask, world):
        world.refusals["start_run"] = Conflict("No machine is free.", detail="Try at night.")
        made = ask()
        assert (made.state, made.is_started, made.problem) == (State.MADE, False, "No machine is free. Try at night.")

    def test_a_run_that_cannot_be_read_is_listed_soon(self, ask, world, source, clock):
        Source.objects.update(next_sync_at=clock() + timedelta(minutes=5))
        world.failures["made-1"] = Unreachable("Not now.", code="reset")
        assert ask(starts=False).state is State.MADE
        source.refresh_from_db()
        assert (Run.objects.count(), source.next_sync_at) == (0, clock())

    def test_a_busy_database_does_not_hide_what_was_made(self, ask, world, monkeypatch):
        def fail(*_):
            raise DatabaseError("locked")

        monkeypatch.setattr(creation, "read_run", fail)
        made = ask()
        assert (made.state, made.external_id) == (State.MADE, "made-1")
        assert done(world) == ["create_evaluation", "start_run"]

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("table", ["dashboard_run", "dashboard_source", "django_session", "dashboard_auditentry"])
    def test_nor_does_one_that_fails_wherever_it_is_asked_afterwards(self, ask, viewer, world, table):
        def fail(execute, sql, params, many, context):
            if world.actions and f'"{table}"' in sql:
                raise DatabaseError("away")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(fail):
            made = ask()
            found = creation.run_of(viewer, made)
        assert (made.state, made.external_id, made.is_started) == (State.MADE, "made-1", True)
        assert (found is None) == (table == "dashboard_run")
        assert done(world) == ["create_evaluation", "start_run"]

    @pytest.mark.django_db(transaction=True)
    def test_nor_what_the_source_refused(self, ask, world):
        kept = []

        def fail(execute, sql, params, many, context):
            kept.extend(["asked"] if sql.startswith('UPDATE "django_session"') else [])
            if len(kept) > 1:
                raise DatabaseError("away")
            return execute(sql, params, many, context)

        world.refusals["create_evaluation"] = Conflict("There is such a run.", source="World")
        with connection.execute_wrapper(fail), pytest.raises(Conflict):
            ask()

    def test_what_was_sent_is_remembered_for_its_person_without_secrets(self, ask, viewer, clock):
        made = ask()
        assert askings.find(viewer, made.ticket, now=clock()) == made
        assert askings.find(make_person("grace"), made.ticket, now=clock()) is None
        clock.go_on(minutes=11)
        assert askings.find(viewer, made.ticket, now=clock()) is None
        assert CANARY not in repr(made)

    def test_the_log_says_who_and_where_and_no_more(self, ask, viewer, caplog):
        caplog.set_level(logging.INFO)
        ask()
        [line] = [each for each in caplog.records if each.name == "quayside.actions"]
        assert (line.message, line.user, line.source, line.run) == ("run created", viewer.pk, "World", "made-1")
        assert not any(word in repr(line.__dict__) for word in (CANARY, "KEY"))


class TestRefusals:
    @pytest.mark.parametrize(
        "error",
        [
            Conflict("Not now."),
            Denied("You may not."),
            Throttled("A pause, please."),
            Unreachable("Nobody there.", code="refused"),
            BadAnswer("It redirects.", code="redirect"),
        ],
    )
    def test_what_was_surely_not_done_is_raised(self, ask, viewer, world, clock, error):
        world.refusals["create_evaluation"] = error
        ticket = tickets.new()
        with pytest.raises(SourceError) as raised:
            ask(ticket=ticket)
        assert raised.value is error
        kept = askings.find(viewer, ticket, now=clock())
        assert (kept.state, kept.problem) == (State.REFUSED, error.sentence)
        assert creation.look(viewer, kept, now=clock()).runs == []

    def test_a_source_that_is_away_is_not_asked(self, ask, world, source, clock):
        source.health, source.failures, source.error_code = SourceHealth.FAILING, 5, "timeout"
        source.next_sync_at = factories.NOW + timedelta(days=10_000)
        with pytest.raises(Unreachable):
            ask()
        assert done(world) == []

    @pytest.mark.parametrize(
        "error", [LATE, Unreachable("Cut.", code="reset"), BadAnswer("No id.", code="no_id"), ServerError("Failed.")]
    )
    def test_an_answer_that_says_nothing_leaves_the_outcome_unknown(self, ask, world, error):
        world.lost_answers["create_evaluation"] = error
        made = ask()
        assert (made.state, made.problem) == (State.UNKNOWN, error.sentence)
        assert done(world) == ["create_evaluation"]
        assert not Run.objects.exists()


class TestLooking:
    @pytest.fixture
    def lost(self, ask, world, clock):
        world.lost_answers["create_evaluation"] = LATE
        Source.objects.update(next_sync_at=clock() + timedelta(minutes=5))
        made = ask()
        world.change("made-1", started_at=clock())
        return made

    def test_the_source_is_listed_at_once(self, lost, source, clock):
        source.refresh_from_db()
        assert source.next_sync_at == clock()

    def test_a_run_of_the_name_that_is_new_is_found(self, lost, viewer, look, clock):
        assert creation.look(viewer, lost, now=clock()).runs == []
        look()
        assert [run.external_id for run in creation.look(viewer, lost, now=clock()).runs] == ["made-1"]

    @pytest.mark.parametrize("fields", [{"name": "Other"}, {"started_at": START}])
    def test_others_are_not(self, lost, mirrored, viewer, world, fields):
        world.change("made-1", **fields)
        mirrored("unrelated")
        assert creation.look(viewer, lost, now=lost.began_at).runs == []

    def test_one_that_was_mirrored_before_is_not(self, viewer, look, ask, world, clock):
        world.put("before", name="Nightly", started_at=clock())
        look()
        world.lost_answers["create_evaluation"] = LATE
        assert creation.look(viewer, ask(), now=clock()).runs == []

    def test_a_stranger_sees_none(self, lost, stranger, look, clock):
        look()
        assert creation.look(stranger, lost, now=clock()).runs == []

    def test_it_is_over_after_a_minute(self, lost, viewer, clock):
        assert not creation.look(viewer, lost, now=clock()).is_over
        clock.go_on(seconds=61)
        assert creation.look(viewer, lost, now=clock()).is_over

    def test_a_source_that_was_listed_just_now_is_not_asked_again(self, lost, viewer, source, clock):
        later = clock() + timedelta(minutes=1)
        Source.objects.update(next_sync_at=later, last_looked_at=clock() - timedelta(seconds=2))
        creation.look(viewer, lost, now=clock())
        source.refresh_from_db()
        assert source.next_sync_at == later
        Source.objects.update(last_looked_at=clock() - timedelta(seconds=6))
        creation.look(viewer, lost, now=clock())
        source.refresh_from_db()
        assert source.next_sync_at == clock()

    @pytest.mark.parametrize("fields", [{"health": SourceHealth.FAILING}, {"is_paused": True}])
    def test_a_source_that_fails_keeps_its_own_time(self, lost, viewer, source, clock, fields):
        later = clock() + timedelta(minutes=1)
        Source.objects.update(next_sync_at=later, **fields)
        creation.look(viewer, lost, now=clock())
        source.refresh_from_db()
        assert source.next_sync_at == later


class TestDrafts:
    def test_a_request_without_its_secrets(self):
        draft = drafts.of_request(REQUEST, starts=True)
        assert draft.variables == (DraftVariable(name="KEY", only_for="cc"),)
        assert draft.agents[0] == DraftAgent(agent="claude-code", model="opus", name="cc")
        assert CANARY not in repr(draft)

    def test_a_variable_of_all_agents_is_for_all(self):
        everyone = [replace(one, environment=EnvironmentVariables({"KEY": "x"})) for one in REQUEST.agent_variants]
        draft = drafts.of_request(replace(REQUEST, agent_variants=everyone), starts=False)
        assert (draft.variables, draft.starts) == ((DraftVariable(name="KEY"),), False)

    def test_another_run_like_one_that_is_there(self, viewer, mirrored):
        run = mirrored("nightly", trial("fix-bug__1"), trial("fix-bug__2"), facts={"Data set": "memory://lite"})
        found, draft = drafts.of_run(viewer, run.pk)
        assert (found, draft.name, draft.dataset, draft.tasks) == (run, "nightly", "memory://lite", ("fix-bug",))
        assert draft.agents == (DraftAgent(agent="solver", model="anthropic/opus"),)

    def test_what_agents_are_called_is_not_taken_for_what_they_are(self, viewer):
        docks = factories.make_source("Docks", kind="docks", address="http://127.0.0.1:9", tenant="t")
        run = factories.make_run(docks, agents=[("claude-code (opus)", "", "")])
        assert drafts.of_run(viewer, run.pk)[1].agents == (DraftAgent(name="claude-code (opus)"),)
        assert catalogues._seen(docks) == ((), ())

    def test_of_a_run_that_is_not_read_whole_or_not_there(self, viewer, stranger, source):
        run = factories.make_run(source, dataset="lite")
        assert drafts.of_run(viewer, run.pk)[1] == Draft(name=run.name, dataset="lite")
        assert drafts.of_run(viewer, 10**9) is None
        assert drafts.of_run(stranger, run.pk) is None


class TestCatalogues:
    def test_data_sets_and_the_tasks_of_the_chosen_one(self, source, world):
        world.put_dataset("lite", "fix-bug")
        world.put_dataset("full", "other")
        assert [each.name for each in catalogues.offer(source).datasets] == ["lite", "full"]
        for chosen in ("memory://lite", "memory://lite/", "lite"):
            found = catalogues.offer(source, chosen)
            assert (found.dataset.name, [task.slug for task in found.tasks]) == ("lite", ["fix-bug"])
        assert catalogues.offer(source, "gs://elsewhere").dataset is None

    def test_a_source_is_asked_once_a_minute(self, source, world, monkeypatch):
        world.put_dataset("lite", "fix-bug")
        catalogues.offer(source, "lite")
        world.failure = LATE
        assert catalogues.offer(source, "lite").problem is None

    def test_what_fails_is_told_and_asked_again(self, source, world):
        world.failure = LATE
        assert catalogues.offer(source).problem is LATE
        world.failure = None
        world.put_dataset("lite", "fix-bug")
        assert catalogues.offer(source).problem is None

    def test_data_sets_without_an_address_are_not_offered(self, source, world):
        world.put_dataset("lite", "fix-bug")
        world.datasets["odd"] = (DatasetRecord(external_id="odd", name="odd"), ())
        found = catalogues.offer(source)
        assert [each.name for each in found.datasets] == ["lite"]
        assert found.remarks == ("1 data sets without an address are not offered.",)

    def test_tasks_that_fail_leave_the_data_sets(self, source, world, monkeypatch):
        def fail(_, dataset_id):
            raise LATE

        world.put_dataset("lite", "fix-bug")
        monkeypatch.setattr(MemorySource, "list_tasks", fail)
        found = catalogues.offer(source, "lite")
        assert (found.problem, found.tasks, len(found.datasets)) == (LATE, (), 1)

    def test_agents_and_models_that_were_seen_there(self, source):
        factories.make_run(source, agents=[("codex", "o4", "openai"), ("nop", "", "")])
        factories.make_run(factories.make_source("Elsewhere"), agents=[("goose", "x", "")])
        found = catalogues.offer(source)
        assert (found.agents, found.models) == (("codex", "nop"), ("openai/o4",))

    def test_only_sources_that_create_and_are_looked_at_take_runs(self, source, viewer, stranger):
        factories.make_source("Folder")
        assert catalogues.creating_sources(viewer) == [source]
        assert catalogues.creating_sources(stranger) == []
        Source.objects.update(is_paused=True)
        assert catalogues.creating_sources(viewer) == []
