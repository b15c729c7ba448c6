"""A token's way through the product: typed into a form, used against a server, and nowhere to be read afterwards."""

import json
import logging

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from dashboard.demo.docks import make_app
from dashboard.models import Run, Source, Trial
from dashboard.services.sync import looks
from tests.demo.docks.conftest import TENANT, Clock
from tests.factories import make_person
from tests.fixtures.docks import serving

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

CANARY = "docks_canary-51f0c3a7e9d24b68"


@pytest.fixture
def server(tmp_path):
    app = make_app(tmp_path / "docks", now=Clock(), token=CANARY, tenant=TENANT)
    with serving(app) as server:
        app.base_url = server.url
        server.app = app
        yield server


@pytest.fixture
def admin(db):
    admin = Client()
    admin.force_login(make_person("root", is_staff=True, is_superuser=True))
    return admin


@pytest.fixture
def source(admin, server):
    """Added by the administrator's form, then listed."""
    form = {"name": "Docks", "kind": "docks", "address": server.url, "tenant": TENANT, "new_token": CANARY}
    response = admin.post("/admin/dashboard/source/add/", form | {"list_limit": "20"})
    assert response.status_code == 302, response.content.decode()
    Source.objects.update(allowed_endpoints=[["127.0.0.1", server.port]])
    looks.look_at_source(Source.objects.get().pk, timezone.now)
    return Source.objects.get()


def everywhere(client, source):
    """The texts of pages, exports and files in which it could stand."""
    run = Run.objects.filter(kind="evaluation", n_trials__gt=0).first()
    trial = Trial.objects.filter(run=run).first()
    paths = [
        "/runs/", "/runs/export.csv", "/runs/export.json", "/runs/details.json?q=", "/runs/new/", "/tasks/",
        f"/runs/{run.pk}/", f"/runs/{run.pk}/config/", f"/runs/{run.pk}/history/", f"/runs/{run.pk}/trials/",
        f"/runs/{run.pk}/trials/export.json", f"/runs/{run.pk}/?v=0", f"/runs/{run.pk}/artifacts.zip?type=result",
        f"/runs/{run.pk}/trials/{trial.pk}/", f"/runs/{run.pk}/trials/{trial.pk}/files/",
        "/search/?q=11111111-2222-3333-4444-555555555555",
        "/admin/dashboard/source/", f"/admin/dashboard/source/{source.pk}/change/",
        f"/admin/dashboard/auditentry/?object_kind=source&object={source.pk}",
    ]  # fmt: skip
    for path in paths:
        for headers in ({}, {"hx-request": "true"}):
            response = client.get(path, headers=headers)
            assert response.status_code in {200, 204, 403, 503}, (path, response.status_code)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            yield path, f"{response.headers}{content.decode(errors='replace')}"


def stored():
    """All columns of all tables, as the database has them, and the cache."""
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            yield model._meta.db_table, repr(cursor.fetchall())
    yield "cache", repr(getattr(cache, "_cache", ""))


def test_it_is_sent_to_its_server_and_to_be_read_nowhere(admin, source, server, caplog):
    caplog.set_level(logging.DEBUG)
    assert source.health == "healthy"
    assert source.token.reveal() == CANARY
    seen = dict(everywhere(admin, source))
    server.app.token = "another"
    looks.look_at_source(source.pk, timezone.now)
    source.refresh_from_db()
    assert source.error_code == "auth"
    seen |= {f"refused: {path}": text for path, text in everywhere(admin, source)}
    assert [path for path, text in [*seen.items(), *stored()] if CANARY in text] == []
    assert CANARY not in caplog.text
    assert CANARY not in repr([source, vars(source), source.config()])
    assert CANARY not in json.dumps([str(record.__dict__) for record in caplog.records])


def test_an_address_elsewhere_does_not_get_it(admin, source):
    form = {"name": "Docks", "kind": "docks", "address": "https://elsewhere.example", "tenant": TENANT}
    response = admin.post(f"/admin/dashboard/source/{source.pk}/change/", form | {"list_limit": "20"})
    assert response.status_code == 200
    assert "token" in response.content.decode().lower()
    form["remove_token"] = "on"
    assert admin.post(f"/admin/dashboard/source/{source.pk}/change/", form | {"list_limit": "20"}).status_code == 302
    assert Source.objects.get().token.reveal() == ""
