"""The groups of the three roles. Who had an account before there were roles may do what they could do then."""

from typing import Any

from django.db import migrations

ROLES = ("viewer", "operator", "administrator")


def make_roles(apps: Any, schema_editor: Any) -> None:
    Group = apps.get_model("auth", "Group")
    User = apps.get_model("auth", "User")
    viewer, operator, administrator = (Group.objects.get_or_create(name=name)[0] for name in ROLES)
    for user in User.objects.all():
        user.groups.add(administrator if user.is_superuser or user.is_staff else operator)


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0004_team"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
