"""What a form is filled with before somebody types: a draft as the form would send it, and a row more of it."""

import re

from django.http import QueryDict

from dashboard.services.drafts import Draft

_COUNT = re.compile(r"[0-9]{1,3}")


def data_of(draft: Draft) -> QueryDict:
    """What a form would send that holds this draft."""
    data = QueryDict(mutable=True)
    data.update(
        {
            "name": draft.name, "dataset": draft.dataset, "tasks_of": draft.dataset,
            "max_concurrent": str(draft.max_concurrent), "attempts_per_task": str(draft.attempts_per_task),
        }
    )  # fmt: skip
    data.setlist("tasks", list(draft.tasks))
    if draft.starts:
        data["starts"] = "on"
    agents = [{"agent": one.agent, "model": one.model, "name": one.name} for one in draft.agents]
    variables = [{"name": one.name, "only_for": one.only_for} for one in draft.variables]
    for prefix, rows in (("agents", agents), ("variables", variables or [{}])):
        data.update({f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"})
        for number, row in enumerate(rows):
            data.update({f"{prefix}-{number}-{key}": value for key, value in row.items()})
    return data


def with_another(data: QueryDict, prefix: str) -> QueryDict:
    """The same with an empty row more of ``agents`` or ``variables``."""
    changed, key = data.copy(), f"{prefix}-TOTAL_FORMS"
    n = changed.get(key, "")
    changed[key] = str(int(n) + 1) if _COUNT.fullmatch(n) else "1"
    return changed
