"""Trials: ``/runs/{run_id}/trials`` and ``/runs/{run_id}/trials/{trial_id}``."""

from typing import Annotated

from django.db.models import prefetch_related_objects
from ninja import Path, Query, Router

from dashboard.api import lists
from dashboard.api.lists import Asked, Listed
from dashboard.api.routes.answers import Request, an_id, answers, found, told
from dashboard.api.routes.runs import RunId
from dashboard.api.shapes import trials as shapes
from dashboard.api.shapes.places import Places
from dashboard.filters.trials import TrialFilter
from dashboard.services import runs, stars, trials, visibility
from dashboard.tables.trials import TrialTable

router = Router(tags=["Trials"])
LISTED = Listed(TrialTable, TrialFilter)

TrialId = Annotated[int, Path(..., **an_id("trial"))]


@router.get(
    "/runs/{int:run_id}/trials", response=answers(shapes.TrialPage), url_name="trial-list", summary="List trials"
)
def list_trials(request: Request, run_id: RunId, asked: Query[Asked]) -> shapes.TrialPage:
    """The trials of a run, by task unless `sort` says otherwise.

    `q` is what one types into the box of the run's trials: `outcome:failed error:AgentTimeoutError task:fix-*`.
    """
    lists.refuse_unknown(request, Asked.model_fields)
    run = found("run", lambda: runs.state(request.auth, run_id))
    visible = stars.known(request.auth, visibility.trials(request.auth))
    rows = visible.filter(run=run).select_related("task")
    page = lists.page(request, LISTED, asked, lambda _: rows, request.auth)
    prefetch_related_objects(page.records, "labels")
    return told(request, page, shapes.TrialPage, shapes.of_trial)


@router.get(
    "/runs/{int:run_id}/trials/{int:trial_id}",
    response=answers(shapes.TrialDetailOut),
    url_name="trial-detail",
    summary="Read a trial",
)
def read_trial(request: Request, run_id: RunId, trial_id: TrialId) -> shapes.TrialDetailOut:
    """One trial with its rewards, its phases, its steps and its error."""
    lists.refuse_unknown(request, {})
    trial = found("trial", lambda: trials.get(request.auth, run_id, trial_id))
    return shapes.whole(trial, Places.of(request))
