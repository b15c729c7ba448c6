"""What the administrator decides for the team: one row, made when it is first asked for."""

from dashboard.models import TeamSettings

ROW = 1
"""The primary key of the one row."""


def current() -> TeamSettings:
    """The team's settings; the defaults until somebody changes them."""
    settings, _ = TeamSettings.objects.get_or_create(pk=ROW)
    return settings
