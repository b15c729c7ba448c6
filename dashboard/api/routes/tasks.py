"""Tasks: ``/tasks``."""

from ninja import Query, Router

from dashboard.api import lists
from dashboard.api.lists import Asked, Listed
from dashboard.api.routes.answers import Request, answers, told
from dashboard.api.shapes import tasks as shapes
from dashboard.filters.tasks import task_filter
from dashboard.services import tasks
from dashboard.tables.tasks import TaskTable

router = Router(tags=["Tasks"])


@router.get("/tasks", response=answers(shapes.TaskPage), url_name="task-list", summary="List tasks")
def list_tasks(request: Request, asked: Query[Asked]) -> shapes.TaskPage:
    """All tasks that a trial is left of, by data set and name unless `sort` says otherwise.

    `q` is what one types into the box of the tasks list: `solved:never rate:<50 dataset:core agent:codex`.
    """
    lists.refuse_unknown(request, Asked.model_fields)
    viewer = request.auth
    listed = Listed(TaskTable, task_filter(viewer))
    page = lists.page(request, listed, asked, lambda version: tasks.summaries(viewer, version=version), viewer)
    return told(request, page, shapes.TaskPage, shapes.of_task)
