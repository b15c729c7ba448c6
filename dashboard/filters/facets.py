"""Facets: the values of a field among the rows that the rest of the filter lets through, with their counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Model, QuerySet

from dashboard.domain.queries import Query
from dashboard.filters.terms import TermFilterSet

MOST = 30
"""Values a facet shows."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A field that is offered as a facet, and where its values stand."""

    field: str
    title: str
    path: str
    is_state: bool = False
    """Its values are states: drawn with their icons."""
    has_many: bool = False
    """A row may have several of its values, or one of them several times: it counts once for each."""
    by: str = ""
    """The reference that the path begins with, where it is to one of few: rows are counted by it, once for all facets
    that are, and what they refer to is named afterwards. That spares a join of every row."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value and how many rows have it."""

    text: str
    count: int


def count(
    chosen: Sequence[Facet], filters: type[TermFilterSet], query: Query, rows: QuerySet[Model]
) -> dict[str, list[FacetValue]]:
    """The values of each facet, by its field, most frequent first.

    A facet's own terms are left out, so that others of its values show too.
    """
    used = {term.field for term in query.terms}
    counted: dict[tuple[str, str], Mapping[int, int]] = {}
    values = {}
    for facet in chosen:
        found = filters.apply(query, rows, leaving_out=facet.field).order_by()
        if not facet.by:
            values[facet.field] = _count(facet, found)
            continue
        filtered = facet.by, facet.field if facet.field in used else ""
        if filtered not in counted:
            counted[filtered] = _count_references(facet, found)
        values[facet.field] = _named(facet, counted[filtered], rows.model)
    return values


def _count_references(facet: Facet, found: QuerySet[Model]) -> Mapping[int, int]:
    """How many rows refer to each, by primary key."""
    return dict(found.filter(**{f"{facet.by}__isnull": False}).values_list(facet.by).annotate(Count("pk")))


def _named(facet: Facet, counts: Mapping[int, int], model: type[Model]) -> list[FacetValue]:
    if not counts:
        return []
    referred: type[Model] = model._meta.get_field(facet.by).related_model  # type: ignore[assignment]
    named: Counter[str] = Counter()
    for pk, text in referred._default_manager.order_by().values_list("pk", facet.path.removeprefix(f"{facet.by}__")):
        named[text] += counts.get(pk, 0)
    ordered = sorted(
        (FacetValue(text, n) for text, n in named.items() if text and n), key=lambda one: (-one.count, one.text)
    )
    return ordered[:MOST]


def _count(facet: Facet, found: QuerySet[Model]) -> list[FacetValue]:
    # "Greater than empty", not "other than": so the database may begin at an index of the values.
    counted = (
        found.filter(**{f"{facet.path}__gt": ""})
        .values(facet.path)
        .annotate(n=Count("pk", distinct=facet.has_many))
        .order_by("-n", facet.path)
    )
    return [FacetValue(row[facet.path], row["n"]) for row in counted[:MOST] if row[facet.path]]


RUN_FACETS: Sequence[Facet] = (
    Facet("status", "Status", "status", is_state=True),
    Facet("kind", "Kind", "kind"),
    Facet("source", "Source", "source__name"),
    Facet("dataset", "Data set", "dataset"),
    Facet("pipeline", "Pipeline", "test__template__pipeline__name", by="test"),
    Facet("template", "Template", "test__template__name", by="test"),
    Facet("test", "Test", "test__name", by="test"),
    Facet("phase", "Phase", "phase"),
    Facet("owner", "Owner", "created_by"),
    Facet("agent", "Agent", "agents__agent", has_many=True),
    Facet("model", "Model", "agents__model", has_many=True),
    Facet("label", "Label", "labels__name", has_many=True),
)

TRIAL_FACETS: Sequence[Facet] = (
    Facet("outcome", "Outcome", "outcome", is_state=True),
    Facet("error", "Error", "error_type"),
    Facet("cause", "Cause", "cause"),
    Facet("agent", "Agent", "agent"),
    Facet("model", "Model", "model"),
    Facet("task", "Task", "task__name"),
    Facet("label", "Label", "labels__name", has_many=True),
)
