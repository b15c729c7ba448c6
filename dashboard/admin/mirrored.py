"""What servers tell that they test and make reports from, as the mirror has it: shown, never changed here."""

from django.contrib import admin

from dashboard.admin.recorded import ReadOnlyAdmin
from dashboard.models import Pipeline, ReportTemplate


@admin.register(Pipeline)
class PipelineAdmin(ReadOnlyAdmin):
    """Pipelines of CARROT servers."""

    list_display = ("name", "source", "external_id")
    fields = list_display
    search_fields = ("name",)
    list_filter = ("source",)
    list_select_related = ("source",)


@admin.register(ReportTemplate)
class ReportTemplateAdmin(ReadOnlyAdmin):
    """Templates of CARROT's reports."""

    list_display = ("name", "source", "external_id")
    fields = list_display
    search_fields = ("name",)
    list_filter = ("source",)
    list_select_related = ("source",)
