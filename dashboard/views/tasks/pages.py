"""One task over time: what every agent and model made of it, run by run."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.models import Task
from dashboard.services import task_histories, tasks
from dashboard.views import fragments
from dashboard.views.paging import pager
from dashboard.views.requests import Request
from dashboard.views.tasks import facts as task_facts

LAST = 20
"""Trials that are listed below the grid."""


@require_safe
def detail(request: Request, task_id: int) -> HttpResponse:
    """One task."""
    try:
        task = tasks.get(request.user, task_id)
    except Task.DoesNotExist as error:
        raise Http404("There is no such task.") from error
    history = task_histories.history(request.user, task)
    page = task_facts.page_of_runs(request, len(history.columns))
    columns = history.columns[page.offset : page.offset + page.size]
    context = {
        "task": task,
        "crumbs": [{"label": "Tasks", "url": reverse("task-list")}, {"label": task.short_name}],
        "columns": task_facts.columns(columns),
        "rows": [task_facts.row(task, contender, columns) for contender in history.contenders],
        "newest": history.newest[:LAST],
        "pager": pager(request, page) | {"sizes": []},
        "is_cut_off": history.is_cut_off,
        "n_runs": len(history.columns),
        **_sums(history),
    }
    return fragments.page(request, "tasks/detail.html", context)


def _sums(history: task_histories.History) -> dict[str, Any]:
    """Over all agents and models."""
    finished = [one for one in history.newest if one.is_finished]
    n_passed = sum(one.is_passed for one in finished)
    verdict = tasks.verdict(n_passed, len(finished))
    return {"verdict": verdict, "n_passed": n_passed, "n_finished": len(finished)}
