"""A tenant that can be broken, its mirror from one good look, short deadlines, and somebody who reads pages."""

from datetime import timedelta
from functools import partial

import pytest
import pytest_socket
from django.db import transaction
from django.test import Client
from django.utils import timezone

from dashboard.http import Limits, Surroundings, session
from dashboard.models import Run, Source, Trial
from dashboard.services.sync import looks
from dashboard.sources import ranges
from dashboard.sources.carrot import client as carrot
from dashboard.sources.docks import client as docks
from dashboard.sources.sessions import forget_sessions
from dashboard.views.artifacts import slots
from tests.factories import make_person
from tests.faults.tenant import HOST, TOKEN, Tenant
from tests.fixtures.certificates import certificates
from tests.fixtures.databases import shared_database
from tests.pages import _empty_cache, client, person

__all__ = ["_empty_cache", "certificates", "client", "person", "shared_database"]

BRIEF = 0.3
"""Seconds for whatever has a deadline, where the deadline itself is not what is tested."""


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent.name == "faults":
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"]))


class Clock:
    """The sync's clock: stands still until it is moved; begins at the present, which pages go by."""

    def __init__(self):
        self.now = timezone.now()

    def __call__(self):
        return self.now

    def go_on(self, **span):
        self.now += timedelta(**span)


def make_source(tenant, name="Source", **fields):
    port = tenant.server.port
    given = {"address": f"http://{HOST}:{port}", "allowed_endpoints": [[HOST, port]]}
    return Source.objects.create(name=name, kind=tenant.kind, tenant=tenant.of, token=TOKEN, **given | fields)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="module")
def a_tenant(tmp_path_factory):
    """One tenant for all tests of a module."""
    tenant = Tenant(tmp_path_factory.mktemp("tenant"))
    yield tenant
    tenant.server.stop()


@pytest.fixture
def tenant(a_tenant, monkeypatch):
    """The tenant, well; what its sessions hold is forgotten afterwards."""
    monkeypatch.setattr("dashboard.http.addresses.socket.getaddrinfo", a_tenant.look_up)
    yield a_tenant
    forget_sessions()
    a_tenant.reset()
    a_tenant.server.drop()


@pytest.fixture(scope="module")
def a_mirror(a_tenant, django_db_setup, django_db_blocker, socket_enabled_for_module):
    """What one good look has mirrored of the tenant, for a module's tests; each leaves it as it was."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr("dashboard.http.addresses.socket.getaddrinfo", a_tenant.look_up)
        source = make_source(a_tenant)
        looks.look_at_source(source.pk, timezone.now)
        source.refresh_from_db()
        assert (source.health, source.error, source.runs.count()) == ("healthy", "", 3)
        yield source
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def socket_enabled_for_module():
    """The mirror is made before a test's own leave to use sockets takes effect."""
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture
def source(a_mirror, tenant, clock, db):
    """The source, healthy and mirrored a moment ago."""
    return Source.objects.get(pk=a_mirror.pk)


@pytest.fixture(autouse=True)
def _prompt(monkeypatch):
    """Nobody's pause before another try is long, and no stream of another test holds a slot."""
    monkeypatch.setattr(session, "Surroundings", partial(Surroundings, jitter=lambda: 0.0))
    slots.slots.cache_clear()


def hurry(patch):
    """Deadlines so short that what is slow is soon over, for the sync and for people who wait."""
    brief = Limits(deadline=BRIEF, connect=BRIEF, read=BRIEF)
    for speaking in (carrot, docks):
        patch.setattr(speaking, "BACKGROUND", Limits(deadline=BRIEF, retries=2))
        patch.setattr(speaking, "URGENT", brief)
        patch.setattr(speaking, "ACTION_LIMITS", brief)
    patch.setattr(ranges, "OPENING", ranges.StreamLimits(deadline=BRIEF, read=BRIEF))


@pytest.fixture
def begin(tenant, source, monkeypatch):
    """Breaks the source by a row; deadlines are short if it is slow."""

    def break_it(row):
        row.begin(tenant)
        tenant.server.requests.clear()
        if row.is_slow:
            hurry(monkeypatch)

    return break_it


@pytest.fixture
def fail(tenant, source, clock):
    """Breaks the source by a row and looks at it once; deadlines are short for this one look if it is slow."""

    def break_and_look(row):
        row.begin(tenant)
        tenant.server.requests.clear()
        return look(row)

    def look(row):
        with pytest.MonkeyPatch.context() as patch:
            if row.is_slow:
                hurry(patch)
            looks.look_at_source(source.pk, clock)
        source.refresh_from_db()
        return source

    break_and_look.again = look
    return break_and_look


@pytest.fixture
def administrator(db):
    client = Client()
    client.force_login(make_person("grace", is_staff=True, is_superuser=True))
    return client


def mirrored():
    """All that the mirror has of runs and trials, except when they were looked at and are next."""
    runs = Run.objects.order_by("pk").values_list("pk", "version", "fingerprint", "status", "is_gone", "n_trials")
    trials = Trial.objects.order_by("pk").values_list("pk", "version", "fingerprint", "outcome", "is_gone")
    return list(runs), list(trials)
