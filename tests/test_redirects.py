"""Where answers lead to: to pages of ours, whatever an address, a form or a header says."""

import re
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from dashboard.views.addresses import back
from tests.factories import make_person

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "//evil.example", "///evil.example", "////evil.example/", "/\\evil.example", "\\\\evil.example", "\\/evil.example",
    "https:evil.example", "https:/evil.example", "https:///evil.example", "http://evil.example", "HTTPS://evil.example",
    "javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "mailto:a@evil.example",
    "/\t/evil.example", "\t//evil.example", " //evil.example", "/%0d%0aLocation: //evil.example\r\nX: y",
    "/runs/\r\nSet-Cookie: a=b", "\x00//evil.example", "//testserver@evil.example", "http://testserver@evil.example",
    "http://testserver.evil.example", "//evil.example\\@testserver", "ftp://testserver/",
    "．．//evil.example", "//evil。example",
]  # fmt: skip
"""What browsers take for another site, another scheme, or another header."""


def is_ours(location):
    """Whether a browser that reads this at the sign-in page stays here, with one header read."""
    seen = re.sub(r"[\t\r\n]", "", location).strip("".join(map(chr, range(33)))).replace("\\", "/")
    landing = urlsplit(urljoin("http://testserver/sign-in/", seen))
    return (landing.scheme, landing.netloc) == ("http", "testserver") and not set(location) & set("\r\n\0")


@pytest.fixture
def person():
    client = Client()
    client.force_login(make_person("ada"))
    return client


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_form_leads_elsewhere(person, address):
    response = person.post("/appearance/", {"theme": "dark", "next": address})
    assert response.status_code == 302
    assert is_ours(response["Location"]), response["Location"]
    assert len(response.headers.get("Set-Cookie", "")) == 0


@pytest.mark.parametrize("address", ELSEWHERE)
def test_the_way_back_leads_nowhere_else_with_something_changed_either(address):
    request = RequestFactory().post("/", {"next": address})
    assert is_ours(back(request, told="1")["Location"])


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_led_elsewhere_after_sign_in(address):
    client = Client()
    person = make_person("ada")
    person.set_password("a long pass phrase")
    person.save()
    given = {"username": "ada", "login": "ada", "password": "a long pass phrase"}
    response = client.post("/sign-in/", {**given, "next": address})
    assert response.status_code == 302, response.content.decode()
    assert is_ours(response["Location"]), response["Location"]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_who_is_signed_in_already_is_not_led_elsewhere(person, address):
    response = person.get("/sign-in/", {"next": address})
    assert is_ours(response.headers.get("Location", "/runs/"))


@pytest.mark.parametrize("address", ELSEWHERE)
@pytest.mark.parametrize("name", ["hx-current-url", "referer"])
def test_who_was_signed_out_is_not_sent_elsewhere_nor_comes_back_there(address, name):
    sent = {name: address.encode().decode("latin-1"), **({"hx-request": "true"} if name.startswith("hx") else {})}
    response = Client().post("/appearance/", headers=sent)
    location = response.headers.get("HX-Redirect") or response["Location"]
    assert is_ours(location)
    [way_back] = parse_qs(urlsplit(location).query, keep_blank_values=True)["next"]
    assert is_ours(way_back)


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/%2e%2e", "/%5Cevil.example", "/\\evil.example/runs"]
)
def test_a_missing_slash_at_the_end_is_not_put_behind_another_host(person, path):
    response = person.get(path)
    assert is_ours(response.headers.get("Location", "/"))


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"])
def test_no_header_but_host_says_what_we_are_called(person, name):
    response = person.get("/runs", headers={name: "evil.example"})
    assert "evil" not in response.headers.get("Location", "")
    assert "evil.example" not in person.get("/runs/", headers={name: "evil.example"}).content.decode()


def test_the_page_behind_sign_in_is_ours_by_setting():
    assert settings.USE_X_FORWARDED_HOST is False
    assert {settings.LOGIN_URL, settings.LOGIN_REDIRECT_URL} == {"sign-in", "run-list"}
