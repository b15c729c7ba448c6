"""What is said of a run that somebody asks a source for."""

import re
from collections.abc import Sequence

from django.contrib import messages
from django.forms import BoundField

from dashboard.domain.errors import SourceError
from dashboard.forms.evaluation import EvaluationForm
from dashboard.models import Run
from dashboard.services.askings import Creation, State
from dashboard.services.creation import Look
from dashboard.services.drafts import tells_agents

MISSING = "Missing tasks:"
"""What the sources' sentence on tasks that they do not have begins with."""
_ROW = re.compile(r"([a-z]+)s-([0-9]+)")


def like(run: Run) -> dict[str, str]:
    """What a form that begins like a run has from it, and what has to be given again."""
    names = "The run’s name, data set and tasks are as there"
    if tells_agents(run.source):
        kept, untold = f"{names}, agents and models too", "the concurrency, attempts and environment variables"
    else:
        kept = f"{names}, and what its agents are called"
        untold = "which agents and models they are, nor concurrency, attempts and environment variables"
    verb = "did not tell" if tells_agents(run.source) else "told neither"
    return {"title": f"Like {run.name}.", "text": f"{kept}. {run.source.name} {verb} {untold}: give these again."}


def wrong(fields: Sequence[BoundField]) -> list[dict[str, str]]:
    """Links to fields with errors; of a row of several with its number."""
    return [{"id": field.id_for_label or field.auto_id, "label": _in_row(field)} for field in fields]


def _in_row(field: BoundField) -> str:
    row = _ROW.fullmatch(field.form.prefix or "")
    return f"{field.label} of {row[1]} {int(row[2]) + 1}" if row else str(field.label)


def refusal_of(form: EvaluationForm, error: SourceError) -> dict[str, str]:
    """The refusal as it is shown, the reason first; missing tasks are named where they were typed or ticked."""
    lines = error.detail.splitlines()
    missing = [line for line in lines if line.startswith(MISSING)]
    typed = set(form.run.cleaned_data["other_tasks"])
    for line in missing:
        _at_fields(form, line, typed)
    quote = "\n".join(line for line in lines if line not in missing)
    if missing:
        return {"title": " ".join(missing), "text": f"{error.sentence} {error.hint}".strip(), "quote": quote}
    return {"title": error.sentence, "text": error.hint, "quote": quote}


def _at_fields(form: EvaluationForm, line: str, typed: set[str]) -> None:
    names = [name.strip("\"'.`") for name in line.removeprefix(MISSING).replace(",", " ").split()]
    found = [name for name in names if name in typed]
    rest = [name for name in names if name not in typed]
    for field, part in (("other_tasks", found), ("tasks", rest)):
        if part:
            form.run.add_error(field, f"{MISSING} {', '.join(part)}.")


def said(made: Creation) -> tuple[int, str]:
    """The level and the text of the message on the page of a run that was made."""
    what = f"“{made.draft.name}” was created at {made.source_name}"
    if made.is_started:
        return messages.SUCCESS, f"{what} and started."
    if made.draft.starts:
        return messages.WARNING, f"{what}, but perhaps not started. {made.problem}"
    return messages.SUCCESS, f"{what}." if made.draft.template else f"{what}. It begins when it is started."


def told(found: Creation, look: Look) -> str:
    """What the page says that looks for it."""
    name, source = f"“{found.draft.name}”", found.source_name
    match found.state:
        case State.REFUSED:
            return f"{source} did not create {name}. {found.problem}"
        case State.MADE:
            ending = "It could not be read there yet." if look.is_over else "Its page is being made."
            return f"{name} was created at {source}. {ending}"
        case _ if look.runs:
            return f"{source} has a run {name} that was not there before."
        case _ if look.is_over:
            return (
                f"No run {name} has appeared at {source}. It was probably not created; "
                "look there before you ask for it again."
            )
        case _:
            return f"{_asked(found)} Nothing is sent twice: this page looks for the run."


def _asked(found: Creation) -> str:
    if found.state is State.ASKED:
        return f"{found.source_name} has been asked and has not answered yet."
    return f"The outcome is unknown: {found.source_name} may have created “{found.draft.name}”. {found.problem}"
