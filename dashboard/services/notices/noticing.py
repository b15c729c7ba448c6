"""Noticing that a watched run ended: for each ending and channel one delivery, once, whoever notices and however often.

The states that runs were seen in (:class:`StateChange`) are a log that is only added to, under the lock of the mirror's
clock: their keys come in the order in which they can be seen. An *ending* is an entry with a final state behind one
that was not final, or behind none. Each watch remembers the newest entry that was looked at for it, and is moved on in
the transaction that writes what was noticed. So a worker that is killed leaves nothing half-done, two of them write
the same rows, of which the database takes one each (``Delivery.key``), and nothing is passed over.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import Max, Min, OuterRef, Subquery

from dashboard.domain.notices import NoticeEvent
from dashboard.domain.statuses import FINAL_RUN_STATUSES, RunStatus
from dashboard.models import Channel, Delivery, Run, StateChange, Watch
from dashboard.services import audit, rights, watching
from dashboard.services.notices import bodies, judging
from dashboard.services.notices.judging import Regression
from dashboard.services.sync.reading import Clock
from dashboard.services.sync.visits import Question, never

log = logging.getLogger("quayside.notices")

MOST_ENDINGS = 500
"""Entries that one sweep looks at."""
SWEEP = 0
"""The key under which a sweep is work like any other: of nothing in particular."""
CLOCKS_APART = timedelta(minutes=5)
"""How far a source's clock may be behind ours."""
FILTER_ERRORS = (DatabaseError, OverflowError, ValueError)
"""What somebody's filter can raise: the database refuses it, or a number or day of it is beyond all that there are."""

_URGENCY = (NoticeEvent.REGRESSED, NoticeEvent.FAILED, NoticeEvent.ENDED)
"""What says most comes first: of one ending a channel is told once."""
_FINAL = [status.value for status in FINAL_RUN_STATUSES]


@dataclass(frozen=True, slots=True)
class Ending:
    """A run that came to its end, and the entry of the log that says so."""

    change: int
    run: Run
    was_seen_before: bool
    """The run was seen before it ended."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a channel is to be told of an ending, on behalf of whom."""

    ending: Ending
    watch: Watch
    event: NoticeEvent
    failure: str
    regression: Regression | None


def notice(_: int, clock: Clock, is_stopped: Question = never) -> None:
    """Sweep until nothing is left to be looked at, or until it should end; the shape of a look of the worker."""
    while not is_stopped() and sweep(clock()):
        pass


def is_due() -> bool:
    """Whether any watch is behind the log; two queries that read one entry each of an index."""
    behind = Watch.objects.aggregate(least=Min("since"))["least"]
    return behind is not None and behind < _newest()


def sweep(now: datetime) -> bool:
    """Write what is to be told of the next entries of the log; whether there are more."""
    newest = _newest()
    # Only these are moved on: a watch that somebody makes meanwhile begins where it says.
    behind = list(Watch.objects.filter(since__lt=newest).values_list("pk", "since"))
    if not behind:
        return False
    changes = _changes(min(since for _, since in behind), newest)
    upto = changes[-1].pk if len(changes) == MOST_ENDINGS else newest
    notices = _notices(list(_endings(changes)), now)
    with transaction.atomic():
        audit.lock()
        Delivery.objects.bulk_create((_delivery(each, now) for each in notices), ignore_conflicts=True)
        moved = Watch.objects.filter(pk__in=[pk for pk, _ in behind], since__lt=upto)
        moved.update(since=upto)
    if notices:
        log.info("noticed", extra={"deliveries": len(notices)})
    return upto < newest


def _newest() -> int:
    return StateChange.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _changes(after: int, upto: int) -> list[StateChange]:
    """Entries with final states, the oldest first, each with the state before it."""
    before = StateChange.objects.filter(run=OuterRef("run"), pk__lt=OuterRef("pk")).order_by("-pk").values("status")
    found = StateChange.objects.filter(pk__gt=after, pk__lte=upto, status__in=_FINAL)
    return list(found.annotate(before=Subquery(before[:1])).order_by("pk")[:MOST_ENDINGS])


def _endings(changes: Iterable[StateChange]) -> Iterator[Ending]:
    """Those that are endings, of runs that are there and have not gone on since."""
    ended = [(each, before) for each in changes if not _is_final(before := getattr(each, "before"))]  # noqa: B009
    # Of one that was resumed and has ended again, the last.
    last = {change.run_id: (change.pk, before) for change, before in ended}
    runs = Run.objects.select_related("source", "test__template__pipeline").filter(pk__in=last, status__in=_FINAL)
    for run in runs.order_by("pk"):
        change, before = last[run.pk]
        yield Ending(change, run, was_seen_before=before is not None)


def _is_final(status: str | None) -> bool:
    return status is not None and RunStatus(status).is_final


def _notices(endings: Sequence[Ending], now: datetime) -> list[Notice]:
    """For each channel and ending what says most, of all watches that are told by that channel."""
    found: dict[tuple[int, int], Notice] = {}
    judged = cache(judging.regression)
    for watch, seen in _seen(endings, now):
        for ending in endings:
            told = _told(watch, ending, judged) if ending.run.pk in seen and _is_news(watch, ending) else None
            held = found.get((watch.channel_id, ending.change))
            if told and (held is None or _URGENCY.index(told.event) < _URGENCY.index(held.event)):
                found[watch.channel_id, ending.change] = told
    return list(found.values())


def _seen(endings: Sequence[Ending], now: datetime) -> Iterator[tuple[Watch, set[int]]]:
    """Each watch whose channel is in use, with the runs that it is of and its person may see."""
    people: dict[int, User] = {}
    concerned = watching.concerned([each.run for each in endings])
    watches = Watch.objects.filter(concerned) if endings else Watch.objects.none()
    for watch in watches.select_related("user", "channel__owner", "run", "test__template__pipeline").order_by("pk"):
        # One object a person: their groups are read once.
        watch.user = people.setdefault(watch.user_id, watch.user)
        watch.channel.owner = people.setdefault(watch.channel.owner_id, watch.channel.owner)
        if may_use(watch.channel, watch.user):
            yield watch, _matching(watch, [ending.run.pk for ending in endings], now)


def _matching(watch: Watch, runs: Sequence[int], now: datetime) -> set[int]:
    """Those of these runs that the watch is of. None for a filter that fails: it is passed over, the others are not.

    Where it is the database that fails, nothing can be written either, and the sweep is made anew.
    """
    try:
        return set(watching.matching(watch, runs, now=now).values_list("pk", flat=True))
    except FILTER_ERRORS:
        log.warning("a watch could not be looked at", exc_info=True, extra={"watch": watch.pk})
        return set()


def may_use(channel: Channel, person: User) -> bool:
    """Whether somebody may be told by a channel at present: it is in use, and theirs or the team's.

    The team's is good for as long as its owner may make such: one whose owner left, or has another role by now, leads
    to where nobody here can answer for.
    """
    if channel.is_paused:
        return False
    if channel.owner_id == person.pk:
        return rights.may_read(person)
    return channel.is_team and rights.may_act(channel.owner)


def _is_news(watch: Watch, ending: Ending) -> bool:
    """Whether it ended after the watch was made: a run that was first seen when it had ended may be of long ago."""
    if ending.change <= watch.since:
        return False
    ended = ending.run.finished_at or ending.run.started_at
    return ending.was_seen_before or ended is None or ended >= watch.created_at - CLOCKS_APART


def _told(watch: Watch, ending: Ending, judged: Callable[[User, Run], Regression | None]) -> Notice | None:
    """What the watch asks to be told of the ending; None for nothing."""
    failure = judging.failure(ending.run)
    wants_regressions = NoticeEvent.REGRESSED in watch.events
    regression = judged(watch.user, ending.run) if wants_regressions else None
    happened: Mapping[NoticeEvent, bool] = {
        NoticeEvent.REGRESSED: regression is not None,
        NoticeEvent.FAILED: bool(failure),
        NoticeEvent.ENDED: True,
    }
    event = next((event for event in _URGENCY if event in watch.events and happened[event]), None)
    return None if event is None else Notice(ending, watch, event, failure, regression)


def _delivery(noticed: Notice, now: datetime) -> Delivery:
    run, watch = noticed.ending.run, noticed.watch
    body = bodies.of_run(
        run,
        noticed.event,
        failure=noticed.failure,
        regression=noticed.regression,
        reason=f"You watch {watching.words(watch)}.",
        now=now,
    )
    return Delivery(
        channel=watch.channel,
        watch=watch,
        run=run,
        event=noticed.event,
        key=f"{watch.channel_id}:{noticed.ending.change}",
        body=body,
        created_at=now,
        next_try_at=now,
    )
