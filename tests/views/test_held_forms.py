"""What somebody wrote when their session had ended: held for them, shown to nobody else, sent anew."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from dashboard.models import Note
from dashboard.services import held_forms
from tests.factories import make_note, make_person, make_run
from tests.fixtures.clocks import NOW, clock

__all__ = ["clock"]

PASSWORD = "a long enough phrase"

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return make_run()


@pytest.fixture
def notes(run):
    return f"/runs/{run.pk}/notes/"


def signed_in(name="ada", browser=None, **more):
    browser = browser or Client()
    browser.post("/sign-in/", {"username": name, "password": PASSWORD, **more})
    return browser


@pytest.fixture
def browser():
    make_person("ada")
    make_person("bob")
    return signed_in()


def fields(browser, page):
    """What the forms of a page send of themselves."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', browser.get(page).content.decode())
    return dict(found)


def sent_late(browser, page, **typed):
    """The answer to a form whose page was opened before the session ended."""
    form = fields(browser, page)
    browser.post("/sign-out/")
    return browser.post(page, form | typed)


def shown(browser):
    return browser.get("/sent/").content.decode()


def test_what_was_written_is_there_after_signing_in_and_kept_by_sending_it(browser, notes):
    answer = sent_late(browser, notes, text="It **broke** again")
    assert answer["Location"] == "/sign-in/?next=/sent/&undone=1"
    assert "What you wrote is held for you" in browser.get(answer["Location"]).content.decode()
    signed_in(browser=browser)
    assert "It **broke** again" in shown(browser)
    assert f'action="{notes}"' in shown(browser)
    again = fields(browser, "/sent/")
    assert "csrfmiddlewaretoken" in again
    assert browser.post(notes, again).status_code == 302
    assert Note.objects.get().text == "It **broke** again"
    assert "Nothing is held for you" in shown(browser)


def test_a_preview_goes_on_as_a_preview(browser, notes):
    sent_late(browser, notes, text="It broke", preview="1")
    signed_in(browser=browser)
    page = browser.post(notes, fields(browser, "/sent/")).content.decode()
    assert "Preview: not kept yet" in page
    assert not Note.objects.exists()


def test_a_held_change_of_a_note_does_not_overwrite_what_was_written_meanwhile(browser, run):
    note = make_note(run, User.objects.get(username="ada"))
    page = f"/notes/{note.pk}/"
    sent_late(browser, page, text="mine")
    Note.objects.update(text="theirs")
    signed_in(browser=browser)
    assert "began" not in re.sub(r"<input[^>]*>", "", shown(browser)).lower()
    answer = browser.post(page, fields(browser, "/sent/"))
    assert (answer.status_code, "theirs" in answer.content.decode()) == (409, True)
    assert ">mine</textarea>" in answer.content.decode()
    assert Note.objects.get().text == "theirs"


def test_nobody_else_gets_it(browser, notes):
    sent_late(browser, notes, text="for my eyes")
    signed_in("bob", browser)
    assert "Nothing is held for you" in shown(browser)
    assert "for my eyes" not in shown(browser)
    browser.post("/sent/")
    assert "for my eyes" in shown(signed_in())


def test_a_form_of_nobody_is_not_held(browser, notes):
    browser.post("/sign-out/")
    for forged in ("", "1", "1:1vMcmZ:abc", held_forms.writer(make_person("eve"))[:-2]):
        answer = browser.post(
            notes, {"text": "planted", "writer": forged}, headers={"referer": f"http://testserver{notes}"}
        )
        assert answer["Location"] == f"/sign-in/?next={notes}&undone=1"
    assert not Session.objects.filter(session_key__startswith="held-").exists()


def test_one_form_is_held_for_an_hour(browser, notes, clock):
    sent_late(browser, notes, text="the first")
    sent_late(signed_in(browser=browser), notes, text="the second")
    assert Session.objects.filter(session_key__startswith="held-").count() == 1
    clock.shift(timedelta(minutes=59))
    signed_in(browser=browser)
    assert "the second" in shown(browser)
    clock.shift(timedelta(minutes=2))
    assert "Nothing is held for you" in shown(browser)


def test_what_is_too_long_is_not_held(browser, notes):
    answer = sent_late(browser, notes, text="x" * (held_forms.MOST_CHARACTERS + 1))
    assert answer["Location"] == "/sign-in/?next=/&undone=1"
    assert not Session.objects.filter(session_key__startswith="held-").exists()


def test_it_can_be_thrown_away(browser, notes):
    sent_late(browser, notes, text="never mind")
    signed_in(browser=browser)
    assert browser.post("/sent/").status_code == 302
    assert "Nothing is held for you" in shown(browser)


def test_secrets_are_not_held(browser):
    typed = {"kind": "webhook", "name": "Team evals", "address": "https://hooks.example.org/T0/zzSECRETzz"}
    sent_late(browser, "/watches/channels/new/", **typed)
    signed_in(browser=browser)
    assert "Team evals" in shown(browser)
    assert "Give again what stood in: address." in shown(browser)
    assert not any("zzSECRETzz" in str(row.get_decoded()) for row in Session.objects.all())


@pytest.mark.parametrize(
    ("name", "value", "is_held"),
    [
        ("variables-0-value", "hunter2", False),
        ("parameters-3-value", "hunter2", False),
        ("variables-0-name", "sk1234567890abcdef", False),
        ("variables-0-name", "ANTHROPIC_API_KEY", True),
        ("password", "hunter2", False),
        ("token", "hunter2", False),
        ("text", "a token is missing", True),
    ],
)
def test_of_a_form_only_what_is_no_secret_is_held(browser, notes, name, value, is_held):
    sent_late(browser, notes, **{name: value})
    found = held_forms.held(User.objects.get(username="ada"), now=NOW)
    assert ((name, value) in found.fields) is is_held
    assert (name in found.left_out) is not is_held


class TestAfterAnotherSignIn:
    """The page was opened under an older sign-in: its token is worth nothing, what was written is."""

    @pytest.fixture
    def strict(self, browser):
        return Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})

    def enter(self, strict, name="ada"):
        strict.get("/sign-in/")
        strict.post("/sign-in/", fields(strict, "/sign-in/") | {"username": name, "password": PASSWORD})

    def leave(self, strict, notes):
        strict.post("/sign-out/", fields(strict, notes))

    def test_an_open_form_is_shown_anew_and_can_be_sent(self, strict, notes):
        self.enter(strict)
        old = fields(strict, notes) | {"text": "still here"}
        self.leave(strict, notes)
        self.enter(strict)
        answer = strict.post(notes, old)
        assert (answer.status_code, answer["Location"]) == (302, "/sent/")
        assert "still here" in shown(strict)
        assert strict.post(notes, fields(strict, "/sent/")).status_code == 302
        assert Note.objects.get().text == "still here"

    def test_to_htmx_it_is_a_page_of_its_own(self, strict, notes):
        self.enter(strict)
        old = fields(strict, notes) | {"text": "still here"}
        self.leave(strict, notes)
        self.enter(strict)
        assert strict.post(notes, old, headers={"hx-request": "true"})["HX-Redirect"] == "/sent/"

    def test_another_person_is_not_shown_it(self, strict, notes):
        self.enter(strict)
        old = fields(strict, notes) | {"text": "for my eyes"}
        self.leave(strict, notes)
        self.enter(strict, "bob")
        told = strict.post(notes, old, follow=True).content.decode()
        assert "This was not kept here." in told
        assert "held for them for an hour" in told
        assert "ada" not in told
        assert "for my eyes" not in told + shown(strict)
        assert not Note.objects.exists()
        assert "for my eyes" in shown(signed_in())

    def test_what_another_sent_hides_nothing_of_ones_own(self, strict, notes):
        self.enter(strict, "bob")
        held_forms.hold(
            held_forms.writer(User.objects.get(username="bob")),
            held_forms.HeldForm(path=notes, page=notes, fields=[("text", "of bob")]),
            now=NOW,
        )
        told = strict.get("/sent/?of=another").content.decode()
        assert "This was not kept here." in told
        assert "of bob" in told

    def test_another_sites_form_is_refused_though_it_names_a_writer(self, strict, notes):
        self.enter(strict)
        old = fields(strict, notes) | {"text": "planted"}
        answer = strict.post(notes, old, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403
        assert "Nothing is held for you" in shown(strict)

    def test_a_form_without_its_writer_is_refused_as_ever(self, strict, notes):
        self.enter(strict)
        answer = strict.post(notes, {"text": "planted"})
        assert answer.status_code == 403
        assert "This form was not accepted" in answer.content.decode()


@pytest.mark.parametrize(
    "page",
    ["/views/new/?list=runs", "/watches/channels/new/", "/runs/{run}/share/", "/preferences/", "/runs/{run}/notes/"],
)
def test_forms_in_which_people_write_name_their_writer(browser, run, page):
    assert held_forms.hold(
        fields(browser, page.format(run=run.pk)).get("writer", ""),
        held_forms.HeldForm(path="/", page="/", fields=[]),
        now=NOW,
    )
