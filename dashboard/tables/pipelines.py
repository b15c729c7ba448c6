"""The columns of what is tested: pipelines, templates, tests."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.db.models import Model
from django.urls import reverse
from django.utils.safestring import SafeString

from dashboard.models import Pipeline, PipelineTemplate, PipelineTest
from dashboard.tables import strips
from dashboard.tables.base import Table
from dashboard.tables.columns import Cell, CountCell, TemplateCell, TimeCell
from dashboard.tables.runs import RunTable

STRIP = "strip"
"""Attribute of a record that holds its last runs, where a table shows them."""


class LastRunCell(Cell):
    """State of the newest run, which is led to."""

    def content(self, record: Model) -> SafeString:
        """The state, or that there is no run."""
        row = cast("Any", record)
        return strips.last_run(row.last_run_id, row.last_status)


class StripCell(Cell):
    """The last runs as symbols, the newest at the right."""

    def content(self, record: Model) -> SafeString:
        """The symbols."""
        return strips.strip(getattr(record, STRIP, ()))


class NameCell(TemplateCell):
    """A name that leads to the page of what is called so."""

    def __init__(self, address: str, **kwargs: Any) -> None:
        super().__init__("pipelines/_name.html", accessor="name", css="name", is_row_header=True, **kwargs)
        self.address = address

    def context_of(self, record: Model) -> dict[str, Any]:
        """The record and its page."""
        return {"record": record, "url": reverse(self.address, args=[record.pk])}


def _folded(value: Any) -> Any:
    """Without regard to case, where there is one."""
    return value.casefold() if isinstance(value, str) else value


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
    last = TimeCell(accessor="last_at", verbose_name="When", label="When", empty_values=())

    def in_order(self, records: Sequence[Pipeline], sort: str) -> list[Pipeline]:
        """The records by «name» or «-name» of a column, what is not known last; those that are equal stay in order."""
        column = self.base_columns.get(sort.lstrip("-"), self.base_columns["name"])
        known = [record for record in records if column.value_of(record) not in {None, ""}]
        found = sorted(known, key=lambda record: _folded(column.value_of(record)), reverse=sort.startswith("-"))
        return [*found, *(record for record in records if column.value_of(record) in {None, ""})]

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
    last = TimeCell(accessor="last_at", verbose_name="When", label="When", empty_values=())

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
    last = TimeCell(accessor="last_at", verbose_name="When", label="When", empty_values=())

    class Meta(Table.Meta):
        model = PipelineTest
        fields: ClassVar[tuple[str, ...]] = ()
        order_by = "name"


class MemberTable(RunTable):
    """Runs of a group, as the runs list has them; nothing is done to several at once."""

    list_name: ClassVar[str] = "members"
    is_selectable: ClassVar[bool] = False
    is_starrable: ClassVar[bool] = False
    default_columns: ClassVar[tuple[str, ...]] = (
        "name", "status", "dataset", "outcomes", "started", "duration", "owner",
    )  # fmt: skip

    class Meta(RunTable.Meta):
        """Nothing else."""
