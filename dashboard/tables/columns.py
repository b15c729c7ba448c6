"""A column class per kind of value.

Rows are rendered from :meth:`Cell.content`, which looks at the record alone: no request, no viewer, nothing
relative to now. So a rendered row may be kept and shown to everybody until its record's version changes.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.db.models import Model
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString

from dashboard import formats
from dashboard.domain.queries import Term
from dashboard.filters.terms import findable
from dashboard.shared_addresses import is_below

Plain = str | int | float | bool | None


class Cell(tables.Column):
    """A column whose cells are made from the record alone.

    ``css`` is the class of its cells and header; ``sort`` the fields to order by (``order_by`` of
    django-tables2), nulls always last.
    """

    css = ""
    is_number = False
    exported_as = ""
    """Its name in exports, where that is not the column's."""

    def __init__(self, *args: Any, css: str = "", label: str = "", is_row_header: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label = label
        """Shown beside the value where a narrow screen stacks a row's cells."""
        self.is_row_header = is_row_header
        classes = " ".join(part for part in (css or self.css, "num" if self.is_number else "") if part)
        self.attrs = {"td": {"class": classes}, "th": {"class": classes}}

    @property
    def classes(self) -> str:
        """The CSS classes of header and cells."""
        return str(self.attrs["td"]["class"])

    def value_of(self, record: Model) -> Any:
        """The record's value, by the column's accessor."""
        return None if self.accessor is None else self.accessor.resolve(record, quiet=True)

    def content(self, record: Model) -> str | SafeString:
        """What the cell shows; plain text is escaped by the template."""
        value = self.value_of(record)
        return "–" if value in {None, ""} else str(value)

    def plain(self, record: Model) -> Plain:
        """What an export holds."""
        value = self.value_of(record)
        return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)

    def render(self, record: Model) -> str | SafeString:
        """The same cell, for django-tables2's own rendering."""
        return self.content(record)


class TemplateCell(Cell):
    """A cell that needs markup: a small template, or a component, with the context of :meth:`context_of`."""

    def __init__(self, template: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.template_name = template

    def context_of(self, record: Model) -> dict[str, Any]:
        """What the template is given."""
        return {"record": record, "value": self.value_of(record)}

    def content(self, record: Model) -> SafeString:
        """The rendered template."""
        return SafeString(get_template(self.template_name).render(self.context_of(record)).strip())


class CountCell(Cell):
    """A whole number."""

    is_number = True

    def content(self, record: Model) -> str:
        """With thousands separators."""
        return formats.count(self.value_of(record))


class TokensCell(Cell):
    """A number of tokens."""

    is_number = True

    def content(self, record: Model) -> str:
        """Rounded to what one reads at a glance."""
        return formats.tokens(self.value_of(record))


class MoneyCell(Cell):
    """US dollars."""

    is_number = True

    def content(self, record: Model) -> str:
        """With as many digits as make sense."""
        return formats.money(self.value_of(record))

    def plain(self, record: Model) -> Plain:
        """The exact number."""
        value: Decimal | None = self.value_of(record)
        return None if value is None else float(value)


class NumberCell(Cell):
    """A real number, such as a reward."""

    is_number = True

    def content(self, record: Model) -> str:
        """At most four significant digits."""
        value: float | None = self.value_of(record)
        return formats.number(value, 4)


class DurationCell(Cell):
    """A stretch of time."""

    is_number = True

    def content(self, record: Model) -> str | SafeString:
        """In two units at most."""
        return formats.duration(self.value_of(record))

    def plain(self, record: Model) -> Plain:
        """Seconds."""
        value: timedelta | None = self.value_of(record)
        return None if value is None else value.total_seconds()


class TimeCell(TemplateCell):
    """A moment: absolute in the page, turned into «3 min ago» by the reader's own clock."""

    is_number = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("components/time.html", **kwargs)

    def context_of(self, record: Model) -> dict[str, Any]:
        """The component's."""
        return {"when": self.value_of(record), "absolute": False}

    def plain(self, record: Model) -> Plain:
        """ISO 8601, UTC."""
        value: datetime | None = self.value_of(record)
        return None if value is None else value.isoformat().replace("+00:00", "Z")


class LabelsCell(TemplateCell):
    """Labels of a run or trial; each leads to the others that have it. Their column is there while any row has one."""

    css = "labels"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("cells/labels.html", orderable=False, empty_values=(), **kwargs)

    def value_of(self, record: Model) -> list[str]:
        """Their names, in order; none below a share link. The records have to bring them along, or each asks anew."""
        is_without = is_below() or not getattr(record, "has_labels", True)
        return [] if is_without else sorted(label.name for label in record.labels.all())  # type: ignore[attr-defined]

    def context_of(self, record: Model) -> dict[str, Any]:
        """Names, and the addresses of the lists of what has them."""
        return {"labels": [{"name": name, "url": label_url(record, name)} for name in self.value_of(record)]}

    def plain(self, record: Model) -> Plain:
        """The names, with commas between."""
        return ", ".join(self.value_of(record)) or None


def label_url(record: Model, name: str) -> str:
    """The list of what has the label: of all runs, or of the trials of one."""
    run_id = getattr(record, "run_id", None)
    path = reverse("run-list") if run_id is None else reverse("run-trials", args=[run_id])
    return f"{path}?{urlencode({'q': Term.of('label', findable(name)).text})}"
