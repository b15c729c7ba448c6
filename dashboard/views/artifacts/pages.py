"""The files of runs and trials: shown as text up to a bound, or downloaded."""

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from dashboard.models import Run, Trial
from dashboard.services import artifacts
from dashboard.views import crumbs, fragments
from dashboard.views.artifacts import downloads
from dashboard.views.artifacts import rows as file_rows
from dashboard.views.requests import Request
from dashboard.views.runs import pages as runs
from dashboard.views.trials import pages as trials


@require_safe
def run_file(request: Request, run_id: int, path: str) -> HttpResponse:
    """A text file of a run."""
    run = runs.find(request.user, run_id)
    return _shown(request, run, None, path)


@require_safe
def trial_file(request: Request, run_id: int, trial_id: int, path: str) -> HttpResponse:
    """A text file of a trial."""
    trial = trials.find(request.user, run_id, trial_id)
    return _shown(request, trial.run, trial, path)


@require_safe
def run_download(request: Request, run_id: int, path: str) -> HttpResponseBase:
    """Any file of a run, as it is."""
    run = runs.find(request.user, run_id)
    return downloads.send(request, artifacts.open_file(run, None, path), path)


@require_safe
def trial_download(request: Request, run_id: int, trial_id: int, path: str) -> HttpResponseBase:
    """Any file of a trial, as it is."""
    trial = trials.find(request.user, run_id, trial_id)
    return downloads.send(request, artifacts.open_file(trial.run, trial, path), path)


def _shown(request: Request, run: Run, trial: Trial | None, path: str) -> HttpResponse:
    context = {
        "run": run,
        "trial": trial,
        "path": path,
        "crumbs": crumbs.below_run(run, path) if trial is None else crumbs.below_trial(trial, path),
        "excerpt": artifacts.head(run, trial, path),
        "download": file_rows.download_url(run.pk, None if trial is None else trial.pk, path),
    }
    return fragments.page(request, "artifacts/file.html", context)
