"""The columns of a test's history: what each run is, and a column for each result."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.db.models import Model
from django.utils.html import escape
from django.utils.safestring import SafeString

from dashboard import formats
from dashboard.domain.comparisons import Change
from dashboard.domain.pipelines import ResultType, ResultValue
from dashboard.models import Run
from dashboard.services.pipelines.histories import Column, Row
from dashboard.tables import strips
from dashboard.tables.base import Table
from dashboard.tables.columns import Cell, DurationCell, Plain, TimeCell
from dashboard.templatetags.components import iso

LONGEST = 40
"""Characters of a text that a cell shows."""
DIGITS = 6
"""Significant ones, of a numeric result."""


class RunNameCell(Cell):
    """The run's name, its row's link."""

    def content(self, record: Model) -> SafeString:
        """The link, and a mark where the run is gone."""
        run = _row(record).run
        name = escape(run.name)
        gone = '<span class="badge" data-gone title="No longer at its source">gone</span> ' if run.is_gone else ""
        return SafeString(f'{gone}<a href="{strips.page_of(run.pk)}" data-row-link title="{name}">{name}</a>')


class RunStateCell(Cell):
    """The run's state, with its phase where that says something."""

    def content(self, record: Model) -> SafeString:
        """Icon and word."""
        return strips.state(_row(record).run)


class MadeCell(TimeCell):
    """When the run was made."""

    def content(self, record: Model) -> SafeString:
        """As ``components/time.html`` has it."""
        when = _row(record).run.started_at
        if when is None:
            return SafeString('<span class="muted" title="Not known">–</span>')
        title, text = formats.moment(when), formats.short_moment(when)
        return SafeString(f'<time datetime="{iso(when)}" title="{title}" data-relative>{text}</time>')


class ComparisonCell(Cell):
    """Leads to the comparison with the run before."""

    def content(self, record: Model) -> SafeString:
        """The link, which says of which run."""
        run = _row(record).run
        url, name = strips.comparison_of(run.pk), escape(run.name)
        return SafeString(f'<a href="{url}">Compare<span class="sr-only"> {name} with the run before</span></a>')


class SoftwareCell(Cell):
    """What was built for the run, and of which version."""

    def content(self, record: Model) -> str | SafeString:
        """«gatk 4.3.0.0», in full when it is pointed at; a commit's first characters tell it from others."""
        software = _row(record).software
        if not software:
            return formats.UNKNOWN
        full = ", ".join(f"{name} {version}" for name, version in software)
        short = ", ".join(f"{name} {short_version(version)}" for name, version in software)
        return titled(full, clipped(short))


class ResultCell(Cell):
    """One result of each run; of a number also the change against the completed run before."""

    def __init__(self, column: Column) -> None:
        super().__init__(
            verbose_name=column.name,
            orderable=False,
            empty_values=(),
            label=column.name,
            css="num" if column.type == ResultType.NUMERIC else "clip",
        )
        self.result = column.name

    def content(self, record: Model) -> str | SafeString:
        """The value, or a dash where the run has none."""
        row = _row(record)
        value = row.results.get(self.result)
        return formats.UNKNOWN if value is None else written(value, row.changes.get(self.result))

    def plain(self, record: Model) -> Plain:
        """The number, or the text."""
        value = _row(record).results.get(self.result)
        return None if value is None else value.text if value.number is None else value.number


class HistoryTable(Table):
    """Runs of one test; records are rows of a history (services/pipelines/histories.py)."""

    list_name: ClassVar[str] = "history"
    row_prefix: ClassVar[str] = "run"
    default_columns: ClassVar[tuple[str, ...]] = ("name", "status", "created", "duration", "software", "comparison")

    name = RunNameCell(verbose_name="Run", css="name", is_row_header=True, empty_values=())
    status = RunStateCell(empty_values=())
    created = MadeCell(accessor="run__started_at", label="Created")
    duration = DurationCell(accessor="run__duration", label="Took")
    software = SoftwareCell(label="Software", empty_values=())
    comparison = ComparisonCell(verbose_name="With the run before", empty_values=())

    class Meta(Table.Meta):
        model = Run
        fields: ClassVar[tuple[str, ...]] = ()
        order_by = "-created"

    @classmethod
    def of(cls, columns: Sequence[Column]) -> "HistoryTable":
        """The table with a column for each of these results, before what was built."""
        results = {f"result{place}": ResultCell(column) for place, column in enumerate(columns)}
        shown = ("name", "status", "created", "duration", *results, "software", "comparison")
        table = cls(extra_columns=list(results.items()))
        table.sequence = [*shown]
        return table


def written(value: ResultValue, change: Change | None = None) -> str | SafeString:
    """A result for a cell: a number with its change below, of an address the file's name; in full when pointed at."""
    if value.number is None:
        short = value.text.rstrip("/").rpartition("/")[2] if value.type == ResultType.FILE else value.text
        return titled(value.text, clipped(short or value.text))
    number = titled(value.text, formats.number(value.number, DIGITS))
    if change is None:
        return number
    return SafeString(f'{number} <span class="sub"><span class="sr-only">change </span>{signed(change)}</span>')


def titled(title: str, text: str) -> SafeString:
    """A text that says more when it is pointed at."""
    return SafeString(f'<span title="{escape(title)}">{escape(text)}</span>')


def signed(change: Change) -> str:
    """A difference with its sign."""
    return formats.signed(change.difference, 4)


def clipped(text: str) -> str:
    """So much of a text as a cell has room for."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def short_version(text: str) -> str:
    """Of a commit's hash its first characters, which tell it from others."""
    is_hash = len(text) == 40 and all(character in "0123456789abcdef" for character in text)  # noqa: PLR2004 - SHA-1
    return text[:10] if is_hash else text


def _row(record: Model) -> Row:
    return cast("Row", cast("Any", record))
