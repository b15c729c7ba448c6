"""What may be done to a run, by whom, and what its state says of it: by the mirror alone, without asking a source."""

from dataclasses import dataclass
from enum import StrEnum

from dashboard.domain.statuses import RunKind, RunStatus, SourceKind
from dashboard.models import Run, Source
from dashboard.services.reach import capabilities
from dashboard.services.rights import may_act
from dashboard.services.troubles import reason, verdict
from dashboard.services.visibility import Viewer


class Verb(StrEnum):
    """What is done to a run that is there."""

    START = "start"
    CANCEL = "cancel"
    STOP = "stop"
    DELETE = "delete"
    """Its source forgets it; the mirror keeps it, marked as gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that fits the run's kind and state."""

    verb: Verb
    why_not: str = ""
    """Why it cannot be done now all the same; empty where it can."""

    @property
    def is_allowed(self) -> bool:
        """Whether it can be done now."""
        return not self.why_not


PAST = {Verb.START: "started", Verb.CANCEL: "cancelled", Verb.STOP: "stopped", Verb.DELETE: "deleted"}
"""What became of a run by each."""
_DELETABLE = frozenset({RunStatus.FAILED, RunStatus.CANCELLED})
_ENDED = {
    RunStatus.COMPLETED: "finished",
    RunStatus.FAILED: "failed",
    RunStatus.CANCELLED: "was cancelled",
}


def ending_verb(run: Run) -> Verb:
    """The action that ends a run of this kind."""
    return Verb.STOP if run.kind == RunKind.SANDBOX else Verb.CANCEL


def can_repeat(viewer: Viewer, run: Run) -> bool:
    """Whether its source can make another evaluation run like it, for this person."""
    return may_act(viewer) and run.kind == RunKind.EVALUATION and capabilities(run.source).create


def others_than(viewer: Viewer, created_by: str) -> str:
    """Who made a run or report, as it says, if that is somebody else or cannot be told; empty otherwise.

    One's own are those by one's address or one's name here.
    """
    own = {str(text).casefold() for text in (getattr(viewer, "email", ""), viewer.get_username())}
    return "" if created_by.casefold() in own else created_by


def offered(viewer: Viewer, run: Run) -> list[Offer]:
    """What a page of the run shows: nothing that its kind, its state or its source's kind rules out.

    Where runs can be deleted the offer stands, and says of the others why not.
    """
    return [
        Offer(verb=verb, why_not=why_not(viewer, run, verb))
        for verb in Verb
        if not _why_never(viewer, run, verb) or (verb is Verb.DELETE and _is_kept_from_deletion(viewer, run))
    ]


def _is_kept_from_deletion(viewer: Viewer, run: Run) -> bool:
    """Whether only its state keeps the run from being deleted."""
    return may_act(viewer) and run.is_test and not run.is_gone and capabilities(run.source).delete


def is_deletable(run: Run) -> bool:
    """Whether its source deletes runs, and this one in its state."""
    is_there = run.is_test and not run.is_gone
    return is_there and capabilities(run.source).delete and not _why_not_in_state(run, Verb.DELETE)


def why_not(viewer: Viewer, run: Run, verb: Verb) -> str:
    """Why the run cannot be started, cancelled, stopped or deleted, as a sentence; empty where it can."""
    return _why_never(viewer, run, verb) or _why_not_now(run.source)


def is_passing(viewer: Viewer, run: Run, verb: Verb) -> bool:
    """Whether it cannot be done now and only because its source cannot be asked: that may be otherwise soon."""
    return not _why_never(viewer, run, verb) and bool(_why_not_now(run.source))


def _why_never(viewer: Viewer, run: Run, verb: Verb) -> str:
    able = capabilities(run.source)
    if not may_act(viewer):
        return "You may not change runs."
    if run.is_gone:
        return "It is no longer at its source."
    if not getattr(able, verb):
        return able.why_not.get(verb, "Its source cannot do that.")
    return _why_not_in_state(run, verb)


def _why_not_in_state(run: Run, verb: Verb) -> str:
    if verb is Verb.DELETE:
        if not run.is_test:
            return "Runs of its kind are not deleted."
        name = "CARROT" if run.source.kind == SourceKind.CARROT else run.source.name
        return "" if run.status in _DELETABLE else f"{name} deletes only runs that failed."
    if run.is_finished:
        return state_of(run)
    if verb is Verb.START:
        is_waiting = run.status == RunStatus.PENDING and not has_come_about(run, verb)
        return "" if is_waiting and run.kind == RunKind.EVALUATION else "It is not waiting to be started."
    return "" if verb is ending_verb(run) else f"Runs of its kind are not {PAST[verb]}."


def _why_not_now(source: Source) -> str:
    """By what the source's row says and pages are made anew for: from its first failed look until one succeeds."""
    if source.is_paused:
        return f"{source.name} is paused: nothing is asked of it until an administrator resumes it."
    found = verdict(source)
    return f"{source.name} {found}: {reason(source)}" if found else ""


def state_of(run: Run) -> str:
    """What the mirror says of the run now, as a sentence: «It was cancelled at 12:04 UTC.»"""
    if run.is_gone:
        return "It is no longer at its source."
    if not run.is_finished:
        return f"Its state is “{run.raw_status or run.status}”."
    at = f" at {run.finished_at:%H:%M} UTC" if run.finished_at is not None else ""
    return f"It {_ENDED[RunStatus(run.status)]}{at}."


def has_come_about(run: Run, verb: Verb) -> bool:
    """Whether the run's state shows that what the action is for is so, by whomever."""
    if verb is Verb.DELETE:
        return run.is_gone
    if verb is not Verb.START:
        return run.is_finished or run.is_gone
    has_begun = run.status not in {RunStatus.PENDING, RunStatus.UNKNOWN}
    return has_begun or run.n_running + run.n_finished > 0
