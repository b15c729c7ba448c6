"""Watching by forms: what is offered, refused and shown, to two people, and what a link in a mail can do."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from dashboard.domain.statuses import RunStatus
from dashboard.models import AuditEntry, Channel, Delivery, Watch
from dashboard.services import watching
from tests import factories
from tests.pages import classed, parsed, resolved, text_of

pytestmark = pytest.mark.django_db

ADDRESS = "https://hooks.example/services/canary-T0/canary-B0/aBcD"


@pytest.fixture
def client(person):
    """Somebody who is signed in; that forms need their token is tested with the addresses."""
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def other(db):
    client = Client()
    client.force_login(factories.make_person("bob"))
    return client


@pytest.fixture
def channel(person):
    return factories.make_channel(person, name="Team evals", address=ADDRESS)


@pytest.fixture
def run():
    return factories.make_run(name="nightly", dataset="swe", status=RunStatus.RUNNING)


@pytest.fixture
def delivery(channel, run):
    return Delivery.objects.create(
        channel=channel,
        run=run,
        event="failed",
        key="1",
        body={"title": "nightly failed"},
        state="given up",
        n_tries=8,
        answer="Answered 500.",
        created_at=factories.NOW,
    )


def watch_url(**what):
    [(name, value)] = what.items()
    return f"/watches/new/?{name}={value}"


class TestWatching:
    def test_nothing_yet_is_explained(self, client):
        shown = resolved(client.get("/watches/"))
        assert "You watch nothing yet" in shown
        assert "No channel yet" in shown

    def test_a_run_is_watched_by_its_form_and_listed(self, client, channel, run):
        page = resolved(client.get(watch_url(run=run.pk)))
        assert "The run nightly" in page
        assert "All runs of the data set swe" in page
        form = {"what": "dataset", "events": ["failed", "regressed"], "channel": channel.pk}
        response = client.post(watch_url(run=run.pk), form, follow=True)
        assert "You are told of all runs of the data set swe from now on." in resolved(response)
        [row] = parsed(response).findall(".//section[1]//tbody/tr")
        assert [text_of(cell) for cell in row][:3] == ["All runs of the data set swe", "fails, regresses", "Team evals"]
        watched = Watch.objects.get()
        assert (watched.dataset, watched.events, watched.run) == ("swe", ["failed", "regressed"], None)
        assert [entry.detail["what"] for entry in AuditEntry.objects.filter(action="channel.change")] == ["watch"]

    def test_of_a_run_that_has_ended_only_what_it_is_of_is_offered(self, client, channel):
        done = factories.make_run(name="done", dataset="swe")
        assert "The run done" not in resolved(client.get(watch_url(run=done.pk)))

    def test_a_test_and_a_filter_are_watched(self, client, channel):
        test = factories.make_pipeline_test()
        for url in (watch_url(test=test.pk), watch_url(q="dataset:swe")):
            assert resolved(client.get(url))
            client.post(url, {"what": "this", "events": ["ended"], "channel": channel.pk})
        assert [(watch.test, watch.query) for watch in Watch.objects.order_by("pk")] == [
            (test, ""),
            (None, "dataset:swe"),
        ]

    @pytest.mark.parametrize(
        ("form", "words"),
        [
            ({"what": "run", "events": []}, "This field is required"),
            ({"what": "another", "events": ["ended"]}, "not one of the available choices"),
            ({"what": "run", "events": ["tested"]}, "not one of the available choices"),
        ],
    )
    def test_what_does_not_fit_is_said(self, client, channel, run, form, words):
        response = client.post(watch_url(run=run.pk), form | {"channel": channel.pk})
        assert response.status_code == 422
        assert words in resolved(response)
        assert not Watch.objects.exists()

    def test_a_filter_that_is_not_understood_is_refused_with_one_entry(self, client, channel):
        response = client.post(watch_url(q="colour:red"), {"what": "this", "events": ["ended"], "channel": channel.pk})
        assert response.status_code == 422
        assert "The filter is not understood" in resolved(response)
        assert AuditEntry.objects.filter(action="channel.change", outcome="refused").count() == 1

    def test_without_a_channel_it_leads_to_one(self, client, run):
        shown = resolved(client.get(watch_url(run=run.pk)))
        assert "There is no channel to tell you by" in shown
        assert "/watches/channels/new/" in shown

    def test_mail_to_ones_own_address_needs_no_channel_before(self, client, person, run, settings):
        settings.HAS_MAIL = True
        person.email = "ada@example.com"
        person.save()
        assert "E-mail to ada@example.com" in resolved(client.get(watch_url(run=run.pk)))
        client.post(watch_url(run=run.pk), {"what": "run", "events": ["ended"], "channel": "mail"})
        assert Watch.objects.get().channel.kind == "email"
        assert Channel.objects.get().address.reveal() == "ada@example.com"

    def test_what_one_may_not_see_is_not_there_to_be_watched(self, client, channel, run):
        run.source.groups.add(Group.objects.create(name="genomics"))
        assert client.get(watch_url(run=run.pk)).status_code == 404
        assert client.get(watch_url(dataset="swe")).status_code == 404
        assert client.post(watch_url(run=run.pk), {"what": "run", "events": ["ended"]}).status_code == 404

    def test_a_run_a_test_and_a_filtered_list_lead_to_the_form(self, client, channel, run):
        test = factories.make_pipeline_test()
        for url, way in [
            (f"/runs/{run.pk}/", f"/watches/new/?run={run.pk}"),
            (f"/tests/{test.pk}/", f"/watches/new/?test={test.pk}"),
            ("/runs/?q=dataset%3Aswe", "/watches/new/?q=dataset%3Aswe"),
        ]:
            assert f'href="{way}"' in resolved(client.get(url))
            assert client.get(way).status_code == 200

    def test_what_one_may_no_longer_see_is_not_named_and_can_be_stopped(self, client, channel, person, run):
        held = watching.watch(
            person, watching.Subject(run=run), channel=channel, events=watching.EVENTS, now=factories.NOW
        )
        run.source.groups.add(Group.objects.create(name="genomics"))
        for url in ("/watches/", f"/watches/stop/{watching.token(held)}/"):
            shown = resolved(client.get(url))
            assert "omething that you may no longer see" in shown
            assert "nightly" not in shown
        client.post(f"/watches/{held.pk}/stop/")
        assert not Watch.objects.exists()

    @pytest.mark.parametrize("query", ["dataset=%00", "q=%00", "q=%00%20", "run=%00", "run=99999999999999999999"])
    def test_what_is_no_name_is_not_there(self, client, channel, query):
        assert client.get(f"/watches/new/?{query}").status_code == 404

    def test_stopping_is_for_ones_own(self, client, other, channel, person, run):
        held = watching.watch(
            person, watching.Subject(run=run), channel=channel, events=watching.EVENTS, now=factories.NOW
        )
        assert other.post(f"/watches/{held.pk}/stop/").status_code == 404
        assert "no more" in resolved(client.post(f"/watches/{held.pk}/stop/", follow=True))
        assert not Watch.objects.exists()


class TestChannels:
    def form(self, **fields):
        return {"kind": "webhook", "name": "Team evals", "address": ADDRESS} | fields

    def test_a_webhook_is_made_and_its_secret_shown_once(self, client):
        response = client.post("/watches/channels/new/", self.form())
        made = Channel.objects.get()
        secret = made.secret.reveal()
        assert secret in resolved(response)
        assert "no-store" in response["Cache-Control"]
        assert secret.startswith("whsec_")
        for url in ("/watches/", f"/watches/channels/{made.pk}/", f"/watches/channels/{made.pk}/remove/"):
            shown = resolved(client.get(url))
            assert "canary" not in shown
            assert secret not in shown
        assert "hooks.example/…aBcD" in resolved(client.get("/watches/"))
        assert "canary" not in str(list(AuditEntry.objects.values()))

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"address": "http://hooks.example/x"}, "must begin with https://"),
            ({"address": ""}, "This field is required"),
            ({"name": "two\nlines"}, "control characters"),
            ({"kind": "email"}, "not one of the available choices"),
        ],
    )
    def test_what_cannot_be_is_said_and_no_address_is_shown_again(self, client, fields, words):
        response = client.post("/watches/channels/new/", self.form(**fields))
        assert response.status_code == 422
        assert words in resolved(response)
        assert "canary" not in response.content.decode()

    def test_without_a_key_to_encrypt_with_it_is_said_that_no_address_can_be_kept(self, client, settings):
        settings.TOKEN_KEYS = []
        response = client.post("/watches/channels/new/", self.form())
        assert response.status_code == 422
        assert "this server has no TOKEN_KEYS to encrypt it with" in resolved(response)
        assert not Channel.objects.exists()

    def test_the_summary_says_what_is_wrong_and_that_the_address_is_wanted_again(self, client):
        shown = resolved(client.post("/watches/channels/new/", self.form(address="http://hooks.example/canary")))
        assert ">Address</a>: The address must begin with https://." in shown
        assert "Give the address again." in shown
        assert "Give the address again." not in resolved(client.post("/watches/channels/new/", self.form(address="")))
        assert "Give the address again." not in resolved(client.get("/watches/channels/new/"))

    def test_two_of_one_name_are_refused_with_one_entry(self, client, channel):
        response = client.post("/watches/channels/new/", self.form())
        assert "You have a channel called “Team evals” already." in resolved(response)
        assert AuditEntry.objects.filter(outcome="refused").count() == 1

    def test_what_is_wrong_with_a_name_is_not_said_of_the_address(self, client):
        for _ in range(2):
            response = client.post("/watches/channels/new/", self.form(name="The address of ops"))
        assert response.context["form"].errors == {
            "__all__": ["You have a channel called “The address of ops” already."]
        }

    def test_the_teams_are_made_by_operators(self, client, other):
        client.post("/watches/channels/new/", self.form(is_team="on"))
        assert Channel.objects.get().is_team
        viewer = Client()
        viewer.force_login(factories.make_person("vera", role="viewer"))
        assert "The team may use it" not in resolved(viewer.get("/watches/channels/new/"))
        viewer.post("/watches/channels/new/", self.form(is_team="on"))
        assert not Channel.objects.get(owner__username="vera").is_team

    def test_anothers_is_not_there(self, other, channel, delivery):
        assert other.get(f"/watches/channels/{channel.pk}/").status_code == 404
        for url in (f"channels/{channel.pk}/", f"channels/{channel.pk}/remove/", f"deliveries/{delivery.pk}/again/"):
            assert other.post(f"/watches/{url}", {"do": "test"}).status_code == 404
        assert Channel.objects.filter(pk=channel.pk, is_paused=False).exists()

    def test_who_has_no_role_sees_and_makes_none(self, channel):
        nobody = Client()
        nobody.force_login(factories.make_person("nora", role=None))
        assert nobody.post("/watches/channels/new/", self.form()).status_code == 403
        assert nobody.get(watch_url(q="dataset:swe")).status_code == 404

    def test_it_is_tried_paused_and_resumed_each_with_one_entry(self, client, channel):
        url = f"/watches/channels/{channel.pk}/"
        assert "A test is sent in a moment" in resolved(client.post(url, {"do": "test"}, follow=True))
        assert "The channel is paused" in resolved(client.post(url, {"do": "pause"}, follow=True))
        assert Delivery.objects.get().state == "given up"
        assert "Resume it first" in resolved(client.post(url, {"do": "test"}, follow=True))
        client.post(url, {"do": "resume"})
        said = AuditEntry.objects.filter(action="channel.change").order_by("pk")
        assert [(entry.detail["what"], entry.outcome) for entry in said] == [
            ("test", "done"), ("pause", "done"), ("test", "refused"), ("resume", "done"),
        ]  # fmt: skip

    def test_its_deliveries_tell_what_came_of_them(self, client, channel, delivery):
        page = parsed(client.get(f"/watches/channels/{channel.pk}/"))
        [row] = page.findall(".//tbody/tr")
        cells = [text_of(cell) for cell in row]
        assert cells[:4] == [f"nightly failed no. {delivery.pk}", "Given up", "Answered 500.", "8 of 8"]
        [state] = classed(row, "status")
        assert state.get("data-state") == "failed"
        response = client.post(f"/watches/deliveries/{delivery.pk}/again/", follow=True)
        assert "It is sent again in a moment." in resolved(response)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.n_tries) == ("waiting", 0)

    def test_a_run_that_may_no_longer_be_seen_is_not_named(self, client, channel, delivery, run):
        run.source.groups.add(Group.objects.create(name="genomics"))
        shown = resolved(client.get(f"/watches/channels/{channel.pk}/"))
        assert "A run that may no longer be seen" in shown
        assert "nightly" not in shown

    def test_removing_takes_its_watches_along(self, client, person, channel, run):
        watching.watch(person, watching.Subject(run=run), channel=channel, events=watching.EVENTS, now=factories.NOW)
        assert "1 watch by it ends with it" in resolved(client.get(f"/watches/channels/{channel.pk}/remove/"))
        client.post(f"/watches/channels/{channel.pk}/remove/")
        assert not Channel.objects.exists()
        assert not Watch.objects.exists()

    def test_without_mail_a_channel_of_mail_says_so(self, client, person, settings):
        settings.HAS_MAIL = False
        mail = factories.make_channel(person, "email", address="ada@example.com")
        assert "EMAIL_URL is not set" in resolved(client.get(f"/watches/channels/{mail.pk}/"))
        assert "EMAIL_URL is not set" in resolved(client.get("/watches/"))


class TestLinksInMails:
    @pytest.fixture
    def url(self, person, channel, run):
        held = watching.watch(
            person, watching.Subject(run=run), channel=channel, events=watching.EVENTS, now=factories.NOW
        )
        return f"/watches/stop/{watching.token(held)}/"

    def test_looking_changes_nothing_and_the_button_stops_it(self, stranger, url):
        assert "You watch the run nightly." in resolved(stranger.get(url))
        assert Watch.objects.exists()
        response = stranger.post(url)
        assert "The run nightly is not watched any longer." in resolved(response)
        assert not Watch.objects.exists()
        assert AuditEntry.objects.get(action="channel.change", detail__what="unwatch").actor_name == "ada"
        assert stranger.post(url).status_code == 404

    @pytest.mark.parametrize("token", ["x", "WzEsMV0:1abc:forged", "%00", "." * 900])
    def test_a_forged_one_stops_nothing(self, stranger, url, token):
        response = stranger.post(f"/watches/stop/{token}/")
        assert response.status_code == 404
        assert Watch.objects.exists()

    def test_it_stands_in_no_log(self, stranger, url, caplog):
        caplog.set_level("INFO", "quayside")
        stranger.get(url)
        assert "/watches/stop/***/" in caplog.text
        assert url not in caplog.text


def test_the_pages_cost_a_few_queries(client, person, channel, run, django_assert_max_num_queries):
    for number in range(20):
        watching.watch(
            person,
            watching.Subject(query=f"name:run-{number}"),
            channel=channel,
            events=watching.EVENTS,
            now=factories.NOW,
        )
    with django_assert_max_num_queries(6):
        client.get("/watches/")
    with django_assert_max_num_queries(7):
        client.get(f"/watches/channels/{channel.pk}/")


def test_of_a_run_that_has_ended_the_form_says_why_it_is_not_offered(client, channel):
    run = factories.make_run(name="nightly", dataset="swe")
    page = client.get(watch_url(run=run.pk))
    assert text_of(parsed(page).find(".//h1")) == "Watch the run nightly"
    assert "This run has ended" in resolved(page)
    assert "The run nightly" not in resolved(page)


def test_of_a_run_that_goes_on_it_is_offered(client, channel, run):
    page = client.get(watch_url(run=run.pk))
    assert text_of(parsed(page).find(".//h1")) == "Watch the run nightly"
    assert "This run has ended" not in resolved(page)
    assert "The run nightly" in resolved(page)


def test_what_waits_after_a_try_has_failed_and_says_when_it_is_tried_again(client, channel, delivery):
    Delivery.objects.update(state="waiting", n_tries=1, next_try_at=factories.NOW)
    page = client.get(f"/watches/channels/{channel.pk}/")
    assert "Failed, is tried again" in resolved(page)
    [coming] = [each for each in parsed(page).iter("time") if "data-ahead" in each.attrib]
    assert coming.get("datetime").startswith(f"{factories.NOW:%Y-%m-%dT%H:%M}")


def test_what_was_not_tried_yet_waits(client, channel, delivery):
    Delivery.objects.update(state="waiting", n_tries=0, answer="", next_try_at=factories.NOW)
    page = resolved(client.get(f"/watches/channels/{channel.pk}/"))
    assert "Waiting" in page
    assert "Failed" not in page
