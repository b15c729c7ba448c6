"""What lets somebody in beside their password: shown once to them, and to nobody else, nor kept to be read."""

import logging
import re

import pytest
from django.test import Client

from dashboard.domain.roles import Role
from tests.factories import make_person, make_run, make_source
from tests.secrets.test_team import found, pages
from tests.secrets.test_token import stored
from tests.views.accounts.test_factors import PASSWORD, turn_on

pytestmark = pytest.mark.django_db

CODES = "/account/second-factor/codes/"
OF_SOURCE = "docks_canary-2b7f91"


def signed_in(name, role, **fields):
    browser = Client()
    browser.force_login(make_person(name, role=role, **fields))
    return browser


@pytest.fixture
def ada():
    return signed_in("ada", Role.ADMINISTRATOR, is_staff=True)


@pytest.fixture
def bob():
    return signed_in("bob", Role.OPERATOR)


@pytest.fixture
def secrets(ada, bob):
    """Each in use: a second factor with its codes, a link for a password, a source's token."""
    make_run(make_source("Docks", kind="docks", address="https://docks.example"))
    form = {"name": "Other", "kind": "docks", "address": "https://other.example", "tenant": "t", "list_limit": "20"}
    ada.post("/admin/dashboard/source/add/", form | {"new_token": OF_SOURCE})
    factor = turn_on(bob)
    codes = bob.get(CODES).context["unused_codes"]
    person = bob.session["_auth_user_id"]
    page = ada.post(f"/admin/auth/user/{person}/link/").content.decode()
    link = re.search(r"/sign-in/password/[^/]+/([^/\"]+)/", page)
    return {
        "second factor": factor, "first code": codes[0], "last code": codes[-1], "link": link[1],
        "source's token": OF_SOURCE,
    }  # fmt: skip


def read(browser):
    for at in pages():
        response = browser.get(at)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        yield at, f"{response.headers}{body.decode(errors='replace')}"


@pytest.mark.parametrize("who", ["ada", "viv", "another operator", "nobody"])
def test_nobody_else_reads_them(request, secrets, ada, who):
    readers = {
        "ada": lambda: ada,
        "viv": lambda: signed_in("viv", Role.VIEWER),
        "another operator": lambda: signed_in("oli", Role.OPERATOR),
        "nobody": Client,
    }
    browser = readers[who]()
    browser.raise_request_exception = False
    assert found(secrets, read(browser)) == []


def test_whose_they_are_reads_the_codes_where_codes_are_shown_and_nothing_more(secrets, bob):
    told = found(secrets, read(bob))
    assert {where for _, where in told} <= {CODES, f"{CODES}file/"}
    assert {what for what, _ in told} <= {"first code", "last code"}
    assert secrets["first code"] in bob.get(CODES).content.decode()


def test_they_are_in_no_entry_no_export_of_entries_no_log_and_no_table(secrets, ada, caplog):
    caplog.set_level(logging.DEBUG)
    Client().get(f"/sign-in/password/Mg/{secrets['link']}/")
    Client().post("/sign-in/", {"username": "bob", "password": PASSWORD})
    export = b"".join(ada.post("/admin/dashboard/auditentry/export/").streaming_content).decode()
    assert "factor.change" in export
    assert "list_limit" in export
    assert found(secrets, [("export", export), *stored()]) == []
    lines = [
        str(record.__dict__) for record in caplog.records if record.name.startswith(("quayside", "django.request"))
    ]
    assert [line for line in lines if "/sign-in/password/" in line]
    assert found(secrets, [("log", line) for line in lines]) == []
