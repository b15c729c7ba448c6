"""Open pages that ask whether there is something new."""

import json
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.domain.roles import Role
from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import MirrorClock, Run
from dashboard.tables.runs import RunTable
from tests import factories
from tests.factories import NOW
from tests.pages import parsed, resolved, row_ids, text_of

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + timedelta(seconds=12), tick=False):
        yield


def state_of(response):
    """What an open list sends along with each poll."""
    fields = {field.get("name"): field.get("value") for field in parsed(response).iter("input")}
    return {name: fields[name] for name in ("v", "opened", "shown")}


def ask(client, path, state, **headers):
    query = urlencode(dict(parse_qsl(urlsplit(path).query)) | state)
    return client.get(f"{urlsplit(path).path}?{query}", headers=HTMX | headers)


def partials(response):
    """(target, HTML) of each part of an answer."""
    parts = response.content.decode().split("<hx-partial ")[1:]
    return {part.split('hx-target="')[1].split('"')[0]: part for part in parts}


class TestRunsList:
    def test_nothing_new_is_an_empty_answer_that_tells_the_age_of_the_last_look(self, client):
        factories.make_run()
        state = state_of(client.get("/runs/"))
        response = ask(client, "/runs/", state)
        assert (response.status_code, response.content) == (204, b"")
        assert json.loads(response["HX-Trigger"]) == {"quayside:looked": {"age": 12}}
        assert response["Cache-Control"] == "no-store"
        assert "HX-Request" in response["Vary"]

    def test_a_changed_row_comes_back_by_its_id_and_no_other(self, client):
        runs = [factories.make_run(status=RunStatus.RUNNING) for _ in range(3)]
        state = state_of(client.get("/runs/"))
        factories.touch(runs[1], status=RunStatus.FAILED)
        response = ask(client, "/runs/", state)
        assert response.status_code == 200
        assert resolved(response)
        found = partials(response)
        assert set(found) == {f"#run-{runs[1].pk}", "#list-state", "#list-news"}
        assert 'hx-swap="outerMorph"' in found[f"#run-{runs[1].pk}"]
        assert "Failed" in found[f"#run-{runs[1].pk}"]
        assert response["Cache-Control"] == "no-store"
        assert "HX-Request" in response["Vary"]

    def test_a_changed_row_is_made_once_for_all_who_ask(self, client, monkeypatch):
        run, made = factories.make_run(status=RunStatus.RUNNING), []
        make = RunTable.row
        monkeypatch.setattr(RunTable, "row", lambda table, record: made.append(record.pk) or make(table, record))
        state = state_of(client.get("/runs/"))
        factories.touch(run, status=RunStatus.FAILED)
        made.clear()
        rows = [partials(ask(client, "/runs/", state))[f"#run-{run.pk}"] for _ in range(3)]
        assert made == [run.pk]
        assert "Failed" in rows[0]
        assert rows == rows[:1] * 3

    def test_the_next_poll_asks_since_that_answer(self, client):
        run = factories.make_run(status=RunStatus.RUNNING)
        state = state_of(client.get("/runs/"))
        factories.touch(run, status=RunStatus.COMPLETED)
        state = state_of(ask(client, "/runs/", state))
        assert state["v"] == str(MirrorClock.now())
        assert ask(client, "/runs/", state).status_code == 204

    def test_new_runs_are_counted_only_if_the_filter_lets_them_through(self, client):
        factories.make_run(name="nightly 1")
        path = "/runs/?q=name:nightly*&page=1"
        state = state_of(client.get(path))
        factories.make_run(name="other")
        assert ask(client, path, state).status_code == 204
        factories.make_run(name="nightly 2")
        factories.make_run(name="nightly 3")
        news = partials(ask(client, path, state))["#list-news"]
        assert "2 new runs" in news
        assert 'href="/runs/?q=name%3Anightly%2A"' in news
        assert "nightly 2" not in news

    def test_the_count_stays_until_the_list_is_opened_anew(self, client):
        factories.make_run()
        state = state_of(client.get("/runs/"))
        factories.make_run()
        state = state_of(ask(client, "/runs/", state))
        factories.make_run()
        assert "2 new runs" in partials(ask(client, "/runs/", state))["#list-news"]
        assert ask(client, "/runs/", state_of(client.get("/runs/"))).status_code == 204

    def test_a_change_of_a_run_on_another_page_is_no_news(self, client):
        factories.make_runs(60)
        state = state_of(client.get("/runs/?size=25"))
        hidden = Run.objects.exclude(pk__in=state["shown"].split(",")).first()
        factories.touch(hidden, name="changed")
        assert ask(client, "/runs/?size=25", state).status_code == 204

    def test_a_source_that_dies_is_told_and_so_is_its_recovery(self, client):
        source = factories.make_source("Nightly jobs")
        factories.make_run(source)
        state = state_of(client.get("/runs/"))
        factories.make_failing(source, "The folder is not there.")
        answer = ask(client, "/runs/", state)
        assert "Nightly jobs cannot be read" in partials(answer)["#list-news"]
        source.health, source.version = "healthy", MirrorClock.tick()
        source.save()
        assert "cannot be read" not in partials(ask(client, "/runs/", state_of(answer)))["#list-news"]

    def test_the_row_that_comes_back_has_the_readers_own_columns(self, client):
        run = factories.make_run(status=RunStatus.RUNNING)
        state = state_of(client.get("/runs/?columns=status,name"))
        factories.touch(run, status=RunStatus.FAILED)
        row = partials(ask(client, "/runs/?columns=status,name", state))[f"#run-{run.pk}"]
        before = row.count('<td class="select"') + row.count('<td class="starred"')
        assert row.count("</td>") + row.count("</th>") - before == 2

    @pytest.mark.parametrize("headers", [{"hx-boosted": "true"}, {"hx-history-restore-request": "true"}])
    def test_a_boosted_link_and_a_page_that_comes_back_are_whole_pages(self, client, headers):
        run = factories.make_run(status=RunStatus.RUNNING)
        state = state_of(client.get("/runs/"))
        for path in ("/runs/", f"/runs/{run.pk}/"):
            response = ask(client, path, state, **headers)
            assert response.status_code == 200
            assert "<!doctype html>" in response.content.decode()

    def test_a_person_who_opens_the_address_of_a_poll_gets_the_page(self, client):
        run = factories.make_run()
        response = client.get("/runs/?v=1&opened=1&shown=1&q=name:run*")
        assert row_ids(response) == [run.pk]
        [asks] = [tag for tag in parsed(response).iter("div") if tag.get("id") == "list-poll"]
        assert asks.get("hx-get") == "/runs/?q=name%3Arun%2A"

    @pytest.mark.parametrize("shown", ["", ",", "x,y", "9" * 5000, ",".join(["9" * 30] * 3), "-1", "１"])
    def test_nonsense_about_what_is_shown_is_no_row(self, client, shown):
        factories.make_run()
        assert ask(client, "/runs/", {"v": "0", "opened": "99", "shown": shown}).status_code in {200, 204}

    def test_what_asks_is_on_the_page_and_carries_its_filter(self, client):
        factories.make_run()
        page = parsed(client.get("/runs/?q=status:completed&sort=name"))
        [asks] = [tag for tag in page.iter("div") if tag.get("id") == "list-poll"]
        assert asks.get("data-live") == "3"
        assert asks.get("hx-get") == "/runs/?q=status%3Acompleted&sort=name"
        assert asks.get("hx-include") == "#list-state, #list-told"


@pytest.mark.parametrize("tab", ["", "grid/", "failures/", "log/", "files/", "config/", "history/"])
class TestRunPage:
    @pytest.fixture
    def run(self):
        source = factories.make_source(address="/nowhere/at/all")
        return factories.make_run(source, status=RunStatus.RUNNING, started_at=NOW)

    def poll(self, client, run, tab):
        page = parsed(client.get(f"/runs/{run.pk}/{tab}"))
        [live] = [tag for tag in page.iter("div") if tag.get("id") == "run-page"]
        return live.get("hx-get")

    def test_nothing_new(self, client, run, tab):
        response = client.get(self.poll(client, run, tab), headers=HTMX)
        assert (response.status_code, response.content) == (204, b"")
        assert json.loads(response["HX-Trigger"])["quayside:looked"] == {"age": 12}

    def test_a_change_of_the_run_brings_its_live_part_alone(self, client, run, tab):
        url = self.poll(client, run, tab)
        factories.touch(run, name="renamed")
        response = client.get(url, headers=HTMX)
        text = resolved(response)
        assert text.strip().startswith('<div id="run-page"')
        assert "renamed" in text
        assert "<html" not in text
        assert response["Cache-Control"] == "no-store"
        assert "HX-Request" in response["Vary"]

    def test_a_dying_source_changes_the_page(self, client, run, tab):
        url = self.poll(client, run, tab)
        factories.make_failing(run.source)
        assert "cannot be read" in resolved(client.get(url, headers=HTMX))

    def test_the_part_of_a_finished_run_asks_no_more(self, client, run, tab):
        url = self.poll(client, run, tab)
        factories.touch(run, status=RunStatus.COMPLETED)
        response = client.get(url, headers=HTMX)
        assert "data-live" not in resolved(response)
        assert "hx-get" not in response.content.decode()

    def test_asking_marks_the_run_as_watched_at_most_every_few_seconds(self, client, run, tab):
        url = self.poll(client, run, tab)
        client.get(url, headers=HTMX)
        run.refresh_from_db()
        assert run.watched_until == NOW + timedelta(seconds=27)
        with CaptureQueriesContext(connection) as asked:
            client.get(url, headers=HTMX)
        assert not [query["sql"] for query in asked if query["sql"].startswith("UPDATE")]


def test_what_only_administrators_are_told_is_kept_for_them_alone(client, person):
    run = factories.make_run(factories.make_source(error_code="auth"), status=RunStatus.RUNNING)
    factories.make_failing(run.source)
    admin = Client()
    admin.force_login(factories.make_person("grace", role=Role.ADMINISTRATOR))
    path = f"/runs/{run.pk}/?v=0.0"
    told = [each.get(path, headers=HTMX).content.decode() for each in (admin, client)]
    assert ["Replace the token" in text for text in told] == [True, False]


class TestTrialsTab:
    @pytest.fixture
    def run(self):
        run = factories.make_run(status=RunStatus.RUNNING)
        factories.make_trial(run, outcome=Outcome.RUNNING)
        return run

    def test_a_changed_trial_comes_back_by_its_id_with_the_runs_header(self, client, run):
        path = f"/runs/{run.pk}/trials/"
        state = state_of(client.get(path))
        trial = run.trials.first()
        factories.touch(run, n_passed=1)
        run.trials.update(outcome=Outcome.PASSED, version=run.version)
        response = ask(client, path, state)
        assert resolved(response)
        found = partials(response)
        assert set(found) == {f"#trial-{trial.pk}", "#list-state", "#list-news", "#run-head"}
        assert "Passed" in found[f"#trial-{trial.pk}"]
        assert ask(client, path, state_of(response)).status_code == 204

    def test_new_and_vanished_trials_are_counted_and_not_inserted(self, client, run):
        path = f"/runs/{run.pk}/trials/"
        state = state_of(client.get(path))
        factories.touch(run)
        run.trials.update(is_gone=True, version=run.version)
        factories.make_trial(run, created_version=run.version)
        news = text_of(parsed(ask(client, path, state)))
        assert "1 new trial, 1 no longer there" in news

    def test_a_finished_run_asks_no_more(self, client, run):
        path = f"/runs/{run.pk}/trials/"
        state = state_of(client.get(path))
        factories.touch(run, status=RunStatus.COMPLETED)
        run.trials.update(version=run.version)
        assert "hx-get" not in partials(ask(client, path, state))["#list-poll"]


class TestTrialPage:
    @pytest.fixture
    def trial(self):
        source = factories.make_source(address="/nowhere/at/all")
        return factories.make_trial(factories.make_run(source, status=RunStatus.RUNNING), outcome=Outcome.RUNNING)

    def poll(self, client, trial):
        page = parsed(client.get(f"/runs/{trial.run_id}/trials/{trial.pk}/"))
        [live] = [tag for tag in page.iter("div") if tag.get("id") == "trial-page"]
        return live.get("hx-get")

    def test_nothing_new(self, client, trial):
        response = client.get(self.poll(client, trial), headers=HTMX)
        assert (response.status_code, response.content) == (204, b"")

    def test_the_trials_end_and_the_sources_failing_change_the_page(self, client, trial):
        url = self.poll(client, trial)
        trial.outcome, trial.version = Outcome.PASSED, MirrorClock.tick()
        trial.save()
        response = client.get(url, headers=HTMX)
        assert response.content.decode().strip().startswith('<div id="trial-page"')
        assert "It is still running" not in resolved(response)
        url = self.poll(client, trial)
        factories.make_failing(trial.run.source)
        assert "cannot be read" in resolved(client.get(url, headers=HTMX))


@pytest.mark.parametrize("path", ["/runs/", "/tasks/", "/styleguide/"])
def test_pages_without_a_live_part_are_given_whole_to_htmx(client, path):
    response = client.get(path, headers=HTMX)
    assert "<!doctype html>" in resolved(response)
    assert response["Cache-Control"] == "no-store"


def test_who_is_signed_out_in_mid_work_goes_to_sign_in_as_a_whole(stranger):
    response = stranger.get("/runs/?v=1", headers=HTMX | {"hx-current-url": "http://testserver/runs/?q=x"})
    assert response["HX-Redirect"] == "/sign-in/?next=/runs/%3Fq%3Dx"
