"""What the administrator decides for the team."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

_MONTH, _TEN_YEARS = 30, 3650
"""Days."""


def _days(default: int | None, purpose: str, least: int = 1) -> models.PositiveIntegerField:  # type: ignore[type-arg]
    limits = [MinValueValidator(least), MaxValueValidator(_TEN_YEARS)]
    if default is None:
        return models.PositiveIntegerField(null=True, blank=True, validators=limits, help_text=purpose)
    return models.PositiveIntegerField(default=default, validators=limits, help_text=purpose)


class TeamSettings(models.Model):
    """One row: how links are shared, and how long what is kept is kept. Days each."""

    name = models.CharField(
        max_length=80, blank=True, help_text="What pages of share links call the team; empty: by the dashboard's host."
    )
    has_sharing = models.BooleanField(default=True, help_text="Whether runs and reports may be shared by links.")
    longest_share = _days(30, "Days that a share link may last.")
    keep_audit = _days(365, "Days that entries of the audit log are kept; a month at the least.", _MONTH)
    keep_deliveries = _days(30, "Days that notices which went out are kept.")
    keep_gone = _days(None, "Days that runs which their source has forgotten are kept; empty: always.")
    keep_links = _days(90, "Days that share links are kept in the list after they end.")

    class Meta:
        verbose_name = "settings of the team"
        verbose_name_plural = "settings of the team"

    def __str__(self) -> str:
        return "settings of the team"
