"""People in the admin panel: their roles, invitations, and what may be taken from them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.admin.recorded import RecordedAdmin
from dashboard.formats import plural
from dashboard.forms.person import PersonForm
from dashboard.services import accounts, people, second_factors

_FIELDS = ("username", "first_name", "last_name", "email", "is_active")
_KNOWN = ("second_factor", "last_login", "date_joined")


@contextmanager
def _refusing() -> Iterator[None]:
    """What would leave nobody to administer is refused with its reason; nothing of it is kept."""
    try:
        yield
    except people.LeftAlone as reason:
        raise PermissionDenied(str(reason)) from reason


@admin.register(User)
class PersonAdmin(RecordedAdmin):
    """Accounts. A new one gets a link by which whoever it is for sets a password."""

    form = PersonForm
    list_display = ("username", "full_name", "email", "role", "is_active", "second_factor", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    readonly_fields = _KNOWN
    change_form_template = "admin/person_form.html"

    def get_fieldsets(self, request: HttpRequest, person: Any = None) -> Any:
        """What is only known of an account that is there comes last."""
        fields = [name for name in _FIELDS if person or name != "is_active"]
        known = [("Known", {"fields": _KNOWN})] if person else []
        return [(None, {"fields": fields}), ("What they may do", {"fields": ("role", "further_groups")}), *known]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A form that knows who fills it in."""
        made = super().get_form(request, obj, change=change, **kwargs)
        return type("PersonForm", (made,), {"actor": request.user})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With their groups, in one query more, and whether a code is asked of them."""
        return second_factors.known(super().get_queryset(request)).prefetch_related("groups")

    def save_model(self, request: HttpRequest, person: Any, form: Any, change: bool) -> None:
        """After another look whether somebody is left to administer. A new account has no password yet."""
        with _refusing():
            if change:
                people.check(request.user, person, role=form.chosen_role)
            else:
                person.set_unusable_password()
        super().save_model(request, person, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Role and groups; where the role changed, or the account was closed, every session ends."""
        with _refusing():
            people.arrange(
                request.user,
                form.instance,
                role=form.chosen_role,
                groups=form.cleaned_data["further_groups"],
                ends_sessions=change and form.ends_sessions,
            )

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """The link by which they set a password: shown once, for nothing keeps it."""
        return self._link_page(request, obj, accounts.link_for(obj) if accounts.can_have_link(obj) else "")

    def get_urls(self) -> list[Any]:
        """With what a button of an account's page does."""
        view = self.admin_site.admin_view
        return [
            path("<int:user_id>/link/", view(self.reset_link), name="auth_user_link"),
            path("<int:user_id>/sign-out/", view(self.sign_out), name="auth_user_sign_out"),
            path("<int:user_id>/second-factor/", view(self.take_factor), name="auth_user_factor"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def reset_link(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """A link by which this person sets a new password."""
        person = self._person(request, user_id)
        return self._link_page(request, person, accounts.reset_link(request.user, person))

    @method_decorator(require_POST)
    def sign_out(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """End all of this person's sessions."""
        person = self._person(request, user_id)
        n = accounts.sign_out(request.user, person)
        self.message_user(request, f"{plural(n, 'session')} of {person} ended.", messages.SUCCESS)
        return redirect("admin:auth_user_change", user_id)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def take_factor(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Ask, and take the second factor off, for whoever lost it."""
        person = self._person(request, user_id)
        if request.method != "POST":
            context = self.admin_site.each_context(request) | {"title": "Take the second factor off?", "person": person}
            return TemplateResponse(request, "admin/person_factor.html", context)
        was_on = accounts.take_off_factor(request.user, person)
        said = "The second factor is off, and they are signed out." if was_on else "There was no second factor."
        self.message_user(request, said, messages.SUCCESS if was_on else messages.WARNING)
        return redirect("admin:auth_user_change", user_id)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Neither oneself nor the last administrator is removed."""
        names, counts, lacking, kept = super().get_deleted_objects(objs, request)
        reasons = (people.why_kept(request.user, person) for person in objs)
        return names, counts, lacking, [*kept, *filter(None, reasons)]

    def remove(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """With what is theirs alone, after another look whether they may go."""
        with _refusing():
            people.remove(request.user, User.objects.filter(pk__in=[person.pk for person in queryset]))

    def _person(self, request: HttpRequest, user_id: int) -> User:
        person: User | None = self.get_object(request, str(user_id))
        if person is None:
            raise Http404("There is no such account.")
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        return person

    def _link_page(self, request: HttpRequest, person: User, link: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"Link for {person}",
            "person": person,
            "link": link,
        }
        context["until"] = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        context["address"] = link if "://" in link or not link else request.build_absolute_uri(link)
        return TemplateResponse(request, "admin/person_link.html", context)

    @admin.display(description="Name")
    def full_name(self, person: User) -> str:
        """As they wrote it."""
        return person.get_full_name()

    @admin.display(description="Role")
    def role(self, person: User) -> str:
        """The one role; superusers are administrators whatever their groups."""
        if person.is_superuser:
            return "administrator (superuser)"
        names = {group.name for group in person.groups.all()}
        found = [role for role in ("administrator", "operator", "viewer") if role in names]
        return found[0] if found else "none"

    @admin.display(description="Second factor")
    def second_factor(self, person: Any) -> str:
        """Whether a code is asked of them."""
        return "on" if person.has_factor else "off"
