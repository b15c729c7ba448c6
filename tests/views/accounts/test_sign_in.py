import re
from datetime import timedelta

import html5lib
import pytest
from django.conf import settings as configured
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.test import Client

from dashboard.domain.roles import Role
from dashboard.models import AuditEntry
from dashboard.services import sign_in
from tests.factories import make_person
from tests.fixtures.clocks import NOW, clock

__all__ = ["clock"]


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def after_sign_in(settings):
    settings.LOGIN_REDIRECT_URL = "/runs/"


@pytest.fixture
def link():
    token = sign_in.new_token()
    sign_in.offer_link(sign_in.hash_of(token), now=NOW)
    return f"/sign-in/once/{token}/"


@pytest.fixture
def here():
    return Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1:8000"})


@pytest.fixture
def person():
    return make_person("ada")


def press(browser, link):
    browser.get(link)
    return browser.post(link, {"csrfmiddlewaretoken": browser.cookies[configured.CSRF_COOKIE_NAME].value})


def is_signed_in(browser):
    return "_auth_user_id" in browser.session


def test_the_link_shows_one_button_and_is_not_used_up_by_that(here, link):
    for _ in range(2):
        response = here.get(link)
        assert response.status_code == 200
        assert response.content.count(b'method="post"') == 1
        assert b"UNRESOLVED" not in response.content
    assert not is_signed_in(here)


def test_the_button_signs_in_for_thirty_days_and_leads_to_the_runs(here, link):
    response = press(here, link)
    assert (response.status_code, response["Location"]) == (302, "/runs/")
    assert is_signed_in(here)
    assert timedelta(seconds=here.session.get_expiry_age()) == timedelta(days=30)


def test_the_button_needs_the_forms_own_token(here, link):
    assert here.post(link).status_code == 403
    assert sign_in.state_of(link.split("/")[3], now=NOW) is sign_in.LinkState.OFFERED


def test_a_link_that_was_used_is_gone(here, link):
    press(here, link)
    response = Client(headers={"host": "127.0.0.1:8000"}).get(link)
    assert response.status_code == 410
    assert "This link is not valid" in response.content.decode()


def test_a_link_that_is_too_old_is_gone(here, link, clock):
    clock.shift(timedelta(minutes=10))
    assert here.get(link).status_code == 410


def test_every_refusal_is_the_same_page(here, link):
    unknown = here.get("/sign-in/once/unknown/")
    elsewhere = here.get(link, REMOTE_ADDR="10.0.0.7")
    by_name = here.get(link, headers={"host": "testserver"})
    proxied = here.get(link, headers={"x-forwarded-for": "127.0.0.1"})
    answers = [unknown, elsewhere, by_name, proxied]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content.replace(_csrf(answer), b"") for answer in answers}) == 1


def test_where_links_are_off_a_good_one_is_refused_and_none_is_promised(here, link, stranger, settings):
    settings.ONE_TIME_SIGN_IN = False
    refused = here.get(link)
    assert refused.status_code == 404
    for page in (refused, stranger.get("/sign-in/")):
        assert "quayside link" not in page.content.decode()


def test_who_has_no_link_any_more_is_told_how_to_get_one(here, link, stranger):
    press(here, link)
    for page in (Client(headers={"host": "127.0.0.1:8000"}).get(link), stranger.get("/sign-in/")):
        assert "<code>make link</code> or <code>quayside link</code>" in page.content.decode()


def _csrf(answer):
    """The form's token, which differs from page to page."""
    return answer.context["csrf_token"].encode()


def test_who_is_locked_out_is_refused_though_the_link_was_good(here, link):
    User.objects.create_user("local", is_active=False)
    assert press(here, link).status_code == 410
    assert not is_signed_in(here)


def test_a_link_is_refused_for_other_methods(here, link):
    assert here.put(link).status_code in {403, 405}
    assert Client(headers={"host": "127.0.0.1"}).delete(link).status_code == 405


def test_the_sign_in_page_helps_password_managers(stranger):
    content = stranger.get("/sign-in/").content
    assert b"UNRESOLVED" not in content
    page = html5lib.parse(content, namespaceHTMLElements=False)
    fields = {field.get("name"): field.get("autocomplete") for field in page.iter("input")}
    assert fields["username"] == "username"
    assert fields["password"] == "current-password"


def test_a_wrong_password_is_said_and_linked_to_the_fields(stranger, person):
    response = stranger.post("/sign-in/", {"username": "ada", "password": "wrong"})
    page = html5lib.parse(response.content, namespaceHTMLElements=False)
    for name in ("username", "password"):
        [field] = [field for field in page.iter("input") if field.get("name") == name]
        assert field.get("aria-invalid") == "true"
        [described] = [tag for tag in page.iter() if tag.get("id") == field.get("aria-describedby")]
        assert "correct username and password" in "".join(described.itertext())


def test_an_empty_field_is_said_beside_it(stranger):
    page = html5lib.parse(stranger.post("/sign-in/", {"username": "ada"}).content, namespaceHTMLElements=False)
    [field] = [field for field in page.iter("input") if field.get("name") == "password"]
    ids = {tag.get("id") for tag in page.iter()}
    assert field.get("aria-describedby") in ids


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/runs/?page=2", "/runs/?page=2"),
        ("", "/runs/"),
        ("//evil.example/", "/runs/"),
        ("/\\evil.example", "/runs/"),
        ("https:evil.example", "/runs/"),
        ("https://evil.example/", "/runs/"),
    ],
)
def test_after_sign_in_one_comes_to_a_page_of_ours_only(stranger, person, wanted, reached):
    data = {"username": "ada", "password": "a long enough phrase", "next": wanted}
    response = stranger.post("/sign-in/", data)
    assert (response.status_code, response["Location"]) == (302, reached)


def test_the_way_back_is_kept_through_a_wrong_password(stranger, person):
    response = stranger.post("/sign-in/", {"username": "ada", "password": "wrong", "next": "/runs/?page=2"})
    assert 'name="next" value="/runs/?page=2"' in response.content.decode()


def test_every_page_leads_to_sign_in_and_back(stranger):
    response = stranger.get("/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/")


def test_signing_out_needs_a_form(stranger, person):
    stranger.force_login(person)
    assert stranger.get("/sign-out/").status_code == 405
    assert is_signed_in(stranger)
    response = stranger.post("/sign-out/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/")
    assert not is_signed_in(stranger)


def test_who_is_signed_out_already_can_sign_out(stranger):
    assert stranger.post("/sign-out/")["Location"] == "/sign-in/"


def test_nothing_of_these_pages_is_kept_by_a_cache(here, link):
    for address in (link, "/sign-in/"):
        assert "no-store" in here.get(address)["Cache-Control"]


class TestThrottling:
    @pytest.fixture(autouse=True)
    def hashes(self, monkeypatch):
        """How often a password is looked at."""
        looked = []
        genuine = MD5PasswordHasher.encode
        monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: looked.append(1) or genuine(*args))
        return looked

    def wrong(self, name="ada", place="192.0.2.7", password="wrong"):
        return Client(REMOTE_ADDR=place).post("/sign-in/", {"username": name, "password": password})

    def test_a_thousand_wrong_sign_ins_cost_five_hashes(self, person, hashes):
        hashes.clear()
        answers = [self.wrong().status_code for _ in range(1_000)]
        assert answers == [200] * 5 + [429] * 995
        assert len(hashes) == 5

    def test_who_has_to_wait_is_told_how_long(self, person):
        answers = [self.wrong() for _ in range(6)]
        assert answers[-1]["Retry-After"] == "30"
        assert "Too many sign-ins failed. Wait 30 seconds, then try again." in answers[-1].content.decode()

    def test_the_right_password_waits_as_well(self, person):
        for _ in range(5):
            self.wrong()
        assert self.wrong(password="a long enough phrase").status_code == 429

    def test_the_owner_gets_in_from_elsewhere(self, person):
        for number in range(60):
            self.wrong(place=f"203.0.113.{number}")
            self.wrong(place=f"203.0.113.{number}")
        browser = Client(REMOTE_ADDR="198.51.100.1")
        browser.post("/sign-in/", {"username": "ada", "password": "a long enough phrase"})
        assert is_signed_in(browser)

    def test_getting_in_forgives_the_mistakes_before(self, person):
        for _ in range(3):
            for _ in range(4):
                assert self.wrong().status_code == 200
            assert self.wrong(password="a long enough phrase").status_code == 302

    def test_an_account_that_is_not_there_costs_as_much_and_answers_alike(self, person, hashes):
        answers, costs = [], []
        for name in ("ada", "nobody"):
            hashes.clear()
            shown = [self.wrong(name, place=f"192.0.2.{len(name)}") for _ in range(7)]
            answers.append(
                [(one.status_code, re.sub(r"[A-Za-z0-9]{64}|ada|nobody", "", one.content.decode())) for one in shown]
            )
            costs.append(len(hashes))
        assert answers[0] == answers[1]
        assert costs[0] == costs[1] == 5

    def test_a_closed_account_answers_as_one_that_is_not_there(self, person):
        person.is_active = False
        person.save()
        right = self.wrong(password="a long enough phrase", place="192.0.2.8").content.decode()
        assert "Please enter a correct username and password" in right

    def test_the_administration_leads_to_the_same_page(self, person):
        for _ in range(5):
            self.wrong()
        there = Client().get("/admin/login/?next=/admin/")["Location"]
        assert there == "/sign-in/?next=/admin/"
        data = {"username": "ada", "password": "a long enough phrase"}
        assert Client(REMOTE_ADDR="192.0.2.7").post(there, data).status_code == 429

    def test_the_log_has_one_entry_for_each_look_and_no_names_of_strangers(self, person, entries):
        for name in ("ada", "hunter2"):
            for _ in range(50):
                self.wrong(name)
        assert entries() == [("session.refuse", "refused", "")] * 10
        assert "hunter2" not in str(list(AuditEntry.objects.values()))

    def test_behind_a_proxy_the_asker_counts_not_the_proxy(self, person, settings):
        settings.TRUSTED_PROXY = True
        for _ in range(6):
            Client().post(
                "/sign-in/", {"username": "ada"} | {"password": "x"}, headers={"X-Forwarded-For": "203.0.113.1"}
            )
        answer = Client().post(
            "/sign-in/", {"username": "ada", "password": "x"}, headers={"X-Forwarded-For": "203.0.113.2"}
        )
        assert answer.status_code == 200


class TestLog:
    def test_signing_in_and_out_leaves_an_entry_each(self, stranger, person, entries):
        stranger.post("/sign-in/", {"username": "ada", "password": "a long enough phrase"}, REMOTE_ADDR="192.0.2.7")
        stranger.post("/sign-out/")
        assert entries() == [("session.begin", "done", "ada"), ("session.end", "done", "ada")]
        assert AuditEntry.objects.order_by("pk").values_list("address", "detail")[0] == (
            "192.0.2.7",
            {"by": "password"},
        )

    def test_the_one_time_link_leaves_one(self, here, link, entries):
        press(here, link)
        assert entries() == [("session.begin", "done", "local")]

    def test_signing_out_twice_leaves_one(self, stranger, person, entries):
        stranger.force_login(person)
        for _ in range(2):
            stranger.post("/sign-out/")
        assert entries() == [("session.end", "done", "ada")]


def test_the_panel_says_which_role_it_wants():
    viewer = Client()
    viewer.force_login(make_person("vic", role=Role.VIEWER))
    answer = viewer.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "This needs the role administrator. Yours is viewer" in answer.content.decode()
