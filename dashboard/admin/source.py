"""Sources in the admin panel: adding a folder of jobs or a tenant, pausing it, looking at it now."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from dashboard.forms.source import SourceForm
from dashboard.models import Source
from dashboard.services import sources as services

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Source]
else:
    Base = admin.ModelAdmin


_SERVER = ("new_token", "remove_token", "ca_bundle", "allowed_artifacts")
_ABOUT_SERVERS = (
    "For Docks and CARROT, whose base URL is the address. A server in a network that is not public is only asked if "
    "ALLOWED_NETWORKS names that network. CARROT itself wants no token; a proxy before it may."
)
_ABOUT_DOCKS = "For a tenant of a Docks server."
_FOUND = ("health", "health_since", "error", "found_problems", "last_looked_at", "last_good_at", "next_sync_at")


@admin.register(Source)
class SourceAdmin(Base):
    """What a person sets; what the last looks found is shown, not edited."""

    form = SourceForm
    list_display = ("name", "kind", "address", "health", "error", "last_good_at", "is_paused")
    list_filter = ("kind", "health", "is_paused")
    search_fields = ("name", "address")
    fieldsets = (
        (None, {"fields": ("name", "kind", "address", "is_paused")}),
        ("Servers", {"fields": _SERVER, "description": _ABOUT_SERVERS}),
        ("Docks", {"fields": ("tenant", "list_limit"), "description": _ABOUT_DOCKS}),
        ("Harbor", {"fields": ("time_zone", "stalled_after"), "description": "For folders of jobs."}),
        ("What the last looks found", {"fields": _FOUND}),
    )
    readonly_fields = _FOUND
    actions = ["look_now", "pause", "go_on"]

    @method_decorator(sensitive_post_parameters("new_token"))
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; a report of an error of ours leaves out the token that was typed."""
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, source: Source, form: SourceForm, change: bool) -> None:
        """Only what was set here is written: the rest is the looks'."""
        services.save(source, changed=form.changed_columns, now=timezone.now())

    def delete_model(self, request: HttpRequest, source: Source) -> None:
        """One source, from its own page."""
        services.remove(Source.objects.filter(pk=source.pk))

    def delete_queryset(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        """Those that were chosen in the list."""
        services.remove(sources)

    @admin.display(description="Problems")
    def found_problems(self, source: Source) -> str:
        """What the last look could not read, a line each; shown escaped."""
        lines = (": ".join(filter(None, (problem["where"], problem["what"]))) for problem in source.problems)
        return "\n".join(lines) or "none"

    @admin.action(description="Look now")
    def look_now(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        """Make the sources due at once."""
        n = sources.update(next_sync_at=timezone.now())
        self.message_user(request, f"{n} due now.")

    @admin.action(description="Pause")
    def pause(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        """Look no more until unpaused."""
        self.message_user(request, f"{sources.update(is_paused=True)} paused.")

    @admin.action(description="Go on")
    def go_on(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        """Unpause."""
        n = sources.update(is_paused=False, next_sync_at=timezone.now())
        self.message_user(request, f"{n} going on.")
