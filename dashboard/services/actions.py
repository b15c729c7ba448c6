"""Actions: doing something to a run, once, and telling what became of it.

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
from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.errors import Missing, SourceError, is_of_source
from dashboard.models import Run
from dashboard.services import deeds
from dashboard.services.doubts import may_be_done
from dashboard.services.offers import PAST, Verb, has_come_about, state_of, why_not
from dashboard.services.reach import reach
from dashboard.services.sync.reading import Clock, read_run
from dashboard.services.visibility import Viewer
from dashboard.sources.base import RunApi

log = logging.getLogger("quayside.actions")


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
class ActionResult:
    """What became of one action, in words for a person."""

    verb: Verb
    state: ActionState
    sentence: str
    detail: str = ""
    """The source's own message."""
    hint: str = ""
    code: str = ""


ACTIONS = {
    Verb.START: AuditAction.RUN_STARTED,
    Verb.CANCEL: AuditAction.RUN_CANCELLED,
    Verb.STOP: AuditAction.RUN_STOPPED,
    Verb.DELETE: AuditAction.RUN_DELETED,
}
"""What the audit log calls each."""
OUTCOMES = {
    ActionState.DONE: AuditOutcome.DONE,
    ActionState.ALREADY: AuditOutcome.REFUSED,
    ActionState.REFUSED: AuditOutcome.REFUSED,
    ActionState.UNKNOWN: AuditOutcome.UNKNOWN,
    ActionState.NOT_TRIED: AuditOutcome.REFUSED,
}
"""And what became of it; where the source refused, it *failed*."""
_ASK: dict[Verb, Callable[[RunApi, str], ActionReceipt]] = {
    Verb.START: lambda api, external_id: api.start_run(external_id),
    Verb.CANCEL: lambda api, external_id: api.cancel_run(external_id),
    Verb.STOP: lambda api, external_id: api.stop_run(external_id),
    Verb.DELETE: lambda api, external_id: api.delete_run(external_id),
}


def act(actor: Viewer, run: Run, verb: Verb, *, clock: Clock = timezone.now) -> ActionResult:
    """Ask the source once to do it, read the run anew, and tell what became of it; never raises for the source.

    ``run`` is afterwards as the mirror has it then. Raises ``PermissionDenied`` for who may not act.
    """
    deeds.require(actor, ACTIONS[verb], run, source=run.source.name)
    obstacle = why_not(actor, run, verb)
    result = _declined(run, verb, obstacle) if obstacle else _ask(run, verb, clock)
    note(actor, run, result)
    found = {"actor": actor.pk, "verb": str(verb), "run": run.pk, "source": run.source.name}
    log.info("action", extra=found | {"outcome": str(result.state), "code": result.code})
    return result


def note(actor: Viewer, run: Run, result: ActionResult) -> None:
    """Write down what became of an action."""
    is_ours = result.code == "not_offered" or result.state is not ActionState.REFUSED
    outcome = OUTCOMES[result.state] if is_ours else AuditOutcome.FAILED
    detail = {"state": str(result.state), "code": result.code, "said": result.sentence}
    deeds.note(ACTIONS[result.verb], actor, run, outcome=outcome, source=run.source.name, detail=detail)


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
        return ActionResult(verb=verb, state=ActionState.DONE, sentence=f"{run.name} was {PAST[verb]}.{kept}")
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
    sentence = f"{error.sentence} Whether {run.name} was {PAST[verb]} is not known yet."
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
