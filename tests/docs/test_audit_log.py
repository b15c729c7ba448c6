"""The table of actions of the audit log says what can be in it."""

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.models import AuditEntry
from dashboard.services.audit import HASHED
from tests.docs.test_reference import REFERENCE, rows

DOCUMENT = REFERENCE / "audit-log.md"


def test_every_action_is_explained_once_and_in_order():
    assert [row[0] for row in rows(DOCUMENT, "Actions", "action")] == [action.value for action in AuditAction]


def test_every_column_is_explained():
    text = DOCUMENT.read_text(encoding="utf-8")
    columns = {field.name for field in AuditEntry._meta.concrete_fields} - {"id"}
    assert columns == {*HASHED, "previous_hash", "hash"}
    assert all(f"`{name}`" in text for name in columns)


def test_every_outcome_is_named():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"`{outcome.value}`" in text for outcome in AuditOutcome)
