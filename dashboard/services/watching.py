"""What people watch: runs, tests, data sets and filters, and by which channel they are told of which events.

A watch tells of what ends after it was made. How far its endings were looked through stands in ``Watch.since``: the
newest :class:`StateChange` that was seen for it (see :mod:`dashboard.services.notices.noticing`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.db.models import Max, Model, Q, QuerySet
from django.utils.module_loading import import_string

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.domain.notices import NoticeEvent
from dashboard.domain.queries import Field, Query, parse
from dashboard.domain.roles import Role
from dashboard.models import Channel, PipelineTest, Run, StateChange, Watch
from dashboard.services import audit, rights, stars, visibility
from dashboard.services.visibility import Viewer
from dashboard.services.writing import has_room, writing

EVENTS = (NoticeEvent.ENDED, NoticeEvent.FAILED, NoticeEvent.REGRESSED)
"""What one can be told of."""
MOST_WATCHES = 200
"""Of one person."""

NOT_SEEN = "something that you may no longer see"
_OF_STATES = {"status", "is"}
"""Fields of a filter that do not count for a watch: they say in which state runs are, and all of these have ended."""
_SALT = "watch-stop"


class CannotWatch(Exception):
    """Something cannot be watched; ``str()`` is a sentence for a person."""


class Filters(Protocol):
    """The filter of the runs list, which stands in a layer above; the setting ``RUN_FILTER`` names it."""

    @classmethod
    def fields_of_box(cls) -> dict[str, Field]: ...

    @classmethod
    def is_personal(cls, query: Query) -> bool: ...

    @classmethod
    def apply(cls, query: Query, queryset: "QuerySet[Any]") -> "QuerySet[Any]": ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is watched: exactly one of these."""

    run: Run | None = None
    test: PipelineTest | None = None
    dataset: str = ""
    query: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """As a row of a watch has it."""
        return {"run": self.run, "test": self.test, "dataset": self.dataset, "query": self.query}

    @property
    def rows(self) -> list[Model]:
        """The row that a watch of it hangs at, if there is one."""
        return [row for row in (self.run, self.test) if row is not None]

    @property
    def words(self) -> str:
        """What is meant, in words."""
        if self.run:
            return f"the run {self.run.name}"
        if self.test:
            return f"all runs of the test {self.test.path}"
        return f"all runs of the data set {self.dataset}" if self.dataset else f"all runs that match “{self.query}”"


def mine(viewer: Viewer) -> QuerySet[Watch]:
    """What somebody watches, the newest first; of what they may no longer see, too, for they can stop it."""
    if not rights.may_read(viewer):
        return Watch.objects.none()
    own = Watch.objects.filter(user=viewer.pk).select_related("channel", "run", "test__template__pipeline")
    return own.order_by("-created_at", "-pk")


def subject(viewer: Viewer, *, run: int = 0, test: int = 0, dataset: str = "", query: str = "") -> Subject | None:
    """What is meant by these, as far as the viewer may see it: the first that is given; None where there is none."""
    if run:
        found = visibility.runs(viewer).select_related("source", "test__template__pipeline").filter(pk=run).first()
        return Subject(run=found) if found else None
    if test:
        held = visibility.pipeline_tests(viewer).select_related("template__pipeline").filter(pk=test).first()
        return Subject(test=held) if held else None
    if dataset:
        is_there = visibility.runs(viewer).filter(dataset=dataset).order_by().exists()
        return Subject(dataset=dataset) if is_there else None
    return Subject(query=query) if query.strip() and rights.may_read(viewer) else None


def watch(actor: User, what: Subject, *, channel: Channel, events: Collection[NoticeEvent], now: datetime) -> Watch:
    """Be told of these events of what is watched from now on; who watches it by this channel already changes of what.

    Raises ``CannotWatch`` for a filter that is not understood, for no events and for too many watches.
    """
    rights.require(actor, Role.VIEWER)
    wanted = [event.value for event in EVENTS if event in events]
    if why_not := _why_not(actor, what, channel, wanted, now):
        raise _refused(actor, what, channel, why_not)
    with writing(actor, channel, *what.rows):
        own = Watch.objects.filter(user=actor)
        held = own.filter(channel=channel, **what.columns).first()
        if held or has_room(own, MOST_WATCHES):
            made = held or Watch(user=actor, channel=channel, since=_newest_change(), created_at=now, **what.columns)
            made.events = wanted
            made.save()
            asked = {"what": "watch", "of": what.words, "events": wanted}
            audit.record(AuditAction.CHANNEL_CHANGED, actor, channel, detail=asked)
            return made
    raise _refused(actor, what, channel, f"You watch {MOST_WATCHES} things already. Stop some of them first.")


def unwatch(actor: User, watch_id: int) -> bool:
    """Be told no more; whether there was such a watch of theirs."""
    rights.require(actor, Role.VIEWER)
    held = mine(actor).filter(pk=watch_id).first()
    if held is None:
        return False
    with writing(actor, held):
        held.delete()
        audit.record(AuditAction.CHANNEL_CHANGED, actor, held.channel, detail={"what": "unwatch", "of": words(held)})
    return True


def token(watched: Watch) -> str:
    """What lets whoever has it stop this watch, and nothing else: it stands in the mails that the watch brings."""
    return signing.dumps([watched.pk, watched.user_id], salt=_SALT, compress=False)


def of_token(text: str) -> Watch | None:
    """The watch that a token stops; None where the token is none, or the watch is stopped already."""
    try:
        pk, user = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    held = Watch.objects.select_related("channel", "run", "test__template__pipeline", "user")
    return held.filter(pk=pk, user=user).first()


def stop_by_token(text: str) -> None:
    """Stop the watch that a token is of, on behalf of whoever made it."""
    found = of_token(text)
    if found is not None:
        with transaction.atomic():
            audit.lock()
            found.delete()
            detail = {"what": "unwatch", "of": words(found), "by": "mail"}
            audit.record(AuditAction.CHANNEL_CHANGED, found.user, found.channel, detail=detail)


def words(watched: Watch) -> str:
    """What is watched, in words."""
    return Subject(run=watched.run, test=watched.test, dataset=watched.dataset, query=watched.query).words


def shown(viewer: Viewer, watches: Sequence[Watch]) -> dict[int, str]:
    """What is watched, in words, by key of the watch; what the viewer may no longer see is not named. Two queries."""
    runs = {watched.run_id for watched in watches if watched.run_id}
    tests = {watched.test_id for watched in watches if watched.test_id}
    seen_runs = set(visibility.runs(viewer).filter(pk__in=runs).order_by().values_list("pk", flat=True))
    seen_tests = set(visibility.pipeline_tests(viewer).filter(pk__in=tests).order_by().values_list("pk", flat=True))
    return {
        watched.pk: words(watched)
        if watched.run_id in {None, *seen_runs} and watched.test_id in {None, *seen_tests}
        else NOT_SEEN
        for watched in watches
    }


def matching(watched: Watch, runs: Collection[int], *, now: datetime) -> QuerySet[Run]:
    """Those of these runs (by their keys) that are watched by it and that its person may see at present."""
    visible = visibility.runs(watched.user).filter(pk__in=runs)
    if watched.run_id:
        return visible.filter(pk=watched.run_id)
    if watched.test_id:
        return visible.filter(test=watched.test_id)
    if watched.dataset:
        return visible.filter(dataset=watched.dataset)
    filters = _filters()
    query = parse(watched.query, filters.fields_of_box(), now=now)
    # A star is no state, though it is asked for by the same word.
    lasting = (
        term
        for term in query.terms
        if term.field not in _OF_STATES or filters.is_personal(replace(query, terms=(term,)))
    )
    return filters.apply(replace(query, terms=tuple(lasting)), stars.known(watched.user, visible))


def concerned(runs: Collection[Run]) -> Q:
    """Which watches may be of any of these runs."""
    tests = {run.test_id for run in runs if run.test_id}
    datasets = {run.dataset for run in runs if run.dataset}
    return Q(run__in=[run.pk for run in runs]) | Q(test__in=tests) | Q(dataset__in=datasets) | ~Q(query="")


def problems(text: str, *, now: datetime) -> Sequence[str]:
    """What is not understood in a filter, in words."""
    return [problem.sentence for problem in parse(text, _filters().fields_of_box(), now=now).problems]


def _why_not(actor: User, what: Subject, channel: Channel, wanted: Sequence[str], now: datetime) -> str:
    if not wanted:
        return "Choose of what you want to be told."
    if channel.owner_id != actor.pk and not channel.is_team:
        return "That channel is another person’s."
    if what.query and (wrong := problems(what.query, now=now)):
        return f"The filter is not understood: {' '.join(wrong)}"
    return ""


def _refused(actor: User, what: Subject, channel: Channel, why: str) -> CannotWatch:
    """Note that something was refused, and give what to raise."""
    detail = {"what": "watch", "of": what.words, "why": why}
    audit.record(AuditAction.CHANNEL_CHANGED, actor, channel, outcome=AuditOutcome.REFUSED, detail=detail)
    return CannotWatch(why)


def _newest_change() -> int:
    return StateChange.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _filters() -> type[Filters]:
    return cast("type[Filters]", import_string(settings.RUN_FILTER))
