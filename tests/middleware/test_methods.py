"""An address that only takes what a form sends, asked for by hand."""

import pytest
from django.test import Client

from tests import factories
from tests.pages import parsed, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    signed_in = Client()
    signed_in.force_login(factories.make_person("ada"))
    return signed_in


@pytest.mark.parametrize("path", ["/stars/", "/sources/1/look/", "/sign-out/"])
def test_people_get_a_page_that_says_so_and_leads_on(client, path):
    response = client.get(path, headers={"accept": "text/html,*/*;q=0.8"})
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert response["Content-Type"] == "text/html; charset=utf-8"
    page = parsed(response)
    assert "This address is not a page" in text_of(page)
    assert [link.get("href") for link in page.iter("a") if "button" in (link.get("class") or "")] == ["/"]


@pytest.mark.parametrize("headers", [{"hx-request": "true"}, {"accept": "application/json"}])
def test_scripts_and_programs_get_what_they_got(client, headers):
    response = client.get("/stars/", headers=headers)
    assert (response.status_code, response["Allow"], response.content) == (405, "POST", b"")


@pytest.mark.parametrize("method", ["put", "delete"])
def test_what_no_address_bar_sends_gets_no_page(client, method):
    response = getattr(client, method)("/stars/")
    assert (response.status_code, response.content) == (405, b"")
