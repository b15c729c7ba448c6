"""One trial: how it came out and why, where the time and money went, and its files."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.models import Trial
from dashboard.services import artifacts, commands, runs, trials
from dashboard.services.visibility import Viewer
from dashboard.views import ages, crumbs, fragments, json_trees
from dashboard.views.addresses import list_query, poll_address
from dashboard.views.artifacts import rows as file_rows
from dashboard.views.requests import Request
from dashboard.views.runs import facts as run_facts
from dashboard.views.trials import facts as trial_facts
from dashboard.views.trials import lists as trial_lists


def find(viewer: Viewer, run_id: int, trial_id: int) -> Trial:
    """The trial, or a 404 page."""
    try:
        return trials.get(viewer, run_id, trial_id)
    except Trial.DoesNotExist as error:
        raise Http404("There is no such trial.") from error


@require_safe
def detail(request: Request, run_id: int, trial_id: int) -> HttpResponse:
    """The trial's page; a running trial's page keeps itself up to date."""
    trial = find(request.user, run_id, trial_id)
    version = f"{trial.version}.{runs.page_version(trial.run)}"
    if fragments.is_poll(request):
        runs.watch(trial.run, timezone.now())
        if request.GET["v"] == version:
            return ages.nothing_new(trial.run)
    response = fragments.page(request, "trials/detail.html", _context(request, trial, version), fragment="live")
    return ages.tell_of_run(response, trial.run)


def _context(request: Request, trial: Trial, version: str) -> dict[str, Any]:
    details = trials.detail(trial)
    run = trial.run
    return {
        "trial": trial,
        "run": run,
        **ages.frame(request, run),
        "version": version,
        "is_live": not run.is_finished and not run.is_gone,
        "crumbs": crumbs.below_run(run, trial.task.short_name),
        "details": details,
        "reason": trial_facts.reason(trial, details),
        "tiles": trial_facts.tiles(trial, details),
        "phases": trial_facts.phases(
            [*details.phases, *trial_facts.step_spans(details.steps)], trial.started_at, trial.finished_at
        ),
        "steps": trial_facts.steps(details.steps),
        "rewards": trial_facts.rewards(details.rewards),
        "model_usage": trial_facts.model_usage(details.model_usage),
        "attempts": trials.attempts(trial),
        "elsewhere": [
            {"trial": other, "is_created": run_facts.beginning(other.run) == "created"}
            for other in trials.elsewhere(request.user, trial)
        ],
        "files_url": reverse("trial-files", args=[run.pk, trial.pk]),
        "addresses": trial_facts.addresses(details),
        "archive_url": reverse("trial-archive", args=[run.pk, trial.pk]),
        "commands": run_facts.typed(commands.of_trial(trial)),
        "poll_url": poll_address(request, version),
        "config": json_trees.nodes(details.config) if details.config is not None else None,
        "pairs": trial_facts.pairs(trial, details),
        "way": _way(request, trial),
        # What is on this machine is listed at once; another machine is asked when the page is there.
        **(_files(trial) if artifacts.are_near(run) else {"files": None}),
    }


@require_safe
def files(request: Request, run_id: int, trial_id: int) -> HttpResponse:
    """The trial's files by themselves: what the trial's page loads into itself, or a page of its own."""
    trial = find(request.user, run_id, trial_id)
    context = {"trial": trial, "crumbs": crumbs.below_trial(trial, "Files"), **_files(trial)}
    return fragments.page(request, "trials/files.html", context, fragment="files")


def _files(trial: Trial) -> dict[str, Any]:
    listing = artifacts.of_trial(trial)
    rows = file_rows.rows(listing, trial.run_id, trial.pk)
    return {"files": rows, "is_cut_off": listing.is_cut_off, "problems": listing.problems}


def _way(request: Request, trial: Trial) -> dict[str, object] | None:
    """Links to the trials before and after in the list one came from, which the query string describes."""
    place = trials.neighbours(trial, trial_lists.ordered(request, trial.run))
    if place is None:
        return None
    query = list_query(request)
    link = {
        name: reverse("trial-detail", args=[trial.run_id, pk]) + query if pk is not None else ""
        for name, pk in (("previous", place.previous), ("next", place.next))
    }
    return {
        **link,
        "position": place.position,
        "total": place.total,
        "list": reverse("run-trials", args=[trial.run_id]) + query,
    }
