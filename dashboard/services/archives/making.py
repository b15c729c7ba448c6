"""Making an archive: trial after trial is asked for its files, and file after file goes out as it is read.

A file that cannot be opened is left out, and the manifest says why. Its first chunk is read before anything of it is
sent, so a file that fails at once, and any small one, is whole or absent. A larger one that fails later is read again
from where it stopped; the source sees to it that these are still the same bytes. If that fails too, or the file has
become shorter, the entry cannot be completed truthfully: the error is raised, the archive has no end, and every
program that opens it says so. (A browser may not: a server may end a body of unknown length as if it were whole.)

A source that hangs does not hold the download for long: each wait ends by the source's own deadlines, and after some
failures in a row the rest is left out unasked.
"""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from datetime import datetime

from django.utils import timezone

from dashboard.domain.errors import SourceError
from dashboard.domain.records import ArtifactListing, ArtifactRecord, Json
from dashboard.services.archives import manifests
from dashboard.services.archives.manifests import FileRow, Manifest, MissingRow
from dashboard.services.archives.orders import TYPES, Order, Place, places
from dashboard.services.archives.progress import Progress, State
from dashboard.services.archives.readings import CHUNK, Patience, Reading, try_again
from dashboard.services.archives.zips import ZipWriter
from dashboard.services.reach import reach
from dashboard.sources.registry import connect

MOST_FILES = 100_000
"""Files of one archive: its table of contents, some 1 kB each, is all that grows with it."""


def make(order: Order, progress: Progress, held: ExitStack) -> Generator[bytes, None, None]:
    """The archive's bytes, made as they are taken; ``held`` is closed when nobody takes more.

    The source is asked for the first listing before this returns: raises ``SourceError`` where there is no beginning.
    """
    held.callback(progress.end, State.STOPPED)
    making = _Making(order, progress)
    making.begin()
    return making.parts()


class _Making:
    """One archive."""

    def __init__(self, order: Order, progress: Progress) -> None:
        self._order, self._progress, self._tally = order, progress, progress.tally
        self._source = connect(order.run.source.config())
        self._zip: ZipWriter
        self._made_at = timezone.now()
        self._manifest: Manifest
        self._listing, self._opening = Patience(), Patience()
        self._first: ArtifactListing | None = None

    def begin(self) -> None:
        """Ask for the first listing, while a person waits for the download to begin."""
        trial_id = None if self._order.trial is None else self._order.trial.external_id
        self._first = reach(self._order.run.source).list_artifacts(self._order.run.external_id, trial_id)
        self._tally.n_trials = self._order.count_trials()
        self._progress.step()

    def parts(self) -> Generator[bytes, None, None]:
        """The whole archive. Raises ``SourceError`` where it cannot be completed truthfully."""
        facts = _facts(self._order, self._made_at)
        with closing(ZipWriter()) as self._zip, closing(Manifest(facts)) as self._manifest:
            try:
                for place in places(self._order):
                    yield from self._add(place)
            except SourceError as error:
                self._progress.end(State.FAILED, error.sentence)
                raise
            yield from self._manifests()
            yield self._zip.end()
        self._progress.end(State.DONE)

    def _add(self, place: Place) -> Iterator[bytes]:
        listing = self._list(place)
        if listing is not None:
            for record in listing.artifacts:
                if self._order.wants(record.kind):
                    yield from self._file(place, record)
            self._note_lacks(place, listing)
        self._tally.n_trials_done += place.trial is not None
        self._progress.step()

    def _list(self, place: Place) -> ArtifactListing | None:
        """The files of a place; None, and noted as missing, where the source does not tell them."""
        if self._first is not None:
            first, self._first = self._first, None
            return first
        if reason := self._given_up():
            self._miss(place, reason)
            return None
        try:
            listing = self._source.list_artifacts(self._order.run.external_id, place.trial_id)
        except SourceError as error:
            self._listing.note(error)
            self._miss(place, error.sentence)
            return None
        self._listing.note(None)
        return listing

    def _file(self, place: Place, record: ArtifactRecord) -> Iterator[bytes]:
        """A file's entry, or a note why there is none."""
        if reason := record.note or self._given_up() or self._full():
            self._miss(place, reason, record)
            return
        with ExitStack() as stack:
            try:
                reading = try_again(lambda: self._open(stack, place, record))
            except SourceError as error:
                self._opening.note(error)
                self._miss(place, error.sentence, record)
                return
            self._opening.note(None)
            yield from self._entry(place, record, reading)

    def _open(self, stack: ExitStack, place: Place, record: ArtifactRecord) -> Reading:
        opened = self._source.open_artifact(self._order.run.external_id, place.trial_id, record.path)
        reader = stack.enter_context(opened)
        return Reading(reader, reader.read(0, CHUNK), self._count_bytes)

    def _entry(self, place: Place, record: ArtifactRecord, reading: Reading) -> Iterator[bytes]:
        name, moment = place.name(record.path), record.modified_at
        yield from self._zip.entry(
            name, reading.chunks(), size=reading.reader.size, modified_at=moment or self._made_at
        )
        self._manifest.add(
            FileRow(
                path=name,
                type=_type_of(record.kind),
                size=reading.size,
                sha256=reading.digest.hexdigest(),
                trial=place.trial_id,
                task=place.task,
                name=record.path,
                modified_at=None if moment is None else moment.isoformat(),
            )
        )
        self._tally.n_files = self._manifest.n_files
        self._progress.step()

    def _note_lacks(self, place: Place, listing: ArtifactListing) -> None:
        """What a place should have and has not, and what its source could not say."""
        there = {record.kind for record in listing.artifacts}
        for kind in self._order.expected if place.trial is not None else ():
            if TYPES[kind] not in there:
                self._miss(place, "The source has no file of this type.", kind=kind)
        for problem in listing.problems:
            self._miss(place, f"{problem.where}: {problem.what}")
        if listing.is_cut_off:
            self._miss(place, "There are more files than the source lists at a time.")

    def _miss(
        self, place: Place, reason: str, record: ArtifactRecord | None = None, *, kind: str | None = None
    ) -> None:
        name = None if record is None else record.path
        kind = kind if record is None else _type_of(record.kind)
        self._manifest.miss(MissingRow(trial=place.trial_id, task=place.task, type=kind, name=name, reason=reason))
        self._tally.n_missing = self._manifest.n_missing

    def _given_up(self) -> str:
        """Why nothing more is asked for; empty while the source is there."""
        return self._listing.reason or self._opening.reason

    def _full(self) -> str:
        return "" if self._manifest.n_files < MOST_FILES else f"An archive holds at most {MOST_FILES:,} files."

    def _count_bytes(self, n_bytes: int) -> None:
        self._tally.n_bytes += n_bytes
        self._progress.step()

    def _manifests(self) -> Iterator[bytes]:
        for name, content in (
            (manifests.TEXT_NAME, self._manifest.as_text()),
            (manifests.JSON_NAME, self._manifest.as_json()),
        ):
            yield from self._zip.entry(name, content, modified_at=self._made_at)


def _type_of(kind: str) -> str:
    """The client's word for a kind of artifact, where it has one."""
    return next((word for word, each in TYPES.items() if each == kind), kind)


def _facts(order: Order, made_at: datetime) -> dict[str, Json]:
    run, trial = order.run, order.trial
    return {
        "made_at": made_at.isoformat(timespec="seconds"),
        "source": {"name": run.source.name, "kind": run.source.kind},
        "run": {"name": run.name, "id": run.own_id, "status": run.status},
        **({} if trial is None else {"trial": {"id": trial.external_id, "task": trial.task.name}}),
        "types": list(order.types) or "everything",
    }
