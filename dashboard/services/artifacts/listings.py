"""The files of runs and trials: listed for a page, opened for a download. Only here do pages reach for bytes.

A source is asked as :mod:`dashboard.services.reach` asks it: soon, or not at all while it is known to be away.
"""

import codecs
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.core.cache import cache

from dashboard.domain.errors import SourceError
from dashboard.domain.files import ByteReader
from dashboard.domain.records import ArtifactListing, Problem
from dashboard.models import Run, Trial
from dashboard.services.reach import capabilities, reach

__all__ = ["SHOWN", "Excerpt", "are_near", "have_runs", "head", "of_run", "of_trial", "open_file", "tail"]

SHOWN = 256 * 1024
"""Bytes of a text file that a page shows."""

KEPT_FOR = 15
"""Seconds that a source is not asked again for the files of a trial that has not changed, however many look at it."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning or the end of a text file."""

    text: str
    size: int
    """Bytes of the whole file."""
    is_cut_off: bool
    is_text: bool = True
    """False: the bytes do not look like text, and ``text`` is empty."""


def are_near(run: Run) -> bool:
    """Whether files are listed from this machine's disk, so that a page may wait for the list."""
    return capabilities(run.source).is_local


def have_runs(run: Run) -> bool:
    """Whether runs of this one's source have files of their own, beside those of their trials."""
    return capabilities(run.source).run_files


def of_run(run: Run) -> ArtifactListing:
    """The run's own files, if its source's runs have any. A source that fails gives none, and the problem."""
    return _listing(run, None) if have_runs(run) else ArtifactListing()


def of_trial(trial: Trial) -> ArtifactListing:
    """The trial's files. A source that fails gives an empty listing with the problem."""
    if are_near(trial.run):
        return _listing(trial.run, trial.external_id)
    key = f"files:{trial.pk}:{trial.version}"
    kept: ArtifactListing | None = cache.get(key)
    if kept is not None:
        return kept
    listing = _listing(trial.run, trial.external_id)
    if listing.artifacts:
        cache.set(key, listing, KEPT_FOR)
    return listing


def open_file(run: Run, trial: Trial | None, path: str) -> AbstractContextManager[ByteReader]:
    """Open one file by the path of its listing. Raises ``SourceError``."""
    trial_id = None if trial is None else trial.external_id
    return reach(run.source).open_artifact(run.external_id, trial_id, path)


def head(run: Run, trial: Trial | None, path: str, *, limit: int = SHOWN) -> Excerpt:
    """The file's beginning. Raises ``SourceError``."""
    with open_file(run, trial, path) as reader:
        return _excerpt(reader.read(0, limit), reader.size)


def tail(run: Run, trial: Trial | None, path: str, *, limit: int = SHOWN) -> Excerpt:
    """The file's end, from the start of a line. Raises ``SourceError``."""
    with open_file(run, trial, path) as reader:
        start = max(0, reader.size - limit)
        data = reader.read(start, limit)
        if start:
            data = data[data.find(b"\n") + 1 :]
        return _excerpt(data, reader.size)


def _excerpt(data: bytes, size: int) -> Excerpt:
    if b"\0" in data:
        return Excerpt("", size, is_cut_off=False, is_text=False)
    is_cut_off = len(data) < size
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    # A character that the cut goes through is left out; it is not a broken one.
    return Excerpt(decoder.decode(data, final=not is_cut_off), size, is_cut_off=is_cut_off)


def _listing(run: Run, trial_id: str | None) -> ArtifactListing:
    try:
        return reach(run.source).list_artifacts(run.external_id, trial_id)
    except SourceError as error:
        return ArtifactListing(problems=[Problem(where=run.source.name, what=error.sentence)])
