"""Runs: ``/runs`` and ``/runs/{run_id}``."""

from typing import Annotated

from django.db.models import QuerySet, prefetch_related_objects
from ninja import Path, Query, Router

from dashboard.api import lists
from dashboard.api.lists import Asked, Listed
from dashboard.api.routes.answers import Request, an_id, answers, found, told
from dashboard.api.shapes import runs as shapes
from dashboard.api.shapes.places import Places
from dashboard.filters.runs import RunFilter
from dashboard.models import Run
from dashboard.services import runs, stars, visibility
from dashboard.services.visibility import Viewer
from dashboard.tables.runs import RunTable

router = Router(tags=["Runs"])
LISTED = Listed(RunTable, RunFilter)

RunId = Annotated[int, Path(..., **an_id("run"))]

_UNTOLD = ("source__told", "source__problems", "source__list_place", "test__defaults")
"""What may be long, and no row tells."""


@router.get("/runs", response=answers(shapes.RunPage), url_name="run-list", summary="List runs")
def list_runs(request: Request, asked: Query[Asked]) -> shapes.RunPage:
    """All runs that the token's owner may see, the newest first unless `sort` says otherwise.

    `q` is what one types into the box of the runs list: `status:failed agent:codex after:7d cost:>5 words`.
    """
    lists.refuse_unknown(request, Asked.model_fields)
    page = lists.page(request, LISTED, asked, lambda _: _rows(request.auth), request.auth)
    prefetch_related_objects(page.records, "labels")
    return told(request, page, shapes.RunPage, shapes.of_run)


@router.get("/runs/{int:run_id}", response=answers(shapes.RunDetailOut), url_name="run-detail", summary="Read a run")
def read_run(request: Request, run_id: RunId) -> shapes.RunDetailOut:
    """One run with its numbers, its leaderboard, its failures by group and, of a test of a pipeline, its results."""
    lists.refuse_unknown(request, {})
    return shapes.whole(found("run", lambda: runs.get(request.auth, run_id)), Places.of(request))


def _rows(viewer: Viewer) -> QuerySet[Run]:
    visible = stars.known(viewer, visibility.runs(viewer))
    return visible.select_related("source", "test__template__pipeline").defer(*_UNTOLD)
