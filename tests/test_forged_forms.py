"""Forms that do not come from a page of ours change nothing, at any address."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dashboard.services import accounts, tickets
from tests.factories import make_person, make_run
from tests.test_headers import addresses

pytestmark = pytest.mark.django_db

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
READ_ONLY = {401, 404, 405}
"""What answers a POST where none is taken."""


@pytest.fixture
def administrator():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person("root", is_staff=True, is_superuser=True))
    client.get("/runs/")
    return client


def token(client):
    return client.cookies[settings.CSRF_COOKIE_NAME].value


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_address_takes_a_form_without_its_token(administrator, method):
    answers = {at: getattr(administrator, method)(at).status_code for at in addresses().values()}
    assert {at: status for at, status in answers.items() if status not in {403, *READ_ONLY}} == {}
    if method == "post":
        assert list(answers.values()).count(403) > 20


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example", "http://testserver:81"]
)
def test_no_address_takes_a_form_of_another_origin_though_it_has_the_token(administrator, origin):
    given = {"headers": {"origin": origin, "x-csrftoken": token(administrator)}}
    answers = {at: administrator.post(at, **given).status_code for at in addresses().values()}
    assert {at: status for at, status in answers.items() if status not in {403, *READ_ONLY}} == {}


def test_with_tls_a_form_that_does_not_say_where_it_comes_from_is_refused(administrator):
    given = {"headers": {"x-csrftoken": token(administrator)}}
    assert administrator.post("/appearance/", {"theme": "dark"}, secure=True, **given).status_code == 403
    given["headers"]["referer"] = "https://testserver/runs/"
    assert administrator.post("/appearance/", {"theme": "dark"}, secure=True, **given).status_code == 302


def test_htmx_sends_the_token_with_all_that_stands_in_a_page(administrator):
    page = administrator.get("/runs/").content.decode()
    [found] = re.findall(r"hx-headers:inherited='\{\"x-csrftoken\": \"(\w+)\"\}'", page)
    given = {"headers": {"x-csrftoken": found, "hx-request": "true"}}
    assert administrator.post("/appearance/", {"theme": "dark"}, **given).status_code < 400


def test_what_is_shown_once_leaves_its_forms_an_origin(administrator):
    """A browser sends the forms of a page that says no-referrer as of the origin "null"; those are refused."""
    given = {"headers": {"x-csrftoken": token(administrator)}}
    person = make_person("olga")
    until = {"day": f"{timezone.now() + timedelta(days=2):%Y-%m-%d}", "time": "12:30", "zone": "UTC"}
    link = accounts.reset_link(User.objects.get(username="root"), person)
    told = [
        administrator.get(administrator.get(link).url),
        administrator.post(f"/admin/auth/user/{person.pk}/link/", **given),
        administrator.post("/tokens/", {"name": "nightly", "days": "30", "ticket": tickets.new()}, **given),
        administrator.post(
            f"/runs/{make_run().pk}/share/", {"scope": "summary", **until, "ticket": tickets.new()}, **given
        ),
    ]
    assert [(page.status_code, page["Referrer-Policy"]) for page in told] == [(200, "same-origin")] * len(told)


def test_every_form_that_is_posted_brings_its_token():
    posting = re.compile(r"<form[^>]*method=\"post\"[^>]*>(.*?)</form>", re.DOTALL | re.IGNORECASE)
    lacking = [
        each.relative_to(TEMPLATES).as_posix()
        for each in sorted(TEMPLATES.rglob("*.html"))
        for form in posting.findall(each.read_text())
        if "csrf" not in form and "{% include" not in form
    ]
    assert lacking == []
