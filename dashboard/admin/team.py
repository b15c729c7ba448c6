"""The team's settings in the admin panel: a single page."""

from typing import Any

from django.contrib import admin
from django.core.validators import MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dashboard.admin.recorded import RecordedAdmin
from dashboard.forms.team import TeamForm
from dashboard.models import TeamSettings
from dashboard.services import team

_KEPT = ("keep_audit", "keep_deliveries", "keep_links", "keep_gone")
_ABOUT = "Whatever is older is removed once a day by the sync process. What goes leaves an entry in the audit log."


@admin.register(TeamSettings)
class TeamSettingsAdmin(RecordedAdmin):
    """How links are shared, and how long what is kept is kept."""

    form = TeamForm
    fieldsets = (
        ("Share links", {"fields": ("name", "has_sharing", "longest_share")}),
        ("How long things are kept", {"fields": _KEPT, "description": _ABOUT}),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A number that is too small is told the least that is kept, which Django takes for 0."""
        least = [each.limit_value for each in db_field.validators if isinstance(each, MinValueValidator)]
        given = {"min_value": max(least)} if least else {}
        return super().formfield_for_dbfield(db_field, request, **given, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one row: its page."""
        return redirect("admin:dashboard_teamsettings_change", team.current().pk)

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Never: it is there."""
        return False

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Never."""
        return False
