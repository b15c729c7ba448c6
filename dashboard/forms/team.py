"""The form of the team's settings."""

from django import forms

from dashboard.models import TeamSettings


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    """What it asks, as a person would say it; each number is one of days."""

    class Meta:
        model = TeamSettings
        fields = ("name", "has_sharing", "longest_share", "keep_audit", "keep_deliveries", "keep_links", "keep_gone")
        labels = {
            "name": "Name of the team",
            "has_sharing": "Sharing by links is allowed",
            "longest_share": "Longest life of a share link (days)",
            "keep_audit": "Entries of the audit log (days)",
            "keep_deliveries": "Notices that went out (days)",
            "keep_links": "Share links that have ended (days)",
            "keep_gone": "Runs that their source has forgotten (days)",
        }
