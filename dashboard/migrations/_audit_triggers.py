"""The database itself refuses to change or remove entries of the audit log.

What is older than the team keeps may go, if an entry of the log says so: one of ``log.trim`` whose ``through`` is the
last that goes (see ``services/audit_chain.py``).

A migration that changes the table of entries or that of the team's settings does so between ``OPENED`` and ``CLOSED``:
SQLite makes such a table anew under another name, which it refuses while a trigger speaks of it.
"""

from typing import Any

from django.db import migrations

# A row may go where an entry says so, and it was older than is kept when that was said.
SQLITE_UP = (
    """
    CREATE TRIGGER audit_no_change BEFORE UPDATE ON dashboard_auditentry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_no_removal BEFORE DELETE ON dashboard_auditentry
    WHEN NOT EXISTS (
        SELECT 1 FROM dashboard_auditentry AS said
        WHERE said.id > OLD.id AND said.action = 'log.trim'
          AND json_extract(said.detail, '$.through') >= OLD.id
          AND julianday(OLD.at) < julianday(said.at)
              - COALESCE((SELECT keep_audit FROM dashboard_teamsettings ORDER BY id LIMIT 1), 365)
    )
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
)
SQLITE_DOWN = ("DROP TRIGGER IF EXISTS audit_no_change", "DROP TRIGGER IF EXISTS audit_no_removal")

POSTGRESQL_UP = (
    """
    CREATE OR REPLACE FUNCTION dashboard_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege'; END $$
    """,
    """
    CREATE OR REPLACE FUNCTION dashboard_audit_trim() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM dashboard_auditentry AS said
            WHERE said.id > OLD.id AND said.action = 'log.trim'
              AND (said.detail ->> 'through')::bigint >= OLD.id
              AND OLD.at < said.at - make_interval(days =>
                  COALESCE((SELECT keep_audit FROM dashboard_teamsettings ORDER BY id LIMIT 1), 365))
        ) THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    """
    CREATE TRIGGER audit_no_change BEFORE UPDATE ON dashboard_auditentry
    FOR EACH ROW EXECUTE FUNCTION dashboard_audit_refuse()
    """,
    """
    CREATE TRIGGER audit_no_removal BEFORE DELETE ON dashboard_auditentry
    FOR EACH ROW EXECUTE FUNCTION dashboard_audit_trim()
    """,
    """
    CREATE TRIGGER audit_no_emptying BEFORE TRUNCATE ON dashboard_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION dashboard_audit_refuse()
    """,
)
POSTGRESQL_DOWN = (
    "DROP TRIGGER IF EXISTS audit_no_change ON dashboard_auditentry",
    "DROP TRIGGER IF EXISTS audit_no_removal ON dashboard_auditentry",
    "DROP TRIGGER IF EXISTS audit_no_emptying ON dashboard_auditentry",
    "DROP FUNCTION IF EXISTS dashboard_audit_refuse()",
    "DROP FUNCTION IF EXISTS dashboard_audit_trim()",
)
UP = {"sqlite": SQLITE_UP, "postgresql": POSTGRESQL_UP}
DOWN = {"sqlite": SQLITE_DOWN, "postgresql": POSTGRESQL_DOWN}


def close(apps: Any, schema_editor: Any) -> None:
    """Make the triggers."""
    for statement in UP.get(schema_editor.connection.vendor, ()):
        schema_editor.execute(statement)


def open_again(apps: Any, schema_editor: Any) -> None:
    """Drop them."""
    for statement in DOWN.get(schema_editor.connection.vendor, ()):
        schema_editor.execute(statement)


CLOSED = migrations.RunPython(close, open_again)
OPENED = migrations.RunPython(open_again, close)
