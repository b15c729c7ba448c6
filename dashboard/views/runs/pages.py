"""One run: overview, trials, grid, failures, configuration, log, files, history. Each tab is an address of its own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from dashboard.models import Run
from dashboard.services import artifacts, failures, grids, runs
from dashboard.services.reach import capabilities
from dashboard.services.visibility import Viewer
from dashboard.shared_addresses import is_closed
from dashboard.views import ages, crumbs, fragments, json_trees, paging
from dashboard.views.addresses import poll_address
from dashboard.views.artifacts import rows as file_rows
from dashboard.views.artifacts import viewing
from dashboard.views.kept import PARTS
from dashboard.views.my import parts as my_parts
from dashboard.views.reports import parts as report_parts
from dashboard.views.requests import Request
from dashboard.views.runs import action_words
from dashboard.views.runs import facts as run_facts
from dashboard.views.runs import overviews as run_overviews
from dashboard.views.runs import pipeline_runs as run_tests
from dashboard.views.runs import polls as run_polls
from dashboard.views.shares.discretion import shown_to
from dashboard.views.viewers.subjects import Subject

TABS = {
    "run-detail": ("Overview", "runs/_overview.html"),
    "run-trials": ("Trials", "runs/_trials.html"),
    "run-inputs": ("Inputs", "runs/_inputs.html"),
    "run-grid": ("Grid", "runs/_grid.html"),
    "run-failures": ("Failures", "runs/_failures.html"),
    "run-log": ("Log", "runs/_log.html"),
    "run-files": ("Files", "runs/_files.html"),
    "run-config": ("Configuration", "runs/_config.html"),
    "run-reports": ("Reports", "runs/_reports.html"),
    "run-history": ("History", "runs/_history.html"),
    "run-notes": ("Notes", "my/_notes.html"),
}
"""By the name of its address: a tab's label and the template of its content."""

JOB_LOG = "job.log"
NO_LOG = "Runs of this source have no log of their own. Their trials have."

Make = Callable[[Request, Run], dict[str, Any]]
"""Gives what the template of a tab's content names."""


def find(viewer: Viewer, run_id: int) -> Run:
    """The run, or a 404 page that does not tell whether it exists for others."""
    try:
        return runs.get(viewer, run_id)
    except Run.DoesNotExist as error:
        raise Http404("There is no such run.") from error


def frame(request: Request, run: Run, tab: str) -> dict[str, Any]:
    """What every tab of a run shows above its own content."""
    kept = my_parts.read(request, run)
    context = {
        "marks": my_parts.shown(request, run, kept),
        "run": run,
        "run_problems": runs.detail(run).problems,
        "actions": action_words.bar(request.user, run),
        **ages.frame(request, run),
        "beginning": run_facts.beginning(run),
        "tab": tab,
        "tabs": _tabs(run, tab, kept.n_notes),
        "crumbs": crumbs.below_runs(run.name) if run.test is None else run_tests.crumbs(run, run.test),
        "version": runs.page_version(run),
        "is_live": runs.is_live(run),
        "poll_url": poll_address(request, runs.page_version(run)),
        "tab_template": TABS[tab][1],
        "styles": (),
        "scripts": (),
        "has_own_poll": tab == "run-trials",
    }
    return shown_to(request.user, context)


def tab(name: str) -> Callable[[Make], Callable[[Request, int], HttpResponse]]:
    """A view that shows a run's tab: ``make`` gives the context of its content, and is asked only if it is needed."""

    def decorate(make: Make) -> Callable[[Request, int], HttpResponse]:
        @require_safe
        @wraps(make)
        def view(request: Request, run_id: int) -> HttpResponse:
            if fragments.is_poll(request):
                return run_polls.answer(
                    request, run_id, name, lambda run: frame(request, run, name) | make(request, run)
                )
            run = find(request.user, run_id)
            runs.want_reports(run, timezone.now())
            return answer(request, run, name, make(request, run))

        return view

    return decorate


def answer(request: Request, run: Run, tab: str, context: dict[str, Any]) -> HttpResponse:
    """The tab's whole page, or its live part if htmx asks for another address of it."""
    response = fragments.page(request, "runs/page.html", frame(request, run, tab) | context, fragment="live")
    return ages.tell_of_run(response, run)


def _body(request: Request, run: Run, tab: str, make: Callable[[], dict[str, Any]], *, is_lasting: bool) -> SafeString:
    """A tab's content from the context that ``make`` makes.

    What is lasting is the same for all who see the same, until the run or its source changes: it is made once.
    """

    def render() -> SafeString:
        template = run_overviews.template_of(run) if tab == "run-detail" else TABS[tab][1]
        return render_to_string(template, {"run": run} | make())

    if not is_lasting:
        return render()
    return PARTS.get(run_polls.key_of(request, run, tab), render)


def _tabs(run: Run, current: str, n_notes: int) -> list[dict[str, object]]:
    counts = {
        "run-trials": run.n_trials,
        "run-failures": run.n_failed + run.n_partial + run.n_errored,
        "run-notes": n_notes or None,
    }
    return [
        {"label": label, "url": reverse(name, args=[run.pk]), "current": name == current, "count": counts.get(name)}
        for name, (label, _) in TABS.items()
        if name not in _absent(run) and not is_closed(reverse(name, args=[run.pk]))
    ]


def _absent(run: Run) -> frozenset[str]:
    """The tabs that such a run has nothing for."""
    if run.is_sandbox:
        return frozenset(TABS) - {"run-detail", "run-history", "run-notes"}
    if run.is_test:
        return frozenset(TABS) - {"run-detail", "run-inputs", "run-reports", "run-history", "run-notes"}
    has_config = capabilities(run.source).configurations or runs.detail(run).config is not None
    return frozenset(
        ["run-inputs", *([] if artifacts.have_runs(run) else ["run-log"]), *([] if has_config else ["run-config"])],
    )


@tab("run-detail")
def overview(request: Request, run: Run) -> dict[str, Any]:
    """Figures, leaderboard, what failed, the grid's first tasks, and how far a running run has come."""

    # Of a run that goes on, some of it is relative to now.
    def make() -> dict[str, Any]:
        return shown_to(request.user, run_overviews.context(run))

    body = _body(request, run, "run-detail", make, is_lasting=run.is_finished)
    return {"body": body}


@tab("run-inputs")
def inputs(request: Request, run: Run) -> dict[str, Any]:
    """What a run of a test was made from: workflows, inputs and options."""
    return run_tests.inputs(run)


@tab("run-grid")
def grid(request: Request, run: Run) -> dict[str, Any]:
    """All tasks against all attempts, a page at a time."""
    body = _body(request, run, "run-grid", lambda: _grid(request, run), is_lasting=True)
    return {"body": body}


def _grid(request: Request, run: Run) -> dict[str, Any]:
    page = paging.page_of(request, run.n_tasks)
    return {"grid": grids.grid(run, offset=page.offset, limit=page.size), "pager": paging.pager(request, page)}


@tab("run-failures")
def failure_groups(request: Request, run: Run) -> dict[str, Any]:
    """What went wrong, by kind."""
    return {"failure_groups": run_facts.failure_rows(failures.groups(run))}


@tab("run-config")
def config(request: Request, run: Run) -> dict[str, Any]:
    """The configuration and the source's own statistics, as JSON trees."""
    details = runs.detail(run)
    return {
        "config": json_trees.nodes(details.config) if details.config is not None else None,
        "stats": json_trees.nodes(details.source_stats) if details.source_stats is not None else None,
    }


@require_safe
def log(request: Request, run_id: int) -> HttpResponseBase:
    """The job's log in its viewer, which looks for what is new by itself."""
    part = viewing.part(request, _log_of(find(request.user, run_id))) if "part" in request.GET else None
    return part or _log(request, run_id)


@tab("run-log")
def _log(request: Request, run: Run) -> dict[str, Any]:
    if fragments.is_poll(request) or not artifacts.have_runs(run):
        return viewing.NOTHING | {"viewer_problem": NO_LOG}
    return viewing.shown_or_why_not(request, _log_of(run))


def _log_of(run: Run) -> Subject:
    return Subject(run=run, trial=None, path=JOB_LOG, page=reverse("run-log", args=[run.pk]))


@tab("run-files")
def files(request: Request, run: Run) -> dict[str, Any]:
    """The run's own files."""
    listing = artifacts.of_run(run)
    shown = {"files": file_rows.rows(listing, run.pk), "is_cut_off": listing.is_cut_off, "problems": listing.problems}
    return shown_to(request.user, shown)


@tab("run-reports")
def reports(request: Request, run: Run) -> dict[str, Any]:
    """What was made of it, and where one more is."""
    return report_parts.of_run(request.user, run)


@tab("run-history")
def history(request: Request, run: Run) -> dict[str, Any]:
    """The states the run was seen in."""
    return {"changes": run.state_changes.all()[:500]}
