"""Runs of a source that lists them whole, page by page: all of them once a day, in between what is new.

A listing of everything remembers behind which page it goes on, so that one which is interrupted asks no page twice.
A run is never gone because it is absent: it is asked for by its id first. A listing of what is new ends where all is
known, and all behind that as well: of which parents that is not so yet is remembered (see :mod:`.told`).
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from dashboard.domain.errors import BadAnswer, SourceError
from dashboard.domain.records import RunPage, RunReading
from dashboard.domain.statuses import RunStatus
from dashboard.models import MirrorClock, Run, Source
from dashboard.services.sync import cadence, new_runs, outcomes, report_rounds, told
from dashboard.services.sync.reading import UNSTORABLE, keep, note_unread, read_run
from dashboard.services.sync.visits import Visit
from dashboard.sources.base import AreKnown

ALL_AGAIN = timedelta(hours=24)
"""After everything was listed, until it is again: only that tells what happened to old runs."""
UNREAD_PAUSE = timedelta(minutes=5)
"""After a parent's runs could not be listed to their end, until they are again."""
AT_ONCE = 50
"""Runs that one transaction writes: whoever else writes waits for its end."""
MOST_ABSENT = 20
"""Runs lacking on their pages that one look asks for by their ids, each a request."""


class _Held(NamedTuple):
    """What the mirror has of a run that is on a page."""

    pk: int
    fingerprint: str
    is_open: bool
    """Unfinished, so that it is read again."""


def read(visit: Visit) -> None:
    """Mirror what is new. Raises ``SourceError`` where the source fails, ``Stopped`` between two pages."""
    if _is_all_due(visit.source, visit.now):
        _read_all(visit)
    else:
        _read_new(visit)


def _is_all_due(source: Source, now: datetime) -> bool:
    return source.listed_at is None or source.listed_at <= now - ALL_AGAIN


def _read_all(visit: Visit) -> None:
    """List everything, from where the last such listing was interrupted."""
    source, row = visit.source, Source.objects.filter(pk=visit.source.pk)
    n_runs = 0 if source.list_place is None else source.runs.count()
    is_listed, began_at = True, visit.now
    for page in _mirrored(visit, visit.client.list_pages(place=source.list_place), {}):
        n_runs += len(page.readings)
        is_listed = not page.without
        row.update(list_place=page.place)
        outcomes.show_progress(source, page.done, page.total, _words(page, n_runs))
    if source.list_place is None and is_listed:
        told.forget_gaps(source, due_by=began_at)
    row.update(listed_at=visit.now if is_listed else source.listed_at, list_place=None)


def _read_new(visit: Visit) -> None:
    """List what is new, and to their ends the parents that are in the mirror in part only, as far as they are due."""
    held = told.gaps(visit.source)
    later = {parent: gap for parent, gap in held.items() if gap.due > visit.now}
    are_known = _are_known(visit.source, held.keys() - later.keys())
    for _ in _mirrored(visit, visit.client.list_pages(are_known=are_known), later):
        pass
    visit.problems.extend(gap.problem for gap in later.values() if gap.problem and gap.problem not in visit.problems)


def _words(page: RunPage, n_runs: int) -> str:
    number = min(page.done + 1, page.total)
    return f"Pipeline {number:,} of {page.total:,} · {n_runs:,} run{'' if n_runs == 1 else 's'} so far"


def _are_known(source: Source, due: Collection[str]) -> AreKnown:
    """Of these parents no more is known than each page by itself."""

    def are_known(parent: str, ids: Collection[str]) -> bool:
        if parent in due:
            return False
        wanted = set(ids)
        return Run.objects.filter(source=source, is_gone=False, external_id__in=wanted).count() == len(wanted)

    return are_known


def _mirrored(visit: Visit, pages: Iterator[RunPage], later: Collection[str]) -> Iterator[RunPage]:
    """Each page once it is in the mirror. Reports that are being made are followed in between.

    Whatever ends a look, it is remembered of which parents not all is in the mirror; ``later`` are those of which it is
    not even with what is listed now.
    """
    left = MOST_ABSENT
    while True:
        visit.check()
        since = MirrorClock.now()
        page = next(pages, None)
        if page is None:
            return
        _note_gap(visit, page)
        _mirror(visit, page, since)
        left -= _ask_for_absent(visit, page, left)
        if page.is_last and not page.is_unread and page.parent not in later:
            told.close_gap(visit.source, page.parent)
        yield page
        report_rounds.follow(visit)


def _note_gap(visit: Visit, page: RunPage) -> None:
    """Remember that something of the page's parent will be lacking, before the page is mirrored and looks known."""
    source = visit.source
    told.without_lists(source, page.without)
    if page.is_unread:
        told.open_gap(source, page.parent, told.Gap(visit.now + UNREAD_PAUSE, page.problems[-1]))
    elif not page.is_last and page.parent not in told.gaps(source):
        told.open_gap(source, page.parent, told.Gap(visit.now))


def _mirror(visit: Visit, page: RunPage, since: int) -> None:
    """Write what a page has that the mirror has not; of the rest no more than that it was looked at."""
    visit.problems.extend(page.problems)
    now, held = visit.now, _held(visit.source, page)
    changed = [each for each in page.readings if not _is_mirrored(held.get(each.run.external_id), each)]
    news = {each.run.external_id for each in changed}
    _put_off(visit.source, [row.pk for name, row in held.items() if row.is_open and name not in news], now)
    for start in range(0, len(changed), AT_ONCE):
        with transaction.atomic():
            _store_all(visit, changed[start : start + AT_ONCE], now, since)


def _held(source: Source, page: RunPage) -> dict[str, _Held]:
    """The runs of a page that are in the mirror and may be as they are."""
    ids = {reading.run.external_id for reading in page.readings}
    there = Run.objects.filter(source=source, external_id__in=ids, is_gone=False, unread_reason="")
    rows = there.values_list("external_id", "pk", "fingerprint", "status")
    return {name: _Held(pk, print_, not RunStatus(status).is_final) for name, pk, print_, status in rows}


def _is_mirrored(held: _Held | None, reading: RunReading) -> bool:
    return held is not None and held.fingerprint == reading.run.fingerprint


def _put_off(source: Source, runs: Collection[int], now: datetime) -> None:
    """Runs that were just listed as they were need not be read by themselves for a while."""
    if runs:
        due = cadence.next_idle_look(source.kind, now)
        Run.objects.filter(pk__in=runs).update(looked_at=now, next_sync_at=due)


def _store_all(visit: Visit, readings: Sequence[RunReading], now: datetime, since: int) -> None:
    """Mirror runs, those that are new all at once if the database takes them so."""
    new = new_runs.are_new(visit.source, readings)
    try:
        new_runs.write(visit.source, new, now)
    except UNSTORABLE:
        new = []
    written = {reading.run.external_id for reading in new}
    for reading in readings:
        if reading.run.external_id not in written:
            _store(visit, reading, now, since)


def _store(visit: Visit, reading: RunReading, now: datetime, since: int) -> None:
    """Mirror one run; one that the database does not take is a problem of its own."""
    try:
        keep(visit.source, reading, now, since=since)
    except BadAnswer as error:
        visit.note(reading.run.external_id, error)
        known = Run.objects.filter(source=visit.source, external_id=reading.run.external_id).first()
        if known is not None:
            note_unread(known, error, now)


def _ask_for_absent(visit: Visit, page: RunPage, most: int) -> int:
    """Ask for the runs that should be on this page and are not, by their ids; how many were asked for."""
    absent = _absent(visit.source, page, most)
    for external_id in absent:
        visit.check()
        try:
            read_run(visit.source, visit.client, external_id, visit.clock)
        except SourceError as error:
            visit.note(external_id, error)
            Run.objects.filter(source=visit.source, external_id=external_id).update(looked_at=visit.now)
    return len(absent)


def _absent(source: Source, page: RunPage, most: int) -> list[str]:
    """Mirrored runs of the page's stretch of time that are not on it, the longest unasked first."""
    runs = Run.objects.filter(source=source, is_gone=False, test__template__pipeline__external_id=page.parent)
    if page.since is not None:
        runs = runs.filter(started_at__gt=page.since)
    if page.until is not None:
        runs = runs.filter(started_at__lt=page.until)
    there = {reading.run.external_id for reading in page.readings}
    absent = runs.exclude(external_id__in=there).order_by("looked_at", "pk")
    return list(absent.values_list("external_id", flat=True)[:most])
