from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from dashboard.domain.roles import Role
from dashboard.models import ApiToken, AuditEntry
from dashboard.services import api_tokens, tickets
from tests.factories import make_person
from tests.pages import parsed, resolved, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db):
    client = Client()
    client.force_login(make_person("vera", role=Role.VIEWER))
    return client


def send(client, **fields):
    given = {"name": "laptop", "days": "90", "ticket": tickets.new()}
    return client.post("/tokens/", given | fields)


def secret_of(response):
    return next(e.get("value") for e in parsed(response).iter("input") if (e.get("value") or "").startswith("qs_"))


def test_without_a_token_the_page_says_what_one_is_for(ada):
    text = resolved(ada.get("/tokens/"))
    assert "You have no token" in text
    assert "New token" in text


def test_a_new_token_is_told_once_and_works(ada):
    response = send(ada)
    secret = secret_of(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/runs").status_code == 200

    listed = ada.get("/tokens/").content.decode()
    assert secret not in listed
    assert f"…{secret[-4:]}" in listed
    assert resolved(response).count(secret) == 2


def test_a_form_that_is_sent_twice_makes_one_token(ada):
    ticket = tickets.new()
    send(ada, ticket=ticket)
    again = send(ada, ticket=ticket)
    assert (again.status_code, again["Location"]) == (302, "/tokens/")
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "This does not fit yet"),
        ({"name": "x" * 81}, "This does not fit yet"),
        ({"name": "a\nb"}, "control characters"),
        ({"days": "366"}, "This does not fit yet"),
        ({"days": "0"}, "This does not fit yet"),
        ({"ticket": ""}, "This form was too old"),
    ],
)
def test_what_does_not_fit_makes_no_token_and_says_why(ada, fields, words):
    response = send(ada, **fields)
    assert response.status_code == 422
    assert words in resolved(response)
    assert not ApiToken.objects.exists()


def test_too_many_tokens_are_refused_in_words(ada, monkeypatch):
    monkeypatch.setattr(api_tokens, "MOST_LIVE", 1)
    send(ada)
    response = send(ada)
    assert response.status_code == 422
    assert "as many as one may have" in resolved(response)


def test_revoking_asks_first_and_then_the_token_is_worth_nothing(ada):
    secret = secret_of(send(ada))
    token = ApiToken.objects.get()
    asked = ada.get(f"/tokens/{token.pk}/revoke/")
    assert "Revoke laptop?" in resolved(asked)
    assert api_tokens.find(secret, now=timezone.now()) is not None

    done = ada.post(f"/tokens/{token.pk}/revoke/", follow=True)
    assert "is revoked" in resolved(done)
    assert api_tokens.find(secret, now=timezone.now()) is None
    assert "It has ended already" in resolved(ada.get(f"/tokens/{token.pk}/revoke/"))


def test_each_token_shows_its_state_in_a_word(ada):
    send(ada, name="good")
    send(ada, name="short", days="7")
    send(ada, name="ended")
    api_tokens.revoke(ApiToken.objects.first().user, ApiToken.objects.get(name="ended").pk, now=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        client = Client()
        client.force_login(ApiToken.objects.first().user)
        rows = [text_of(row) for row in parsed(client.get("/tokens/")).iter("tr")][1:]
    assert [row.split()[:2] for row in rows] == [["ended", "Revoked"], ["short", "Expired"], ["good", "Good"]]


def test_a_good_token_that_is_older_than_a_hundred_ended_ones_is_listed_and_can_be_revoked(ada):
    secret = secret_of(send(ada, name="the old one"))
    old = ApiToken.objects.get()
    for number in range(api_tokens.MOST_LISTED):
        ended = api_tokens.create(old.user, f"ended {number}", days=7, now=timezone.now()).token
        api_tokens.revoke(old.user, ended.pk, now=timezone.now())
    assert "the old one" in ada.get("/tokens/").content.decode()
    assert ada.post(f"/tokens/{old.pk}/revoke/").status_code == 302
    assert api_tokens.find(secret, now=timezone.now()) is None


def test_a_token_of_a_number_that_is_far_too_long_is_not_there(ada):
    assert ada.get(f"/tokens/{'9' * 30}/revoke/").status_code == 404


def test_a_token_of_others_is_not_there(ada):
    other = make_person("otto", role=Role.OPERATOR)
    token = api_tokens.create(other, "theirs", days=7, now=timezone.now()).token
    assert ada.get(f"/tokens/{token.pk}/revoke/").status_code == 404
    assert ada.post(f"/tokens/{token.pk}/revoke/").status_code == 404
    assert "theirs" not in ada.get("/tokens/").content.decode()


def test_who_has_no_role_has_no_tokens(db):
    client = Client()
    client.force_login(make_person("nobody", role=None))
    assert client.get("/tokens/").status_code == 403
    assert send(client).status_code == 403
    assert not ApiToken.objects.exists()


def test_making_and_revoking_are_in_the_audit_log_with_where_they_were_asked_from(ada):
    send(ada)
    ada.post(f"/tokens/{ApiToken.objects.get().pk}/revoke/")
    entries = list(AuditEntry.objects.filter(action__startswith="token.").order_by("pk"))
    assert [(entry.action, entry.actor_name, entry.address) for entry in entries] == [
        ("token.create", "vera", "127.0.0.1"), ("token.revoke", "vera", "127.0.0.1"),
    ]  # fmt: skip


def test_a_name_is_shown_as_it_is_written(ada):
    send(ada, name="<script>alert(1)</script>")
    text = ada.get("/tokens/").content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
