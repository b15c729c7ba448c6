"""Pictures, sounds and films of runs and trials, for our own pages to embed."""

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from dashboard.services import artifacts
from dashboard.views.artifacts import downloads, rows
from dashboard.views.requests import Request
from dashboard.views.runs import pages as runs
from dashboard.views.trials import pages as trials


@require_safe
def run_inline(request: Request, run_id: int, path: str) -> HttpResponseBase:
    """A file of a run as what it is."""
    run = runs.find(request.user, run_id)
    download = rows.download_url(run.pk, None, path)
    return downloads.show(request, artifacts.open_file(run, None, path), path, download=download)


@require_safe
def trial_inline(request: Request, run_id: int, trial_id: int, path: str) -> HttpResponseBase:
    """A file of a trial as what it is."""
    trial = trials.find(request.user, run_id, trial_id)
    download = rows.download_url(trial.run.pk, trial.pk, path)
    return downloads.show(request, artifacts.open_file(trial.run, trial, path), path, download=download)
