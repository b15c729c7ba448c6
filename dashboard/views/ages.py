"""How fresh a page is, told with every answer: the age of the last look, and when what fails is tried again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from dashboard.models import Report, Run, Source
from dashboard.services import reports, runs, troubles
from dashboard.tables.runs import ending_label
from dashboard.views import fragments, sources, titles
from dashboard.views.addresses import here
from dashboard.views.requests import Request


def nothing_new(run: Run) -> HttpResponse:
    """204 for a page of this run."""
    return tell_of_run(fragments.nothing_new(), run)


def tell_of_run(response: HttpResponse, run: Run) -> HttpResponse:
    """Tell as of when a page of this run is."""
    return _tell(response, runs.seen_at(run), [run.source])


def tell_of_report(response: HttpResponse, report: Report) -> HttpResponse:
    """Tell as of when a page of this report is."""
    return _tell(response, reports.seen_at(report, timezone.now()), [report.source] if report.source else [])


def tell_of_sources(response: HttpResponse, everywhere: Sequence[Source]) -> HttpResponse:
    """Tell as of when a page over these sources is: as of the oldest look."""
    return _tell(response, runs.oldest_look(everywhere), everywhere)


def frame(request: Request, run: Run) -> dict[str, Any]:
    """What the pages of a run say about how true they are: its source's troubles, their age, the window's title."""
    seen_at = runs.seen_at(run)
    return {
        "troubles": sources.failing(request, [run.source]),
        "seen_at": seen_at,
        "age": age(seen_at),
        "title": titles.title(run),
        "live_title": titles.live_title(run),
        "ended": ending_label(run) if run.is_finished else "",
        "back_url": here(request),
    }


def age(seen_at: datetime | None) -> int | None:
    """Whole seconds since then, never negative: clocks differ."""
    return None if seen_at is None else max(0, round((timezone.now() - seen_at).total_seconds()))


def _tell(response: HttpResponse, seen_at: datetime | None, everywhere: Iterable[Source]) -> HttpResponse:
    found = {"age": age(seen_at), "tries": troubles.waits(everywhere, timezone.now())}
    said = {name: value for name, value in found.items() if value is not None and value != {}}
    return fragments.tell(response, "quayside:looked", said) if said else response
