"""Administering CARROT servers, which have neither tenants nor, mostly, tokens."""

import pytest
from django.test import Client

from dashboard.models import Source
from tests import factories

pytestmark = pytest.mark.django_db

ADD = "/admin/dashboard/source/add/"


@pytest.fixture
def administrator():
    client = Client()
    client.force_login(factories.make_person("root", is_staff=True, is_superuser=True))
    return client


def form(**fields):
    given = {"name": "Pipelines", "kind": "carrot", "address": "HTTP://carrot.example:8080/", "list_limit": "200"}
    return given | {"tenant": "", "time_zone": "", "stalled_after": ""} | fields


def test_a_server_is_added_by_its_address_alone(administrator):
    assert administrator.post(ADD, form()).status_code == 302
    source = Source.objects.get()
    assert (source.kind, source.address, bool(source.token)) == ("carrot", "http://carrot.example:8080", False)
    assert source.next_sync_at is not None
    assert source.get_kind_display() == "CARROT"


def test_a_proxy_before_it_may_want_a_token(administrator):
    administrator.post(ADD, form(new_token="proxy-0123456789"))
    assert Source.objects.get().token.reveal() == "proxy-0123456789"


def test_a_tenant_is_refused_beside_its_field(administrator):
    page = administrator.post(ADD, form(tenant="t-1")).content.decode()
    assert "Only a Docks server has tenants: leave this empty." in page
    assert not Source.objects.exists()
