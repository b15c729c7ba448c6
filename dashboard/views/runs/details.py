"""Many runs in detail, one after the other: what one would ask for run by run in a terminal. As a page, and as JSON."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.domain.statuses import RunStatus
from dashboard.models import Run
from dashboard.services import failures, runs, visibility
from dashboard.tables.runs import counts_of
from dashboard.views import crumbs, exports, fragments, lists, paging
from dashboard.views.addresses import list_query
from dashboard.views.requests import Request
from dashboard.views.runs import facts as run_facts
from dashboard.views.runs import lists as run_lists
from dashboard.views.runs import pipeline_runs as run_tests

FAILED = f"status:{RunStatus.FAILED}"
"""What is shown unless the address asks for something else."""
MOST_GROUPS = 10
"""Kinds of failure that are shown of a run."""


@require_safe
def page(request: Request) -> HttpResponse:
    """The runs of a filter (``q``; the failed ones without) in one scroll, a page of them at a time."""
    if "q" not in request.GET:
        return redirect(_address("run-details", FAILED))
    asked = _ask(request)
    total = asked.matching().count()
    shown = paging.page_of(request, total)
    records = list(asked.ordered()[shown.offset : shown.offset + shown.size])
    context = {
        "crumbs": crumbs.below_runs("Details"),
        "text": asked.query.text,
        "total": total,
        "runs": [_shown(run) for run in records],
        "pager": paging.pager(request, shown),
        "list_url": reverse("run-list") + list_query(request),
        "json_url": _address("run-details-json", asked.query.text),
    }
    return fragments.page(request, "runs/details.html", context)


@require_safe
def as_json(request: Request) -> HttpResponseBase:
    """All runs of the filter as an array of objects, streamed."""
    if "q" not in request.GET:
        return redirect(_address("run-details-json", FAILED))
    records = _ask(request).ordered().prefetch_related("agents", "results").iterator(chunk_size=exports.BATCH)
    return exports.attached(
        request, exports.json_lines(_plain(run) for run in records), "application/json", "runs-details.json"
    )


def _ask(request: Request) -> lists.Asked:
    visible = visibility.runs(request.user).select_related("source", "detail", run_lists.TESTED)
    return lists.ask(request, run_lists.SPEC, visible, scope="run-details")


def _address(name: str, text: str) -> str:
    return f"{reverse(name)}?{urlencode({'q': text})}"


def _shown(run: Run) -> dict[str, Any]:
    groups = failures.groups(run)[:MOST_GROUPS]
    return {
        "run": run,
        "beginning": run_facts.beginning(run),
        "pairs": run_facts.pairs(run),
        "outcomes": run_facts.outcomes(run),
        "errors": run_tests.errors(run) if run.is_test else [],
        "failure_groups": run_facts.failure_rows(groups),
        "problems": runs.detail(run).problems,
    }


def _plain(run: Run) -> dict[str, Any]:
    """A run with everything that its page says of it, as JSON has it: times in ISO 8601, durations in seconds."""
    detail = runs.detail(run)
    return {
        "id": run.pk,
        "external_id": run.external_id,
        "uid": run.uid,
        "source": run.source.name,
        "kind": run.kind,
        "name": run.name,
        "status": run.status,
        "raw_status": run.raw_status,
        "status_reason": run.status_reason,
        "is_gone": run.is_gone,
        "dataset": run.dataset,
        "agents": [str(agent) for agent in run.agents.all()],
        **_beginning(run),
        "finished_at": exports.plain_time(run.finished_at),
        "duration_seconds": None if run.duration is None else run.duration.total_seconds(),
        "counts": counts_of(run),
        "rate_strict": run.rate_strict,
        "rate_scored": run.rate_scored,
        "cost": None if run.cost is None else str(run.cost),
        "input_tokens": run.input_tokens,
        "output_tokens": run.output_tokens,
        "facts": detail.facts,
        "source_stats": detail.source_stats,
        "problems": detail.problems,
        "failures": list(_failures(run)),
        **(_tested(run) if run.is_test else {}),
    }


def _tested(run: Run) -> dict[str, Any]:
    """What only a run of a test has."""
    return {
        "test": None if run.test is None else run.test.path,
        "phase": run.phase,
        "created_by": run.created_by,
        "results": {result.name: result.text for result in run.results.all()},
        "errors": run_tests.errors(run),
        "test_run": runs.detail(run).test_run,
    }


def _beginning(run: Run) -> dict[str, str | None]:
    """When it began and when it was made: a source tells one of them."""
    told = f"{run_facts.beginning(run)}_at"
    return {"started_at": None, "created_at": None, told: exports.plain_time(run.started_at)}


def _failures(run: Run) -> Iterator[dict[str, Any]]:
    for group in failures.groups(run):
        yield {
            "error_type": group.error_type,
            "pattern": group.pattern,
            "cause": group.cause,
            "n_trials": group.n_trials,
            "n_tasks": group.n_tasks,
            "first_trial": group.first_trial.external_id,
        }
