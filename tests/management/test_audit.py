"""The command that checks and trims the audit log."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from dashboard.domain.audits import AuditAction
from dashboard.services import audit
from tests import factories
from tests.services.test_audit_chain import tamper

pytestmark = pytest.mark.django_db


def test_a_whole_log_is_told_with_its_last_hash(capsys):
    entry = audit.record(AuditAction.CHANGED, None)
    call_command("audit", verify=True)
    assert capsys.readouterr().out == f"1 entries, each as it was recorded. Last hash: {entry.hash}\n"


def test_a_broken_log_ends_with_where_it_is_broken():
    entry = audit.record(AuditAction.CHANGED, None)
    tamper("UPDATE dashboard_auditentry SET actor_name = 'x' WHERE id = %s", entry.pk)
    with pytest.raises(CommandError, match=f"Broken at entry {entry.pk} "):
        call_command("audit", verify=True)


def test_a_hash_that_is_gone_is_told():
    audit.record(AuditAction.CHANGED, None)
    with pytest.raises(CommandError, match="No entry has the hash"):
        call_command("audit", verify=True, holds="f" * 64)


def test_old_entries_are_trimmed_on_demand(capsys):
    with time_machine.travel(factories.NOW - timedelta(days=400), tick=False):
        audit.record(AuditAction.CHANGED, None)
    with time_machine.travel(factories.NOW, tick=False):
        audit.record(AuditAction.CHANGED, None)
        call_command("audit", trim=True)
    assert capsys.readouterr().out == "1 entries removed.\n"


def test_it_wants_to_be_told_what_to_do():
    with pytest.raises(CommandError, match="--verify"):
        call_command("audit")
