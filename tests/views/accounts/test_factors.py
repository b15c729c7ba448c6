"""The second factor: on, off, its recovery codes, and signing in with it."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axes.models import AccessAttempt
from django.test import Client

from dashboard.domain.roles import Role
from dashboard.services import accounts
from tests.factories import make_person
from tests.fixtures.clocks import clock

__all__ = ["clock"]

PASSWORD = "a long enough phrase"
TOTP = Authenticator.Type.TOTP

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person("ada")


@pytest.fixture
def mine(person):
    browser = Client()
    browser.force_login(person)
    return browser


def code_of(secret, *, steps=0):
    return format_hotp_value(hotp_value(secret, int(datetime.now(UTC).timestamp()) // 30 + steps))


def say_again(browser, wanted):
    return browser.post("/account/again/", {"password": PASSWORD, "next": wanted})


def turn_on(browser):
    """The secret, known to the server alone and to whoever reads the page."""
    say_again(browser, "/account/second-factor/")
    secret = browser.get("/account/second-factor/").context["form"].secret
    response = browser.post("/account/second-factor/", {"code": code_of(secret)})
    assert response.status_code == 302, response.content
    return secret


def password_first(browser):
    response = browser.post("/sign-in/?next=/tasks/", {"username": "ada", "password": PASSWORD, "next": "/tasks/"})
    assert response["Location"] == "/sign-in/code/"
    return browser


def give(browser, code):
    return browser.post("/sign-in/code/", {"code": code})


def is_signed_in(browser):
    return "_auth_user_id" in browser.session


class TestTurningOn:
    def test_one_says_again_who_one_is_first(self, mine):
        assert mine.get("/account/second-factor/")["Location"].startswith("/account/again/?next=")

    def test_the_secret_is_shown_as_a_picture_our_policy_allows_and_in_letters(self, mine):
        say_again(mine, "/account/second-factor/")
        page = mine.get("/account/second-factor/").content.decode()
        picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
        assert b"<svg" in base64.b64decode(picture[1])
        assert "<svg:" not in page.split("<main")[1].split("data:image")[0]

    def test_a_code_shows_that_the_app_has_it(self, mine, entries):
        before = mine.session.session_key
        turn_on(mine)
        assert mine.session.session_key != before
        assert entries()[-1:] == [("factor.change", "done", "ada")]
        assert [row[0] for row in entries()].count("factor.change") == 1

    def test_a_wrong_code_turns_nothing_on(self, mine, person):
        say_again(mine, "/account/second-factor/")
        mine.get("/account/second-factor/")
        assert "Incorrect code" in mine.post("/account/second-factor/", {"code": "000000"}).content.decode()
        assert not Authenticator.objects.exists()

    def test_the_secret_is_kept_encrypted(self, mine):
        secret = turn_on(mine)
        assert all(secret not in str(row.data) for row in Authenticator.objects.all())

    def test_the_recovery_codes_are_shown(self, mine):
        turn_on(mine)
        codes = mine.get("/account/second-factor/codes/").context["unused_codes"]
        assert len(set(codes)) == 10

    @pytest.mark.django_db(transaction=True)
    def test_nothing_is_said_of_codes_that_there_were_none_of(self, mine):
        turn_on(mine)
        page = mine.get("/account/second-factor/codes/").content.decode()
        assert "The second factor is on." in page
        assert "worth nothing" not in page

    def test_that_earlier_codes_are_worth_nothing_is_said_where_new_ones_are_made(self, mine):
        turn_on(mine)
        page = mine.post("/account/second-factor/codes/new/", follow=True).content.decode()
        assert "The earlier ones are worth nothing any more." in page

    def test_the_codes_can_be_copied_and_taken_along_as_a_file(self, mine):
        turn_on(mine)
        page = mine.get("/account/second-factor/codes/")
        codes = page.context["unused_codes"]
        assert f'data-copy="{" ".join(codes)}"' in page.content.decode()
        file = mine.get("/account/second-factor/codes/file/")
        assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
        assert file["Content-Type"].startswith("text/plain")
        assert file.content.decode().split("\n")[2:12] == codes
        assert "no-store" in file["Cache-Control"]

    def test_the_file_is_given_only_to_who_said_again_who_they_are(self, mine, clock):
        turn_on(mine)
        clock.shift(timedelta(hours=1))
        assert mine.get("/account/second-factor/codes/file/")["Location"].startswith("/account/again/")


class TestSayingAgain:
    def test_a_wrong_password_and_a_wrong_code_are_asked_for_again_and_then_have_to_wait(self, mine):
        for path, field in (("/account/again/", "password"), ("/account/again/code/", "code")):
            if field == "code":
                say_again(mine, "/account/second-factor/")
                turn_on(mine)
            answers = [mine.post(path, {field: "000000", "next": "/account/"}) for _ in range(6)]
            assert [answer.status_code for answer in answers] == [200] * 5 + [429]
            assert answers[-1]["Retry-After"] == "30"
            assert "Wait 30 seconds" in answers[-1].content.decode()
            Authenticator.objects.all().delete()
            AccessAttempt.objects.all().delete()


class TestSigningIn:
    def test_the_password_alone_opens_nothing(self, mine):
        turn_on(mine)
        browser = password_first(Client())
        assert not is_signed_in(browser)
        assert browser.get("/runs/").status_code == 302

    def test_the_code_leads_on_to_the_page_that_was_asked_for(self, mine, entries):
        secret = turn_on(mine)
        browser = password_first(Client())
        before = browser.session.session_key
        assert give(browser, code_of(secret))["Location"] == "/tasks/"
        assert is_signed_in(browser)
        assert browser.session.session_key != before
        assert entries()[-1] == ("session.begin", "done", "ada")

    def test_a_code_is_good_once_for_everybody(self, mine):
        secret = turn_on(mine)
        code = code_of(secret)
        give(password_first(Client()), code)
        again = password_first(Client())
        assert "was used already" in give(again, code).content.decode()
        assert not is_signed_in(again)

    def test_nor_is_an_older_one_good_after_it(self, mine):
        secret = turn_on(mine)
        give(password_first(Client()), code_of(secret))
        again = password_first(Client())
        give(again, code_of(secret, steps=-1))
        assert not is_signed_in(again)

    @pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (1, True), (2, False)])
    def test_clocks_may_differ_by_half_a_minute(self, mine, steps, opens):
        secret = turn_on(mine)
        browser = password_first(Client())
        give(browser, code_of(secret, steps=steps))
        assert is_signed_in(browser) is opens

    def test_a_recovery_code_is_good_once(self, mine):
        turn_on(mine)
        code = mine.get("/account/second-factor/codes/").context["unused_codes"][0]
        browser = password_first(Client())
        give(browser, code)
        assert is_signed_in(browser)
        again = password_first(Client())
        give(again, code)
        assert not is_signed_in(again)

    def test_wrong_codes_are_throttled_for_the_account_from_everywhere(self, mine, entries):
        secret = turn_on(mine)
        said = len(entries())
        answers = []
        for number in range(8):
            browser = Client(REMOTE_ADDR=f"203.0.113.{number}")
            answers.append(give(password_first(browser), "000000").status_code)
        assert answers == [200] * 5 + [429] * 3
        waiting = password_first(Client(REMOTE_ADDR="203.0.113.99"))
        assert give(waiting, code_of(secret)).status_code == 429
        assert not is_signed_in(waiting)
        assert len(entries()) == said + 5

    def test_without_the_password_no_code_is_asked(self):
        assert Client().get("/sign-in/code/")["Location"] == "/sign-in/"

    def test_a_password_waits_a_quarter_of_an_hour_for_its_code(self, mine, clock):
        secret = turn_on(mine)
        browser = password_first(Client())
        clock.shift(timedelta(minutes=16))
        assert give(browser, code_of(secret))["Location"] == "/sign-in/"
        assert not is_signed_in(browser)

    def test_who_was_closed_out_in_between_stays_outside(self, mine, person):
        secret = turn_on(mine)
        browser = password_first(Client())
        person.is_active = False
        person.save()
        give(browser, code_of(secret))
        assert browser.get("/account/").status_code == 302


class TestTurningOff:
    def test_it_needs_a_code_or_the_password_again(self, mine, clock):
        turn_on(mine)
        clock.shift(timedelta(minutes=6))
        assert mine.get("/account/second-factor/off/")["Location"].startswith("/account/again/?next=")

    def test_then_the_password_alone_signs_in(self, mine, entries):
        turn_on(mine)
        before = mine.session.session_key
        mine.post("/account/second-factor/off/")
        assert not Authenticator.objects.exists()
        assert mine.session.session_key != before
        assert [row[0] for row in entries()].count("factor.change") == 2
        browser = Client()
        browser.post("/sign-in/", {"username": "ada", "password": PASSWORD})
        assert is_signed_in(browser)

    def test_an_administrator_does_it_for_whoever_lost_their_phone(self, mine, person, entries):
        boss = make_person("boss", role=Role.ADMINISTRATOR)
        turn_on(mine)
        assert accounts.take_off_factor(boss, person)
        assert not Authenticator.objects.exists()
        assert mine.get("/account/").status_code == 302
        assert entries()[-1] == ("factor.change", "done", "boss")


def test_new_recovery_codes_replace_the_old_ones(mine, entries):
    turn_on(mine)
    old = set(mine.get("/account/second-factor/codes/").context["unused_codes"])
    mine.post("/account/second-factor/codes/new/")
    new = set(mine.get("/account/second-factor/codes/").context["unused_codes"])
    assert not old & new
    assert [row[0] for row in entries()].count("factor.change") == 2


def test_codes_whose_key_is_gone_open_nothing(mine, settings):
    secret = turn_on(mine)
    settings.TOKEN_KEYS = ["b3RoZXIga2V5cyBhcmUgZm9yIHRlc3RzIG9ubHkhISE="]
    browser = password_first(Client())
    give(browser, code_of(secret))
    give(browser, "00000000")
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    ("page", "first"),
    [
        ("/account/second-factor/", lambda browser: say_again(browser, "/account/second-factor/")),
        ("/account/second-factor/codes/new/", turn_on),
    ],
)
def test_without_a_key_to_encrypt_with_it_is_said_that_there_can_be_none(mine, settings, page, first):
    first(mine)
    settings.TOKEN_KEYS = []
    for ask in (mine.get, mine.post):
        assert ask(page)["Location"] == "/account/"
        assert "this server has no TOKEN_KEYS to encrypt it with" in mine.get("/account/").content.decode()


class TestWhereAdministratorsNeedOne:
    @pytest.fixture(autouse=True)
    def wanted(self, settings):
        settings.SECOND_FACTOR = "administrators"

    @pytest.fixture
    def boss(self):
        make_person("ada", role=Role.ADMINISTRATOR)
        browser = Client()
        browser.post("/sign-in/", {"username": "ada", "password": PASSWORD})
        return browser

    def test_they_come_no_further_than_their_account(self, boss):
        assert boss.get("/runs/")["Location"] == "/account/second-factor/"
        assert boss.get("/admin/")["Location"] == "/account/second-factor/"
        assert boss.get("/account/").status_code == 200
        assert boss.get("/runs/", headers={"HX-Request": "true"})["HX-Redirect"] == "/account/second-factor/"

    def test_they_go_on_once_they_have_it(self, boss):
        turn_on(boss)
        assert boss.get("/runs/").status_code == 200

    def test_whoever_turns_it_off_comes_no_further_again(self, boss):
        turn_on(boss)
        assert boss.get("/admin/").status_code == 200
        boss.post("/account/second-factor/off/")
        assert not Authenticator.objects.exists()
        assert boss.get("/admin/")["Location"] == "/account/second-factor/"
        assert boss.get("/account/").status_code == 200

    def test_nor_do_the_sessions_that_it_opened_elsewhere(self, boss):
        secret = turn_on(boss)
        other = Client()
        other.post("/sign-in/", {"username": "ada", "password": PASSWORD})
        give(other, code_of(secret, steps=1))
        assert other.get("/admin/").status_code == 200
        boss.post("/account/second-factor/off/")
        assert not is_signed_in(other)

    def test_others_go_on_without(self):
        make_person("bob")
        browser = Client()
        browser.post("/sign-in/", {"username": "bob", "password": PASSWORD})
        assert browser.get("/runs/").status_code == 200
