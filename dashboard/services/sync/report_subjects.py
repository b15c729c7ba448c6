"""Of which runs and groups a source is asked for reports, in which order: it cannot list them across runs.

First what people look at, then what just finished, then what was never asked about: groups, which are few, and runs,
the last to end first. What is left of the budget goes to what was asked about a day ago. What is gone is asked about
as long as it has reports that are not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from dashboard.domain.pipelines import GroupKind
from dashboard.domain.reports import ReportMaker, SubjectKind
from dashboard.models import Report, Run, RunGroup, Source

WATCHED_PAUSE = timedelta(seconds=30)
"""Until the reports of a run that somebody looks at are asked for again."""
FINISHED_PAUSE = timedelta(minutes=5)
"""The same of a run that has just finished: its source begins reports then, some minutes late."""
JUST = timedelta(hours=1)
"""How long a run has just finished."""
SETTLED_PAUSE = timedelta(days=1)
"""The same of any other run or group: somebody may have a report made of it at any time."""

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What reports are about, and the row that remembers when it was asked about."""

    kind: SubjectKind
    external_id: str
    rows: Rows

    def __str__(self) -> str:
        return f"{self.kind}/{self.external_id}"


def choose(source: Source, now: datetime, *, limit: int) -> Iterator[Subject]:
    """At most ``limit`` of a source's runs and groups, the most urgent first; each kind is looked for when its turn is.

    Whoever asks about one says so (``reports_looked_at``) before the next is chosen.
    """
    all_runs, all_groups = Run.objects.filter(source=source), RunGroup.objects.filter(source=source)
    runs, groups = all_runs.filter(is_gone=False), all_groups.filter(is_gone=False)
    turns = chain(
        _turn(SubjectKind.RUN, _watched(runs, now), limit),
        _turn(SubjectKind.RUN, _just_finished(runs, now), limit),
        _turn(SubjectKind.GROUP, _just_finished_groups(groups, now), limit),
        _turn(SubjectKind.GROUP, _new(_with_reports(all_groups, "group"), "created_at"), limit),
        _turn(SubjectKind.RUN, _new(_with_reports(all_runs, "runs"), "finished_at"), limit),
        _turn(SubjectKind.RUN, _settled(_with_reports(all_runs, "runs"), now), limit),
        _turn(SubjectKind.GROUP, _settled(_with_reports(all_groups, "group"), now), limit),
    )
    return islice(_once(turns), limit)


def _turn(kind: SubjectKind, rows: Rows, limit: int) -> Iterator[Subject]:
    """The first of these rows; nothing is asked of the database before the turn comes."""
    for pk, external_id in rows.values_list("pk", "external_id")[:limit]:
        yield Subject(kind, external_id, rows.model.objects.filter(pk=pk))


def _once(subjects: Iterator[Subject]) -> Iterator[Subject]:
    seen: set[str] = set()
    for subject in subjects:
        if str(subject) not in seen:
            seen.add(str(subject))
            yield subject


def _with_reports(rows: Rows, name: str) -> Rows:
    """Those that are there, and those that are gone while some of their reports are not; a report calls them so."""
    reports = Report.objects.filter(maker=ReportMaker.SOURCE, is_gone=False, **{name: OuterRef("pk")})
    return rows.filter(Q(is_gone=False) | Exists(reports))


def _unasked_for(pause: timedelta, now: datetime) -> Q:
    return Q(reports_looked_at=None) | Q(reports_looked_at__lte=now - pause)


def _watched(runs: Rows, now: datetime) -> Rows:
    watched = runs.filter(_unasked_for(WATCHED_PAUSE, now), watched_until__gt=now)
    return watched.order_by(F("reports_looked_at").asc(nulls_first=True), "-pk")


def _just_finished(runs: Rows, now: datetime) -> Rows:
    is_due = _unasked_for(FINISHED_PAUSE, now) | Q(reports_looked_at__lt=F("finished_at"))
    return runs.filter(is_due, finished_at__gt=now - JUST).order_by("-finished_at", "-pk")


def _just_finished_groups(groups: Rows, now: datetime) -> Rows:
    """Groups that reports are made of, one of whose runs has just finished."""
    is_due = _unasked_for(FINISHED_PAUSE, now) | Q(reports_looked_at__lt=F("runs__finished_at"))
    kinds = [GroupKind.GITHUB, GroupKind.QUERY]
    return groups.filter(is_due, runs__finished_at__gt=now - JUST, kind__in=kinds).order_by("-pk").distinct()


def _new(rows: Rows, time: str) -> Rows:
    return rows.filter(reports_looked_at=None).order_by(F(time).desc(nulls_last=True), "-pk")


def _settled(rows: Rows, now: datetime) -> Rows:
    return rows.filter(reports_looked_at__lte=now - SETTLED_PAUSE).order_by("reports_looked_at", "pk")
