"""Which kinds of objects there are entries about in the audit log, and what each is called."""

from django.apps import apps
from django.db import connection

_KINDS = """
WITH RECURSIVE kinds(kind) AS (
  SELECT MIN(object_kind) FROM dashboard_auditentry WHERE object_kind > ''
  UNION ALL
  SELECT (SELECT MIN(object_kind) FROM dashboard_auditentry WHERE object_kind > kinds.kind) FROM kinds
  WHERE kinds.kind IS NOT NULL
)
SELECT kind FROM kinds WHERE kind IS NOT NULL
"""
"""From one kind to the next by the index: a DISTINCT would read the whole of it, which is as long as the log."""


def there_are() -> list[tuple[str, str]]:
    """Each kind as the log has it, and in words; by the words."""
    with connection.cursor() as cursor:
        cursor.execute(_KINDS)
        found = [row[0] for row in cursor.fetchall()]
    return sorted(((kind, words(kind)) for kind in found), key=lambda pair: pair[1].casefold())


def words(kind: str) -> str:
    """What a kind is called; one that the product has no more stays as the log has it."""
    return _words().get(kind, kind)


def _words() -> dict[str, str]:
    models = (model for label in ("auth", "dashboard") for model in apps.get_app_config(label).get_models())
    return {str(model._meta.model_name): str(model._meta.verbose_name) for model in models}
