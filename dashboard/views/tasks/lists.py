"""The tasks list: page and exports."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from dashboard.filters.tasks import TASK_FACETS, TaskFilter
from dashboard.models import MirrorClock, Task
from dashboard.services import tasks
from dashboard.tables.tasks import TaskTable
from dashboard.views import exports, fragments, lists
from dashboard.views.addresses import here
from dashboard.views.requests import Request


def _fetch(ids: list[int]) -> Any:
    return tasks.with_figures(Task.objects.filter(pk__in=ids))


SPEC = lists.ListSpec(
    label="tasks",
    noun="task",
    table=TaskTable,
    filters=TaskFilter,
    facets=TASK_FACETS,
    placeholder="solved:never rate:<50 dataset:core agent:codex after:7d words",
    fetch=_fetch,
)

EXTRA: exports.Extra = {"id": lambda task: task.pk}


@require_safe
def task_list(request: Request) -> HttpResponse:
    """All tasks that a trial is left of, filtered."""
    asked = _ask(request)
    shown = lists.context(request, asked) | lists.export_urls(asked, "task-export", request)
    context = {"list": shown, "here": here(request), "is_filtered": bool(asked.query.text)}
    return fragments.page(request, "tasks/list.html", context)


@require_safe
def export(request: Request, kind: str) -> HttpResponseBase:
    """All rows of the filter, streamed."""
    write = {"csv": exports.as_csv, "json": exports.as_json}.get(kind)
    if write is None:
        raise Http404("Exports are csv or json.")
    asked = _ask(request)
    return write(request, asked.table, asked.ordered(), EXTRA, "tasks")


def _ask(request: Request) -> lists.Asked:
    # A task has no version of its own: its figures are as of the whole mirror.
    version = MirrorClock.now()
    base = tasks.summaries(request.user, version=version)
    return lists.ask(request, SPEC, base, scope="tasks", version=version)
