"""Narrowing the audit log down in the panel: a form, and days to drill down to, without reading the whole log."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property

from dashboard.forms.audit_filter import AuditFilterForm
from dashboard.models import AuditEntry

MOST_COUNTED = 10_000
"""Entries that pages lead to; whoever looks for an older one narrows the log down."""


if TYPE_CHECKING:
    Base = Paginator[Any]
else:
    Base = Paginator


class BoundedPaginator(Base):
    """Counts no further than pages lead: ten million rows are never counted."""

    @cached_property
    def count(self) -> int:
        """How many there are, at most :data:`MOST_COUNTED`."""
        found: Any = self.object_list
        return int(found.order_by()[:MOST_COUNTED].count())


@dataclass(frozen=True, slots=True)
class Span:
    """Some days that a link narrows the log down to; without days it is all of it."""

    label: str
    since: date | None = None
    until: date | None = None


class EntryFilter(admin.ListFilter):
    """One form for all that entries can be told apart by."""

    title = "entries"
    template = "admin/audit_filter.html"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.given = {name: _last(params.pop(name)) for name in AuditFilterForm.base_fields if name in params}
        self.form = AuditFilterForm(self.given)
        self.form.is_valid()
        self.searched = request.GET.get("q", "")

    def has_output(self) -> bool:
        """Always."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """The names of the form's fields."""
        return list(AuditFilterForm.base_fields)

    @property
    def is_understood(self) -> bool:
        """Whether all that was asked for can be looked for; where not, nothing is found and the form says why."""
        return not self.form.errors

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The entries that the form lets through."""
        return queryset.filter(self.form.condition())

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Links to years, months or days, and back up."""
        since, until = (self.form.cleaned_data.get(name) for name in ("since", "until"))
        for span in spans(*_ends(), since, until):
            asked = QueryDict(mutable=True)
            asked.update(self._without_days())
            asked.update({n: d.isoformat() for n, d in (("since", span.since), ("until", span.until)) if d})
            is_here = (span.since, span.until) == (since, until)
            yield {"display": span.label, "query_string": f"?{asked.urlencode()}", "selected": is_here}

    def _without_days(self) -> Mapping[str, str]:
        rest = {name: value for name, value in self.given.items() if name not in {"since", "until"} and value}
        return rest | ({"q": self.searched} if self.searched else {})


def spans(first: date | None, last: date | None, since: date | None, until: date | None) -> list[Span]:
    """What to drill down to between the first and the last day there is: years, then months, then days."""
    if first is None or last is None:
        return []
    within = [Span("All days")]
    if since is None or until is None or since.year != until.year:
        return within + [_year(year) for year in range(first.year, last.year + 1)]
    within.append(_year(since.year))
    if since.month != until.month:
        months = (_month(since.year, month) for month in range(1, 13))
        return within + [span for span in months if _meets(span, first, last)]
    within.append(_month(since.year, since.month))
    days = (since.replace(day=day) for day in range(1, monthrange(since.year, since.month)[1] + 1))
    return within + [Span(str(day.day), day, day) for day in days if first <= day <= last]


def _year(year: int) -> Span:
    return Span(str(year), date(year, 1, 1), date(year, 12, 31))


def _month(year: int, month: int) -> Span:
    first = date(year, month, 1)
    return Span(f"{first:%B %Y}", first, first + timedelta(days=monthrange(year, month)[1] - 1))


def _meets(span: Span, first: date, last: date) -> bool:
    return span.since is not None and span.until is not None and span.since <= last and span.until >= first


def _ends() -> tuple[date | None, date | None]:
    """The first and the last day there are entries of: both by the index."""
    found = AuditEntry.objects.order_by().aggregate(first=Min("at"), last=Max("at"))
    return tuple(found[name] and found[name].date() for name in ("first", "last"))


def _last(values: Any) -> str:
    """A parameter's last value, whichever way this version of Django hands them on."""
    return str(values[-1]) if isinstance(values, list) else str(values)
