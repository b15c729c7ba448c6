"""What every panel of a noun has in common: its changes are recorded in the audit log, and in no other.

Django's own log (``LogEntry``) is not written: each change leaves exactly one entry of ours, with what changed from
what to what. Secrets are masked before they are compared.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from dashboard.domain.audits import AuditAction
from dashboard.services import audit
from dashboard.services.audit_masks import MASK

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin

_SAVING = frozenset({"_save", "_continue", "_addanother"})
"""The names of buttons that save a form."""
_PLURALS = {
    "choices of preferences": "preferences",
    "choices of columns": "lists with columns of their choice",
    "authenticators": "second factors and recovery codes",
    "user sessions": "browsers in which they are signed in",
}
"""What a noun is called to whoever removes what it belongs to, where the noun alone says little."""
MOST_NAMED = 50
"""Objects that an entry about many of them names."""


class RecordedAdmin(Base):
    """A noun whose every change leaves one entry of the audit log."""

    is_recorded: ClassVar[bool] = True
    list_per_page = 50
    empty_value_display = "–"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    delete_confirmation_template = delete_selected_confirmation_template = "admin/deletion.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under the name of what it lists."""
        title = str(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title[:1].upper() + title[1:]} | (extra_context or {}))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """One of its kind, under its own name; a new one under that of its kind."""
        name = str(kwargs.get("obj") or "")
        _lead_to_fault(context["adminform"].form)
        named = {"title": name[:1].upper() + name[1:], "subtitle": ""} if name else {}
        return super().render_change_form(request, {**context, **named}, *args, **kwargs)

    def message_user(
        self, request: HttpRequest, message: Any, level: int | str = messages.INFO, extra_tags: str = "",
        fail_silently: bool = False,
    ) -> None:  # fmt: skip
        """One quiet word where Django says a long one of a form that was saved."""
        is_saved = level == messages.SUCCESS and not _SAVING.isdisjoint(request.POST)
        super().message_user(request, "Saved." if is_saved else message, level, extra_tags, fail_silently)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """What the form changed, by field: from what to what. Goes to :meth:`log_addition` and :meth:`log_change`."""
        return {"changed": changes_of(form)}

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """One entry for what was added."""
        return audit.record(AuditAction.ADDED, request.user, obj, source=self.source_of(obj), detail=_told(message))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """One entry for what was changed."""
        return audit.record(AuditAction.CHANGED, request.user, obj, source=self.source_of(obj), detail=_told(message))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing: what is deleted is recorded once it is."""
        return []

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes along; that a panel of its own would only show it stands in nobody's way."""
        _, counts, _, kept = super().get_deleted_objects(objs, request)
        told = {_PLURALS.get(noun, noun): n for noun, n in counts.items() if "relationship" not in noun}
        return [str(each) for each in objs], told, set(), kept

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """One of its kind, from its own page."""
        self.delete_queryset(request, self.model._default_manager.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Those that were chosen, with one entry for all of them."""
        with transaction.atomic():
            removed = list(queryset[: MOST_NAMED + 1])
            self.remove(request, queryset)
            self.record_many(request, AuditAction.REMOVED, removed)

    def remove(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete these; a noun whose deletion means more says so here."""
        audit.lock()
        queryset.delete()

    def record_many(self, request: HttpRequest, action: AuditAction, objects: Sequence[Model]) -> None:
        """One entry about objects: of a single one as its subject, of more with their names."""
        only = objects[0] if len(objects) == 1 else None
        detail = {} if only else {"kind": self.opts.model_name, "objects": [str(each) for each in objects[:MOST_NAMED]]}
        audit.record(action, request.user, only, source=self.source_of(only) if only else "", detail=detail)

    def source_of(self, obj: Any) -> str:
        """The name of the source that an object belongs to; most belong to none."""
        return ""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        """The entries of the audit log about this object."""
        asked = urlencode({"object_kind": str(self.opts.model_name), "object": str(object_id)})
        return HttpResponseRedirect(f"{reverse('admin:dashboard_auditentry_changelist')}?{asked}")


class ReadOnlyAdmin(RecordedAdmin):
    """A noun that is shown; what may be done to it are actions of the list."""

    actions: Any = ()

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Never."""
        return False


def changes_of(form: forms.BaseForm) -> dict[str, list[Any]]:
    """Of the fields that were filled in anew: what they were and what they became, as plain JSON."""
    given = {name: form.fields[name] for name in form.changed_data if name in form.cleaned_data}
    return {name: _pair(form, name, field) for name, field in given.items()}


def _lead_to_fault(form: forms.BaseForm) -> None:
    """Have the browser go to the first field that is wrong."""
    wrong = next((name for name in form.fields if form.has_error(name)), "") if form.is_bound else ""
    if wrong:
        form.fields[wrong].widget.attrs["autofocus"] = True


def _pair(form: forms.BaseForm, name: str, field: forms.Field) -> list[Any]:
    if isinstance(field.widget, forms.PasswordInput):
        return [MASK, MASK]
    return [plain(form.get_initial_for_field(field, name)), plain(form.cleaned_data[name])]


def plain(value: Any) -> Any:
    """A value of a form as plain JSON: objects by their names."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, models.QuerySet | list | tuple | set):
        return [plain(each) for each in value]
    return str(value)


def _told(message: Any) -> Mapping[str, Any]:
    return message if isinstance(message, Mapping) else {"said": plain(message)}
