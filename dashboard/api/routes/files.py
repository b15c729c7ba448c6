"""Artifacts: ``/runs/{run_id}/artifacts`` and ``/runs/{run_id}/trials/{trial_id}/artifacts``."""

from ninja import Query, Router

from dashboard.api import lists, short_lists
from dashboard.api.lists import Asked
from dashboard.api.routes.answers import Request, answers, found
from dashboard.api.routes.runs import RunId
from dashboard.api.routes.trials import TrialId
from dashboard.api.shapes import files as shapes
from dashboard.api.shapes.files import ArtifactOut, ArtifactPage
from dashboard.api.shapes.places import Places
from dashboard.api.short_lists import ShortList
from dashboard.domain.records import ArtifactListing
from dashboard.services import artifacts, runs, trials

router = Router(tags=["Artifacts"])


@router.get(
    "/runs/{int:run_id}/artifacts",
    response=answers(ArtifactPage),
    url_name="run-artifacts",
    summary="List a run's files",
)
def list_run_artifacts(request: Request, run_id: RunId, asked: Query[Asked]) -> ArtifactPage:
    """The run's own files, by path unless `sort` (`path`, `kind` or `size`) says otherwise.

    `q` are words that are all in the path or the kind. The bytes are at `download_url`, for the same token.
    """
    lists.refuse_unknown(request, Asked.model_fields)
    run = found("run", lambda: runs.get(request.auth, run_id))
    return _page(request, asked, artifacts.of_run(run), run_id, None)


@router.get(
    "/runs/{int:run_id}/trials/{int:trial_id}/artifacts",
    response=answers(ArtifactPage),
    url_name="trial-artifacts",
    summary="List a trial's files",
)
def list_trial_artifacts(request: Request, run_id: RunId, trial_id: TrialId, asked: Query[Asked]) -> ArtifactPage:
    """The trial's files, by path unless `sort` (`path`, `kind` or `size`) says otherwise.

    `q` are words that are all in the path or the kind. The bytes are at `download_url`, for the same token.
    """
    lists.refuse_unknown(request, Asked.model_fields)
    trial = found("trial", lambda: trials.get(request.auth, run_id, trial_id))
    return _page(request, asked, artifacts.of_trial(trial), run_id, trial_id)


def _page(request: Request, asked: Asked, listing: ArtifactListing, run_id: int, trial_id: int | None) -> ArtifactPage:
    places = Places.of(request)
    listed = ShortList(
        rows=[shapes.of_record(record, places, run_id, trial_id) for record in listing.artifacts],
        text=lambda row: f"{row.path} {row.kind}",
        columns={"path": lambda row: row.path, "kind": lambda row: row.kind, "size": _size},
    )
    rows, behind = short_lists.page(request, listed, asked)
    return ArtifactPage(
        items=rows,
        next=behind,
        is_cut_off=listing.is_cut_off,
        problems=[f"{problem.where}: {problem.what}" for problem in listing.problems],
    )


def _size(row: ArtifactOut) -> int | None:
    return row.size_bytes
