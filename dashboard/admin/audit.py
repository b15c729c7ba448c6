"""The audit log in the admin panel: read, narrowed down, exported, checked; never changed."""

import json
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from dashboard.admin.audit_filter import MOST_COUNTED, BoundedPaginator, EntryFilter
from dashboard.admin.recorded import ReadOnlyAdmin
from dashboard.domain.audits import AuditAction
from dashboard.models import AuditEntry
from dashboard.services import audit, audit_chain, audit_kinds
from dashboard.services.audit_exports import csv_lines

CHECKED = 20_000
"""Entries that a page walks along; the command walks along all."""
_CHUNK = 1_000
_WORDS = {action.value: action.words for action in AuditAction}


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """Who did what, on which object, when, from where, with what outcome."""

    list_display = ("at", "who", "did", "what_came", "what", "source_name", "address")
    list_filter = (EntryFilter,)
    search_fields = ("actor_name", "object_name", "source_name", "address", "request_id")
    search_help_text = "In names, addresses and numbers of requests. In a large log, choose days first."
    sortable_by = ()
    ordering = ("-pk",)
    paginator = BoundedPaginator
    list_per_page = 100
    list_max_show_all = 100
    change_list_template = "admin/audit_list.html"
    fieldsets = (
        (
            None,
            {"fields": ("at", "who", "did", "what_came", "what", "source_name", "address", "request_id", "told")},
        ),
        ("Chain", {"fields": ("previous_hash", "hash")}),
    )

    def get_urls(self) -> list[Any]:
        """With the addresses that export and check the log."""
        view = self.admin_site.admin_view
        return [
            path("export/", view(self.export), name="dashboard_auditentry_export"),
            path("check/", view(self.check_chain), name="dashboard_auditentry_check"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The log, the newest first."""
        return super().changelist_view(request, {"most_counted": MOST_COUNTED} | (extra_context or {}))

    @method_decorator(require_POST)
    def export(self, request: HttpRequest) -> HttpResponseBase:
        """What the filter shows as CSV, all of it; that it was taken is an entry itself, which is not in it.

        A filter that is not understood leads back to the list, which says what is wrong with it.
        """
        try:
            shown = self.get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            raise BadRequest("There is no such filter.") from error
        if not all(spec.is_understood for spec in shown.filter_specs if isinstance(spec, EntryFilter)):
            return redirect(f"{reverse('admin:dashboard_auditentry_changelist')}?{request.GET.urlencode()}")
        found = shown.get_queryset(request)
        said = audit.record(AuditAction.LOG_EXPORTED, request.user, detail={"filter": request.GET.dict()})
        lines = csv_lines(found.filter(pk__lt=said.pk).order_by("-pk").iterator(chunk_size=_CHUNK))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

    @method_decorator(require_safe)
    def check_chain(self, request: HttpRequest) -> HttpResponse:
        """Whether the newest entries are what was recorded, one behind the other."""
        verdict = audit_chain.verify(newest=CHECKED)
        context = {**self.admin_site.each_context(request), "title": "Check of the audit log", "verdict": verdict}
        return TemplateResponse(request, "admin/audit_check.html", context | {"most": CHECKED})

    @admin.display(description="Who")
    def who(self, entry: AuditEntry) -> str:
        """As they were called then; who was not let in is not known, and what the product did by itself is nobody's."""
        return entry.actor_name or ("not known" if entry.action == AuditAction.SIGN_IN_REFUSED else "nobody")

    @admin.display(description="Action")
    def did(self, entry: AuditEntry) -> str:
        """What they did, in words; the log's own word stands in the export."""
        return _WORDS.get(entry.action, entry.action)

    @admin.display(description="Outcome")
    def what_came(self, entry: AuditEntry) -> SafeString:
        """As icon and word."""
        return render_to_string("admin/audit_outcome.html", {"outcome": entry.outcome})

    @admin.display(description="Object")
    def what(self, entry: AuditEntry) -> str:
        """Its kind and name, as it was called then."""
        return f"{audit_kinds.words(entry.object_kind)} {entry.object_name or entry.object_id}".strip() or "–"

    @admin.display(description="Detail")
    def told(self, entry: AuditEntry) -> str:
        """As JSON; shown escaped."""
        return json.dumps(entry.detail, indent=2, ensure_ascii=False, sort_keys=True)
