"""The mirror's clock: one number that grows with every change, so that a page can ask "anything since 812?"."""

from django.db import connection, models
from django.db.models import F


class MirrorClock(models.Model):
    """A single row. Its lock is held until the writing transaction ends, so versions appear in order."""

    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def now(cls) -> int:
        """The version of the newest change; 0 before the first.

        Every poll asks, so in plain words: to put them together each time would cost ten times what they do.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT value FROM dashboard_mirrorclock WHERE id = 1")
            row = cursor.fetchone()
        return row[0] if row else 0

    @classmethod
    def tick(cls) -> int:
        """The next version. To be called inside the transaction that writes what changed."""
        row = cls.objects.filter(pk=1)
        if not row.update(value=F("value") + 1):
            # Two writers may come to the first change at once: one makes the row, both count on.
            MirrorClock.objects.bulk_create([MirrorClock(pk=1)], ignore_conflicts=True)
            row.update(value=F("value") + 1)
        return cls.now()
