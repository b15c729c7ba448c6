"""What a source makes reports from, and when each last worked."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max, Q, QuerySet

from dashboard.domain.reports import ReportStatus
from dashboard.models import Source
from dashboard.services import visibility
from dashboard.services.reports.subjects import own_id
from dashboard.services.visibility import Viewer

MOST = 50
"""Templates that a form shows; a search finds the others."""


def offered(viewer: Viewer, source: Source, *, text: str = "", chosen: str = "") -> Sequence[Any]:
    """The templates whose name or description holds each word, by name, each with ``worked_at``: when a report of it
    last succeeded, or None. The ``chosen`` one (our id) is always among them.
    """
    there = visibility.report_templates(viewer).filter(source=source, is_gone=False)
    found = _with_success(_holding(there, text))[: MOST + 1]
    shown = list(found)
    number = own_id(chosen)
    if number and not any(each.pk == number for each in shown):
        shown = [*_with_success(there.filter(pk=number))[:1], *shown]
    return shown


def _holding(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split()[:10]:
        rows = rows.filter(Q(name__icontains=word) | Q(description__icontains=word) | Q(external_id__iexact=word))
    return rows


def _with_success(rows: QuerySet[Any]) -> QuerySet[Any]:
    succeeded = Q(reports__status=ReportStatus.SUCCEEDED)
    found: QuerySet[Any] = rows.annotate(worked_at=Max("reports__finished_at", filter=succeeded))
    return found.order_by("name", "pk")
