"""Ending or deleting many runs at once: what can be done and what cannot, then one after the other, each sent once.

A few are under way at a time, in the order given; after a while no more are begun, and no more of a source that does
not answer. The rest is told as *not tried*.
"""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from django.db import DatabaseError, connection
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from dashboard.domain.audits import AuditOutcome
from dashboard.domain.errors import Unreachable
from dashboard.domain.statuses import FINAL_RUN_STATUSES, RunStatus
from dashboard.models import Run
from dashboard.services import actions, deeds, offers, rights
from dashboard.services.actions import ActionResult, ActionState
from dashboard.services.offers import Verb
from dashboard.services.sync.reading import Clock
from dashboard.services.visibility import Viewer

log = logging.getLogger("quayside.actions")

LOST = "What became of it is not known: the database was too busy to note it."

MOST = 500
"""Runs of one batch."""
AT_ONCE = 4
BEGIN_WITHIN = timedelta(seconds=40)
"""No action is begun later than this; one that is under way may take its own deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One run of a batch."""

    run: Run
    verb: Verb
    why_not: str = ""
    """Why that cannot be done; empty where it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a batch would do."""

    doable: Sequence[Step] = ()
    others: Sequence[Step] = ()
    n_beyond: int = 0
    """Runs that were meant as well and are more than one batch takes; those that it can be done to come first."""


def plan(viewer: Viewer, runs: QuerySet[Run], deed: Verb | None = None) -> Plan:
    """What it would do to these runs to delete them (``deed``), or to end them; what cannot be done, and why."""
    chosen = list(runs.select_related("source").order_by(_doable_first(deed), "-started_at", "-pk")[: MOST + 1])
    n_beyond = runs.count() - MOST if len(chosen) > MOST else 0
    steps = [_step(viewer, run, deed or offers.ending_verb(run)) for run in chosen[:MOST]]
    return Plan(
        doable=[step for step in steps if not step.why_not],
        others=[step for step in steps if step.why_not],
        n_beyond=n_beyond,
    )


def _doable_first(deed: Verb | None) -> Case:
    """What has not ended is ended, and what failed is deleted."""
    if deed is Verb.DELETE:
        return Case(When(status__in=[RunStatus.FAILED, RunStatus.CANCELLED], then=Value(0)), default=Value(1))
    return Case(When(status__in=FINAL_RUN_STATUSES, then=Value(1)), default=Value(0))


def _step(viewer: Viewer, run: Run, verb: Verb) -> Step:
    return Step(run=run, verb=verb, why_not=offers.why_not(viewer, run, verb))


def carry_out(
    actor: Viewer,
    runs: Sequence[Run],
    deed: Verb | None = None,
    *,
    clock: Clock = timezone.now,
    timer: Callable[[], float] = time.monotonic,
) -> list[ActionResult]:
    """End the runs, or delete them (``deed``); what became of each, in their order.

    Each leaves an entry in the audit log. Raises ``PermissionDenied`` for who may not act.
    """
    require(actor, runs, deed)
    gate = _Gate(timer, timer() + BEGIN_WITHIN.total_seconds())
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="batch") as pool:
        # In the thread the audit log has to know as well where the request came from.
        asked = [
            pool.submit(copy_context().run, _do, actor, run, deed or offers.ending_verb(run), gate, clock)
            for run in runs
        ]
        return [each.result() for each in asked]


def require(actor: Viewer, runs: Sequence[Run], deed: Verb | None) -> None:
    """Raises ``PermissionDenied`` for who may not act, after an entry for each run; one if there is none."""
    if rights.may_act(actor):
        return
    for run in runs[1:]:
        action = actions.ACTIONS[deed or offers.ending_verb(run)]
        deeds.note(action, actor, run, outcome=AuditOutcome.REFUSED, source=run.source.name)
    first = next(iter(runs), None)
    ending = offers.ending_verb(first) if first else Verb.CANCEL
    deeds.require(actor, actions.ACTIONS[deed or ending], first, source=first.source.name if first else "")


@dataclass(slots=True)
class _Gate:
    """Says whether another action may begin; shared by the threads of one batch."""

    timer: Callable[[], float]
    closes_at: float
    silent: set[int] = field(default_factory=set)
    """Sources that did not answer."""
    lock: Lock = field(default_factory=Lock)

    def obstacle(self, run: Run) -> str:
        """Why it stays closed for this run; empty where it is open."""
        with self.lock:
            if run.source_id in self.silent:
                return f"Not tried: {run.source.name} did not answer before."
        return "Not tried: the others took too long." if self.timer() > self.closes_at else ""

    def note(self, run: Run, result: ActionResult) -> None:
        """Remember a source that does not answer."""
        if result.code in _SILENCE:
            with self.lock:
                self.silent.add(run.source_id)


_SILENCE = frozenset({"timeout", "reset", "refused", "dns", "tls", "auth", "throttled", Unreachable.default_code})
"""Codes after which asking the same source again is asking in vain."""


def _do(actor: Viewer, run: Run, verb: Verb, gate: _Gate, clock: Clock) -> ActionResult:
    try:
        if obstacle := gate.obstacle(run):
            return _untold(actor, run, ActionResult(verb=verb, state=ActionState.NOT_TRIED, sentence=obstacle))
        result = actions.act(actor, run, verb, clock=clock)
    except DatabaseError:
        # The others go on, and are told of; the run's own state tells the rest.
        log.exception("outcome of an action lost")
        return _untold(actor, run, ActionResult(verb=verb, state=ActionState.UNKNOWN, sentence=LOST))
    finally:
        # This thread's own connection, which nobody else would close.
        connection.close()
    gate.note(run, result)
    return result


def _untold(actor: Viewer, run: Run, result: ActionResult) -> ActionResult:
    """What became of one that :mod:`~dashboard.services.actions` has not written down."""
    actions.note(actor, run, result)
    return result
