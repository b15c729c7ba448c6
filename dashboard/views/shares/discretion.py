"""What pages leave out for a guest: whatever names people, machines or addresses, and whatever acts.

Facts are shown by a list of what is harmless, so that what a source begins to tell is left out until it is named here.
"""

from collections.abc import Mapping
from typing import Any

from dashboard.domain.reports import ReportFile
from dashboard.services import rights
from dashboard.services.rights import Guest
from dashboard.services.visibility import Viewer
from dashboard.views.shares import doors

Context = dict[str, Any]

FACTS = frozenset({
    "Id", "Name", "Trial", "Task", "Data set", "Agent", "Model", "Agents and models", "Reason", "Cause of the error",
    "Started", "Created", "Finished", "Last change", "Attempts per task", "Trials at once", "Retries",
    "Template", "Size",
})  # fmt: skip
"""Names of facts that tell nothing of people and places."""

_FOR_MEMBERS = frozenset({
    "actions", "addresses", "commands", "create_url", "elsewhere", "groups", "jobs", "list_query", "machine", "marks",
    "no_delete", "run_problems", "software", "troubles", "why_no_action",
})  # fmt: skip
"""What a guest finds empty."""
_OF_TRIALS: Context = {"failure_groups": (), "progress": None, "grid": {"rows": ()}, "source_rows": ()}
"""What a summary is without."""

_OF_ARTIFACTS = frozenset({"raised"})
"""What shows lines of programs: a link without artifacts tells an exception by its name and message."""


def shown_to(viewer: Viewer, context: Context) -> Context:
    """The context of a page as this viewer may have it; that of a member as it is."""
    if not isinstance(viewer, Guest):
        return context
    hidden = {name: _emptied(value) for name, value in context.items() if name in _FOR_MEMBERS}
    if not rights.extent(viewer).has_trials:
        hidden |= {name: value for name, value in _OF_TRIALS.items() if name in context}
    if not rights.extent(viewer).has_artifacts:
        hidden |= {name: () for name in _OF_ARTIFACTS if name in context}
    _hush(viewer, context)
    return context | hidden | _facts(context) | _files(viewer, context)


def _hush(guest: Guest, context: Context) -> None:
    """Take from the records of this one request what their templates would say of people and places."""
    if "run" in context:
        context["run"].created_by = context["run"].unread_reason = ""
    if "details" in context:
        context["details"].problems = []
        if not rights.extent(guest).has_artifacts:
            context["details"].traceback = ""


def _emptied(value: Any) -> Any:
    """Nothing of the same kind, so that a template finds what it names."""
    if isinstance(value, Mapping):
        return {name: _emptied(each) for name, each in value.items()}
    return None if value is None else type(value)()


def _facts(context: Context) -> Context:
    if "pairs" not in context:
        return {}
    return {"pairs": [fact for fact in context["pairs"] if fact["name"] in FACTS]}


def _files(guest: Guest, context: Context) -> Context:
    """Files of a report without where they lie; results that are files without their addresses."""
    if "report" in context and "files" in context:
        labels = doors.files(guest.link)
        shown = [file | {"address": "", "console_url": ""} for file in context["files"] if _name(file) in labels]
        return {"files": shown}
    if "results" in context:
        return {"results": [_result(row) for row in context["results"]]}
    return {}


def _name(file: Context) -> str:
    """Which of a report's files it is, by the end of its address."""
    return next((name.value for name in ReportFile if f"/{name.value}/" in file["url"]), "")


def _result(row: Context) -> Context:
    return row | ({"text": "a file", "whole": "", "link": None} if row["is_file"] else {})
