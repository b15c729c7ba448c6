"""A source that fails: what pages say of it, how fresh they say they are, and asking it again."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from dashboard.domain.statuses import Outcome, RunStatus, SourceHealth
from dashboard.models import MirrorClock, Source
from tests import factories
from tests.factories import NOW
from tests.pages import parsed, resolved, text_of

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + 12 * SECOND, tick=False):
        yield


@pytest.fixture
def source():
    return factories.make_source("Staging", kind="docks", address="https://docks.example/api")


@pytest.fixture
def run(source):
    run = factories.make_run(source, status=RunStatus.RUNNING, name="nightly", n_trials=60, n_passed=34)
    factories.make_trial(run, outcome=Outcome.RUNNING)
    return run


@pytest.fixture
def administrator(db):
    client = Client()
    client.force_login(factories.make_person("grace", is_staff=True, is_superuser=True))
    return client


def fail(source, code="refused", error="No.", *, again_in=8):
    source.health, source.health_since, source.error, source.error_code = SourceHealth.FAILING, NOW, error, code
    source.next_sync_at, source.failures = NOW + (12 + again_in) * SECOND, 3
    source.version = MirrorClock.tick()
    source.save()


def pages_of(run):
    return ["/runs/", f"/runs/{run.pk}/", f"/runs/{run.pk}/trials/", f"/runs/{run.pk}/trials/{run.trials.get().pk}/"]


def banner(response, source):
    [found] = [each for each in parsed(response).iter("div") if each.get("id") == f"trouble-{source.pk}"]
    return found


def looked(response):
    return json.loads(response["HX-Trigger"])["quayside:looked"]


class TestPages:
    def test_every_page_that_shows_its_runs_says_what_is_wrong_and_keeps_them(self, client, run, source):
        fail(source)
        for url in pages_of(run):
            response = client.get(url)
            text = text_of(banner(response, source))
            assert text.startswith(
                "Staging is not reachable since 2026-11-21 12:00. Nothing accepts connections there."
            )
            assert "What it said before stays here, as of 2026-11-21 12:00." in text
            assert "next try in 8 s" in text
            assert "nightly" in resolved(response)

    @pytest.mark.parametrize(
        ("again_in", "words"), [(7, "again in 7 s"), (240, "again in 4 min"), (-5, "asking again")]
    )
    def test_it_says_when_it_is_tried_again(self, client, run, source, again_in, words):
        fail(source, "throttled", again_in=again_in)
        assert words in text_of(banner(client.get("/runs/"), source))

    def test_a_paused_one_is_not_tried(self, client, run, source):
        Source.objects.update(is_paused=True)
        source.refresh_from_db()
        fail(source)
        text = text_of(banner(client.get("/runs/"), source))
        assert "next try" not in text
        assert "asking again" not in text

    def test_an_administrator_is_led_to_where_it_is_mended(self, client, administrator, run, source):
        fail(source, "auth")
        for url in pages_of(run):
            own, other = banner(administrator.get(url), source), banner(client.get(url), source)
            [link] = own.iter("a")
            assert (text_of(link), link.get("href")) == (
                "Replace the token",
                f"/admin/dashboard/source/{source.pk}/change/",
            )
            assert "docks.example:443" in text_of(own)
            assert "Ask an administrator." in text_of(other)
            assert not list(other.iter("a"))
            assert "docks.example" not in text_of(other)

    def test_what_a_poll_brings_to_one_is_not_brought_to_the_other(self, client, administrator, run, source):
        urls = {}
        for who in (administrator, client):
            [live] = [each for each in parsed(who.get(f"/runs/{run.pk}/")).iter("div") if each.get("id") == "run-page"]
            urls[who] = live.get("hx-get")
        fail(source, "auth")
        assert "Replace the token" in resolved(administrator.get(urls[administrator], headers=HTMX))
        brought = resolved(client.get(urls[client], headers=HTMX))
        assert "Ask an administrator." in brought
        assert "docks.example:443" not in brought

    def test_nobody_is_signed_out_by_a_refused_token(self, client, run, source):
        fail(source, "auth")
        assert [client.get(url).status_code for url in pages_of(run)] == [200] * 4

    def test_a_list_of_one_source_tells_of_that_one(self, client, run, source):
        other = factories.make_source("Nightly", address="/srv/nightly")
        fail(other)
        assert f'id="trouble-{other.pk}"' in resolved(client.get("/runs/"))
        assert f'id="trouble-{other.pk}"' not in resolved(client.get("/runs/?q=source:Staging"))

    def test_the_menu_of_sources_says_so_in_short(self, client, run, source):
        fail(source, "timeout")
        [entry] = [link for link in parsed(client.get("/tasks/")).iter("a") if "Staging" in text_of(link)]
        assert "does not answer" in text_of(entry)

    def test_a_run_that_cannot_be_read_says_so_while_its_source_is_well(self, client, run):
        factories.touch(run, unread_since=NOW, unread_reason="The service account may not see this.", looked_at=NOW)
        for url in pages_of(run)[1:]:
            assert "This run cannot be read since 2026-11-21 12:00. The service account may not see this." in text_of(
                parsed(client.get(url))
            )


class TestPolls:
    def test_an_answer_without_a_body_tells_when_it_is_tried_again(self, client, run, source):
        fail(source)
        page = parsed(client.get(f"/runs/{run.pk}/"))
        [live] = [each for each in page.iter("div") if each.get("id") == "run-page"]
        Source.objects.update(next_sync_at=NOW + 30 * SECOND)
        response = client.get(live.get("hx-get"), headers=HTMX)
        assert response.status_code == 204
        assert looked(response) == {"age": 12, "tries": {str(source.pk): 18}}

    def test_the_banner_comes_and_goes_with_the_trouble(self, client, run, source):
        for url, part in zip(pages_of(run)[1::2], ["run-page", "trial-page"], strict=True):
            [live] = [each for each in parsed(client.get(url)).iter("div") if each.get("id") == part]
            fail(source)
            response = client.get(live.get("hx-get"), headers=HTMX)
            assert "Staging is not reachable" in resolved(response)
            [live] = [each for each in parsed(response).iter("div") if each.get("id") == part]
            source.health, source.version = SourceHealth.HEALTHY, MirrorClock.tick()
            source.save()
            assert "is not reachable" not in resolved(client.get(live.get("hx-get"), headers=HTMX))

    def test_a_run_is_as_fresh_as_it_was_read_itself(self, client, run, source):
        factories.touch(run, looked_at=NOW + 10 * SECOND)
        for url in pages_of(run)[1:]:
            response = client.get(url)
            assert looked(response) == {"age": 2}
            assert 'datetime="2026-11-21T12:00:10.000+00:00"' in resolved(response)
            assert 'data-looked="2"' in resolved(response)

    def test_a_list_is_as_fresh_as_the_oldest_look_at_what_it_shows(self, client, run, source):
        factories.make_source("Old", address="/srv/old", last_good_at=NOW - 60 * SECOND)
        assert looked(client.get("/runs/")) == {"age": 72}
        assert looked(client.get("/runs/?q=source:Staging")) == {"age": 12}

    def test_no_age_is_negative(self, client, run, source):
        factories.touch(run, looked_at=NOW + 3600 * SECOND)
        assert looked(client.get(f"/runs/{run.pk}/")) == {"age": 0}


class TestRetrying:
    def send(self, client, source, **headers):
        client.get("/runs/")
        token = client.cookies[settings.CSRF_COOKIE_NAME].value
        data = {"csrfmiddlewaretoken": token, "next": "/runs/?q=status:running"}
        return client.post(f"/sources/{source.pk}/look/", data, headers=headers)

    def test_it_makes_the_source_due_and_comes_back(self, client, run, source):
        fail(source)
        response = self.send(client, source)
        assert (response.status_code, response["Location"]) == (302, "/runs/?q=status:running")
        source.refresh_from_db()
        assert source.next_sync_at == NOW + 12 * SECOND
        assert "It is being asked again" in resolved(client.get("/runs/"))

    def test_the_button_of_a_page_is_that_form(self, client, run, source):
        fail(source)
        [form] = banner(client.get(f"/runs/{run.pk}/"), source).iter("form")
        fields = {field.get("name"): field.get("value") for field in form.iter("input")}
        assert (form.get("method"), form.get("action")) == ("post", f"/sources/{source.pk}/look/")
        response = client.post(form.get("action"), fields)
        assert response["Location"] == f"/runs/{run.pk}/"

    def test_a_script_stays_on_the_page(self, client, run, source):
        fail(source)
        response = self.send(client, source, **HTMX)
        events = json.loads(response["HX-Trigger"])
        assert response.status_code == 204
        assert events["quayside:announce"] == {"text": "It is being asked again."}
        assert events["quayside:looked"] == {"tries": {str(source.pk): 0}}

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_it_is_refused_while_the_server_wants_a_pause(self, client, run, source, headers):
        fail(source, "throttled")
        [button] = banner(client.get("/runs/"), source).iter("button")
        assert button.get("disabled") is not None
        assert button.get("title") == "The server asked for a pause."
        response = self.send(client, source, **headers)
        source.refresh_from_db()
        assert source.next_sync_at == NOW + 20 * SECOND
        told = response["HX-Trigger"] if headers else resolved(client.get("/runs/"))
        assert "The server asked for a pause." in told

    def test_an_unknown_source_is_not_there(self, client, source):
        source.pk += 1
        assert self.send(client, source).status_code == 404


class TestTitles:
    @pytest.mark.parametrize(
        ("status", "title", "live"),
        [
            (RunStatus.PENDING, "○ 34/60 nightly", "○ 34/60 nightly"),
            (RunStatus.RUNNING, "● 34/60 nightly", "● 34/60 nightly"),
            (RunStatus.COMPLETED, "nightly", "✓ done nightly"),
            (RunStatus.FAILED, "nightly", "✕ failed nightly"),
            (RunStatus.CANCELLED, "nightly", "⊘ cancelled nightly"),
        ],
    )
    def test_it_says_state_and_progress_while_somebody_may_wait(self, client, run, status, title, live):
        factories.touch(run, status=status)
        page = parsed(client.get(f"/runs/{run.pk}/"))
        assert text_of(next(page.iter("title"))) == f"{title} · Quayside"
        [head] = [each for each in page.iter("div") if each.get("id") == "run-head"]
        assert head.get("data-title") == f"{live} · Quayside"
        assert (head.get("data-ended") is not None) == (status in {"completed", "failed", "cancelled"})

    def test_a_run_without_trials_has_no_progress(self, client, source):
        run = factories.make_run(source, status=RunStatus.RUNNING, name="sandbox")
        assert "<title>● sandbox · Quayside</title>" in resolved(client.get(f"/runs/{run.pk}/"))

    def test_a_notification_is_offered_while_there_is_something_to_wait_for(self, client, run):
        assert "data-notify" in resolved(client.get(f"/runs/{run.pk}/"))
        factories.touch(run, status=RunStatus.COMPLETED)
        assert "data-notify" not in resolved(client.get(f"/runs/{run.pk}/"))
