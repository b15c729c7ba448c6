"""Polls of an open list: the rows that changed, by id and in place, and a word on what came or went."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from dashboard.services import runs
from dashboard.tables.base import leading_on, starred
from dashboard.views import fragments
from dashboard.views.addresses import here, whole_number
from dashboard.views.lists import MOST_SHOWN, Asked, way, with_stars
from dashboard.views.requests import Request


def is_current(request: Request, version: int) -> bool:
    """Whether the page has seen this version of the mirror, so that there is nothing to compare."""
    return version <= whole_number(request.GET["v"])


def ask(request: Request, asked: Asked, rows: QuerySet[Any]) -> runs.Poll:
    """Compare what the page says it shows with the mirror."""
    shown = [whole_number(pk) for pk in request.GET.get("shown", "").split(",")[:MOST_SHOWN] if pk]
    opened = runs.Opened(shown, whole_number(request.GET["v"]), whole_number(request.GET.get("opened", "")))
    return runs.poll(request.user, opened, rows=rows, matching=asked.matching())


def answer(request: Request, asked: Asked, poll: runs.Poll, template: str, context: dict[str, Any]) -> HttpResponse:
    """The changed rows and the list's new state; ``template`` extends ``components/list_changes.html``."""
    prefix, pressed = asked.spec.table.row_prefix, with_stars(request, asked, [pk for pk, _ in poll.changed])
    news = {
        "rows": [
            {"id": f"{prefix}-{pk}", "html": starred(leading_on(row, way(request, asked.spec)), pressed)}
            for pk, row in asked.rows(poll.changed).items()
        ],
        "version": poll.version,
        "opened": whole_number(request.GET.get("opened", "")),
        "shown": request.GET.get("shown", ""),
        "n_new": poll.n_new,
        "n_gone": poll.n_gone,
        "noun": asked.spec.noun,
        "url": here(request, page=None),
    }
    response = render(request, template, context | news)
    response["Cache-Control"] = "no-store"
    return fragments.vary(response)
