"""The files of runs and trials: shown in their viewers, or downloaded."""

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from dashboard.models import Run
from dashboard.services import artifacts
from dashboard.views import crumbs, fragments
from dashboard.views.artifacts import downloads, viewing
from dashboard.views.artifacts import rows as file_rows
from dashboard.views.requests import Request
from dashboard.views.runs import pages as runs
from dashboard.views.trials import files as trial_files
from dashboard.views.trials import pages as trials
from dashboard.views.viewers.subjects import Subject


@require_safe
def run_file(request: Request, run_id: int, path: str) -> HttpResponseBase:
    """A file of a run in its viewer."""
    run = runs.find(request.user, run_id)
    subject = Subject(run=run, trial=None, path=path, page=file_rows.shown_url(run.pk, None, path))
    return viewing.part(request, subject) or _shown(request, run, subject)


@require_safe
def trial_file(request: Request, run_id: int, trial_id: int, path: str) -> HttpResponseBase:
    """A file of a trial in its viewer."""
    return trial_files.file(request, trials.find(request.user, run_id, trial_id), path)


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


def _shown(request: Request, run: Run, subject: Subject) -> HttpResponse:
    context = viewing.shown(request, subject) | {"run": run, "crumbs": crumbs.below_run(run, subject.path)}
    return viewing.framed(request, context, fragments.page(request, "artifacts/file.html", context))
