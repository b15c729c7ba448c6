"""How long a session lasts, what renews it, and the list of one's own."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client

from dashboard.domain.roles import Role
from dashboard.models import AuditEntry
from dashboard.services import accounts
from dashboard.views.accounts.pages import browser as browser_of
from tests.factories import make_person, make_role
from tests.fixtures.clocks import NOW, clock

__all__ = ["clock"]

PASSWORD = "a long enough phrase"
POLL = {"HX-Request": "true", "HX-Current-URL": "http://testserver/runs/?q=x"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person("ada")


def signed_in(name="ada", **asker):
    browser = Client(**asker)
    assert browser.post("/sign-in/", {"username": name, "password": PASSWORD}).status_code == 302
    return browser


def goes_on(browser):
    return browser.get("/account/").status_code == 200


class TestLife:
    def test_a_key_that_was_known_before_is_worth_nothing_after(self, person, settings):
        browser = Client()
        browser.get("/sign-in/")
        session = browser.session
        session["x"] = 1
        session.save()
        before = session.session_key
        browser.cookies[settings.SESSION_COOKIE_NAME] = before
        browser.post("/sign-in/", {"username": "ada", "password": PASSWORD})
        assert browser.session.session_key != before
        stranger = Client()
        stranger.cookies[settings.SESSION_COOKIE_NAME] = before
        assert not goes_on(stranger)

    def test_it_ends_when_nobody_does_anything(self, person, clock):
        browser = signed_in()
        clock.shift(timedelta(hours=72))
        assert goes_on(browser)
        clock.shift(timedelta(hours=72, seconds=1))
        assert not goes_on(browser)
        assert not UserSession.objects.exists()

    def test_an_administrators_ends_sooner(self, clock):
        make_person("boss", role=Role.ADMINISTRATOR)
        browser = signed_in("boss")
        clock.shift(timedelta(hours=12, seconds=1))
        assert not goes_on(browser)

    def test_it_ends_however_much_is_done(self, person, clock):
        browser = signed_in()
        for _ in range(14):
            clock.shift(timedelta(days=1))
            assert goes_on(browser)
        clock.shift(timedelta(seconds=1))
        assert not goes_on(browser)

    def test_a_page_that_looks_by_itself_is_nobody(self, person, clock):
        browser = signed_in()
        for _ in range(9):
            clock.shift(timedelta(hours=8))
            browser.get("/runs/?v=0", headers=POLL)
        clock.shift(timedelta(seconds=1))
        response = browser.get("/runs/?v=0", headers=POLL)
        assert response["HX-Redirect"] == "/sign-in/?next=/runs/%3Fq%3Dx"

    def test_the_days_and_hours_are_settings(self, person, settings, clock):
        settings.SESSION_IDLE_HOURS = 1
        browser = signed_in()
        clock.shift(timedelta(hours=1, seconds=1))
        assert not goes_on(browser)

    def test_it_costs_no_write_but_one_in_five_minutes(self, person, clock, django_assert_num_queries):
        browser = signed_in()
        goes_on(browser)
        before = UserSession.objects.get().last_seen_at
        clock.shift(timedelta(minutes=5))
        goes_on(browser)
        assert UserSession.objects.get().last_seen_at == before
        clock.shift(timedelta(seconds=1))
        goes_on(browser)
        assert UserSession.objects.get().last_seen_at == datetime.now(UTC)


class TestRights:
    def test_a_change_of_role_gives_a_new_key_and_the_old_one_is_dead(self, person, settings):
        browser = signed_in()
        before = browser.session.session_key
        person.groups.set([make_role(Role.ADMINISTRATOR)])
        assert goes_on(browser)
        assert browser.session.session_key != before
        assert UserSession.objects.get().session_key == browser.session.session_key
        stranger = Client()
        stranger.cookies[settings.SESSION_COOKIE_NAME] = before
        assert not goes_on(stranger)

    def test_who_is_closed_out_is_out_at_once(self, person):
        browser = signed_in()
        User.objects.update(is_active=False)
        assert not goes_on(browser)

    def test_a_session_under_another_password_is_worth_nothing(self, person):
        browser = signed_in()
        person.set_password("another long phrase")
        person.save()
        assert not goes_on(browser)


class TestInMidWork:
    def sent_too_late(self, person, clock, **headers):
        browser = signed_in()
        clock.shift(timedelta(days=15))
        return browser, browser.post("/runs/batch/", {"run": "1"}, headers=headers)

    def test_what_htmx_sent_leads_to_sign_in_and_back_to_the_open_page(self, person, clock):
        browser, answer = self.sent_too_late(person, clock, **POLL)
        assert answer["HX-Redirect"] == "/sign-in/?next=/runs/%3Fq%3Dx&undone=1"
        assert "What you sent was not done." in browser.get(answer["HX-Redirect"]).content.decode()

    def test_a_plain_form_leads_to_the_page_it_stood_on(self, person, clock):
        _, answer = self.sent_too_late(person, clock, Referer="http://testserver/runs/batch/?run=1")
        assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/runs/batch/%3Frun%3D1&undone=1")

    @pytest.mark.parametrize("page", ["", "https://evil.example/runs/", "http://testserver//evil.example/"])
    def test_another_sites_page_is_not_gone_back_to(self, person, clock, page):
        _, answer = self.sent_too_late(person, clock, Referer=page)
        assert answer["Location"] == "/sign-in/?next=/&undone=1"

    def test_who_only_reads_is_told_nothing_of_that(self):
        there = Client().get("/runs/")["Location"]
        assert there == "/sign-in/?next=/runs/"
        assert "What you sent" not in Client().get(there).content.decode()

    def test_signing_out_is_not_such_a_thing(self, person):
        assert signed_in().post("/sign-out/", headers=POLL)["Location"] == "/sign-in/"


class TestList:
    def test_each_has_browser_address_and_times(self, person, clock):
        signed_in(REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0")
        clock.shift(timedelta(minutes=1))
        browser = signed_in(REMOTE_ADDR="192.0.2.8", HTTP_USER_AGENT="curl/8")
        rows = browser.get("/account/").context["rows"]
        told = [(row["browser"], row["address"], row["seen"], row["is_this"]) for row in rows]
        assert told == [
            ("curl/8", "192.0.2.8", NOW + timedelta(minutes=1), True), ("Firefox on Linux", "192.0.2.7", NOW, False)
        ]  # fmt: skip

    def test_the_one_in_use_was_seen_now(self, person, clock):
        browser = signed_in()
        clock.shift(timedelta(minutes=3))
        shown = browser.get("/account/").content.decode()
        assert shown.count('<td data-label="Last seen">now</td>') == 1
        signed_in()
        shown = browser.get("/account/").content.decode()
        assert shown.count('<td data-label="Last seen">now</td>') == 1
        assert shown.count('<td data-label="Last seen"><time') == 1

    def test_one_ends_another_of_ones_own(self, person):
        other, browser = signed_in(), signed_in()
        [number] = [row["number"] for row in browser.get("/account/").context["rows"] if not row["is_this"]]
        browser.post("/account/sessions/end/", {"session": number})
        assert (goes_on(other), goes_on(browser)) == (False, True)

    def test_one_ends_all_others(self, person):
        others, browser = [signed_in() for _ in range(3)], signed_in()
        browser.post("/account/sessions/end/")
        assert not any(goes_on(other) for other in others)
        assert goes_on(browser)

    def test_nobody_ends_somebody_elses(self, person):
        make_person("bob")
        theirs, browser = signed_in("bob"), signed_in()
        for row in UserSession.objects.filter(user__username="bob"):
            browser.post("/account/sessions/end/", {"session": row.pk})
        browser.post("/account/sessions/end/")
        assert goes_on(theirs)

    @pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "１"])
    def test_what_is_no_number_is_taken_for_all_others_at_most(self, person, number):
        browser = signed_in()
        assert browser.post("/account/sessions/end/", {"session": number}).status_code == 302
        assert goes_on(browser)

    def test_one_that_has_ended_is_not_shown(self, person):
        signed_in().post("/sign-out/")
        assert len(signed_in().get("/account/").context["rows"]) == 1

    def test_an_administrator_ends_all_of_somebody(self, person):
        browser, panel = signed_in(), Client()
        panel.force_login(make_person("root", role=Role.ADMINISTRATOR))
        panel.post(f"/admin/auth/user/{person.pk}/sign-out/")
        assert not goes_on(browser)
        entry = AuditEntry.objects.latest("pk")
        assert (entry.action, entry.actor_name, entry.object_name) == ("session.end", "root", "ada")
        assert entry.detail == {"sessions": 1}

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
    def test_nobody_else_does(self, person, role):
        browser = signed_in()
        other = make_person("other", role=role)
        panel = Client()
        panel.force_login(other)
        panel.post(f"/admin/auth/user/{person.pk}/sign-out/")
        with pytest.raises(PermissionDenied):
            accounts.sign_out(other, person)
        assert goes_on(browser)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("", "Unknown browser"),
        ("<script>alert(1)</script>" + "x" * 100, ("<script>alert(1)</script>" + "x" * 100)[:60]),
    ],
)
def test_a_browser_is_told_in_two_words(agent, words):
    assert browser_of(agent) == words


def test_a_hostile_browser_name_is_text(person):
    browser = signed_in(HTTP_USER_AGENT="<script>alert(1)</script>")
    assert "<script>alert" not in browser.get("/account/").content.decode()
