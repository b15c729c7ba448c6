"""Changing one's password, and setting one by a link."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from dashboard.domain.audits import AuditAction
from dashboard.domain.roles import Role
from dashboard.models import AuditEntry
from dashboard.services import accounts, api_tokens
from tests.factories import make_person
from tests.fixtures.clocks import clock

__all__ = ["clock"]

OLD = "a long enough phrase"
NEW = "kestrel over the quay"

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person("ada", email="ada@harbour.example")


@pytest.fixture
def mine(person):
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def boss():
    return make_person("boss", role=Role.ADMINISTRATOR)


class Promptly:
    """Does at once what is otherwise done behind the answer."""

    def submit(self, do, *given):
        do(*given)


@pytest.fixture
def with_mail(settings, monkeypatch):
    settings.HAS_MAIL = True
    settings.BASE_URL = "https://quay.example"
    monkeypatch.setattr(accounts, "_post", Promptly())


def token(owner, name):
    return api_tokens.create(owner, name, days=30, now=timezone.now())


def change(browser, old=OLD, new=NEW, again=None):
    return browser.post(
        "/account/password/", {"old_password": old, "new_password1": new, "new_password2": again or new}
    )


def follow(browser, link):
    """The form behind a link."""
    response = browser.get(link.removeprefix("https://quay.example"))
    return browser.get(response["Location"]) if response.status_code == 302 else response


def set_by(browser, link, new=NEW):
    page = follow(browser, link)
    assert page.status_code == 200
    return browser.post(page.request["PATH_INFO"], {"new_password1": new, "new_password2": new})


class TestChanging:
    def test_a_new_password_needs_the_old_one(self, mine, person):
        page = change(mine, old="wrong").content.decode()
        assert "That password is not right." in page
        person.refresh_from_db()
        assert person.check_password(OLD)

    def test_every_other_session_ends_and_this_one_goes_on_under_a_new_key(self, mine, person, entries):
        other = Client()
        other.force_login(person)
        before = mine.session.session_key
        assert change(mine)["Location"] == "/account/"
        assert mine.get("/account/").status_code == 200
        assert mine.session.session_key != before
        assert other.get("/account/").status_code == 302
        assert entries() == [("password.change", "done", "ada")]

    def test_tokens_that_go_on_are_named_with_the_way_to_them(self, mine, person):
        token(person, "nightly <b>")
        api_tokens.revoke(person, token(person, "old").token.pk, now=timezone.now())
        change(mine)
        page = mine.get("/account/").content.decode()
        assert "These tokens still read as you: “nightly &lt;b&gt;”." in page
        assert '<a href="/tokens/">Look through your API tokens</a>' in page

    def test_without_a_token_nothing_is_said_of_any(self, mine):
        change(mine)
        assert "tokens still read" not in mine.get("/account/").content.decode()

    @pytest.mark.parametrize("weak", ["short pass", "qwerty123456", "ada@harbour.example"])
    def test_what_is_short_common_or_about_oneself_is_refused(self, mine, weak):
        assert 'class="field-errors"' in change(mine, new=weak).content.decode()

    def test_letters_and_figures_are_not_prescribed(self, mine):
        assert change(mine, new="only small letters here").status_code == 302

    def test_guessing_the_old_one_is_throttled_as_at_sign_in(self, mine):
        answers = [change(mine, old=f"wrong {number}") for number in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert answers[-1]["Retry-After"] == "30"
        assert change(mine).status_code == 429

    def test_who_has_none_changes_none(self, mine, person):
        person.set_unusable_password()
        person.save()
        mine.force_login(person)
        assert mine.get("/account/password/").status_code == 404


class TestLinks:
    def test_an_administrator_makes_one_that_is_good_once(self, person, boss, entries):
        link = accounts.reset_link(boss, person)
        browser = Client()
        assert set_by(browser, link)["Location"] == "/sign-in/"
        person.refresh_from_db()
        assert person.check_password(NEW)
        assert "_auth_user_id" not in browser.session
        assert follow(Client(), link).status_code == 410
        assert entries() == [("password.link", "done", "boss"), ("password.change", "done", "ada")]

    def test_nobody_else_makes_one(self, person):
        with pytest.raises(PermissionDenied):
            accounts.reset_link(person, person)

    def test_it_is_good_for_an_hour(self, person, boss, clock):
        link = accounts.reset_link(boss, person)
        clock.shift(timedelta(hours=1, seconds=1))
        page = follow(Client(), link)
        assert page.status_code == 410
        assert "This link is not valid" in page.content.decode()

    def test_it_ends_with_the_next_sign_in(self, person, boss):
        link = accounts.reset_link(boss, person)
        Client().post("/sign-in/", {"username": "ada", "password": OLD})
        assert follow(Client(), link).status_code == 410

    def test_it_ends_every_session(self, mine, person, boss):
        set_by(Client(), accounts.reset_link(boss, person))
        assert mine.get("/account/").status_code == 302

    def test_it_ends_every_token_of_the_person_and_of_nobody_else(self, person, boss, entries):
        mine, others = [token(person, "nightly"), token(person, "laptop")], token(boss, "nightly")
        browser = Client()
        set_by(browser, accounts.reset_link(boss, person))
        now = timezone.now()
        assert [api_tokens.find(made.secret, now=now) for made in mine] == [None, None]
        assert api_tokens.find(others.secret, now=now) is not None
        assert entries(AuditAction.TOKEN_REVOKED) == [("token.revoke", "done", "ada")] * 2
        assert "Your 2 API tokens are revoked." in browser.get("/sign-in/").content.decode()

    def test_a_closed_account_has_none(self, person, boss, entries):
        link = accounts.reset_link(boss, person)
        User.objects.filter(pk=person.pk).update(is_active=False)
        assert follow(Client(), link).status_code == 410
        person.refresh_from_db()
        assert accounts.reset_link(boss, person) == ""
        assert entries()[-1] == ("password.link", "refused", "boss")

    def test_somebody_new_who_has_no_password_sets_one(self, boss):
        person = User.objects.create_user("new")
        set_by(Client(), accounts.reset_link(boss, person))
        person.refresh_from_db()
        assert person.check_password(NEW)

    def test_the_page_says_its_rule_once_and_a_spent_link_is_called_so(self, person, boss):
        link, browser = accounts.reset_link(boss, person), Client()
        page = follow(browser, link).content.decode()
        assert page.count("At least twelve characters") == 1
        assert "for verification" not in page
        assert "New password once more" in page
        set_by(browser, link)
        assert "<title>This link is not valid" in follow(Client(), link).content.decode()

    def test_its_secret_is_in_no_log_and_goes_nowhere(self, person, boss, caplog):
        link = accounts.reset_link(boss, person)
        secret = link.rstrip("/").rpartition("/")[2]
        with caplog.at_level("INFO"):
            response = Client().get(link)
        assert response["Referrer-Policy"] == "same-origin"
        assert "/sign-in/password/***" in caplog.text
        assert secret not in caplog.text

    def test_where_passwords_are_closed_there_is_none(self, person, boss, settings):
        link = accounts.reset_link(boss, person)
        settings.SSO_ONLY = True
        assert Client().get(link).status_code == 404
        assert accounts.reset_link(boss, person) == ""


class TestMail:
    def ask(self, email, **more):
        return Client().post("/sign-in/forgotten/", {"email": email}, **more)

    def test_a_link_is_sent_that_begins_with_the_configured_address(self, person, with_mail, mailoutbox, settings):
        settings.ALLOWED_HOSTS = ["*"]
        response = self.ask("Ada@harbour.example", headers={"host": "evil.example"})
        assert response["Location"] == "/sign-in/"
        [mail] = mailoutbox
        assert mail.to == ["ada@harbour.example"]
        [link] = re.findall(r"https?://\S+", mail.body)
        assert link.startswith("https://quay.example/sign-in/password/")
        set_by(Client(), link)
        person.refresh_from_db()
        assert person.check_password(NEW)

    def test_the_answer_is_the_same_for_all(self, person, with_mail, mailoutbox):
        known, unknown = Client(), Client()
        answers = [
            known.post("/sign-in/forgotten/", {"email": person.email}),
            unknown.post("/sign-in/forgotten/", {"email": "nobody@harbour.example"}),
        ]
        assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/sign-in/")}
        shown = [re.sub(r"[A-Za-z0-9]{64}", "", b.get("/sign-in/").content.decode()) for b in (known, unknown)]
        assert shown[0] == shown[1]
        assert "If an account has this address" in shown[0]
        assert len(mailoutbox) == 1

    def test_it_is_the_same_while_the_mail_server_is_away_and_the_log_names_nobody(
        self, person, with_mail, monkeypatch, caplog
    ):
        def refuse(_message):
            raise SMTPRecipientsRefused({person.email: (550, b"no such mailbox")})

        monkeypatch.setattr(EmailMessage, "send", refuse)
        response = self.ask(person.email)
        assert (response.status_code, response["Location"]) == (302, "/sign-in/")
        [told] = [record for record in caplog.records if record.name == "quayside.sign_in"]
        assert vars(told)["error"] == "SMTPRecipientsRefused"
        assert person.email not in str(vars(told))

    def test_mails_go_out_behind_the_answer(self, person, settings, monkeypatch, mailoutbox):
        settings.HAS_MAIL, settings.BASE_URL = True, "https://quay.example"
        waiting = []
        monkeypatch.setattr(accounts._post, "submit", lambda do, *given: waiting.append((do, given)))
        self.ask(person.email)
        assert mailoutbox == []
        [(do, given)] = waiting
        do(*given)
        assert len(mailoutbox) == 1

    def test_who_comes_by_single_sign_on_gets_none(self, person, with_mail, mailoutbox):
        person.set_unusable_password()
        person.save()
        self.ask(person.email)
        assert mailoutbox == []

    def test_mails_are_throttled_by_address_of_either_kind(self, person, with_mail, mailoutbox):
        answers = [self.ask(person.email) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [302] * 3 + [429] * 2
        elsewhere = [self.ask(person.email, REMOTE_ADDR="192.0.2.77") for _ in range(3)]
        assert [answer.status_code for answer in elsewhere] == [302] + [429] * 2
        assert len(mailoutbox) == 4

    def test_without_mail_there_is_no_such_page(self, person):
        assert self.ask(person.email).status_code == 404
        assert "sign-in/forgotten" not in Client().get("/sign-in/").content.decode()


def test_entries_hold_no_secrets(person, boss, mine):
    accounts.reset_link(boss, person)
    change(mine)
    told = str(list(AuditEntry.objects.values()))
    assert NEW not in told
    assert "/sign-in/password/" not in told
