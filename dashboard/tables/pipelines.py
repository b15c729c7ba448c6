"""The columns of what is tested: pipelines, templates, tests."""

from typing import Any, ClassVar, cast

from django.db.models import Model
from django.urls import reverse

from dashboard.models import Pipeline, PipelineTemplate, PipelineTest
from dashboard.tables.base import Table
from dashboard.tables.columns import Cell, CountCell, TemplateCell, TimeCell

STRIP = "strip"
"""Attribute of a record that holds its last runs, where a table shows them."""


class LastRunCell(TemplateCell):
    """State of the newest run, which is led to."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("pipelines/_last_run.html", **kwargs)

    def context_of(self, record: Model) -> dict[str, Any]:
        """The run's key and state."""
        row = cast("Any", record)
        return {"run_id": row.last_run_id, "status": row.last_status}


class StripCell(TemplateCell):
    """The last runs as symbols, the newest at the right."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("pipelines/_strip.html", **kwargs)

    def context_of(self, record: Model) -> dict[str, Any]:
        """The runs."""
        return {"runs": getattr(record, STRIP, ())}


class NameCell(TemplateCell):
    """A name that leads to the page of what is called so."""

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__("pipelines/_name.html", accessor="name", css="name", is_row_header=True, **kwargs)
        self.address = address

    def context_of(self, record: Model) -> dict[str, Any]:
        """The record and its page."""
        return {"record": record, "url": reverse(self.address, args=[record.pk])}


class PipelineTable(Table):
    """Pipelines of all sources."""

    list_name: ClassVar[str] = "pipelines"
    row_prefix: ClassVar[str] = "pipeline"
    ties: ClassVar[tuple[str, ...]] = ("source__name", "name", "pk")
    default_columns: ClassVar[tuple[str, ...]] = ("name", "source", "templates", "tests", "runs", "status", "last")

    name = NameCell("pipeline-detail", verbose_name="Pipeline")
    source = Cell(accessor="source__name", css="clip", label="Source")
    templates = CountCell(accessor="n_templates", verbose_name="Templates", label="Templates")
    tests = CountCell(accessor="n_tests", verbose_name="Tests", label="Tests")
    runs = CountCell(accessor="n_runs", verbose_name="Runs", label="Runs")
    status = LastRunCell(accessor="last_status", verbose_name="Last run", empty_values=())
    last = TimeCell(accessor="last_at", verbose_name="Created", label="Created", empty_values=())

    class Meta(Table.Meta):
        model = Pipeline
        fields: ClassVar[tuple[str, ...]] = ()
        order_by = "name"


class PipelineTemplateTable(Table):
    """Templates of one pipeline."""

    list_name: ClassVar[str] = "pipeline-templates"
    row_prefix: ClassVar[str] = "template"
    default_columns: ClassVar[tuple[str, ...]] = ("name", "tests", "runs", "status", "last")

    name = NameCell("pipeline-template", verbose_name="Template")
    tests = CountCell(accessor="n_tests", verbose_name="Tests", label="Tests")
    runs = CountCell(accessor="n_runs", verbose_name="Runs", label="Runs")
    status = LastRunCell(accessor="last_status", verbose_name="Last run", empty_values=())
    last = TimeCell(accessor="last_at", verbose_name="Created", label="Created", empty_values=())

    class Meta(Table.Meta):
        model = PipelineTemplate
        fields: ClassVar[tuple[str, ...]] = ()
        order_by = "name"


class PipelineTestTable(Table):
    """Tests of one pipeline or template; each record has its last runs as ``strip``."""

    list_name: ClassVar[str] = "pipeline-tests"
    row_prefix: ClassVar[str] = "test"
    default_columns: ClassVar[tuple[str, ...]] = ("name", "template", "strip", "runs", "status", "last")

    name = NameCell("pipeline-test", verbose_name="Test")
    template = Cell(accessor="template__name", css="clip", label="Template")
    strip = StripCell(verbose_name="Last ten runs", empty_values=())
    runs = CountCell(accessor="n_runs", verbose_name="Runs", label="Runs")
    status = LastRunCell(accessor="last_status", verbose_name="Last run", empty_values=())
    last = TimeCell(accessor="last_at", verbose_name="Created", label="Created", empty_values=())

    class Meta(Table.Meta):
        model = PipelineTest
        fields: ClassVar[tuple[str, ...]] = ()
        order_by = "name"
