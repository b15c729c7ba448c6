"""Share links: public, read-only, expiring, revocable addresses of one run or report."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dashboard.domain.sharing import ShareScope
from dashboard.models.report import Report
from dashboard.models.run import Run


class ShareLink(models.Model):
    """What somebody shared, with whom it may concern, until when. Only the token's hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, blank=True, related_name="share_links")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, null=True, blank=True, related_name="share_links")
    scope = models.CharField(max_length=10, choices=[(scope.value, scope.label) for scope in ShareScope])
    note = models.CharField(max_length=200, blank=True)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="share_links",
        help_text="It shows what they may see, and nothing once they may not.",
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    last_opened_at = models.DateTimeField(null=True, blank=True)
    n_opened = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(run__isnull=False, report__isnull=True) | Q(run__isnull=True, report__isnull=False),
                name="share_of_run_or_report",
            )
        ]

    def __str__(self) -> str:
        return f"link to {self.run or self.report}"
