"""The audit log: who did what, on which object, when, from where, with what outcome."""

from typing import Any

from django.db import models

from dashboard.domain.audits import AuditAction, AuditOutcome

UNCHANGED = "An entry of the audit log is not changed."
KEPT = "An entry of the audit log is not removed."
_ACTIONS = frozenset(AuditAction)


class AuditEntries(models.QuerySet["AuditEntry"]):
    """Reads, and adds one by one."""

    def update(self, **_: Any) -> int:
        """Never."""
        raise TypeError(UNCHANGED)

    def bulk_update(self, *_: Any, **__: Any) -> int:
        """Never."""
        raise TypeError(UNCHANGED)

    def bulk_create(self, *_: Any, **__: Any) -> list["AuditEntry"]:
        """Never: each follows the one before it."""
        raise TypeError("Entries of the audit log are added one by one.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Never."""
        raise TypeError(KEPT)

    def trim(self) -> None:
        """Remove these, for ``services.audit_chain`` alone; the database refuses what no entry says is trimmed."""
        super().delete()


class AuditEntry(models.Model):
    """One thing that was done. Rows are added and never changed; each holds the hash of the one before it.

    The database refuses to change and remove them (migration 0006): one that makes this table anew makes the triggers
    anew, too.
    """

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(
        null=True, blank=True, help_text="The account's number; no reference, for the log outlives accounts."
    )
    actor_name = models.CharField(max_length=200, blank=True, help_text="As they were called then; kept when they go.")
    action = models.CharField(max_length=30, choices=[(one.value, one.value) for one in AuditAction])
    outcome = models.CharField(max_length=10, choices=[(one.value, one.value) for one in AuditOutcome])
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=100, blank=True)
    object_name = models.CharField(max_length=300, blank=True)
    source_name = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=45, blank=True, help_text="The IP address it was asked from.")
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict, blank=True, help_text="What changed, from what to what; without secrets.")
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    objects = AuditEntries.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "entry of the audit log"
        verbose_name_plural = "audit log"
        indexes = [
            models.Index(fields=["action", "-at"], name="audit_action"),
            models.Index(fields=["actor_id", "-at"], name="audit_actor"),
            models.Index(fields=["object_kind", "object_id"], name="audit_object"),
        ]

    def __str__(self) -> str:
        told = AuditAction(self.action).words if self.action in _ACTIONS else self.action
        return f"{told} by {self.actor_name or 'nobody'} at {self.at:%Y-%m-%d %H:%M:%S}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; one that is there is not written again."""
        if not self._state.adding:
            raise TypeError(UNCHANGED)
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never; what is older than is kept goes by ``services.audit_chain`` alone."""
        raise TypeError(KEPT)
