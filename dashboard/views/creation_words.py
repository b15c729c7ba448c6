"""What is said of a run that somebody asked a source for."""

from django.contrib import messages

from dashboard.services.askings import Creation, State
from dashboard.services.creation import Look


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
