"""Groups in the admin panel: the three roles, which stay, and those that sources are limited to."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import pluralize

from dashboard.admin.recorded import RecordedAdmin
from dashboard.models import Source
from dashboard.services import people

MOST_NAMED = 50


@admin.register(Group)
class GroupAdmin(RecordedAdmin):
    """Who is in a group is set at the account, what it sees at the source."""

    fields = ("name", "sources_seen", "members")
    list_display = ("name", "kind", "n_members", "sources_seen")
    search_fields = ("name",)
    ordering = ("name",)
    readonly_fields = ("sources_seen", "members")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With how many are in each, and the sources limited to it in one query more."""
        counted: QuerySet[Any] = super().get_queryset(request).annotate(n_people=Count("user"))
        return counted.prefetch_related(Prefetch("sources", Source.objects.order_by("name")))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A role keeps its name."""
        return ("name", *self.readonly_fields) if obj and obj.name in people.ROLES else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not of roles. Of a group that limits a source the page says why it stays."""
        return super().has_delete_permission(request, obj) and not (obj and obj.name in people.ROLES)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Nothing goes with a role, nor with what keeps a source from being open to all: they stay."""
        names, counts, lacking, kept = super().get_deleted_objects(objs, request)
        return names, counts, lacking, [*kept, *filter(None, (people.why_group_kept(group) for group in objs))]

    def remove(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """After another look: a source may have been limited to one of them since the question was asked."""
        try:
            people.remove_groups(Group.objects.filter(pk__in=[group.pk for group in queryset]))
        except people.GroupKept as reason:
            raise PermissionDenied(str(reason)) from reason

    @admin.display(description="Kind")
    def kind(self, group: Group) -> str:
        """A role, or any other."""
        return "role" if group.name in people.ROLES else "group"

    @admin.display(description="Members")
    def n_members(self, group: Any) -> str:
        """How many accounts are in it, and how many administer without."""
        n_beside = people.superusers_beside(group).count()
        beside = f" and {n_beside} {pluralize(n_beside, 'superuser,superusers')}" if n_beside else ""
        return f"{group.n_people}{beside}"

    @admin.display(description="Members")
    def members(self, group: Group) -> str:
        """Their user names."""
        names = list(group.user_set.order_by("username").values_list("username", flat=True)[: MOST_NAMED + 1])
        beside = people.superusers_beside(group).values_list("username", flat=True)[: MOST_NAMED + 1]
        names += [f"{name} (superuser)" for name in beside]
        return ", ".join(names[:MOST_NAMED]) + (" and more" if len(names) > MOST_NAMED else "") or "nobody"

    @admin.display(description="Sources limited to it")
    def sources_seen(self, group: Group) -> str:
        """Sources that only some groups see, this one among them."""
        names = [source.name for source in group.sources.all()]
        return ", ".join(names[:MOST_NAMED]) or "none"
