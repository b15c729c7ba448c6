"""Sources in the admin panel: adding a folder of jobs, a tenant or a server, testing it, and how its looks went."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminErrorList, AdminForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.decorators.debug import sensitive_post_parameters

from dashboard import formats
from dashboard.admin import source_tests
from dashboard.admin.paused_filter import PausedFilter
from dashboard.admin.recorded import RecordedAdmin
from dashboard.forms.source import SourceForm
from dashboard.forms.source_fields import FIELD_GROUPS, FieldGroup
from dashboard.models import Run, Source, Trial
from dashboard.services import sources as services
from dashboard.services import troubles

_ABOUT_PEOPLE = "What one may not see does not exist for them: not in lists, counts, search, exports or share links."
_FOUND = (
    "how_it_is", "health_since", "last_good_at", "lag", "last_looked_at", "next_try", "error", "found_problems",
)  # fmt: skip


@admin.register(Source)
class SourceAdmin(RecordedAdmin):
    """What a person sets; what the last looks found is shown, not edited."""

    form = SourceForm
    list_display = ("name", "kind", "address", "how_it_is", "last_good_at", "lag", "error", "next_try")
    list_filter = ("kind", "health", PausedFilter)
    search_fields = ("name", "address")
    readonly_fields = _FOUND
    actions = ("test_connection", "look_now", "pause", "go_on")
    change_form_template = "admin/source_form.html"

    def get_fieldsets(self, request: HttpRequest, source: Source | None = None) -> Any:
        """How it is comes first; of a new one nothing is known yet."""
        found = [("What the last looks found", {"fields": _FOUND})] if source else []
        return [
            *found,
            (
                "Settings" if source else None,
                {"fields": ("name", "kind", "address", "pause_between_looks", "is_paused")},
            ),
            ("Who may see it", {"fields": ("groups",), "description": _ABOUT_PEOPLE}),
            *(_fieldset(group, has_token=bool(source and source.token)) for group in FIELD_GROUPS),
        ]

    def get_urls(self) -> list[Any]:
        """With the addresses that test a source and act on it."""
        return [*source_tests.urls(self), *super().get_urls()]

    @method_decorator(sensitive_post_parameters("new_token"))
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; a report of an error of ours leaves out the token that was typed."""
        return super().changeform_view(request, *args, **kwargs)

    def show_again(self, request: HttpRequest, form: SourceForm, context: dict[str, Any]) -> HttpResponse:
        """The form's page once more, as it was filled in and with what is wrong at its fields; nothing is saved."""
        stored = form.instance if form.instance.pk else None
        shown = AdminForm(form, list(self.get_fieldsets(request, stored)), {}, _FOUND, model_admin=self)
        given = {
            **self.admin_site.each_context(request),
            "title": "Add source",
            "adminform": shown,
            "media": self.media + shown.media,
            "original": stored,
            "errors": AdminErrorList(form, []),
            "inline_admin_formsets": [],
        }
        at = ("change", [stored.pk]) if stored else ("add", [])
        action = reverse(f"admin:dashboard_source_{at[0]}", args=at[1])
        return self.render_change_form(
            request, given | context, add=stored is None, change=stored is not None, form_url=action, obj=stored
        )

    def save_model(self, request: HttpRequest, source: Any, form: Any, change: bool) -> None:
        """Only what was set here is written: the rest is the looks'."""
        services.save(source, changed=form.changed_columns, now=timezone.now(), groups=form.chosen_groups)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: whom it is limited to is saved with it."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """How much goes along: to name it all would be to read the whole mirror."""
        runs = Run.objects.filter(source__in=objs)
        counts = {"sources": len(objs), "runs": runs.count(), "trials": Trial.objects.filter(run__in=runs).count()}
        return [str(source) for source in objs], counts, set(), []

    def remove(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """With all that is mirrored of them."""
        services.remove(queryset)

    def source_of(self, obj: Any) -> str:
        """Its own name."""
        return str(obj)

    @admin.display(description="Health", ordering="health")
    def how_it_is(self, source: Source) -> SafeString:
        """State as icon and word."""
        return render_to_string("admin/source_health.html", {"source": source})

    @admin.display(description="Lag")
    def lag(self, source: Source) -> str:
        """How old the newest thing is that is known of it."""
        if source.last_good_at is None:
            return "never read"
        return formats.duration(max(timezone.now() - source.last_good_at, timedelta()))

    @admin.display(description="Next try", ordering="next_sync_at")
    def next_try(self, source: Source) -> str:
        """When it is looked at again."""
        if source.is_paused:
            return "not while paused"
        is_due = source.next_sync_at is None or source.next_sync_at <= timezone.now()
        return "due now" if is_due else formats.moment(source.next_sync_at)

    @admin.display(description="Problems")
    def found_problems(self, source: Source) -> str:
        """What the last look could not read, a line each; shown escaped."""
        lines = (": ".join(filter(None, (problem["where"], problem["what"]))) for problem in source.problems)
        return "\n".join(lines) or "none"

    @admin.action(description="Test connection")
    def test_connection(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:
        """Ask them a small question each, at the same time."""
        return source_tests.test_chosen(self, request, queryset)

    @admin.action(description="Sync now")
    def look_now(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Make the sources due at once."""
        n = services.look_now(request.user, queryset, timezone.now())
        self.message_user(
            request, _counted(n, "is due now.", "are due now.") + " What comes of it shows here.", messages.INFO
        )

    @admin.action(description="Pause")
    def pause(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Look no more until unpaused."""
        n = services.pause(request.user, queryset)
        self.message_user(request, _counted(n, "is paused.", "are paused."), messages.SUCCESS)

    @admin.action(description="Go on")
    def go_on(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Unpause."""
        n = services.go_on(request.user, queryset, timezone.now())
        self.message_user(request, _counted(n, "goes on.", "go on."), messages.SUCCESS)

    def trouble_of(self, request: HttpRequest, source: Source) -> troubles.Trouble | None:
        """What is wrong with it, in words; None while nothing is."""
        return troubles.of_source(request.user, source, timezone.now())


def _counted(n: int, one: str, many: str) -> str:
    return f"{n} source {one}" if n == 1 else f"{n} sources {many}"


def _fieldset(group: FieldGroup, *, has_token: bool) -> tuple[str, dict[str, Any]]:
    """A group as Django asks for it; a token is only removed where one is stored."""
    fields = [name for name in group.fields if has_token or name != "remove_token"]
    return group.title, {"fields": fields, "description": group.about, "classes": group.classes}
