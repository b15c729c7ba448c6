"""One look at a source, or at one run: read it, mirror what changed, remember how it went."""

import logging
from datetime import datetime
from itertools import chain

from dashboard.domain.errors import SourceError, Unreachable, is_of_source
from dashboard.domain.records import Problem, RunListing
from dashboard.models import Run, Source
from dashboard.services.sync import cadence, catalogue, outcomes, pages, report_rounds
from dashboard.services.sync.reading import Clock, read_run
from dashboard.services.sync.visits import Question, Stopped, Visit, never
from dashboard.sources.registry import capabilities_of, connect

__all__ = ["Question", "Stopped", "look_at_run", "look_at_source", "never"]

log = logging.getLogger("quayside.sync")

TELL_EVERY = 20
"""Runs after which a long look tells how far it has come; a shorter one is not worth telling."""


def look_at_source(source_id: int, clock: Clock, is_stopped: Question = never) -> None:
    """List a source and read what changed. Failures are stored on the source, never raised.

    ``is_stopped`` is asked between two runs, or pages of them: after a yes the rest waits for the next look, which is
    due at once.
    """
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        return
    try:
        problems = _read(Visit(source, connect(source.config()), clock, is_stopped))
    except SourceError as error:
        outcomes.record_failure(source, error, clock())
    except Stopped:
        outcomes.finish(source, due=clock(), is_news=True, fields={})
    else:
        outcomes.record_success(source, problems, clock())


def look_at_run(run_id: int, clock: Clock, is_stopped: Question = never) -> None:
    """Read one run by itself. Where it shows that its source fails, that is stored on the source; never raised."""
    run = Run.objects.select_related("source").filter(pk=run_id).first()
    if run is None or is_stopped():
        Run.objects.filter(pk=run_id).update(claimed_until=None)
        return
    failure: SourceError | None = None
    try:
        read_run(run.source, connect(run.source.config()), run.external_id, clock)
    except SourceError as error:
        failure = error
        _note_failure(run, error, clock)
    _schedule(run, failure, clock)


def _note_failure(run: Run, error: SourceError, clock: Clock) -> None:
    log.warning("run not read", extra={"run": run.pk, "source": run.source.name, "code": error.code})
    if is_of_source(error):
        outcomes.record_failure(run.source, error, clock(), is_run=True)


def _schedule(run: Run, failure: SourceError | None, clock: Clock) -> None:
    run.refresh_from_db()
    now = clock()
    due = cadence.next_run_look(run, run.source.kind, now)
    if due is not None and failure is not None:
        due = max(due, _earliest_after(failure, now))
    Run.objects.filter(pk=run.pk).update(next_sync_at=due, claimed_until=None)


def _earliest_after(failure: SourceError, now: datetime) -> datetime:
    """Before when a run that could not be read is not asked for again."""
    if failure.code == "forbidden":
        return now + cadence.FORBIDDEN_PAUSE
    return now if failure.retry_after is None else cadence.next_after_failure(1, now, failure.retry_after)


def _read(visit: Visit) -> list[Problem]:
    """Read what is new by whichever way its kind is read; what could not be read."""
    if capabilities_of(visit.source.kind).pages:
        catalogue.read(visit)
        report_rounds.follow(visit)
        pages.read(visit)
        report_rounds.ask(visit)
    else:
        _read_changes(visit)
    return visit.problems


def _read_changes(visit: Visit) -> None:
    source = visit.source
    rows = list(
        Run.objects.filter(source=source, is_gone=False).values_list("external_id", "fingerprint", "next_sync_at")
    )
    known = {name: fingerprint for name, fingerprint, _ in rows}
    # One request per run and interval: what has a time of its own is not read by the listing as well.
    by_themselves = {name for name, _, due in rows if due is not None}
    listing = visit.client.list_runs(known)
    visit.problems.extend(listing.problems)
    todo = [each for each in chain(listing.changed, _absent(source, known, listing)) if each not in by_themselves]
    for done, external_id in enumerate(todo):
        visit.check()
        if done % TELL_EVERY == 0 and len(todo) >= TELL_EVERY:
            outcomes.show_progress(source, done, len(todo))
        try:
            read_run(source, visit.client, external_id, visit.clock)
        except SourceError as error:
            visit.note(external_id, error)


def _absent(source: Source, known: dict[str, str], listing: RunListing) -> list[str]:
    """Runs that a complete listing lacks: each is asked for by its id before it is called gone.

    Raises ``Unreachable`` where *all* of them are lacking: the folder of a disk that is not mounted is just empty.
    """
    if not listing.complete:
        return []
    if known and not listing.present:
        held = f"{len(known):,} run{'s' if len(known) > 1 else ''}"
        sentence = f"The folder is empty; it held {held} before. Is it mounted?"
        raise Unreachable(sentence, source=source.name, code="empty")
    return sorted(known.keys() - listing.present)
