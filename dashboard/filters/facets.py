"""Facets: the values of a field among the rows that the rest of the filter lets through, with their counts."""

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value and how many rows have it."""

    text: str
    count: int


def count(facet: Facet, filters: type[TermFilterSet], query: Query, rows: QuerySet[Model]) -> list[FacetValue]:
    """The facet's values, most frequent first. Its own terms are left out, so that others of its values show too."""
    found = filters.apply(query, rows, leaving_out=facet.field).order_by()
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
    Facet("pipeline", "Pipeline", "test__template__pipeline__name"),
    Facet("template", "Template", "test__template__name"),
    Facet("test", "Test", "test__name"),
    Facet("phase", "Phase", "phase"),
    Facet("owner", "Owner", "created_by"),
    Facet("agent", "Agent", "agents__agent", has_many=True),
    Facet("model", "Model", "agents__model", has_many=True),
)

TRIAL_FACETS: Sequence[Facet] = (
    Facet("outcome", "Outcome", "outcome", is_state=True),
    Facet("error", "Error", "error_type"),
    Facet("cause", "Cause", "cause"),
    Facet("agent", "Agent", "agent"),
    Facet("model", "Model", "model"),
    Facet("task", "Task", "task__name"),
)
