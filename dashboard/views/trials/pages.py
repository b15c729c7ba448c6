"""One trial: how it came out and why, where the time and money went; and what it was given."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.domain.records import ArtifactListing
from dashboard.domain.statuses import Outcome
from dashboard.models import Trial
from dashboard.services import artifacts, commands, rights, trial_files, trial_totals, trials
from dashboard.services.trial_files import Kind
from dashboard.services.visibility import Viewer
from dashboard.views import fragments, json_trees
from dashboard.views.requests import Request
from dashboard.views.runs import facts as run_facts
from dashboard.views.shares.discretion import shown_to
from dashboard.views.trials import facts as trial_facts
from dashboard.views.trials import frames, tabs, tiles, tracebacks, verdicts


def find(viewer: Viewer, run_id: int, trial_id: int) -> Trial:
    """The trial, or a 404 page."""
    try:
        return trials.get(viewer, run_id, trial_id)
    except Trial.DoesNotExist as error:
        raise Http404("There is no such trial.") from error


@require_safe
def detail(request: Request, run_id: int, trial_id: int) -> HttpResponseBase:
    """How it came out, and why; a running trial's page keeps itself up to date."""
    trial, has_files = find(request.user, run_id, trial_id), rights.extent(request.user).has_artifacts
    if has_files and request.GET.get("part") == "verdict":
        context = verdicts.context(request, trial, artifacts.of_trial(trial))
        return fragments.vary(render(request, "trials/_verdict.html", context))
    # What is on this machine is listed at once; another machine is asked when the page is there.
    listing = artifacts.of_trial(trial) if has_files and artifacts.are_near(trial.run) else None
    return frames.answer(request, trial, tabs.OUTCOME, lambda: _outcome(request, trial, listing), listing=listing)


@require_safe
def config(request: Request, run_id: int, trial_id: int) -> HttpResponse:
    """What the trial was given."""
    trial = find(request.user, run_id, trial_id)
    given = trials.detail(trial).config
    nodes = json_trees.nodes(given) if given is not None else None
    return frames.answer(
        request, trial, tabs.CONFIG, lambda: {"config": nodes, "files_url": tabs.address(tabs.FILES, trial)}
    )


def _outcome(request: Request, trial: Trial, listing: ArtifactListing | None) -> dict[str, Any]:
    details = trials.detail(trial)
    # What a guest is not told must not come in by the words that are made of it.
    shown_to(request.user, {"run": trial.run, "details": details})
    told = None if listing is None else trial_totals.of_trajectory(trial, listing)
    context = verdicts.on_page(request, trial, listing) | {
        "tiles": tiles.shown(trial, details, told),
        "reason": trial_facts.reason(trial, details),
        "raised": tracebacks.shown(details.traceback),
        "steps": [step | {"url": _log_url(trial, step["name"], listing)} for step in trial_facts.steps(details.steps)],
        "rewards": trial_facts.rewards(details.rewards),
        "model_usage": trial_facts.model_usage(details.model_usage),
        "elsewhere": [
            {"trial": other, "is_created": run_facts.beginning(other.run) == "created"}
            for other in trials.elsewhere(request.user, trial)
        ],
        "addresses": trial_facts.addresses(details),
        "archive_url": reverse("trial-archive", args=[trial.run_id, trial.pk]),
        "commands": run_facts.typed(commands.of_trial(trial)),
        "pairs": trial_facts.pairs(trial, details),
    }
    return shown_to(request.user, context)


def _log_url(trial: Trial, step: str, listing: ArtifactListing | None) -> str:
    """Where a log of a step is; empty where none is known."""
    logs = trial_files.of_kind(listing, Kind.LOG) if listing is not None else []
    own = [record for record in logs if trial_files.step_of(record.path) == step]
    first = trial_files.first(own, Kind.LOG, Outcome(trial.outcome))
    return tabs.address("trial-logs", trial, f"?{urlencode({'file': first.path})}") if first else ""
