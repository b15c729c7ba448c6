"""Actions: what may be done to a run, doing it once, and telling what became of it.

Nothing is sent twice. A source that refuses is quoted; one that does not answer in time leaves the outcome *unknown*:
it may have done it. Then the run's own state tells, as soon as it can be read again (:func:`look_again`).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import DatabaseError
from django.utils import timezone

from dashboard.domain.actions import ActionReceipt
from dashboard.domain.errors import Missing, SourceError, is_of_source
from dashboard.domain.statuses import RunKind, RunStatus, SourceKind
from dashboard.models import Run, Source
from dashboard.services.doubts import may_be_done
from dashboard.services.reach import capabilities, reach
from dashboard.services.sync.reading import Clock, read_run
from dashboard.services.troubles import reason, verdict
from dashboard.services.visibility import Viewer
from dashboard.sources.base import RunApi

log = logging.getLogger("quayside.actions")


class Verb(StrEnum):
    """What is done to a run that is there."""

    START = "start"
    CANCEL = "cancel"
    STOP = "stop"
    DELETE = "delete"
    """Its source forgets it; the mirror keeps it, marked as gone."""


class ActionState(StrEnum):
    """What became of an action."""

    DONE = "done"
    ALREADY = "already"
    """There was nothing to do: the run had come to that before."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """The source was asked and did not say clearly what it did; it may have done it."""
    NOT_TRIED = "not tried"
    """One of many, and its turn did not come."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionResult:
    """What became of one action, in words for a person."""

    verb: Verb
    state: ActionState
    sentence: str
    detail: str = ""
    """The source's own message."""
    hint: str = ""
    code: str = ""


_ASK: dict[Verb, Callable[[RunApi, str], ActionReceipt]] = {
    Verb.START: lambda api, external_id: api.start_run(external_id),
    Verb.CANCEL: lambda api, external_id: api.cancel_run(external_id),
    Verb.STOP: lambda api, external_id: api.stop_run(external_id),
    Verb.DELETE: lambda api, external_id: api.delete_run(external_id),
}
_PAST = {Verb.START: "started", Verb.CANCEL: "cancelled", Verb.STOP: "stopped", Verb.DELETE: "deleted"}
_DELETABLE = frozenset({RunStatus.FAILED, RunStatus.CANCELLED})
_ENDED = {
    RunStatus.COMPLETED: "finished",
    RunStatus.FAILED: "failed",
    RunStatus.CANCELLED: "was cancelled",
}


def may_act(viewer: Viewer) -> bool:
    """Whether this person may change anything at a source: all who are signed in."""
    return bool(viewer.is_authenticated)


def ending_verb(run: Run) -> Verb:
    """The action that ends a run of this kind."""
    return Verb.STOP if run.kind == RunKind.SANDBOX else Verb.CANCEL


def can_repeat(run: Run) -> bool:
    """Whether its source can make another evaluation run like it."""
    return run.kind == RunKind.EVALUATION and capabilities(run.source).create


def others_than(viewer: Viewer, run: Run) -> str:
    """Who made the run, as its source says it, if that is somebody else or cannot be told; empty otherwise."""
    own = str(getattr(viewer, "email", "")).casefold()
    return "" if not run.created_by or run.created_by.casefold() == own else run.created_by


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
    return "" if verb is ending_verb(run) else f"Runs of its kind are not {_PAST[verb]}."


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


def act(actor: Viewer, run: Run, verb: Verb, *, clock: Clock = timezone.now) -> ActionResult:
    """Ask the source once to do it, read the run anew, and tell what became of it; never raises for the source.

    ``run`` is afterwards as the mirror has it then.
    """
    obstacle = why_not(actor, run, verb)
    result = _declined(run, verb, obstacle) if obstacle else _ask(run, verb, clock)
    found = {"actor": actor.pk, "verb": str(verb), "run": run.pk, "source": run.source.name}
    log.info("action", extra=found | {"outcome": str(result.state), "code": result.code})
    return result


def look_again(run: Run, clock: Clock = timezone.now) -> bool:
    """Read the run at its source now; False if that told nothing, and then the sync looks next.

    ``run`` is afterwards as the mirror has it then.
    """
    is_read = False
    try:
        read_run(run.source, reach(run.source), run.external_id, clock)
        is_read = True
    except (SourceError, DatabaseError) as error:
        log.info("run not read back", extra={"run": run.pk, "error": type(error).__name__})
        look_soon(run, clock())
    run.refresh_from_db(from_queryset=Run.objects.select_related("source"))
    return is_read


def look_soon(run: Run, now: datetime) -> None:
    """The sync is to read this run next; a database that is busy hides from nobody what was done."""
    try:
        Run.objects.filter(pk=run.pk, is_gone=False).update(next_sync_at=now)
    except DatabaseError as error:
        log.warning("run not made due", extra={"run": run.pk, "error": type(error).__name__})


def _declined(run: Run, verb: Verb, obstacle: str) -> ActionResult:
    """Not even asked."""
    state = ActionState.ALREADY if has_come_about(run, verb) else ActionState.REFUSED
    return ActionResult(verb=verb, state=state, sentence=obstacle, code="not_offered")


def _ask(run: Run, verb: Verb, clock: Clock) -> ActionResult:
    try:
        api = reach(run.source)
    except SourceError as error:
        return _refused(verb, error)
    try:
        _ASK[verb](api, run.external_id)
    except SourceError as error:
        return _explained(run, verb, error, clock)
    look_again(run, clock)
    return _done(run, verb)


def _done(run: Run, verb: Verb) -> ActionResult:
    if has_come_about(run, verb):
        kept = " What Quayside has of it stays, marked as gone." if verb is Verb.DELETE else ""
        return ActionResult(verb=verb, state=ActionState.DONE, sentence=f"{run.name} was {_PAST[verb]}.{kept}")
    sentence = f"{run.source.name} took the request to {verb} {run.name}. {state_of(run)}"
    return ActionResult(verb=verb, state=ActionState.DONE, sentence=sentence)


def _explained(run: Run, verb: Verb, error: SourceError, clock: Clock) -> ActionResult:
    """What an error means for the action: the run's state, read anew, has the last word."""
    is_open = may_be_done(error)
    if not is_of_source(error) and look_again(run, clock) and has_come_about(run, verb):
        # Of an answer that leaves it open nobody can say who did it; what is so is what was wanted.
        state = ActionState.DONE if is_open else ActionState.ALREADY
        sentence = f"{error.sentence if is_open else f'There was nothing to {verb}.'} {state_of(run)}"
        return ActionResult(verb=verb, state=state, sentence=sentence, code=error.code)
    if not is_open:
        return _refused(verb, error)
    look_soon(run, clock())
    sentence = f"{error.sentence} Whether {run.name} was {_PAST[verb]} is not known yet."
    return ActionResult(
        verb=verb, state=ActionState.UNKNOWN, sentence=sentence, detail=error.detail, hint=error.hint, code=error.code
    )


def _refused(verb: Verb, error: SourceError) -> ActionResult:
    hint = error.hint or ("It may have been deleted there." if isinstance(error, Missing) else "")
    return ActionResult(
        verb=verb,
        state=ActionState.REFUSED,
        sentence=error.sentence,
        detail=error.detail,
        hint=hint,
        code=error.code,
    )
