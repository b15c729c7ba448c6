"""The trials of one run: tab, exports, and the order in which one walks from trial to trial."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from dashboard.filters.facets import TRIAL_FACETS
from dashboard.filters.trials import TrialFilter
from dashboard.models import MirrorClock, Run, Trial
from dashboard.services import labels, trials, visibility
from dashboard.services.reach import capabilities
from dashboard.tables.trials import ToldTrialTable, TrialTable
from dashboard.views import ages, exports, fragments, lists, polls
from dashboard.views.addresses import here
from dashboard.views.requests import Request
from dashboard.views.runs import pages as runs
from dashboard.views.runs import polls as run_polls


def _fetch(ids: list[int]) -> Any:
    return labels.brought(trials.with_told(Trial.objects.filter(pk__in=ids).select_related("task")))


SPEC = lists.ListSpec(
    label="trials",
    noun="trial",
    table=TrialTable,
    filters=TrialFilter,
    facets=TRIAL_FACETS,
    placeholder="outcome:failed error:AgentTimeoutError task:fix-* cost:>0.5 words",
    fetch=_fetch,
    leads_through=True,
)
TOLD_SPEC = replace(SPEC, table=ToldTrialTable)
"""Of sources that tell how many tests a trial passed."""

EXTRA: exports.Extra = {
    "id": lambda trial: trial.pk,
    "external_id": lambda trial: trial.external_id,  # type: ignore[attr-defined]
    "uid": lambda trial: trial.uid,  # type: ignore[attr-defined]
    "raw_status": trials.raw_status,  # type: ignore[dict-item]
    "error_summary": lambda trial: trial.error_summary,  # type: ignore[attr-defined]
}


@require_safe
def tab(request: Request, run_id: int) -> HttpResponse:
    """The run's trials, filtered; a poll is answered with the rows that changed, which stay where they are."""
    # Read before the rows: what changes meanwhile is news to the page.
    version = MirrorClock.now()
    run = runs.find(request.user, run_id)
    if fragments.is_poll(request):
        return _poll(request, run, version)
    asked = _ask(request, run)
    shown = lists.context(request, asked) | lists.export_urls(asked, "trial-export", request, run.pk)
    context = {"list": shown | {"version": version}, "here": here(request), "path": request.path}
    return runs.answer(request, run, "run-trials", context)


def _poll(request: Request, run: Run, version: int) -> HttpResponse:
    run_polls.watch(run)
    if polls.is_current(request, version):
        return ages.nothing_new(run)
    asked = _ask(request, run)
    poll = polls.ask(request, asked, asked.base)
    if poll.is_empty:
        return ages.nothing_new(run)
    response = polls.answer(request, asked, poll, "runs/trial_changes.html", runs.frame(request, run, "run-trials"))
    return ages.tell_of_run(response, run)


@require_safe
def export(request: Request, run_id: int, kind: str) -> HttpResponseBase:
    """All trials of the filter, streamed."""
    run = runs.find(request.user, run_id)
    asked = _ask(request, run)
    rows = trials.with_told(asked.ordered().select_related("task", "detail").prefetch_related("labels"))
    return exports.send(request, kind, asked.table, rows, extra=EXTRA, name=f"run-{run.pk}-trials")


def ordered(request: Request, run: Run) -> QuerySet[Trial]:
    """The run's trials in the filter and order that the address carries."""
    return _ask(request, run).ordered()


def _ask(request: Request, run: Run) -> lists.Asked:
    base = visibility.trials(request.user).filter(run=run)
    spec = TOLD_SPEC if capabilities(run.source).test_shares else SPEC
    return lists.ask(request, spec, base, scope=f"run{run.pk}", version=run.version)
