"""Administering tenants of a Docks server: above all, that their tokens go one way."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client

from dashboard.models import Source
from tests import factories

pytestmark = pytest.mark.django_db

ADD = "/admin/dashboard/source/add/"
TOKEN = "docks_canary-0123456789-wxyz"


@pytest.fixture
def administrator():
    client = Client()
    client.force_login(factories.make_person("root", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def stored(administrator):
    assert administrator.post(ADD, form(new_token=TOKEN)).status_code == 302
    return Source.objects.get()


def form(**fields):
    given = {"name": "Prod", "kind": "docks", "address": "https://docks.example", "tenant": "t-1", "list_limit": "200"}
    return given | {"time_zone": "", "stalled_after": ""} | fields


def page_of(source):
    return f"/admin/dashboard/source/{source.pk}/change/"


def test_a_tenant_is_added_with_its_token_encrypted(stored):
    assert (stored.address, stored.tenant, stored.token.reveal()) == ("https://docks.example", "t-1", TOKEN)
    assert stored.next_sync_at is not None


def test_a_token_is_in_no_page_and_in_no_history(administrator, stored):
    administrator.post(page_of(stored), form(name="Production", new_token="docks_another-0123456789"))
    stored.refresh_from_db()
    paths = [page_of(stored), f"/admin/dashboard/source/{stored.pk}/history/", "/admin/dashboard/source/", "/admin/"]
    shown = "".join(administrator.get(path).content.decode() for path in paths)
    shown += "".join(f"{entry.change_message} {entry.object_repr} {entry}" for entry in LogEntry.objects.all())
    assert "ends in …6789" in shown
    for secret in (TOKEN, "docks_another", stored.token.cipher, "gAAAA"):
        assert secret not in shown


def test_a_form_that_is_refused_does_not_repeat_the_token(administrator):
    response = administrator.post(ADD, form(tenant="", new_token=TOKEN))
    assert response.status_code == 200
    page = response.content.decode()
    assert "Give the tenant" in page
    assert TOKEN not in page
    assert not Source.objects.exists()


def test_a_server_without_keys_says_so_beside_the_token(administrator, settings):
    settings.TOKEN_KEYS = []
    response = administrator.post(ADD, form(new_token=TOKEN))
    assert response.status_code == 200
    assert "this server has no TOKEN_KEYS to encrypt it with" in response.content.decode()


def test_another_server_needs_its_own_token(administrator, stored):
    response = administrator.post(page_of(stored), form(address="https://other.example"))
    assert "The stored token is for another server." in response.content.decode()
    stored.refresh_from_db()
    assert stored.address == "https://docks.example"


@pytest.mark.parametrize(
    "changed",
    [
        {"tenant": "t-2"},
        {"new_token": "docks_another-0123456789"},
        {"remove_token": "on"},
        {"allowed_artifacts": "gs://bucket"},
        {"list_limit": "50"},
    ],
)
def test_what_may_let_other_runs_be_found_is_tried_at_once(administrator, stored, changed):
    Source.objects.update(next_sync_at=factories.NOW + timedelta(days=1))
    with time_machine.travel(factories.NOW, tick=False):
        administrator.post(page_of(stored), form(**changed))
    stored.refresh_from_db()
    assert stored.next_sync_at == factories.NOW
    assert bool(stored.token) is ("remove_token" not in changed)


def test_the_form_says_which_kind_a_field_is_for(administrator):
    page = administrator.get(ADD).content.decode()
    assert "For Docks and CARROT, whose base URL is the address." in page
    assert "For folders of jobs." in page
    assert 'type="password"' in page
    assert 'name="token"' not in page


def test_an_error_of_ours_is_reported_without_the_token(administrator, stored, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError

    monkeypatch.setattr("dashboard.services.sources.save", fail)
    administrator.raise_request_exception = False
    request = administrator.post(page_of(stored), form(new_token=TOKEN)).wsgi_request
    assert "new_token" in request.sensitive_post_parameters
