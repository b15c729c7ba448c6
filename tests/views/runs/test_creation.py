"""Creating a run in the browser: the form in steps, refusals, and what became of the asking."""

import logging
import re
import sys
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from django.views.debug import ExceptionReporter

from dashboard.demo.docks import Fault, make_app
from dashboard.demo.docks.faults import Kind
from dashboard.domain.errors import Conflict, Denied, Unreachable
from dashboard.models import Run, Source
from dashboard.services import askings, tickets
from dashboard.services.askings import Creation
from dashboard.services.drafts import Draft
from dashboard.services.sync import looks
from dashboard.views.runs import creation as views
from tests import factories
from tests.contract.memory import KIND, MemorySource, World
from tests.fixtures.docks import serving
from tests.pages import parsed, resolved, text_of
from tests.services.conftest import memory_kind

__all__ = ["memory_kind"]

pytestmark = pytest.mark.django_db

CANARY = "sk-canary-5f1d9c"
TENANT = "5b0d2c9e-6f3a-4f54-9c39-0b6a3d1f7a11"
TOKEN = "docks_for-tests"
SECRET = {"variables-0-name": "ANTHROPIC_API_KEY", "variables-0-value": CANARY}


@pytest.fixture
def world(memory_kind):
    MemorySource.worlds["world"] = World()
    MemorySource.worlds["world"].put_dataset("lite", "fix-bug", "add-test", "write-doc")
    MemorySource.worlds["world"].put_dataset("full", "other")
    return MemorySource.worlds["world"]


@pytest.fixture
def source(world):
    return Source.objects.create(name="World", kind=KIND, address="world", next_sync_at=timezone.now())


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path / "docks", now=timezone.now, token=TOKEN, tenant=TENANT, base_url="http://127.0.0.1:8480")


@pytest.fixture
def docks(app):
    """The stand-in, served on loopback, as a source that lists a few of its runs."""
    with serving(app) as server:
        yield Source.objects.create(
            name="Docks", kind="docks", address=server.url, tenant=TENANT, token=TOKEN,
            allowed_endpoints=[["127.0.0.1", server.port]], next_sync_at=timezone.now(), list_limit=2,
        )  # fmt: skip


@pytest.fixture
def form(client, source):
    return Form(client, source)


class Form:
    """The form as a browser without scripts sends it."""

    def __init__(self, client, source):
        self.client, self.path = client, f"/runs/new/?source={source.pk}"
        self.data = fields_of(client.get(self.path))
        self.data |= {"name": "Nightly", "dataset": "memory://lite", "agents-0-agent": "codex"}

    def send(self, **fields):
        self.data |= {"csrfmiddlewaretoken": self.client.cookies[settings.CSRF_COOKIE_NAME].value}
        data = {key: value for key, value in (self.data | fields).items() if value is not None}
        return self.client.post(self.path, data)

    def again(self, response, **fields):
        """Send what a page shows, with some fields changed."""
        self.data = fields_of(response) | fields
        return self.send()


def fields_of(response):
    """What the form of a page would send by itself."""
    [form] = [
        each for each in parsed(response).iter("form") if each.find(".//input[@name='agents-TOTAL_FORMS']") is not None
    ]
    found = {}
    for field in form.iter("input"):
        if field.get("type") not in ("checkbox", "radio") or field.get("checked") is not None:
            found.setdefault(field.get("name"), []).append(
                field.get("value", "on" if field.get("type") == "checkbox" else "")
            )
    for field in form.iter("select"):
        found[field.get("name")] = [
            each.get("value") for each in field.iter("option") if each.get("selected") is not None
        ]
    for field in form.iter("textarea"):
        found[field.get("name")] = [text_of(field)]
    return {key: value if key == "tasks" else "".join(value[:1]) for key, value in found.items() if key}


def slugs(response):
    return [box.get("value") for box in parsed(response).iter("input") if box.get("name") == "tasks"]


def focused(response):
    return [each.get("id") for each in parsed(response).iter() if each.get("autofocus") is not None]


def errors(response):
    return [text_of(each) for each in parsed(response).iter("ul") if "field-errors" in each.get("class", "")]


class TestWhere:
    def test_without_a_source_that_creates_it_says_so(self, client):
        factories.make_source()
        assert "No source can create runs" in resolved(client.get("/runs/new/"))
        assert "New run" not in resolved(client.get("/runs/"))

    def test_the_only_source_is_taken_and_offered_from_the_list(self, client, source):
        assert "at World" in resolved(client.get("/runs/new/"))
        assert 'href="/runs/new/"' in resolved(client.get("/runs/"))

    def test_of_several_one_is_chosen(self, client, source):
        MemorySource.worlds["other"] = World()
        other = Source.objects.create(name="Other", kind=KIND, address="other")
        links = [each.get("href") for each in parsed(client.get("/runs/new/")).iter("a")]
        assert {f"/runs/new/?source={source.pk}", f"/runs/new/?source={other.pk}"} <= set(links)
        assert "at Other" in resolved(client.get(f"/runs/new/?source={other.pk}"))

    def test_one_that_fails_is_marked(self, client, source):
        factories.make_failing(Source.objects.create(name="Other", kind=KIND, address="other", error_code="timeout"))
        items = [text_of(each) for each in parsed(client.get("/runs/new/")).iter("li")]
        assert {"World", "Other does not answer"} <= set(items)

    @pytest.mark.parametrize("wanted", ["999", "x", "-1"])
    def test_a_source_that_is_none_is_not_taken(self, client, source, wanted):
        assert client.get(f"/runs/new/?source={wanted}").status_code == 200

    def test_a_paused_source_takes_no_runs(self, client, source):
        Source.objects.update(is_paused=True)
        assert "No source can create runs" in resolved(client.get("/runs/new/"))
        assert 'href="/runs/new/"' not in resolved(client.get("/runs/"))


class TestSteps:
    def test_the_form_offers_the_data_sets(self, client, form):
        page = resolved(client.get(form.path))
        assert 'value="memory://lite"' in page
        assert slugs(client.get(form.path)) == []

    def test_a_data_set_shows_its_tasks_and_keeps_what_was_typed(self, form, world):
        response = form.send(show_tasks="1")
        assert response.status_code == 200
        assert slugs(response) == ["fix-bug", "add-test", "write-doc"]
        assert fields_of(response)["name"] == "Nightly"
        assert (errors(response), world.actions) == ([], [])

    def test_scripts_ask_for_the_tasks_alone(self, client, form):
        response = client.get(f"{form.path}&dataset=memory://lite", headers={"hx-request": "true"})
        assert slugs(response) == ["fix-bug", "add-test", "write-doc"]
        assert response.content.strip().startswith(b'<div id="creation-tasks"')

    def test_ticks_stay_and_those_of_another_data_set_go(self, form):
        response = form.again(form.send(show_tasks="1"), tasks=["add-test"], show_tasks="1")
        assert fields_of(response)["tasks"] == ["add-test"]
        response = form.again(response, dataset="memory://full", show_tasks="1")
        assert (slugs(response), fields_of(response).get("tasks")) == (["other"], None)

    def test_ticks_of_another_data_set_are_not_sent(self, form, world):
        shown = form.send(show_tasks="1")
        response = form.again(shown, tasks=["add-test"], dataset="memory://full")
        assert response.status_code == 422
        assert "another data set" in " ".join(errors(response))
        assert world.actions == []

    @pytest.mark.parametrize("rows", ["agents", "variables"])
    def test_a_row_more(self, form, rows):
        response = form.send(**{f"add_{rows.removesuffix('s')}": "1"})
        assert fields_of(response)[f"{rows}-TOTAL_FORMS"] == "2"
        assert (fields_of(response)["agents-0-agent"], errors(response)) == ("codex", [])

    def test_a_row_more_keeps_no_secret_and_says_so(self, form):
        response = form.send(**{"variables-0-name": "KEY", "variables-0-value": CANARY, "add_agent": "1"})
        assert CANARY not in resolved(response)
        assert fields_of(response)["variables-0-name"] == "KEY"
        assert "Give the values of the environment variables again" in resolved(response)

    @pytest.mark.parametrize("count", ["", "x", "9" * 30, "-1"])
    def test_a_wrong_number_of_rows_is_no_failure_of_ours(self, form, count):
        fields = {"agents-TOTAL_FORMS": count, "variables-TOTAL_FORMS": count}
        assert form.send(**fields, add_agent="1").status_code == 200
        assert form.send(**fields).status_code == 422

    def test_a_source_that_is_away_leaves_the_address(self, form, world, client):
        world.failure = Unreachable("Nobody answers there.", source="World", code="refused")
        cache.clear()
        page = resolved(client.get(form.path))
        assert "Nobody answers there." in page
        assert 'name="dataset_uri"' in page
        assert 'name="dataset"' not in page

    def test_tasks_that_cannot_be_read_leave_their_names(self, form, world, monkeypatch):
        def fail(_, dataset_id):
            raise Unreachable("Too slow.", source="World", code="timeout")

        monkeypatch.setattr(MemorySource, "list_tasks", fail)
        response = form.send(show_tasks="1")
        assert "Too slow." in resolved(response)
        assert form.again(response, other_tasks="fix-bug, add-test").status_code == 302
        assert world.actions[0][1].task_slugs == ("fix-bug", "add-test")

    def test_ticks_whose_list_cannot_be_read_any_more_are_kept_by_name(self, form, world):
        shown = form.send(show_tasks="1")
        cache.clear()
        world.failure = Unreachable("Nobody answers there.", source="World", code="refused")
        response = form.again(shown, tasks=["add-test", "fix-bug"], name="")
        assert fields_of(response)["other_tasks"] == "add-test fix-bug"
        assert fields_of(response)["dataset_uri"] == "memory://lite"

    def test_a_long_list_is_cut_and_the_others_can_be_named(self, form, world, monkeypatch):
        monkeypatch.setattr(views, "MOST_TICKS", 2)
        response = form.send(show_tasks="1")
        assert slugs(response) == ["fix-bug", "add-test"]
        assert "The first 2 of 3" in resolved(response)
        assert 'name="other_tasks"' in resolved(response)


class TestCreating:
    def test_it_is_created_started_and_shown(self, form, client, world):
        response = form.send()
        run = Run.objects.get()
        assert response["Location"] == f"/runs/{run.pk}/"
        assert [action for action, _ in world.actions] == ["create_evaluation", "start_run"]
        assert run.status == "running"
        assert "“Nightly” was created at World and started." in resolved(client.get(response["Location"]))

    def test_it_is_not_started_unless_wanted(self, form, client, world):
        response = form.send(starts=None)
        assert [action for action, _ in world.actions] == ["create_evaluation"]
        assert "It begins when it is started." in resolved(client.get(response["Location"]))

    def test_what_is_asked_for_is_what_was_chosen(self, form, world):
        shown = form.send(show_tasks="1", add_agent="1")
        form.again(
            shown, tasks=["fix-bug", "write-doc"], max_concurrent="8", attempts_per_task="3",
            **{"agents-1-agent": "codex", "agents-1-model": "o4"},
            **{"variables-0-name": "KEY", "variables-0-value": CANARY},
        )  # fmt: skip
        asked = world.actions[0][1]
        assert (asked.name, asked.dataset_uri, asked.task_slugs) == (
            "Nightly",
            "memory://lite",
            ("fix-bug", "write-doc"),
        )
        assert (asked.max_concurrent, asked.attempts_per_task) == (8, 3)
        assert [one.name for one in asked.agent_variants] == ["codex", "codex o4"]
        assert [one.environment.reveal() for one in asked.agent_variants] == [{"KEY": CANARY}] * 2

    def test_a_start_that_fails_is_told_with_the_run(self, form, client, world):
        world.refusals["start_run"] = Conflict("No machine is free.", source="World")
        response = form.send()
        page = resolved(client.get(response["Location"]))
        assert "perhaps not started. No machine is free." in page
        assert Run.objects.get().status == "pending"

    def test_a_run_that_cannot_be_looked_for_is_told_and_led_to(self, form, client, world):
        def fail(execute, sql, params, many, context):
            if world.actions and sql.startswith("SELECT") and 'FROM "dashboard_run"' in sql:
                raise DatabaseError("away")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(fail):
            response = form.send()
        assert response["Location"].startswith("/runs/new/")
        assert "“Nightly” was created at World" in resolved(client.get(response["Location"], follow=True))

    def test_sent_twice_it_is_created_once(self, form, client, world):
        first, second = form.send(), form.send()
        assert first["Location"] == second["Location"] == f"/runs/{Run.objects.get().pk}/"
        assert [action for action, _ in world.actions].count("create_evaluation") == 1

    @pytest.mark.parametrize("ticket", ["", "a b", "x" * 65, "ä"])
    def test_a_form_without_its_ticket_is_not_sent_on(self, form, world, ticket):
        response = form.send(ticket=ticket)
        assert response.status_code == 422
        assert "too old or not complete" in resolved(response)
        assert world.actions == []


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"name": ""}, "id_name"),
            ({"name": "a\x07b"}, "id_name"),
            ({"dataset": ""}, "id_dataset"),
            ({"dataset_uri": "gs://x"}, "id_dataset_uri"),
            ({"agents-0-agent": ""}, "id_agents-0-agent"),
            ({"max_concurrent": "0"}, "id_max_concurrent"),
            ({"attempts_per_task": "many"}, "id_attempts_per_task"),
            ({"variables-0-name": "KEY"}, "id_variables-0-value"),
            ({"variables-0-value": CANARY}, "id_variables-0-name"),
        ],
    )
    def test_what_does_not_fit_is_said_at_its_field_which_has_the_focus(self, form, world, fields, field):
        response = form.send(**fields)
        assert response.status_code == 422
        assert focused(response) == [field]
        assert len(errors(response)) == 1
        assert f'href="#{field}"' in resolved(response)
        assert CANARY not in resolved(response)
        assert world.actions == []

    def test_missing_tasks_are_named_at_the_tasks(self, form, world):
        world.refusals["create_evaluation"] = Conflict(
            "The source rejected the request.", code="rejected", hint="Look at the list.",
            detail="Unknown tasks\nMissing tasks: add-test.",
        )  # fmt: skip
        shown = form.send(show_tasks="1")
        response = form.again(shown, tasks=["add-test"])
        assert response.status_code == 422
        assert errors(response) == ["Missing tasks: add-test."]
        assert focused(response) == ["id_tasks"]
        page = resolved(response)
        assert "Unknown tasks" in page
        reason, hint = (page.index(text) for text in ("<strong>Missing tasks: add-test.", "Look at the list."))
        assert reason < hint
        assert fields_of(response)["tasks"] == ["add-test"]

    def test_missing_tasks_are_named_where_each_was_typed_or_ticked(self, form, world):
        detail = "Missing tasks: add-test, typed-one."
        world.refusals["create_evaluation"] = Conflict("No.", code="rejected", detail=detail)
        shown = form.send(show_tasks="1", other_tasks="typed-one")
        assert "named below; both count" in resolved(shown)
        assert views.BESIDES in resolved(shown)
        response = form.again(shown, tasks=["add-test"], other_tasks="typed-one")
        assert errors(response) == ["Missing tasks: add-test.", "Missing tasks: typed-one."]
        assert 'href="#id_other_tasks"' in resolved(response)

    def test_of_several_rows_the_number_of_the_wrong_one_is_said(self, form):
        response = form.send(**{"variables-0-name": "MY-KEY", "variables-0-value": "x", "agents-0-agent": ""})
        links = {a.get("href"): text_of(a) for a in parsed(response).iter("a")}
        assert links["#id_variables-0-name"] == "Name of variable 1"
        assert links["#id_agents-0-agent"] == "Agent of agent 1"
        assert fields_of(response)["variables-0-name"] == "MY-KEY"

    @pytest.mark.parametrize("error", [Conflict("Not now.", code="conflict"), Denied("You may not.", code="forbidden")])
    def test_a_refusal_is_shown_with_what_was_typed_and_can_be_sent_again(self, form, world, error):
        world.refusals["create_evaluation"] = error
        response = form.send(**{"variables-0-name": "KEY", "variables-0-value": CANARY})
        assert response.status_code == 422
        page = resolved(response)
        assert error.sentence in page
        assert CANARY not in page
        assert fields_of(response)["name"] == "Nightly"
        del world.refusals["create_evaluation"]
        assert form.again(response, **{"variables-0-value": CANARY}).status_code == 302

    def test_sent_twice_the_second_is_led_to_the_refusal(self, form, client, world):
        world.refusals["create_evaluation"] = Conflict("Not now.", code="conflict")
        form.send()
        world.refusals.clear()
        response = form.send()
        page = resolved(client.get(response["Location"]))
        assert "World did not create “Nightly”. Not now." in page
        assert world.actions == []
        again = re.search(r'href="([^"]*again=[^"]*)"', page)[1].replace("&amp;", "&")
        assert fields_of(client.get(again))["name"] == "Nightly"


class TestUnknown:
    @pytest.fixture
    def lost(self, form, world):
        world.lost_answers["create_evaluation"] = Unreachable("No answer in time.", source="World", code="timeout")
        return form.send()["Location"]

    def test_the_outcome_is_unknown_and_the_page_looks_by_itself(self, client, lost, world):
        page = resolved(client.get(lost))
        assert "The outcome is unknown" in page
        assert "No answer in time." in page
        assert 'data-live="3"' in page
        assert '<noscript><meta http-equiv="refresh"' in page
        assert [action for action, _ in world.actions] == ["create_evaluation"]

    def test_what_appears_is_linked_to(self, client, lost, source, world):
        world.put("older", name="Nightly")
        world.change("made-1", started_at=timezone.now())
        looks.look_at_source(source.pk, timezone.now)
        response = client.get(lost, headers={"hx-request": "true"})
        assert f'href="/runs/{Run.objects.get(external_id="made-1").pk}/"'.encode() in response.content
        assert response.content.count(b'href="/runs/') == 1
        assert b"data-live" not in response.content
        assert [action for action, _ in world.actions] == ["create_evaluation"]

    def test_after_a_minute_it_says_that_nothing_came(self, client, lost):
        with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
            page = resolved(client.get(lost))
        assert "No run “Nightly” has appeared at World" in page
        assert 'data-live="3"' not in page
        assert "Back to the form" in page

    def test_while_the_source_is_asked_the_page_says_so(self, client, person, source):
        ticket, now = tickets.new(), timezone.now()
        known = {"source_id": source.pk, "source_name": "World", "draft": Draft(name="Nightly")}
        asked = Creation(ticket=ticket, began_at=now, version=0, **known)
        tickets.claim(person, ticket, now=now)
        askings.keep(person, asked, now=now)
        assert "World has been asked and has not answered yet." in resolved(client.get(f"/runs/new/{ticket}/"))

    def test_it_is_nobody_elses(self, lost, source):
        other = Client()
        other.force_login(factories.make_person("grace"))
        assert other.get(lost).status_code == 404

    def test_a_run_that_could_not_be_read_yet_is_waited_for(self, form, client, source, world):
        world.failures["made-1"] = Unreachable("Not now.", source="World", code="reset")
        response = form.send(starts=None)
        assert response["Location"].startswith("/runs/new/")
        assert "was created at World. Its page is being made." in resolved(client.get(response["Location"]))
        world.failures.clear()
        looks.look_at_source(source.pk, timezone.now)
        run = Run.objects.get()
        assert client.get(response["Location"])["Location"] == f"/runs/{run.pk}/"
        led = client.get(response["Location"], headers={"hx-request": "true"})
        assert led["HX-Redirect"] == f"/runs/{run.pk}/"


class TestAnother:
    def test_a_run_like_another_begins_with_what_is_known_of_it(self, client, source):
        run = factories.make_run(
            source, name="Old", dataset="lite", agents=[("codex", "o4", "openai"), ("nop", "", "")]
        )
        fields = fields_of(client.get(f"/runs/new/?from={run.pk}"))
        assert (fields["name"], fields["dataset"], fields["agents-TOTAL_FORMS"]) == ("Old", "memory://lite", "2")
        assert (fields["agents-0-agent"], fields["agents-0-model"]) == ("codex", "openai/o4")

    def test_what_has_to_be_given_again_is_said(self, client, source):
        run = factories.make_run(source, name="Old")
        page = resolved(client.get(f"/runs/new/?from={run.pk}"))
        assert "World did not tell the concurrency, attempts and environment variables: give these again." in page

    def test_names_of_agents_come_without_their_agents_where_only_those_are_told(self, client):
        docks = factories.make_source("Docks", kind="docks", address="http://127.0.0.1:9", tenant="t")
        run = factories.make_run(docks, name="Old", agents=[("opus 4", "", "")])
        response = client.get(f"/runs/new/?from={run.pk}")
        fields = fields_of(response)
        assert (fields["name"], fields["agents-0-name"], fields["agents-0-agent"]) == ("Old", "opus 4", "")
        assert "Docks told neither which agents and models they are, nor concurrency" in resolved(response)
        assert 'value="opus 4"></option>' not in resolved(response)

    def test_what_was_seen_there_is_suggested(self, client, source):
        factories.make_run(source, agents=[("codex", "o4", "openai")])
        options = {each.get("value") for each in parsed(client.get("/runs/new/")).iter("option")}
        assert {"codex", "openai/o4"} <= options

    @pytest.mark.parametrize("query", ["from=99999", "from=x", "again=" + "0" * 32, "again=x"])
    def test_what_is_not_there_begins_with_nothing(self, client, source, query):
        assert fields_of(client.get(f"/runs/new/?{query}"))["name"] == ""


def everything_stored():
    """All rows of all tables, sessions also decoded, and the whole cache, as one text."""
    found = [session.get_decoded() for session in Session.objects.all()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += cursor.fetchall()
    return repr(found) + repr(getattr(cache, "_cache", ""))


@pytest.fixture
def reports():
    """What an administrator would be sent of failures of ours."""
    made = []

    def keep(sender, request, **_):
        reporter = ExceptionReporter(request, *sys.exc_info())
        made.extend([reporter.get_traceback_html(), reporter.get_traceback_text()])

    got_request_exception.connect(keep)
    yield made
    got_request_exception.disconnect(keep)


class TestSecrets:
    @pytest.mark.enable_socket
    @pytest.mark.parametrize(
        ("changes", "status"),
        [({}, 302), ({"name": ""}, 422), ({"other_tasks": "no-such-task"}, 422), ({"add_agent": "1"}, 200)],
    )
    def test_a_value_is_in_no_page_log_table_or_cache(self, client, docks, caplog, changes, status):
        caplog.set_level(logging.DEBUG)
        for name in ("urllib3", "quayside", "django"):
            caplog.set_level(logging.DEBUG, name)
        form = Form(client, docks)
        form.data["dataset"] = next(value for value in options(client.get(form.path), "dataset") if value)
        response = form.send(**SECRET, **changes)
        assert response.status_code == status
        pages = [response, client.get(form.path), client.get("/runs/")]
        for run in Run.objects.all():
            pages += [client.get(f"/runs/{run.pk}/{tab}") for tab in ("", "config/", "history/", "log/")]
        assert not any(CANARY in page.content.decode() + str(page.headers) for page in pages)
        assert CANARY not in str(client.cookies)
        assert CANARY not in everything_stored()
        assert CANARY not in caplog.text + repr([record.__dict__ for record in caplog.records])

    def test_a_report_of_a_failure_of_ours_holds_none(self, form, monkeypatch, reports):
        def fail(*_, **__):
            raise RuntimeError("broken")

        monkeypatch.setattr(MemorySource, "create_evaluation", fail)
        form.client.raise_request_exception = False
        assert form.send(**SECRET).status_code == 500
        assert "broken" in reports[0]
        assert not any(CANARY in report for report in reports)

    def test_a_secret_in_the_place_of_a_name_is_not_shown_again(self, form):
        response = form.send(**{"variables-0-name": f"KEY={CANARY}", "variables-0-value": "x"})
        assert response.status_code == 422
        assert CANARY not in resolved(response)
        assert fields_of(response)["variables-0-name"] == "KEY"


def options(response, name):
    [select] = [each for each in parsed(response).iter("select") if each.get("name") == name]
    return [each.get("value") for each in select.iter("option")]


@pytest.mark.enable_socket
class TestStandIn:
    def test_two_tasks_are_run_from_the_form(self, client, docks, caplog):
        caplog.set_level(logging.INFO, "quayside.actions")
        form = Form(client, docks)
        dataset = next(value for value in options(client.get(form.path), "dataset") if value)
        shown = form.send(dataset=dataset, show_tasks="1")
        wanted = slugs(shown)[:2]
        response = form.again(shown, tasks=wanted, **{"agents-0-agent": "claude-code"})
        run = Run.objects.get()
        assert response["Location"] == f"/runs/{run.pk}/"
        assert (run.name, run.status, run.n_trials) == ("Nightly", "running", 2)
        page = resolved(client.get(response["Location"]))
        assert "was created at Docks and started." in page
        [line] = [record for record in caplog.records if record.message == "run created"]
        assert (line.source, line.run, line.started) == ("Docks", run.external_id, True)

    def test_a_task_that_is_not_there_is_named(self, client, docks):
        form = Form(client, docks)
        dataset = next(value for value in options(client.get(form.path), "dataset") if value)
        response = form.send(dataset=dataset, other_tasks="no-such-task")
        assert response.status_code == 422
        assert errors(response) == ["Missing tasks: no-such-task."]
        assert not Run.objects.exists()

    def test_an_answer_that_breaks_off_leaves_one_run_that_is_found(self, client, docks, app):
        form = Form(client, docks)
        form.data["dataset"] = next(value for value in options(client.get(form.path), "dataset") if value)
        app.faults.add(Fault(kind=Kind.HALF, where="/harbor/runs"))
        waiting = form.send()["Location"]
        assert "The outcome is unknown" in resolved(client.get(waiting))
        looks.look_at_source(docks.pk, timezone.now)
        [run] = Run.objects.filter(name="Nightly")
        assert f'href="/runs/{run.pk}/"' in resolved(client.get(waiting))
        assert run.status == "pending"
