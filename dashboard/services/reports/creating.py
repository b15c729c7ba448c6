"""Having a source make a report: asked once, and what became of it is known afterwards or looked for.

Who sends a form twice is led to what became of the first. Of one subject and template there is one report at most, so
one that is there is opened in place of an error; after an answer that did not come the source is asked whether it is.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.errors import BadAnswer, Conflict, Denied, Missing, SourceError
from dashboard.domain.reports import ReportKey, ReportMaker, ReportRecord, ReportRequest, SubjectKind
from dashboard.models import MirrorClock, Report, Source
from dashboard.services import deeds, tickets, visibility
from dashboard.services.actions import ActionState
from dashboard.services.doubts import may_be_done
from dashboard.services.reach import reach
from dashboard.services.reports import groups
from dashboard.services.reports.obstacles import why_not_made
from dashboard.services.sync.reports import read_report, store
from dashboard.services.sync.test_runs import have_catalogue_read
from dashboard.services.visibility import Viewer
from dashboard.sources.base import RunApi

log = logging.getLogger("quayside.actions")

Clock = Callable[[], datetime]

EXISTS = "exists"
"""The code of a refusal because there is such a report."""
LOOKED_FOR = timedelta(seconds=60)
"""How long a report is looked for of which nobody knows whether it is made."""
LOOKS_APART = timedelta(seconds=10)
"""A source that was asked for such a report less long ago is not asked again, however many pages wait."""
CLOCKS_APART = timedelta(minutes=2)
"""By how much a source's clock may be behind ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """One asking for a report, and what became of it."""

    ticket: str
    source_id: int
    template_id: str
    key: str
    """A ReportKey's text; empty where the source chooses the group that it is of."""
    began_at: datetime
    version: int
    """The mirror's clock when it began: what came since has a higher one."""
    state: ActionState = ActionState.NOT_TRIED
    """While the source is asked; then done, already (there was one), refused or unknown."""
    report_id: int = 0
    problem: str = ""
    again: str = ""
    """The form's own query string, for who wants to go back to it."""
    created_by: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    """Of a query: what the one of its group will say."""
    looked_at: datetime | None = None
    """When the source was last asked whether the report is there."""


def key_of(request: ReportRequest) -> ReportKey | None:
    """Under what the report will be found; None of a query's, whose group is made for it."""
    if request.subject is None:
        return None
    return ReportKey(request.subject, request.subject_id, request.template_id)


def existing(viewer: Viewer, source: Source, key: ReportKey) -> Report | None:
    """The report of this subject and template, if the mirror has it and the source still does."""
    there = visibility.reports(viewer).filter(source=source, maker=ReportMaker.SOURCE, is_gone=False)
    return there.filter(external_id=str(key)).first()


def create(
    actor: Viewer, source: Source, request: ReportRequest, *, ticket: str, again: str = "", clock: Clock = timezone.now
) -> Making:
    """Ask for a report; of a ticket that was used, what became of that.

    Raises ``SourceError`` where the source surely makes none (``Denied`` where it is not to be asked), ``ValueError``
    for a ticket that is none, ``PermissionDenied`` for who may not act.
    """
    action = AuditAction.REPORT_RETRIED if request.replaces_failed else AuditAction.REPORT_CREATED
    deeds.require(actor, action, source=source.name)
    if obstacle := why_not_made(actor, source):
        deeds.note(action, actor, outcome=AuditOutcome.REFUSED, source=source.name, detail={"said": obstacle})
        raise Denied(obstacle, source=source.name)
    if not tickets.is_one(ticket):
        raise ValueError("no ticket")
    new = _begin(source, request, ticket, again, now=clock())
    if not tickets.claim(actor, ticket, now=clock()):
        return find(actor, ticket, now=clock()) or new
    _keep(actor, new, now=clock())
    try:
        made = _asked(actor, source, request, new, clock)
    except SourceError as error:
        _keep(actor, replace(new, state=ActionState.REFUSED, problem=error.sentence), now=clock())
        _tell(actor, new, ActionState.REFUSED, error.code)
        _note(action, actor, source, new, AuditOutcome.FAILED)
        raise
    _keep(actor, made, now=clock())
    _tell(actor, made, made.state)
    _note(action, actor, source, made, _OUTCOMES.get(made.state, AuditOutcome.FAILED))
    return made


_OUTCOMES = {
    ActionState.DONE: AuditOutcome.DONE,
    ActionState.UNKNOWN: AuditOutcome.UNKNOWN,
    ActionState.ALREADY: AuditOutcome.REFUSED,
}


def _note(action: AuditAction, actor: Viewer, source: Source, making: Making, outcome: AuditOutcome) -> None:
    report = visibility.reports(actor).filter(pk=making.report_id).first() if making.report_id else None
    detail = {"template": making.template_id, "key": making.key, "state": str(making.state)}
    deeds.note(action, actor, report, outcome=outcome, source=source.name, detail=detail)


def find(viewer: Viewer, ticket: str, *, now: datetime) -> Making | None:
    """What is known of one's own asking; None if there was no such, or not lately."""
    kept = tickets.read(viewer, ticket, now=now) if tickets.is_one(ticket) else None
    if not kept or "making" not in kept:
        return None
    told = kept["making"]
    read = {"began_at": datetime.fromisoformat(told["began_at"]), "state": ActionState(told["state"])}
    looked_at = datetime.fromisoformat(told["looked_at"]) if told["looked_at"] else None
    return Making(**{**told, **read, "looked_at": looked_at})


def look(viewer: Viewer, making: Making, *, clock: Clock = timezone.now) -> Report | None:
    """What the mirror has of an asking by now; of one whose outcome is not known the source is asked now and then."""
    there = visibility.reports(viewer).filter(source_id=making.source_id, template_external_id=making.template_id)
    if making.report_id:
        return there.filter(pk=making.report_id).first()
    if making.state is not ActionState.UNKNOWN:
        return None
    there = there.filter(is_gone=False)
    if not making.key:
        return _of_query(there, making)
    return there.filter(external_id=making.key, version__gt=making.version).first() or _asked_for(viewer, making, clock)


def is_over(making: Making, *, now: datetime) -> bool:
    """Whether nobody waits any longer for what did not appear."""
    return now > making.began_at + LOOKED_FOR


def _begin(source: Source, request: ReportRequest, ticket: str, again: str, *, now: datetime) -> Making:
    key = key_of(request)
    return Making(
        ticket=ticket,
        source_id=source.pk,
        template_id=request.template_id,
        key=str(key) if key else "",
        began_at=now,
        version=MirrorClock.now(),
        again=again[:2_000],
        created_by=request.created_by,
        query=groups.wanted(request.query),
    )


def _asked(actor: Viewer, source: Source, request: ReportRequest, new: Making, clock: Clock) -> Making:
    client = reach(source)
    try:
        record = client.create_report(request)
    except SourceError as error:
        if request.replaces_failed and isinstance(error, Missing):
            # It forgets the failed one before it finds that what it is of is not there.
            _read_with(source, client, ReportKey.parse(new.key), clock)
        return _explained(source, client, new, error, clock)
    return _made(actor, source, request, replace(new, state=ActionState.UNKNOWN), record, now=clock())


def _made(
    actor: Viewer, source: Source, request: ReportRequest, new: Making, record: ReportRecord, *, now: datetime
) -> Making:
    """What is known of a report that the source has made; that it was is never taken back."""
    if request.query is not None:
        groups.note(source, record, request.query.filters, now)
    try:
        report = store(source, record, now, MirrorClock.now())
    except BadAnswer as error:
        return replace(new, problem=error.sentence)
    Report.objects.filter(pk=report.pk).update(creator=actor)
    return replace(new, state=ActionState.DONE, report_id=report.pk)


def _explained(source: Source, client: RunApi, new: Making, error: SourceError, clock: Clock) -> Making:
    """What an error means: a report that is there has the last word. Raises it where there is none surely."""
    is_there = isinstance(error, Conflict) and error.code == EXISTS
    if not is_there and not may_be_done(error):
        raise error
    report = _read_with(source, client, ReportKey.parse(new.key), clock) if new.key else None
    if report is not None and not report.is_gone and (is_there or _is_since(report, new)):
        state = ActionState.ALREADY if is_there else ActionState.DONE
        return replace(new, state=state, report_id=report.pk)
    if is_there:
        raise error
    if not new.key:
        _have_looked_for(source, clock())
    return replace(new, state=ActionState.UNKNOWN, problem=error.sentence)


def _have_looked_for(source: Source, now: datetime) -> None:
    """Make a look at the source due, and what it has: among its groups is the one made for the report."""
    have_catalogue_read(source)
    Source.objects.filter(pk=source.pk, next_sync_at__gt=now).update(next_sync_at=now)


def _of_query(there: QuerySet[Report], making: Making) -> Report | None:
    """The one among these that came since, is of the query and was made by whom it was to be made."""
    since = there.filter(created_version__gt=making.version, created_at__gte=making.began_at - CLOCKS_APART)
    of_groups = since.filter(created_by=making.created_by, external_id__startswith=f"{SubjectKind.GROUP}/")
    found = of_groups.select_related("group").order_by("-created_version")
    return next((report for report in found if groups.is_of(report.group, making.query)), None)


def _asked_for(viewer: Viewer, making: Making, clock: Clock) -> Report | None:
    """Ask the source, if nobody did lately; who asks meanwhile sees that it is being asked."""
    now = clock()
    source = visibility.sources(viewer).filter(pk=making.source_id).first()
    if source is None or (making.looked_at is not None and now < making.looked_at + LOOKS_APART):
        return None
    _keep(viewer, replace(making, looked_at=now), now=now)
    return _read(source, ReportKey.parse(making.key), making, clock)


def _read(source: Source, key: ReportKey, making: Making, clock: Clock) -> Report | None:
    try:
        client = reach(source)
    except SourceError:
        return None
    report = _read_with(source, client, key, clock)
    return report if report is not None and not report.is_gone and _is_since(report, making) else None


def _read_with(source: Source, client: RunApi, key: ReportKey, clock: Clock) -> Report | None:
    try:
        return read_report(source, client, key, clock)
    except SourceError as error:
        log.info("report not read back", extra={"source": source.name, "code": error.code})
        return None


def _is_since(report: Report, making: Making) -> bool:
    """Whether the mirror heard of it, or of something new in it, after the asking began."""
    return report.version > making.version


def _keep(actor: Viewer, making: Making, *, now: datetime) -> None:
    looked_at = making.looked_at.isoformat() if making.looked_at else ""
    told = asdict(making) | {"began_at": making.began_at.isoformat(), "looked_at": looked_at}
    tickets.fill(actor, making.ticket, {"making": {**told, "state": str(making.state)}}, now=now)


def _tell(actor: Viewer, making: Making, state: ActionState, code: str = "") -> None:
    found = {"user": actor.pk, "source": making.source_id, "report": making.report_id, "code": code}
    log.info("report asked for", extra=found | {"outcome": str(state)})
