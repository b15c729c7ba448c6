"""One run: overview, trials, grid, failures, configuration, log, files, history. Each tab is an address of its own."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from dashboard.models import Run
from dashboard.services import artifacts, failures, grids, leaderboards, progress, runs, visibility
from dashboard.services.visibility import Viewer
from dashboard.tables.runs import counts_of, outcome_label
from dashboard.views import action_words, file_rows, fragments, json_trees, paging, run_facts
from dashboard.views.addresses import here, poll_address
from dashboard.views.kept import PARTS
from dashboard.views.requests import Request

TABS = {
    "run-detail": ("Overview", "runs/_overview.html"),
    "run-trials": ("Trials", "runs/_trials.html"),
    "run-grid": ("Grid", "runs/_grid.html"),
    "run-failures": ("Failures", "runs/_failures.html"),
    "run-log": ("Log", "runs/_log.html"),
    "run-files": ("Files", "runs/_files.html"),
    "run-config": ("Configuration", "runs/_config.html"),
    "run-history": ("History", "runs/_history.html"),
}
"""By the name of its address: a tab's label and the template of its content."""

JOB_LOG = "job.log"


def find(viewer: Viewer, run_id: int) -> Run:
    """The run, or a 404 page that does not tell whether it exists for others."""
    try:
        return runs.get(viewer, run_id)
    except Run.DoesNotExist as error:
        raise Http404("There is no such run.") from error


def frame(request: Request, run: Run, tab: str) -> dict[str, Any]:
    """What every tab of a run shows above its own content."""
    return {
        "run": run,
        "run_problems": runs.detail(run).problems,
        "actions": action_words.bar(request.user, run),
        "tab": tab,
        "tabs": _tabs(run, tab),
        "crumbs": [{"label": "Runs", "url": reverse("run-list")}, {"label": run.name}],
        "version": runs.page_version(run),
        "is_live": not run.is_finished and not run.is_gone,
        "poll_url": poll_address(request, runs.page_version(run)),
        "tab_template": TABS[tab][1],
        "has_own_poll": tab == "run-trials",
    }


def answer(request: Request, run: Run, tab: str, context: dict[str, Any]) -> HttpResponse:
    """The tab's page, or its live part if htmx asks."""
    response = fragments.page(request, "runs/page.html", frame(request, run, tab) | context, fragment="live")
    if fragments.is_poll(request) and run.is_finished:
        fragments.announce(response, f"Run {run.status}: {outcome_label(counts_of(run))}")
    return fragments.tell_age(response, run.source.last_good_at)


def _body(request: Request, run: Run, tab: str, make: Callable[[], dict[str, Any]], *, is_lasting: bool) -> SafeString:
    """A tab's content from the context that ``make`` makes.

    What is lasting is the same for all who see the same, until the run or its source changes: it is made once.
    """

    def render() -> SafeString:
        return render_to_string(TABS[tab][1], {"run": run} | make())

    if not is_lasting:
        return render()
    source = run.source
    key = (
        tab,
        visibility.scope(request.user),
        run.pk,
        runs.page_version(run),
        here(request),
        source.name,
        source.address,
    )
    return PARTS.get(key, render)


def is_unchanged(request: Request, run: Run) -> bool:
    """Note that somebody looks, and say whether an asking page is up to date."""
    if not fragments.is_poll(request):
        return False
    watch(run)
    return request.GET["v"] == runs.page_version(run)


def watch(run: Run) -> None:
    """Somebody has a page of this run open."""
    runs.watch(run, timezone.now())


def _tabs(run: Run, current: str) -> list[dict[str, object]]:
    counts = {
        "run-trials": run.n_finished + run.n_running,
        "run-failures": run.n_failed + run.n_partial + run.n_errored,
    }
    return [
        {"label": label, "url": reverse(name, args=[run.pk]), "current": name == current, "count": counts.get(name)}
        for name, (label, _) in TABS.items()
    ]


@require_safe
def overview(request: Request, run_id: int) -> HttpResponse:
    """Figures, leaderboard, what failed, the grid's first tasks, and how far a running run has come."""
    run = find(request.user, run_id)
    if is_unchanged(request, run):
        return fragments.nothing_new(run.source.last_good_at)
    # Of a run that goes on, some of it is relative to now.
    body = _body(request, run, "run-detail", lambda: _overview(run), is_lasting=run.is_finished)
    return answer(request, run, "run-detail", {"body": body})


def _overview(run: Run) -> dict[str, Any]:
    standings = leaderboards.of_run(run.pk)
    return {
        "tiles": run_facts.tiles(run),
        "outcomes": run_facts.outcomes(run),
        "leaderboard": run_facts.leaderboard(standings),
        "pass_at": run_facts.pass_at_columns(standings),
        "failure_groups": run_facts.failure_rows(failures.groups(run)[:5]),
        "grid": grids.grid(run, limit=25),
        "progress": progress.progress(run, timezone.now()),
        "source_rows": run_facts.beside_source(run),
        "error_heavy": run_facts.is_error_heavy(run),
        "pairs": run_facts.pairs(run),
        "no_delete": runs.refusals(run).get("delete", ""),
    }


@require_safe
def grid(request: Request, run_id: int) -> HttpResponse:
    """All tasks against all attempts, a page at a time."""
    run = find(request.user, run_id)
    if is_unchanged(request, run):
        return fragments.nothing_new(run.source.last_good_at)
    body = _body(request, run, "run-grid", lambda: _grid(request, run), is_lasting=True)
    return answer(request, run, "run-grid", {"body": body})


def _grid(request: Request, run: Run) -> dict[str, Any]:
    page = paging.page_of(request, run.n_tasks)
    return {"grid": grids.grid(run, offset=page.offset, limit=page.size), "pager": paging.pager(request, page)}


@require_safe
def failure_groups(request: Request, run_id: int) -> HttpResponse:
    """What went wrong, by kind."""
    run = find(request.user, run_id)
    if is_unchanged(request, run):
        return fragments.nothing_new(run.source.last_good_at)
    return answer(request, run, "run-failures", {"failure_groups": run_facts.failure_rows(failures.groups(run))})


@require_safe
def config(request: Request, run_id: int) -> HttpResponse:
    """The configuration and the source's own statistics, as JSON trees."""
    run = find(request.user, run_id)
    if is_unchanged(request, run):
        return fragments.nothing_new(run.source.last_good_at)
    details = runs.detail(run)
    context = {
        "config": json_trees.nodes(details.config) if details.config is not None else None,
        "stats": json_trees.nodes(details.source_stats) if details.source_stats is not None else None,
    }
    return answer(request, run, "run-config", context)


@require_safe
def log(request: Request, run_id: int) -> HttpResponse:
    """The end of the job's log."""
    run = find(request.user, run_id)
    if is_unchanged(request, run):
        return fragments.nothing_new(run.source.last_good_at)
    excerpt, problem = run_facts.log_tail(run, JOB_LOG)
    context = {"excerpt": excerpt, "problem": problem, "path": JOB_LOG}
    return answer(request, run, "run-log", context)


@require_safe
def files(request: Request, run_id: int) -> HttpResponse:
    """The run's own files."""
    run = find(request.user, run_id)
    if is_unchanged(request, run):
        return fragments.nothing_new(run.source.last_good_at)
    listing = artifacts.of_run(run)
    context = {"files": file_rows.rows(listing, run.pk), "is_cut_off": listing.is_cut_off, "problems": listing.problems}
    return answer(request, run, "run-files", context)


@require_safe
def history(request: Request, run_id: int) -> HttpResponse:
    """The states the run was seen in."""
    run = find(request.user, run_id)
    if is_unchanged(request, run):
        return fragments.nothing_new(run.source.last_good_at)
    return answer(request, run, "run-history", {"changes": run.state_changes.all()[:500]})
