"""Walking along the audit log, and trimming it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from dashboard.domain.audits import AuditAction
from dashboard.models import AuditEntry
from dashboard.services import audit, audit_chain, team
from tests import factories
from tests.fixtures import append_only

pytestmark = pytest.mark.django_db

NOW = factories.NOW


def record(n, *, days_ago=0):
    with time_machine.travel(NOW - timedelta(days=days_ago), tick=False):
        return [audit.record(AuditAction.CHANGED, None, detail={"n": each}) for each in range(n)]


def tamper(statement, *values):
    """As somebody who owns the database: the triggers are taken away first."""
    append_only.execute(append_only.guards.DOWN)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    append_only.execute(append_only.guards.UP)


def test_an_empty_log_is_whole():
    assert audit_chain.verify() == audit_chain.Verdict(n_entries=0)


def test_what_was_recorded_is_whole():
    entries = record(3)
    assert audit_chain.verify() == audit_chain.Verdict(n_entries=3, last_hash=entries[-1].hash)


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor_name", "x"), ("at", "2026-11-21 11:00:00+00:00"), ("detail", '{"n": 5}'), ("outcome", "refused")],
)
def test_an_entry_that_was_changed_is_told(column, value):
    _, second, _ = record(3)
    tamper(f"UPDATE dashboard_auditentry SET {column} = %s WHERE id = %s", value, second.pk)
    verdict = audit_chain.verify()
    assert (verdict.is_whole, verdict.n_entries, verdict.broken) == (False, 1, second)
    assert "hash" in verdict.fault


def test_an_entry_that_was_taken_out_is_told_at_the_one_that_follows():
    _, second, third = record(3)
    tamper("DELETE FROM dashboard_auditentry WHERE id = %s", second.pk)
    verdict = audit_chain.verify()
    assert verdict.broken == third
    assert "missing" in verdict.fault


def test_a_beginning_that_was_taken_off_is_told():
    first, second, _ = record(3)
    tamper("DELETE FROM dashboard_auditentry WHERE id = %s", first.pk)
    assert audit_chain.verify().broken == second


def test_an_end_that_was_taken_off_shows_against_a_hash_that_was_noted():
    _, second, third = record(3)
    noted = audit_chain.verify().last_hash
    assert audit_chain.verify(holds=noted).is_held
    tamper("DELETE FROM dashboard_auditentry WHERE id = %s", third.pk)
    assert audit_chain.verify().is_whole
    verdict = audit_chain.verify(holds=noted)
    assert (verdict.is_whole, verdict.is_held, verdict.last_hash) == (False, False, second.hash)


def test_the_newest_can_be_walked_along_alone():
    first, *_, last = record(5)
    tamper("UPDATE dashboard_auditentry SET actor_name = 'x' WHERE id = %s", first.pk)
    assert audit_chain.verify(newest=3) == audit_chain.Verdict(n_entries=3, last_hash=last.hash)
    assert audit_chain.verify(newest=5).broken == first
    assert audit_chain.verify(newest=50).broken == first


class TestTrim:
    def test_only_what_is_older_than_is_kept_goes_and_the_chain_goes_on(self):
        old, young = record(3, days_ago=400), record(2, days_ago=364)
        with time_machine.travel(NOW, tick=False):
            assert audit_chain.trim(NOW) == 3
        said = AuditEntry.objects.first()
        assert [entry.pk for entry in AuditEntry.objects.order_by("pk")] == [*(entry.pk for entry in young), said.pk]
        assert said.action == AuditAction.LOG_TRIMMED
        assert (said.detail["entries"], said.detail["goes_on_from"]) == (3, old[-1].hash)
        assert audit_chain.verify().is_whole

    def test_it_goes_batch_by_batch(self, monkeypatch):
        monkeypatch.setattr(audit_chain, "BATCH", 2)
        record(5, days_ago=400)
        record(1)
        with time_machine.travel(NOW, tick=False):
            assert audit_chain.trim(NOW) == 5
        verdict = audit_chain.verify()
        assert (verdict.is_whole, verdict.n_entries) == (True, 4)

    def test_where_nothing_is_old_nothing_is_said(self):
        record(2)
        assert audit_chain.trim(NOW) == 0
        assert AuditEntry.objects.count() == 2

    def test_as_long_as_the_team_says(self):
        settings = team.current()
        settings.keep_audit = 10
        settings.save()
        record(2, days_ago=11)
        record(1, days_ago=9)
        with time_machine.travel(NOW, tick=False):
            assert audit_chain.trim(NOW) == 2

    def test_an_old_log_keeps_an_entry_that_the_next_one_follows(self):
        record(2, days_ago=400)
        with time_machine.travel(NOW, tick=False):
            assert audit_chain.trim(NOW) > 0
        assert audit_chain.verify().is_whole
        assert AuditEntry.objects.exists()
