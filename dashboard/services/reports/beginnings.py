"""What a report can be begun of, beside single runs: groups, and what is tested, of sources that make reports."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from dashboard.domain.reports import Parent
from dashboard.models import Source
from dashboard.services import visibility
from dashboard.services.reports.subjects import own_id
from dashboard.services.visibility import Viewer

MOST_OFFERED = 500
"""Rows of a kind that one may choose from; a search finds the others."""
MOST_WORDS = 10

_NAMES: Mapping[Parent, Sequence[str]] = {
    Parent.PIPELINE: ("name",),
    Parent.TEMPLATE: ("pipeline__name", "name"),
    Parent.TEST: ("template__pipeline__name", "template__name", "name"),
}
"""What a thing's path is made of, outermost first."""
_ABOVE: Mapping[Parent, Sequence[str]] = {
    Parent.PIPELINE: (),
    Parent.TEMPLATE: ("pipeline",),
    Parent.TEST: ("template__pipeline",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Things of one kind to choose from."""

    parent: Parent | None
    """Below which a filter would choose runs; None of groups."""
    rows: Sequence[Any]
    is_more: bool
    """Whether others are there that are not offered."""


def offers(viewer: Viewer, sources: Sequence[Source], *, text: str = "") -> Sequence[Offer]:
    """Groups, newest first, then pipelines, templates and tests by their paths: those that hold each word."""
    words = text.split()[:MOST_WORDS]
    return [_groups(viewer, sources, words), *(_below(viewer, sources, parent, words) for parent in Parent)]


def _groups(viewer: Viewer, sources: Sequence[Source], words: Sequence[str]) -> Offer:
    rows = visibility.run_groups(viewer).filter(source__in=sources, is_gone=False).select_related("source")
    for part in (part for word in words for part in re.split("[/#]", word) if part):
        holds = Q(owner__icontains=part) | Q(repo__icontains=part) | Q(kind__iexact=part)
        holds |= Q(external_id__istartswith=part)
        rows = rows.filter(holds | Q(issue_number=own_id(part)) if own_id(part) else holds)
    return _offer(None, rows)


def _below(viewer: Viewer, sources: Sequence[Source], parent: Parent, words: Sequence[str]) -> Offer:
    visible: Mapping[Parent, QuerySet[Any]] = {
        Parent.PIPELINE: visibility.pipelines(viewer),
        Parent.TEMPLATE: visibility.pipeline_templates(viewer),
        Parent.TEST: visibility.pipeline_tests(viewer),
    }
    rows = visible[parent].filter(source__in=sources, is_gone=False).select_related("source", *_ABOVE[parent])
    for word in words:
        holds = Q(external_id__iexact=word)
        for path in _NAMES[parent]:
            holds |= Q(**{f"{path}__icontains": word})
        rows = rows.filter(holds)
    return _offer(parent, rows.order_by(*_NAMES[parent], "pk"))


def _offer(parent: Parent | None, rows: QuerySet[Any]) -> Offer:
    found = list(rows[: MOST_OFFERED + 1])
    return Offer(parent=parent, rows=found[:MOST_OFFERED], is_more=len(found) > MOST_OFFERED)
