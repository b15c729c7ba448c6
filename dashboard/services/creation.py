"""Having a source make a run: asked once, and what became of it is known afterwards or looked for.

Who sends a form twice is led to what became of the first: a form has one of the :mod:`~dashboard.services.tickets`.
When the outcome is not known, because the answer did not come or cannot be read, nothing is sent again: runs of that
name that came into the mirror since are looked for.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from dashboard.domain.actions import ActionReceipt, EvaluationRequest, SandboxRequest
from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.errors import SourceError
from dashboard.domain.roles import Role
from dashboard.domain.statuses import SourceHealth
from dashboard.models import MirrorClock, Run, Source
from dashboard.services import askings, deeds, rights, tickets, visibility
from dashboard.services.askings import Creation, State
from dashboard.services.doubts import may_be_done
from dashboard.services.drafts import Draft
from dashboard.services.reach import reach
from dashboard.services.sync.reading import read_run
from dashboard.services.visibility import Viewer
from dashboard.sources.base import RunApi

log = logging.getLogger("quayside.actions")

Clock = Callable[[], datetime]

LOOKED_FOR = timedelta(seconds=60)
"""How long a run is looked for of which nobody knows whether it was made."""
LISTED_EVERY = timedelta(seconds=5)
"""The pause between two listings of the source while somebody waits for a run to appear."""
SKEW = timedelta(minutes=2)
"""By how much the clock of a source may be behind."""
MOST_FOUND = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the mirror shows of an asking by now."""

    runs: Sequence[Run]
    """Newest first; of a run that was surely made just that one."""
    is_over: bool
    """Nobody waits any longer for what did not appear."""


Request = EvaluationRequest | SandboxRequest


@sensitive_variables("request")
def create(
    viewer: Viewer, source: Source, request: Request, draft: Draft, *, ticket: str, clock: Clock = timezone.now
) -> Creation:
    """Have a run made and, if the draft says so, started; of a ticket that was used, what became of that.

    ``draft`` is the request without its secrets, and what is remembered of it. Raises ``SourceError`` where the source
    surely did not make it; ``ValueError`` for a ticket that is none; ``PermissionDenied`` for who may not act.
    """
    deeds.require(viewer, AuditAction.RUN_CREATED, source=source.name)
    if not tickets.is_one(ticket):
        raise ValueError("no ticket")
    new = _begin(source, draft, ticket, now=clock())
    if not tickets.claim(viewer, ticket, now=clock()):
        return askings.find(viewer, ticket, now=clock()) or new
    askings.keep(viewer, new, now=clock())
    try:
        made = _made(source, request, new, clock)
    except SourceError as error:
        _remember(viewer, replace(new, state=State.REFUSED, problem=error.sentence), clock)
        _tell("run not created", viewer, new, code=error.code)
        raise
    _remember(viewer, made, clock)
    _tell("run created" if made.state is State.MADE else "run perhaps created", viewer, made)
    return made


def require(viewer: Viewer, *, is_asking: bool) -> None:
    """Raises ``PermissionDenied`` for who may not have runs made, after an entry in the audit log if they asked."""
    if is_asking:
        deeds.require(viewer, AuditAction.RUN_CREATED)
    rights.require(viewer, Role.OPERATOR)


def look(viewer: Viewer, creation: Creation, *, now: datetime) -> Look:
    """Look into the mirror for the run; the source is listed soon, unless it was just now."""
    is_over = now > creation.began_at + LOOKED_FOR
    runs = [] if creation.state is State.REFUSED else list(_candidates(viewer, creation)[:MOST_FOUND])
    if not runs and not is_over:
        _list_soon(creation.source_id, now)
    return Look(runs=runs, is_over=is_over)


def run_of(viewer: Viewer, made: Creation) -> Run | None:
    """The run that was surely made, if the mirror has it by now and can say so. Never raises for the database."""
    found = None
    if made.external_id:
        with _whatever_the_database("looked for", made):
            found = _candidates(viewer, made).first()
    return found


def _begin(source: Source, draft: Draft, ticket: str, *, now: datetime) -> Creation:
    return Creation(
        ticket=ticket,
        source_id=source.pk,
        source_name=source.name,
        draft=draft,
        began_at=now,
        version=MirrorClock.now(),
    )


@sensitive_variables("request")
def _made(source: Source, request: Request, new: Creation, clock: Clock) -> Creation:
    client = reach(source)
    try:
        receipt = _asked(client, request)
    except SourceError as error:
        if not may_be_done(error):
            raise
        with _whatever_the_database("listed", new):
            _list_soon(source.pk, clock())
        return replace(new, state=State.UNKNOWN, problem=error.sentence)
    made = replace(new, state=State.MADE, external_id=receipt.external_id)
    if new.draft.starts:
        made = _started(client, made)
    _read(source, client, made, clock)
    return made


@sensitive_variables("request")
def _asked(client: RunApi, request: Request) -> ActionReceipt:
    if isinstance(request, SandboxRequest):
        return client.create_sandbox(request)
    return client.create_evaluation(request)


def _started(client: RunApi, made: Creation) -> Creation:
    try:
        client.start_run(made.external_id)
    except SourceError as error:
        return replace(made, problem=" ".join(part for part in (error.sentence, error.detail) if part))
    return replace(made, is_started=True)


def _read(source: Source, client: RunApi, made: Creation, clock: Clock) -> None:
    """Mirror the run at once; where that fails, the next listing does."""
    try:
        read_run(source, client, made.external_id, clock)
    except (SourceError, DatabaseError) as error:
        found = {"source": source.name, "run": made.external_id, "error": type(error).__name__}
        log.info("new run not read", extra=found)
        with _whatever_the_database("listed", made):
            _list_soon(source.pk, clock())


def _remember(viewer: Viewer, creation: Creation, clock: Clock) -> None:
    with _whatever_the_database("remembered", creation):
        askings.keep(viewer, creation, now=clock())


@contextmanager
def _whatever_the_database(lacking: str, creation: Creation) -> Iterator[None]:
    """A database that is busy or away takes back nothing of what the source did: the log says what is lacking."""
    try:
        yield
    except DatabaseError:
        found = {"source": creation.source_name, "run": creation.external_id, "state": str(creation.state)}
        log.exception("what came of a new run was not %s", lacking, extra=found)


def _candidates(viewer: Viewer, creation: Creation) -> QuerySet[Run]:
    runs = visibility.runs(viewer).filter(source_id=creation.source_id)
    if creation.external_id:
        return runs.filter(external_id=creation.external_id)
    is_new = Q(started_at__isnull=True) | Q(started_at__gte=creation.began_at - SKEW)
    named = runs.filter(is_new, name=creation.draft.name, created_version__gt=creation.version)
    return named.order_by("-created_version")


def _list_soon(source_id: int, now: datetime) -> None:
    """Have the sync list a source now; one that fails, or was listed just now, is left to its own time."""
    due = Source.objects.filter(pk=source_id, is_paused=False, next_sync_at__gt=now)
    is_stale = Q(last_looked_at__isnull=True) | Q(last_looked_at__lte=now - LISTED_EVERY)
    due.filter(is_stale).exclude(health=SourceHealth.FAILING).update(next_sync_at=now)


def _tell(what: str, viewer: Viewer, creation: Creation, code: str = "") -> None:
    """A line in the log and an entry in the audit log: who, where, what came of it. No variable, and no value."""
    found = {
        "user": viewer.pk,
        "source": creation.source_name,
        "run": creation.external_id,
        "state": str(creation.state),
        "started": creation.is_started,
        "code": code,
    }
    log.info(what, extra=found)
    outcome = _OUTCOMES.get(creation.state, AuditOutcome.FAILED)
    deeds.note(
        AuditAction.RUN_CREATED,
        viewer,
        run_of(viewer, creation),
        outcome=outcome,
        source=creation.source_name,
        detail=_detail(creation, code),
    )


_OUTCOMES = {State.MADE: AuditOutcome.DONE, State.UNKNOWN: AuditOutcome.UNKNOWN}


def _detail(creation: Creation, code: str) -> dict[str, object]:
    draft = creation.draft
    return {
        "name": draft.name,
        "template": draft.template,
        "run": creation.external_id,
        "starts": draft.starts,
        "started": creation.is_started,
        "code": code,
    }
