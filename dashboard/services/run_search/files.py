"""One file searched: a log line by line, a trajectory step by step."""

import re

from dashboard.domain.errors import SourceError
from dashboard.domain.records import ArtifactRecord
from dashboard.models import Trial
from dashboard.readers import text_search
from dashboard.readers.text_search import Scan
from dashboard.services import artifacts, trial_files
from dashboard.services.run_search.records import Budget, FileHits, Hit, Place, Sought
from dashboard.services.trajectories import open_trajectory
from dashboard.services.trial_files import Kind

PER_FILE = 5
"""Hits of a file that are told; the viewer of the file finds the others."""
SMALL = 2 * 1024 * 1024
"""Bytes of a file that are fetched from elsewhere for a search."""

_PLAIN = re.compile(r"[A-Za-z0-9_ .:;,=()-]+")
"""Words that stand in JSON as they are, so that a file without them need not be understood."""
_TOO_LARGE = "It lies elsewhere and is too large to be fetched for a search; its viewer finds in it."
_TOO_SLOW = "The expression takes too long on it."
_TOO_LONG = "Only its first {:,} steps were searched, for it is too long; its viewer finds in it."


def search(
    record: ArtifactRecord, what: Sought, place: Place, trial: Trial, budget: Budget
) -> tuple[FileHits, Place | None]:
    """What is found in a log or trajectory from ``place`` on, and where to go on if it is not done. Nothing raises."""
    kind = trial_files.kind_of(record) or Kind.LOG
    if _is_far(trial, record.size or 0):
        return FileHits(path=record.path, kind=kind, note=_TOO_LARGE), None
    try:
        if kind is Kind.TRAJECTORY:
            return _search_trajectory(trial, record.path, what, budget), None
        return _search_log(trial, what, place, budget)
    except SourceError as error:
        return FileHits(path=record.path, kind=kind, note=error.sentence), None


def _is_far(trial: Trial, size: int) -> bool:
    return size > SMALL and not artifacts.are_near(trial.run)


def _search_log(trial: Trial, what: Sought, place: Place, budget: Budget) -> tuple[FileHits, Place | None]:
    start = Scan(offset=place.offset, line=place.line)
    with artifacts.open_file(trial.run, trial, place.path, at=place.offset) as reader:
        if _is_far(trial, reader.size):
            return FileHits(path=place.path, kind=Kind.LOG, note=_TOO_LARGE), None
        scan = text_search.search(reader, what.needle, start, most=PER_FILE, until=budget.until, clock=budget.clock)
    hits = [Hit(line=hit.line, before=hit.before, found=hit.found, after=hit.after) for hit in scan.hits]
    note = _TOO_SLOW if scan.is_too_slow else ""
    told = FileHits(path=place.path, kind=Kind.LOG, hits=hits, has_more=scan.has_more, note=note)
    there = Place(trial=trial.pk, path=place.path, offset=scan.offset, line=scan.line)
    return told, None if scan.is_done else there


def _search_trajectory(trial: Trial, path: str, what: Sought, budget: Budget) -> FileHits:
    if not _may_hold(trial, path, what, budget):
        return FileHits(path=path, kind=Kind.TRAJECTORY)
    with open_trajectory(trial.run, trial, path) as trajectory:
        found = trajectory.find(what.text, regex=what.is_regex, case=what.is_case)
    hits = [
        Hit(step=hit.number, what=hit.place.value, before=hit.before, found=hit.found, after=hit.after)
        for hit in found.hits[:PER_FILE]
    ]
    has_more = found.is_cut_off or len(found.hits) > PER_FILE
    is_told = len(found.hits) > PER_FILE or not found.is_cut_off
    note = found.problem or ("" if is_told else _TOO_LONG.format(found.searched))
    return FileHits(path=path, kind=Kind.TRAJECTORY, hits=hits, has_more=has_more, note=note)


def _may_hold(trial: Trial, path: str, what: Sought, budget: Budget) -> bool:
    """Whether the bytes hold the words, which is told faster than what the file says, or not in time.

    Raises ``SourceError``.
    """
    if what.is_regex or not _PLAIN.fullmatch(what.text):
        return True
    with artifacts.open_file(trial.run, trial, path) as reader:
        scan = text_search.search(reader, what.needle, Scan(), most=1, until=budget.until, clock=budget.clock)
    return bool(scan.hits) or not scan.is_done
