"""The database itself refuses to change or remove entries of the audit log."""

from django.db import migrations

from dashboard.migrations._audit_triggers import CLOSED


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0005_roles")]

    operations = [CLOSED]
