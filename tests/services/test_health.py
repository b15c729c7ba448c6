from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from dashboard.models import MirrorClock
from dashboard.services import health
from tests.factories import make_source

pytestmark = pytest.mark.django_db


def faults():
    return {check.name: check.fault for check in health.checks()}


def test_all_is_well_where_everything_is():
    make_source(next_sync_at=timezone.now())

    assert faults() == {"database": "", "migrations": "", "cache": "", "sync": ""}


def test_without_a_database_nothing_else_is_asked(monkeypatch):
    def refuse():
        raise DatabaseError("password=secret")

    monkeypatch.setattr(MirrorClock, "now", refuse)

    assert faults() == {"database": "The database does not answer."}


def test_a_migration_that_is_not_applied_is_told():
    MigrationRecorder.Migration.objects.filter(app="dashboard").order_by("-pk")[0].delete()

    assert faults()["migrations"] == "1 migrations are not applied: run “prepare”."


def test_a_cache_that_keeps_nothing_is_told(monkeypatch):
    monkeypatch.setattr(cache, "get", lambda *_args: None)

    assert faults()["cache"] == "The cache keeps nothing."


def test_a_cache_that_is_away_is_told(monkeypatch):
    def refuse(*_args):
        raise ConnectionRefusedError

    monkeypatch.setattr(cache, "set", refuse)

    assert faults()["cache"] == "The cache keeps nothing."


@pytest.mark.parametrize(
    ("late", "fields", "is_told"),
    [
        (timedelta(minutes=3), {}, True),
        (timedelta(minutes=1), {}, False),
        (timedelta(minutes=3), {"is_paused": True}, False),
    ],
)
def test_a_look_that_nobody_begins_is_told(late, fields, is_told):
    make_source(next_sync_at=timezone.now() - late, **fields)

    assert bool(faults()["sync"]) is is_told


def test_a_look_under_way_is_not_late():
    now = timezone.now()
    make_source(next_sync_at=now - timedelta(hours=1), claimed_until=now + timedelta(seconds=20))

    assert faults()["sync"] == ""
