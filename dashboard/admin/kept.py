"""What people share and keep, for the administrator to see, and to end: links, tokens, views, channels, notices."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from dashboard.admin.paused_filter import PausedFilter
from dashboard.admin.recorded import ReadOnlyAdmin
from dashboard.models import ApiToken, Channel, Delivery, SavedView, ShareLink
from dashboard.services import api_tokens, channels
from dashboard.services.sharing import links


def _state(ended: Any, expires: Any) -> str:
    if ended:
        return "Revoked"
    return "Expired" if expires and expires <= timezone.now() else "Live"


def _whose(kept: SavedView | Channel) -> str:
    return "the team's" if kept.is_team else "their own"


@admin.register(ApiToken)
class TokenAdmin(ReadOnlyAdmin):
    """Personal tokens: only their ends are known."""

    list_display = ("name", "user", "ends_in", "state", "created_at", "expires_at", "last_used_at")
    fields = list_display
    search_fields = ("name", "user__username")
    list_select_related = ("user",)
    actions = ("revoke",)

    @admin.display(description="Ends in")
    def ends_in(self, token: ApiToken) -> str:
        """The last four characters."""
        return f"…{token.ending}"

    @admin.display(description="State")
    def state(self, token: ApiToken) -> str:
        """Whether it still lets in."""
        return _state(token.revoked_at, token.expires_at)

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """End them at once; an entry each."""
        now, chosen = timezone.now(), list(queryset.values_list("pk", flat=True))
        for pk in chosen:
            api_tokens.revoke(request.user, pk, now=now)
        self.message_user(request, f"{len(chosen)} revoked.", messages.SUCCESS)


@admin.register(ShareLink)
class ShareLinkAdmin(ReadOnlyAdmin):
    """Links that show a run or a report to whoever has them."""

    list_display = (
        "what",
        "creator",
        "scope",
        "state",
        "note",
        "created_at",
        "expires_at",
        "last_opened_at",
        "opens",
    )
    fields = (*list_display, "revoked_at", "revoked_by")
    list_filter = ("scope",)
    search_fields = ("creator__username", "note", "run__name")
    list_select_related = ("creator", "run", "report")
    actions = ("revoke",)

    @admin.display(description="Shows")
    def what(self, link: ShareLink) -> str:
        """The run or report."""
        return str(link.run or link.report)

    @admin.display(description="Opens", ordering="n_opened")
    def opens(self, link: ShareLink) -> int:
        """How often it was opened."""
        return link.n_opened

    @admin.display(description="State")
    def state(self, link: ShareLink) -> str:
        """Whether it still shows anything."""
        return _state(link.revoked_at, link.expires_at)

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """End them at once; an entry each."""
        now, chosen = timezone.now(), list(queryset.select_related("run", "report"))
        for link in chosen:
            links.revoke(request.user, link, now=now)
        self.message_user(request, f"{len(chosen)} revoked.", messages.SUCCESS)


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    """Lists as people arranged them."""

    list_display = ("name", "list_name", "owner", "whose", "query", "changed_at")
    list_filter = ("list_name", "is_team")
    search_fields = ("name", "owner__username")
    list_select_related = ("owner",)
    actions = None

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        """They may be removed."""
        return True

    @admin.display(description="Whose")
    def whose(self, view: SavedView) -> str:
        """Whether all have it."""
        return _whose(view)


@admin.register(Channel)
class ChannelAdmin(ReadOnlyAdmin):
    """Ways in which people are told; where they lead is shown by host and last characters alone."""

    list_display = ("name", "kind", "owner", "whose", "state", "created_at")
    fields = (*list_display, "leads_to", "last_deliveries")
    list_filter = ("kind", PausedFilter)
    search_fields = ("name", "owner__username")
    list_select_related = ("owner",)
    readonly_fields = ("leads_to", "last_deliveries")

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        """They may be removed, with the watches that use them."""
        return True

    @admin.display(description="Whose")
    def whose(self, channel: Channel) -> str:
        """Whether others may be told by it."""
        return _whose(channel)

    @admin.display(description="State")
    def state(self, channel: Channel) -> str:
        """Whether anything goes out by it."""
        return "Paused" if channel.is_paused else "On"

    @admin.display(description="Leads to")
    def leads_to(self, channel: Channel) -> str:
        """Never the address itself: it lets in whoever knows it."""
        return channels.shown_address(channel)

    @admin.display(description="Last deliveries")
    def last_deliveries(self, channel: Channel) -> SafeString:
        """The newest that went out, or wait to."""
        return render_to_string("admin/deliveries.html", {"deliveries": channels.deliveries(channel)})


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Notices on their way, or arrived."""

    list_display = ("created_at", "channel", "event", "run", "state", "n_tries", "answer", "next_try_at")
    fields = (*list_display, "tried_at")
    list_filter = ("state", "event")
    list_select_related = ("channel", "run")
