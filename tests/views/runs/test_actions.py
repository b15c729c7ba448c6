"""Starting, cancelling and stopping a run from its page."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from dashboard.domain.errors import Conflict, ServerError, Unreachable
from dashboard.domain.statuses import Outcome, RunKind, RunStatus, SourceHealth
from dashboard.models import Run
from tests import factories
from tests.contract.memory import trial
from tests.pages import parsed, resolved, text_of
from tests.services.conftest import clock, look, memory_kind, mirrored, source, world

__all__ = ["clock", "look", "memory_kind", "mirrored", "source", "world"]

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
LATE = Unreachable("The source did not answer in time.", code="timeout")


@pytest.fixture
def run(mirrored):
    trials = [trial(f"t__{n}", Outcome.RUNNING if n < 2 else Outcome.PASSED) for n in range(3)]
    return mirrored("nightly", *trials, status=RunStatus.RUNNING, raw_status="running", planned_trials=10)


def url_of(run, verb):
    return reverse(f"run-{verb}", args=[run.pk])


def fields_of(response):
    """What the page's own form would send."""
    [form] = [form for form in parsed(response).iter("form") if form.get("action", "").startswith("/runs/")]
    return {field.get("name"): field.get("value") for field in form.iter("input") if field.get("name")}


def send(client, run, verb, **changes):
    return client.post(url_of(run, verb), fields_of(client.get(url_of(run, verb))) | changes)


def messages_of(client, run):
    return client.get(reverse("run-detail", args=[run.pk])).content.decode()


def buttons(client, run):
    """(text, whether it can be pressed) of what the header offers to do to the run."""
    page = parsed(client.get(reverse("run-detail", args=[run.pk])))
    [head] = [tag for tag in page.iter("div") if tag.get("id") == "run-head"]
    found = [tag for tag in head.iter() if "button" in tag.get("class", "").split() and text_of(tag).endswith(" run")]
    return [(text_of(tag), tag.get("aria-disabled") is None) for tag in found]


class TestButtons:
    def test_lead_to_the_page_that_asks(self, client, run):
        assert buttons(client, run) == [("Cancel run", True)]
        page = resolved(client.get(reverse("run-detail", args=[run.pk])))
        assert f'href="{url_of(run, "cancel")}" hx-get="{url_of(run, "cancel")}"' in page

    def test_are_not_there_for_a_run_that_has_ended(self, client, mirrored):
        assert buttons(client, mirrored("old", status=RunStatus.COMPLETED)) == []

    def test_say_why_they_cannot_be_pressed(self, client, run):
        run.source.is_paused = True
        run.source.save()
        assert buttons(client, run) == [("Cancel run", False)]
        assert "World is paused" in messages_of(client, run)

    def test_are_the_same_for_all_readers(self, client, run):
        page = client.get(reverse("run-detail", args=[run.pk])).content.decode()
        live = page[page.index('id="run-page"') : page.index("</main>")]
        assert "csrfmiddlewaretoken" not in live
        assert "ticket" not in live


class TestAsking:
    def test_says_what_will_happen(self, client, run):
        page = resolved(client.get(url_of(run, "cancel")))
        assert "Cancel nightly?" in page
        assert "2 running and 7 waiting trials end; what finished stays." in page

    @pytest.mark.parametrize(
        ("verb", "fields", "text"),
        [
            ("start", {"status": RunStatus.PENDING, "planned_trials": 12}, "12 trials begin."),
            ("start", {"status": RunStatus.PENDING, "planned_trials": 1}, "1 trial begins."),
            ("start", {"status": RunStatus.PENDING}, "It begins."),
            ("cancel", {"status": RunStatus.PENDING, "planned_trials": 1}, "1 waiting trial ends; what"),
            ("cancel", {"status": RunStatus.RUNNING}, "It ends; what finished stays."),
            ("stop", {"status": RunStatus.RUNNING, "kind": RunKind.SANDBOX}, "Its machine ends"),
        ],
    )  # fmt: skip
    def test_counts_what_it_concerns(self, client, mirrored, verb, fields, text):
        assert text in resolved(client.get(url_of(mirrored("nightly", **fields), verb)))

    def test_is_a_dialog_for_the_script(self, client, run):
        text = resolved(client.get(url_of(run, "cancel"), headers=HTMX))
        assert text.strip().startswith("<dialog")
        assert f'action="{url_of(run, "cancel")}"' in text
        assert "Cancel nightly?" in text

    def test_has_no_form_where_it_cannot_be_done_and_says_why(self, client, mirrored):
        run = mirrored("old", status=RunStatus.COMPLETED)
        page = resolved(client.get(url_of(run, "cancel")))
        assert "That cannot be done." in page
        assert "It finished at 13:00 UTC." in page
        assert 'name="ticket"' not in page
        assert client.get(url_of(run, "cancel"), headers=HTMX)["HX-Redirect"] == url_of(run, "cancel")

    def test_changes_nothing(self, client, run, world):
        client.get(url_of(run, "cancel"))
        client.head(url_of(run, "cancel"))
        assert world.actions == []

    def test_shows_names_as_text(self, client, mirrored):
        run = mirrored("<b>x</b>", status=RunStatus.RUNNING)
        assert "<b>x</b>" not in client.get(url_of(run, "cancel")).content.decode()


class TestSending:
    def test_does_it_and_leads_to_the_run_which_is_as_it_is_then(self, client, run, world):
        response = send(client, run, "cancel")
        assert (response.status_code, response["Location"]) == (302, reverse("run-detail", args=[run.pk]))
        assert world.actions == [("cancel_run", "nightly")]
        page = messages_of(client, run)
        assert "nightly was cancelled." in page
        assert "Cancel run" not in page

    def test_the_same_form_again_does_nothing_and_leads_to_what_became_of_it(self, client, run, world):
        fields = fields_of(client.get(url_of(run, "cancel")))
        client.post(url_of(run, "cancel"), fields)
        world.change("nightly", status=RunStatus.RUNNING, finished_at=None)
        again = client.post(url_of(run, "cancel"), fields)
        assert again["Location"].startswith(reverse("run-outcome", args=[run.pk, "cancel"]))
        assert len(world.actions) == 1

    @pytest.mark.parametrize("ticket", ["", "no good"])
    def test_a_form_without_its_ticket_is_shown_again(self, client, run, world, ticket):
        response = send(client, run, "cancel", ticket=ticket)
        assert response.status_code == 422
        assert "came without its ticket" in resolved(response)
        assert world.actions == []

    def test_a_refusal_is_shown_at_the_form_in_the_sources_words(self, client, run, world):
        world.refusals["cancel_run"] = Conflict("Not now.", detail="Locked by <ops>", hint="Ask them.")
        response = send(client, run, "cancel")
        page = resolved(response)
        assert response.status_code == 422
        assert "That was not done" in page
        assert "Not now. Ask them." in page
        assert "<blockquote>Locked by &lt;ops&gt;</blockquote>" in page
        assert 'name="ticket"' in page

    def test_a_run_that_ended_meanwhile_is_no_error(self, client, run, world):
        world.change("nightly", status=RunStatus.COMPLETED, finished_at=run.started_at + timedelta(minutes=4))
        assert send(client, run, "cancel").status_code == 302
        page = messages_of(client, run)
        assert "There was nothing to cancel. It finished at 12:04 UTC." in page
        assert 'data-state="info"' in page

    def test_another_persons_run_is_a_404(self, client, run):
        assert client.get("/runs/987654/cancel/").status_code == 404
        assert client.post("/runs/987654/cancel/").status_code in {403, 404}


class TestUnknownOutcomes:
    @pytest.fixture
    def asked(self, client, run, world):
        """Where a lost answer leads."""
        world.lost_answers["cancel_run"] = LATE
        world.change("nightly", is_stalled=False)
        response = send(client, run, "cancel")
        assert response.status_code == 302
        return response["Location"]

    def poll_url(self, response):
        return unescape(re.search(r'hx-get="([^"]+)"', response.content.decode()).group(1))

    def test_are_said_without_waiting_for_the_source(self, client, world, asked):
        world.read.clear()
        response = client.get(asked)
        assert "The outcome is not known yet." in resolved(response)
        assert world.read == []

    def test_quote_what_a_source_said_that_failed_on_its_side(self, client, run, world, monkeypatch):
        monkeypatch.setattr(world, "end", lambda _: None)
        world.lost_answers["cancel_run"] = ServerError("It failed.", detail="<b>Overloaded")
        response = send(client, run, "cancel")
        text = resolved(client.get(response["Location"]))
        assert "Whether nightly was cancelled is not known yet. &lt;b&gt;Overloaded" in text
        assert "It may have done it." in text

    def test_are_looked_into_by_the_open_page_until_known(self, client, run, world, asked):
        url = self.poll_url(client.get(asked))
        told = client.get(url, headers=HTMX)
        text = resolved(told)
        assert "Now it is known." in text
        assert "It was cancelled at 13:00 UTC." in text
        assert "data-live" not in text
        assert "quayside:announce" in told["HX-Trigger"]
        assert Run.objects.get(pk=run.pk).status == RunStatus.CANCELLED

    def test_are_read_back_no_oftener_than_every_few_seconds(self, client, run, world, asked):
        with time_machine.travel(timezone.now(), tick=False):
            Run.objects.filter(pk=run.pk).update(looked_at=timezone.now())
            world.read.clear()
            assert "data-live" in resolved(client.get(self.poll_url(client.get(asked)), headers=HTMX))
            assert world.read == []

    def test_can_be_looked_into_without_script(self, client, asked):
        link = next(a.get("href") for a in parsed(client.get(asked)).iter("a") if text_of(a) == "Look again")
        assert "Now it is known." in resolved(client.get(link))

    def test_stop_being_looked_into_after_a_minute(self, client, run, world, asked):
        world.failure = LATE
        old = f"{asked.partition('?')[0]}?at={int(timezone.now().timestamp()) - 61}"
        page = resolved(client.get(old, headers=HTMX))
        assert "The outcome is not known." in page
        assert "data-live" not in page
        assert url_of(run, "cancel") in page

    @pytest.mark.parametrize("at", ["", "x", "9" * 18, "-5"])
    def test_bear_any_moment(self, client, run, at):
        url = reverse("run-outcome", args=[run.pk, "cancel"])
        assert 'data-live="' not in resolved(client.get(url, {"at": at}))

    def test_are_only_of_actions(self, client, run):
        assert client.get(reverse("run-outcome", args=[run.pk, "explode"])).status_code == 404


def test_a_source_that_is_away_is_not_asked(client, run, world):
    fields = fields_of(client.get(url_of(run, "cancel")))
    run.source.health, run.source.failures, run.source.error = SourceHealth.FAILING, 3, "No route."
    run.source.next_sync_at = timezone.now() + timedelta(minutes=1)
    run.source.save()
    response = client.post(url_of(run, "cancel"), fields)
    assert response.status_code == 422
    assert "World cannot be read: No route." in resolved(response)
    assert world.actions == []


class TestWhileASourceFails:
    @pytest.fixture
    def failing(self, run):
        factories.make_failing(run.source, "No route.")
        return run

    def test_the_button_says_so_from_the_first_failed_look_on_and_no_longer(self, client, failing):
        assert buttons(client, failing) == [("Cancel run", False)]
        assert "World cannot be read: No route." in messages_of(client, failing)
        failing.source.health = SourceHealth.HEALTHY
        failing.source.save()
        assert buttons(client, failing) == [("Cancel run", True)]

    def test_the_page_looks_again_by_itself_and_by_a_link(self, client, failing):
        response = client.get(url_of(failing, "cancel"))
        links = {text_of(a): a.get("href") for a in parsed(response).iter("a")}
        assert links["Try again"] == url_of(failing, "cancel")
        assert f'data-live="3" hx-get="{url_of(failing, "cancel")}?look=1"' in resolved(response)
        assert "looks again by itself" in resolved(response)

    def test_the_look_brings_the_question_once_it_can_be_done(self, client, failing):
        url = f"{url_of(failing, 'cancel')}?look=1"
        again = client.get(url, headers=HTMX)
        assert resolved(again).strip().startswith('<div id="action-question" data-live="3"')
        assert "HX-Trigger" not in again
        failing.source.health = SourceHealth.HEALTHY
        failing.source.save()
        told = client.get(url, headers=HTMX)
        assert "data-live" not in resolved(told)
        assert 'name="ticket"' in resolved(told)
        assert 'name="csrfmiddlewaretoken"' in resolved(told)
        assert "Cancel nightly?" in told["HX-Trigger"]

    def test_what_will_not_pass_is_not_looked_at_again(self, client, mirrored):
        page = resolved(client.get(url_of(mirrored("old", status=RunStatus.COMPLETED), "cancel")))
        assert "Try again" not in page
        assert 'data-live="3"' not in page

    def test_a_refusal_is_told_once(self, client, run):
        fields = fields_of(client.get(url_of(run, "cancel")))
        factories.make_failing(run.source, "No route.")
        response = client.post(url_of(run, "cancel"), fields)
        main = text_of(parsed(response).find(".//main"))
        assert main.count("World cannot be read: No route.") == 1
        assert "Try again" in main


def test_a_source_that_makes_runs_offers_another_like_this_one(client):
    run = factories.make_run(factories.make_source(kind="docks", address="https://docks.example", tenant="t"))
    assert f'href="/runs/new/?from={run.pk}"' in client.get(f"/runs/{run.pk}/").content.decode()


def test_a_folder_of_jobs_and_a_sandbox_offer_no_other_like_it(client):
    docks = factories.make_source("Docks", kind="docks", address="https://docks.example", tenant="t")
    for run in (factories.make_run(factories.make_source()), factories.make_run(docks, kind="sandbox")):
        assert "New run like this" not in client.get(f"/runs/{run.pk}/").content.decode()
