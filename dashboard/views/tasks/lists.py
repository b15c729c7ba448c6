"""The tasks list: page and exports."""

from functools import partial

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from dashboard.filters.tasks import TASK_FACETS, task_filter
from dashboard.models import MirrorClock
from dashboard.services import tasks
from dashboard.services.visibility import Viewer
from dashboard.tables.tasks import TaskTable
from dashboard.views import exports, fragments, lists
from dashboard.views.addresses import here
from dashboard.views.requests import Request


def _spec(viewer: Viewer) -> lists.ListSpec:
    """The list's description for one viewer: a task's figures and what it can be found by are of visible trials."""
    return lists.ListSpec(
        label="tasks",
        noun="task",
        table=TaskTable,
        filters=task_filter(viewer),
        facets=TASK_FACETS,
        placeholder="solved:never rate:<50 dataset:core agent:codex after:7d words",
        fetch=partial(tasks.of_ids, viewer),
        is_relative=True,
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
    asked = _ask(request)
    return exports.send(request, kind, asked.table, asked.ordered(), extra=EXTRA, name="tasks")


def _ask(request: Request) -> lists.Asked:
    # A task has no version of its own: its figures are as of the whole mirror.
    version = MirrorClock.now()
    base = tasks.summaries(request.user, version=version)
    return lists.ask(request, _spec(request.user), base, scope="tasks", version=version)
