"""What every page of a trial shows above its own content: how it came out, its attempts, its tabs, its neighbours."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from dashboard.domain.records import ArtifactListing
from dashboard.models import Trial
from dashboard.services import artifacts, runs, trials
from dashboard.views import ages, crumbs, fragments
from dashboard.views.addresses import list_query, poll_address
from dashboard.views.artifacts import viewing
from dashboard.views.my import parts as my_parts
from dashboard.views.requests import Request
from dashboard.views.shares.discretion import shown_to
from dashboard.views.trials import facts as trial_facts
from dashboard.views.trials import lists as trial_lists
from dashboard.views.trials import tabs, tiles


def answer(
    request: Request,
    trial: Trial,
    tab: str,
    make: Callable[[], dict[str, Any]],
    *,
    listing: ArtifactListing | None = None,
) -> HttpResponse:
    """A tab's page, or its live part if htmx asks; a poll is answered with 204 where nothing is new.

    ``make`` gives the context of the tab's content. Of all tabs but the outcome only what stands above it is live:
    viewers keep themselves up to date.
    """
    version = f"{trial.version}.{runs.page_version(trial.run)}"
    is_poll = fragments.is_poll(request)
    if is_poll:
        runs.watch(trial.run, timezone.now())
        if request.GET["v"] == version:
            return ages.nothing_new(trial.run)
    content = {} if is_poll and tab != tabs.OUTCOME else make()
    context = viewing.NOTHING | _frame(request, trial, tab, listing) | {"version": version} | content
    page = fragments.page(request, "trials/page.html", context, fragment="live")
    return ages.tell_of_run(viewing.framed(request, context, page), trial.run)


def of_list(request: Request) -> dict[str, str]:
    """The parameters of the list that one walks through."""
    return {key: request.GET[key] for key in ("q", "sort") if request.GET.get(key)}


def _frame(request: Request, trial: Trial, tab: str, listing: ArtifactListing | None) -> dict[str, Any]:
    run, details, query = trial.run, trials.detail(trial), list_query(request)
    version, kept = f"{trial.version}.{runs.page_version(run)}", my_parts.read(request, trial)
    context = {
        "marks": my_parts.shown(request, trial, kept),
        "trial": trial,
        "run": run,
        "details": details,
        **ages.frame(request, run),
        "is_live": not run.is_finished and not run.is_gone,
        "poll_url": poll_address(request, version),
        "crumbs": _crumbs(trial, tab),
        "tiles": tiles.shown(trial, details),
        "phases": trial_facts.all_phases(trial, details),
        "attempts": [{"trial": each, "url": tabs.address(tab, each, query)} for each in trials.attempts(trial)],
        "way": _way(request, trial, tab),
        "tab": tab,
        "tab_label": tabs.TABS[tab].label,
        "tab_template": tabs.TABS[tab].template,
        "tabs": tabs.links(trial, tab, query, listing or artifacts.at_hand_of_trial(trial), n_notes=kept.n_notes),
    }
    return shown_to(request.user, context)


def _crumbs(trial: Trial, tab: str) -> crumbs.Crumbs:
    if tab == tabs.OUTCOME:
        return crumbs.below_run(trial.run, trial.task.short_name)
    return crumbs.below_trial(trial, tabs.TABS[tab].label)


def _way(request: Request, trial: Trial, tab: str) -> dict[str, object] | None:
    """The same tab of the trials before and after in the list one came from, which the query string describes."""
    place = trials.neighbours(trial, trial_lists.ordered(request, trial.run))
    if place is None:
        return None
    query = _chosen(request)
    found = {"previous": place.previous, "next": place.next}
    links = {name: "" if pk is None else reverse(tab, args=[trial.run_id, pk]) + query for name, pk in found.items()}
    listed = reverse("run-trials", args=[trial.run_id]) + list_query(request)
    return {**links, "position": place.position, "total": place.total, "list": listed}


def _chosen(request: Request) -> str:
    """The list's query, and the file that was chosen: the next trial shows its own of that name."""
    kept = of_list(request) | ({"file": request.GET["file"]} if request.GET.get("file") else {})
    return f"?{urlencode(kept)}" if kept else ""
