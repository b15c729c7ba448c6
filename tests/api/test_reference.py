"""The document and its page."""

import os
import shutil
import subprocess
import sys

import pytest
from django.test import Client

from dashboard.api import documents, examples
from tests.factories import make_person, make_run
from tests.pages import classed, parsed, resolved, text_of

pytestmark = pytest.mark.django_db


def signed_in(role):
    client = Client()
    client.force_login(make_person(role=role))
    return client


def test_the_document_is_there_for_members_and_for_tokens_alone(viewer, client_of_viewer, stranger):
    assert viewer.client.get("/api/v1/openapi.json").json() == documents.document()
    assert client_of_viewer.get("/api/v1/openapi.json").status_code == 200
    assert stranger.get("/api/v1/openapi.json").status_code == 401
    assert signed_in(None).get("/api/v1/openapi.json").status_code == 401


def test_the_document_calls_refusals_what_they_are():
    for operations in documents.document()["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                kind = "application/problem+json" if status >= "400" else "application/json"
                assert set(answer.get("content", {kind: None})) == {kind}
            assert operation["security"] == [{"PersonalToken": []}]


def test_every_field_and_parameter_that_is_a_quantity_says_its_unit():
    for name, shape in documents.document()["components"]["schemas"].items():
        for field, schema in shape.get("properties", {}).items():
            if field.endswith(("_seconds", "usd", "_bytes")):
                said = schema.get("description", "").lower()
                assert any(unit in said for unit in ("second", "dollar", "byte")), (name, field)


def test_the_page_shows_every_address_parameter_and_shape(client_of_viewer):
    response = client_of_viewer.get("/api/")
    text = resolved(response)
    page = parsed(response)
    document = documents.document()
    for path, methods in document["paths"].items():
        assert path in text
        for operation in methods.values():
            assert page.find(f".//*[@id='{operation['operationId']}']") is not None
    for name, schema in document["components"]["schemas"].items():
        [article] = [each for each in page.iter("article") if each.get("aria-labelledby") == f"shape-{name}"]
        for field in schema.get("properties", {}):
            assert field in text_of(article)


def test_every_link_within_the_page_leads_somewhere(client_of_viewer):
    page = parsed(client_of_viewer.get("/api/"))
    ids = {element.get("id") for element in page.iter() if element.get("id")}
    for link in page.iter("a"):
        if link.get("href", "").startswith("#"):
            assert link.get("href")[1:] in ids


def test_the_page_needs_no_script_of_its_own_and_no_other_machine(client_of_viewer):
    text = client_of_viewer.get("/api/").content.decode()
    assert "http-equiv" not in text
    assert 'src="http' not in text
    assert "<style" not in text


def test_the_page_is_for_members(stranger):
    assert stranger.get("/api/").status_code == 302
    assert signed_in(None).get("/api/").status_code == 403


def test_the_menu_leads_to_the_tokens_and_they_to_the_page(client_of_viewer):
    links = {link.get("href") for link in parsed(client_of_viewer.get("/runs/")).iter("a")}
    assert "/tokens/" in links
    [actions] = classed(parsed(client_of_viewer.get("/tokens/")), "actions", "div")
    assert {link.get("href") for link in actions.iter("a")} == {"/api/"}


@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_the_examples_do_what_they_say(live_server, viewer):
    make_run(name="first", rate_strict=0.5, n_passed=1, n_failed=1)
    make_run(name="second", status="failed")
    environment = os.environ | {"QUAYSIDE": live_server.url, "QUAYSIDE_TOKEN": viewer.secret}
    options = {"env": environment, "capture_output": True, "text": True, "timeout": 60}

    assert subprocess.run([sys.executable, "-c", examples.PYTHON], check=True, **options).stdout == (
        "first 0.5 1 passed of 2 finished\n"
    )
    if shutil.which("curl"):
        told = subprocess.run(["bash", "-c", examples.CURL], check=True, **options).stdout
        assert '"name":"first"' in told
        assert '"name":"second"' not in told
