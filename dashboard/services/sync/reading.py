"""Reading one run into the mirror, and remembering when that did not work."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import InvalidOperation

from django.db import DataError, IntegrityError, transaction

from dashboard.domain.errors import BadAnswer, Missing, SourceError, is_of_source
from dashboard.domain.records import RunReading
from dashboard.models import MirrorClock, Run, Source
from dashboard.services.sync import cadence, mirror
from dashboard.sources.base import RunSource

log = logging.getLogger("quayside.sync")

Clock = Callable[[], datetime]

UNSTORABLE = (DataError, IntegrityError, InvalidOperation, OverflowError)
"""What a database, or Django before it, raises over values that its columns do not take."""


def read_run(source: Source, client: RunSource, external_id: str, clock: Clock) -> Run | None:
    """Read one run and mirror what changed; the run as it is mirrored, None if there is none of that id anywhere.

    Raises ``SourceError``; what is only this run's fault has been noted at the run.
    """
    known = Run.objects.filter(source=source, external_id=external_id).first()
    try:
        return _read(source, client, known, external_id, clock)
    except SourceError as error:
        if known is not None and not is_of_source(error):
            note_unread(known, error, clock())
        raise


def _read(source: Source, client: RunSource, known: Run | None, external_id: str, clock: Clock) -> Run | None:
    fingerprints, since = _fingerprints(known), MirrorClock.now()
    try:
        reading = client.read_run(external_id, fingerprints)
    except Missing:
        if known is not None and not known.is_gone:
            mirror.mark_gone(known, clock())
        return known
    now = clock()
    if known is not None and _is_mirrored(known, fingerprints, reading):
        _note_looked(known, now)
        return known
    return keep(source, reading, now, since=since)


def keep(source: Source, reading: RunReading, now: datetime, *, since: int) -> Run:
    """Mirror what a source said of a run, and when the run is read next; the run as it is mirrored then.

    ``since`` is the mirror's clock when the source was asked. Raises ``BadAnswer`` for what cannot be stored.
    """
    try:
        run = _write(source, reading, now, since)
    except mirror.Overtaken:
        return _read_again(source, reading.run.external_id, now)
    due = cadence.next_run_look(run, source.kind, now)
    Run.objects.filter(pk=run.pk).update(next_sync_at=due)
    return run


def _fingerprints(known: Run | None) -> dict[str, str]:
    if known is None:
        return {}
    return dict(known.trials.filter(is_gone=False).values_list("external_id", "fingerprint"))


def _read_again(source: Source, external_id: str, now: datetime) -> Run:
    """What another reading wrote while this one was under way stays; who was right the next one tells."""
    run = Run.objects.get(source=source, external_id=external_id)
    if cadence.next_run_look(run, source.kind, now) is not None:
        Run.objects.filter(pk=run.pk).update(next_sync_at=now)
    return run


def _write(source: Source, reading: RunReading, now: datetime, since: int) -> Run:
    """Mirror a reading. Raises ``BadAnswer`` for one that the database does not take, so that the next run is read."""
    try:
        return mirror.write_run(source, reading, now, since=since)
    except UNSTORABLE as error:
        found = {"run": reading.run.external_id, "source": source.name, "error": type(error).__name__}
        log.warning("run not stored", extra=found)
        reason = "it contradicts what is stored" if isinstance(error, IntegrityError) else "a value in it is too large"
        raise BadAnswer(f"It could not be stored: {reason}.", source=source.name, code="unstorable") from error


def _is_mirrored(known: Run, fingerprints: Mapping[str, str], reading: RunReading) -> bool:
    """Whether a reading holds nothing that the mirror has not."""
    is_same_run = not known.is_gone and not known.unread_reason and known.fingerprint == reading.run.fingerprint
    return is_same_run and not reading.trials and set(fingerprints) == reading.present


def _note_looked(run: Run, now: datetime) -> None:
    """When it was looked at is no news to a page: its version stays."""
    Run.objects.filter(pk=run.pk).update(looked_at=now)


def note_unread(run: Run, error: SourceError, now: datetime) -> None:
    """The source is there and this run cannot be read: what is mirrored stays, and its page says so."""
    reason = error.sentence[:500]
    if run.unread_reason == reason:
        return
    with transaction.atomic():
        version = MirrorClock.tick()
        Run.objects.filter(pk=run.pk).update(
            unread_since=run.unread_since or now, unread_reason=reason, version=version
        )
