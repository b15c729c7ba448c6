"""Single sign-on, against a real provider on this machine."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
import time_machine
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from dashboard.domain.roles import Role
from dashboard.models import AuditEntry
from dashboard.models.sealed import Sealed
from dashboard.services import rights
from dashboard.views.accounts.sso import MOST_ASKED
from tests.factories import make_person
from tests.fixtures.clocks import NOW
from tests.identity_provider import below, configure, go_through, provider

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]),
    # The provider's own, of the library it is made with.
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]

GOOD = {"email": "ada@harbour.example", "email_verified": True, "preferred_username": "ada", "name": "Ada L"}


@pytest.fixture
def idp(monkeypatch, settings):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with provider() as running:
        configure(settings, running.issuer)
        yield running


@pytest.fixture
def browser():
    return Client()


def refused(response):
    assert response.status_code == 403
    return response.content.decode()


def role_of(name):
    return rights.role(User.objects.get(username=name))


def test_the_button_comes_first_and_leads_to_the_provider(idp, browser):
    page = browser.get("/sign-in/?next=/tasks/").content.decode()
    assert page.index("Sign in with Harbour ID") < page.index('name="username"')
    there = urlsplit(browser.get("/sign-in/sso/?next=/tasks/")["Location"])
    asked = parse_qs(there.query)
    assert f"{there.scheme}://{there.netloc}" == idp.issuer
    assert asked["redirect_uri"] == ["http://testserver/sign-in/sso/return/"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) == 32
    assert len(asked["state"][0]) >= 16


def test_who_is_new_gets_an_account_without_a_password_and_the_role_for_everybody(idp, browser, who, entries):
    idp.knows("s-1", **GOOD)
    response = go_through(browser, idp, "s-1", wanted="/tasks/?q=x")
    assert (response.status_code, response["Location"]) == (302, "/tasks/?q=x")
    assert who(browser) == "ada"
    person = User.objects.get(username="ada")
    assert (person.email, person.has_usable_password()) == (GOOD["email"], False)
    assert role_of("ada") is Role.VIEWER
    assert entries() == [("object.change", "done", "ada"), ("session.begin", "done", "ada")]
    assert [row.detail for row in AuditEntry.objects.order_by("pk")] == [
        {"by": "single sign-on", "role": "none → viewer"}, {"by": "single sign-on"},
    ]  # fmt: skip


def test_nothing_is_kept_of_what_the_provider_says_but_who_it_is(idp, browser):
    idp.knows("s-1", **GOOD, phone_number="+44 1")
    go_through(browser, idp, "s-1")
    [joined] = SocialAccount.objects.all()
    assert (joined.uid, joined.extra_data) == ("s-1", {})
    assert not SocialToken.objects.exists()


def test_who_comes_again_is_the_same_whatever_they_are_called_now(idp, browser, who):
    idp.knows("s-1", **GOOD)
    go_through(Client(), idp, "s-1")
    idp.knows("s-1", **GOOD | {"preferred_username": "root", "email": "other@harbour.example"})
    go_through(browser, idp, "s-1")
    assert who(browser) == "ada"
    assert User.objects.count() == 1


def test_the_session_has_a_new_key_after_sign_in(idp, browser):
    idp.knows("s-1", **GOOD)
    there = browser.get("/sign-in/sso/")
    before = browser.session.session_key
    browser.get(below(idp.lets_in(there["Location"], "s-1")))
    assert browser.session.session_key != before


def test_an_account_with_that_verified_address_is_joined(idp, browser, who):
    person = make_person("lovelace", email="Ada@Harbour.example")
    idp.knows("s-1", **GOOD)
    go_through(browser, idp, "s-1")
    assert who(browser) == "lovelace"
    person.refresh_from_db()
    assert person.check_password("a long enough phrase")
    assert role_of("lovelace") is Role.OPERATOR


@pytest.mark.parametrize("said", [False, "true", None])
def test_an_address_that_nobody_verified_joins_nothing(idp, browser, who, said):
    make_person("lovelace", email=GOOD["email"])
    idp.knows("s-1", **GOOD | {"email_verified": said})
    go_through(browser, idp, "s-1")
    assert who(browser) == "ada"
    assert User.objects.get(username="ada").email == ""


def test_an_administrators_account_is_never_joined_by_itself(idp, browser, who, entries):
    make_person("boss", role=Role.ADMINISTRATOR, email=GOOD["email"])
    idp.knows("s-1", **GOOD)
    assert "An administrator&#x27;s account has your e-mail address" in refused(go_through(browser, idp, "s-1"))
    assert who(browser) == ""
    assert entries() == [("session.refuse", "refused", "")]


def test_an_address_that_two_accounts_have_joins_neither(idp, browser, who):
    make_person("one", email=GOOD["email"])
    make_person("two", email=GOOD["email"])
    idp.knows("s-1", **GOOD)
    assert "cannot be joined by itself" in refused(go_through(browser, idp, "s-1"))
    assert who(browser) == ""


def test_an_address_that_an_account_no_longer_has_is_its_new_owners(idp, browser, who):
    idp.knows("s-1", **GOOD)
    go_through(Client(), idp, "s-1")
    User.objects.update(username="lovelace", email="new@harbour.example")
    idp.knows("s-2", **GOOD)
    assert go_through(browser, idp, "s-2").status_code == 302
    assert who(browser) == "ada"
    assert User.objects.get(username="ada").email == GOOD["email"]
    assert User.objects.get(username="lovelace").email == "new@harbour.example"


def test_who_comes_by_single_sign_on_can_turn_a_second_factor_on_without_a_password(idp, browser):
    idp.knows("s-1", **GOOD)
    go_through(browser, idp, "s-1")
    page = browser.get("/account/second-factor/")
    assert page.status_code == 200
    assert len(page.context["form"].secret) == 32


def test_a_closed_account_stays_outside_joined_or_not(idp, browser, who):
    idp.knows("s-1", **GOOD)
    go_through(Client(), idp, "s-1")
    User.objects.update(is_active=False)
    assert "This account is closed" in refused(go_through(browser, idp, "s-1"))
    SocialAccount.objects.all().delete()
    assert "This account is closed" in refused(go_through(browser, idp, "s-1"))
    assert who(browser) == ""


def test_where_no_accounts_are_made_strangers_stay_outside(idp, browser, settings):
    settings.SSO_SIGN_UP = False
    idp.knows("s-1", **GOOD)
    assert "There is no account for you here yet" in refused(go_through(browser, idp, "s-1"))
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "ada@elsewhere.example"},
        {"email_verified": False},
        {"email": "ada@harbour.example.evil.example"},
        {"email": "x@harbour.example@evil.example"},
    ],
)
def test_only_verified_addresses_of_the_teams_domains_come_in(idp, browser, settings, claims):
    settings.SSO_DOMAINS = ["harbour.example"]
    idp.knows("s-1", **GOOD | claims)
    assert "Only people with a verified e-mail address" in refused(go_through(browser, idp, "s-1"))
    assert not User.objects.exists()


def test_roles_follow_the_providers_groups_at_each_sign_in(idp, settings):
    settings.OIDC_ROLES = {"captains": "administrator", "crew": "operator"}
    make_person("root", role=Role.ADMINISTRATOR)
    for groups, role in (
        (["crew", "captains"], Role.ADMINISTRATOR), (["crew"], Role.OPERATOR), ([], Role.VIEWER),
        ("crew", Role.OPERATOR),
    ):  # fmt: skip
        idp.knows("s-1", **GOOD, groups=groups)
        assert go_through(Client(), idp, "s-1").status_code == 302
        assert role_of("ada") is role


def test_a_changed_role_is_written_down_before_a_second_factor_is_given(idp, browser, settings, who):
    settings.OIDC_ROLES = {"captains": "administrator"}
    mine = make_person("ada", email=GOOD["email"], role=Role.VIEWER)
    Authenticator.objects.create(user=mine, type=Authenticator.Type.TOTP, data={"secret": Sealed.of("A" * 32).cipher})
    idp.knows("s-1", **GOOD, groups=["captains"])
    assert go_through(browser, idp, "s-1")["Location"] == "/sign-in/code/"
    assert (who(browser), role_of("ada")) == ("", Role.ADMINISTRATOR)
    [entry] = AuditEntry.objects.filter(action="object.change")
    assert (entry.object_kind, entry.object_name) == ("user", "ada")
    assert entry.detail == {"by": "single sign-on", "role": "viewer → administrator"}


def test_the_last_administrator_comes_in_and_stays_one(idp, browser, settings, who, entries):
    settings.OIDC_ROLES = {"captains": "administrator"}
    for groups in (["captains"], []):
        idp.knows("s-1", **GOOD, groups=groups)
        assert go_through(browser, idp, "s-1").status_code == 302
        assert (who(browser), role_of("ada")) == ("ada", Role.ADMINISTRATOR)
    assert browser.get("/admin/").status_code == 200
    assert entries()[-2:] == [("object.change", "refused", "ada"), ("session.begin", "done", "ada")]


def test_without_a_role_for_everybody_one_waits_for_an_administrator(idp, browser, settings):
    settings.SSO_ROLE = "none"
    idp.knows("s-1", **GOOD)
    go_through(browser, idp, "s-1")
    assert role_of("ada") is None
    assert "Your account has no role yet" in browser.get("/account/").content.decode()


def test_groups_say_nothing_unless_they_are_mapped(idp, browser):
    idp.knows("s-1", **GOOD, groups=["administrator"])
    go_through(browser, idp, "s-1")
    assert role_of("ada") is Role.VIEWER


@pytest.mark.parametrize("given", ["", "state=wrong", "state="])
def test_an_answer_to_no_question_of_this_browser_is_refused(idp, browser, who, given):
    idp.knows("s-1", **GOOD)
    there = Client().get("/sign-in/sso/")
    code = parse_qs(urlsplit(idp.lets_in(there["Location"], "s-1")).query)["code"][0]
    assert "could not be used" in refused(browser.get(f"/sign-in/sso/return/?code={code}&{given}"))
    assert who(browser) == ""


def test_what_answers_no_question_leaves_no_entry(idp, browser, entries):
    refused(browser.get("/sign-in/sso/return/?state=x&error=y"))
    assert entries() == []


def test_an_answer_that_says_no_leaves_one(idp, browser, entries):
    state = parse_qs(urlsplit(browser.get("/sign-in/sso/")["Location"]).query)["state"][0]
    refused(browser.get(f"/sign-in/sso/return/?state={state}&error=y"))
    assert entries() == [("session.refuse", "refused", "")]


@pytest.mark.parametrize("way", ["/sign-in/sso/", "/sign-in/sso/return/?state=x"])
@time_machine.travel(NOW, tick=False)
def test_one_network_asks_only_so_often(idp, way):
    asked = [Client().get(way).status_code for _ in range(MOST_ASKED)]
    n_sessions = Session.objects.count()
    over = Client().get(way)
    assert 429 not in asked
    assert (over.status_code, Session.objects.count()) == (429, n_sessions)
    assert 1 <= int(over["Retry-After"]) <= 60
    assert Client(REMOTE_ADDR="192.0.2.7").get(way).status_code == asked[0]


def test_a_session_on_the_way_ends_soon_and_one_that_came_in_lasts(idp, browser, settings):
    idp.knows("s-1", **GOOD)
    there = browser.get("/sign-in/sso/")
    assert Session.objects.get().expire_date <= timezone.now() + timedelta(minutes=15)
    browser.get(below(idp.lets_in(there["Location"], "s-1")))
    lasts = Session.objects.get().expire_date - timezone.now()
    assert lasts > timedelta(days=settings.SESSION_DAYS - 1)


def test_the_providers_own_document_is_asked_for_once_in_minutes(idp, monkeypatch):
    asked = []
    get = requests.Session.get
    monkeypatch.setattr(requests.Session, "get", lambda self, url, **given: (asked.append(url), get(self, url))[1])
    assert [Client().get("/sign-in/sso/").status_code for _ in range(3)] == [302] * 3
    assert len(asked) == 1


def test_somebody_elses_answer_is_refused_with_ones_own_state(idp, browser, who):
    idp.knows("s-1", **GOOD)
    theirs = idp.lets_in(Client().get("/sign-in/sso/")["Location"], "s-1")
    state = parse_qs(urlsplit(browser.get("/sign-in/sso/")["Location"]).query)["state"][0]
    code = parse_qs(urlsplit(theirs).query)["code"][0]
    assert "not made for this sign-in" in refused(browser.get(f"/sign-in/sso/return/?code={code}&state={state}"))
    assert who(browser) == ""
    assert not User.objects.exists()


def test_an_answer_is_good_once(idp, browser):
    idp.knows("s-1", **GOOD)
    back = below(idp.lets_in(browser.get("/sign-in/sso/")["Location"], "s-1"))
    assert browser.get(back).status_code == 302
    browser.post("/sign-out/")
    assert browser.get(back).status_code == 403


def test_who_turns_back_at_the_provider_is_told_so(idp, browser):
    there = browser.get("/sign-in/sso/")["Location"]
    # This provider forgets to send the state back, as RFC 6749, 4.1.2.1 wants.
    state = parse_qs(urlsplit(there).query)["state"][0]
    assert "you turned back there" in refused(browser.get(f"{below(idp.turns_away(there))}&state={state}"))


def test_a_token_signed_by_somebody_else_is_refused(idp, browser, who, monkeypatch):
    idp.knows("s-1", **GOOD)
    back = below(idp.lets_in(browser.get("/sign-in/sso/")["Location"], "s-1"))
    monkeypatch.setattr(jwt.algorithms.RSAAlgorithm, "verify", lambda *_: False)
    assert "could not be used" in refused(browser.get(back))
    assert who(browser) == ""


def test_a_provider_that_calls_itself_something_else_is_not_followed(idp, browser, settings):
    configure(settings, idp.issuer.replace("localhost", "LOCALHOST"))
    assert "could not be used" in refused(browser.get("/sign-in/sso/"))


def test_a_provider_that_is_away_is_said(browser, settings):
    configure(settings, "http://localhost:1")
    assert "could not be used" in refused(browser.get("/sign-in/sso/"))


@pytest.mark.parametrize(
    "forged", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_one_comes_back_to_a_page_of_ours_only(idp, browser, forged):
    idp.knows("s-1", **GOOD)
    assert go_through(browser, idp, "s-1", wanted=forged)["Location"] == "/runs/"


def test_where_people_are_sent_back_to_is_not_taken_from_the_request(idp, browser, settings):
    settings.BASE_URL = "https://quay.example"
    settings.ALLOWED_HOSTS = ["*"]
    there = browser.get("/sign-in/sso/", headers={"host": "evil.example"})["Location"]
    assert parse_qs(urlsplit(there).query)["redirect_uri"] == ["https://quay.example/sign-in/sso/return/"]


def test_where_passwords_are_closed_there_is_no_form_and_none_is_heard(idp, browser, settings, who):
    settings.SSO_ONLY = True
    make_person("ada")
    page = browser.get("/sign-in/").content.decode()
    assert "Sign in with Harbour ID" in page
    assert 'name="password"' not in page
    assert browser.post("/sign-in/", {"username": "ada", "password": "a long enough phrase"}).status_code == 403
    assert who(browser) == ""


def test_without_a_provider_nothing_is_offered(browser):
    assert "sign-in/sso" not in browser.get("/sign-in/").content.decode()
    assert browser.get("/sign-in/sso/").status_code == 404
    assert browser.get("/sign-in/sso/return/?code=x&state=y").status_code == 404


def test_an_administrator_joins_their_account_themselves_after_saying_who_they_are(idp, browser, who, entries):
    boss = make_person("boss", role=Role.ADMINISTRATOR, email=GOOD["email"])
    idp.knows("s-1", **GOOD)
    browser.force_login(boss)
    asked = browser.post("/account/sso/")
    assert asked["Location"].startswith("/account/again/?next=")
    page = browser.post("/account/again/", {"password": "a long enough phrase", "next": "/account/sso/"})
    there = page.context["url"]
    assert there.startswith(idp.issuer)
    back = browser.get(below(idp.lets_in(there, "s-1")))
    assert (back.status_code, back["Location"]) == (302, "/account/")
    stranger = Client()
    go_through(stranger, idp, "s-1")
    assert who(stranger) == "boss"
    assert ("factor.change", "done", "boss") in entries()
