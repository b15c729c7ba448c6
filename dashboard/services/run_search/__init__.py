"""The text of the logs and trajectories of many trials, searched in parts: each ends in time and says where to go on.

Files on this machine's disk are read as far as the time allows. Of a source elsewhere only small files are fetched, and
what is left out is told.
"""

import time
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from dashboard.domain.records import ArtifactRecord
from dashboard.models import Trial
from dashboard.readers import text_search
from dashboard.readers.expressions import LONGEST, NoExpression
from dashboard.services import artifacts, trial_files
from dashboard.services.run_search import files
from dashboard.services.run_search.files import PER_FILE
from dashboard.services.run_search.records import Budget, Clock, FileHits, Hit, Part, Place, Sought, TrialHits
from dashboard.services.trial_files import Kind

__all__ = [
    "LONGEST",
    "PER_FILE",
    "FileHits",
    "Hit",
    "NoExpression",
    "Part",
    "Place",
    "Sought",
    "TrialHits",
    "search",
    "sought",
]

SECONDS = 0.8
"""For one part; the file that is being searched then may take a little longer."""
PER_PART = 100
"""Hits after which a part ends."""
BATCH = 50
"""Trials that are read from the mirror at once."""


def sought(text: str, *, is_regex: bool = False, is_case: bool = False) -> Sought:
    """What to search for. Raises ``NoExpression``."""
    needle = text_search.needle_of(text, is_regex=is_regex, is_case=is_case)
    return Sought(text=text, is_regex=is_regex, is_case=is_case, needle=needle)


def search(trials: QuerySet[Trial], what: Sought, place: Place | None = None, *, clock: Clock = time.monotonic) -> Part:
    """The next part of a search through these trials, in their order. The asker may see them.

    It goes on at ``place``; if that trial is no longer among them, it begins again.
    """
    ids = list(trials.values_list("pk", flat=True))
    first = ids.index(place.trial) if place is not None and place.trial in ids else 0
    part, budget = Part(n_trials=len(ids), n_done=first), Budget(clock() + SECONDS, clock)
    for trial in _read(ids[first:]):
        at = place if place is not None and place.trial == trial.pk else Place(trial=trial.pk)
        if part.n_done > first and (budget.is_spent or part.n_hits >= PER_PART):
            part.place = at
            return part
        _search_trial(part, trial, what, at, budget)
        if part.place is not None:
            return part
        part.n_done += 1
    return part


def _read(ids: Sequence[int]) -> Iterator[Trial]:
    """The trials of these ids in this order, some at a time."""
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        rows = Trial.objects.select_related("task", "run__source").in_bulk(some)
        yield from (rows[pk] for pk in some if pk in rows)


def _search_trial(part: Part, trial: Trial, what: Sought, at: Place, budget: Budget) -> None:
    listing = artifacts.of_trial(trial)
    if listing.problems and not listing.artifacts:
        part.problem = listing.problems[0].what
        return
    found: list[FileHits] = []
    for record in _files(listing.artifacts, at.path):
        begin = at if record.path == at.path else Place(trial=trial.pk, path=record.path)
        if budget.is_spent and begin is not at and (found or record.path > at.path):
            part.place = begin
            break
        hits, part.place = files.search(record, what, begin, trial, budget)
        if hits.hits:
            found.append(hits)
        if hits.note:
            part.left_out.append((trial, hits))
        if part.place is not None:
            break
    if found:
        part.found.append(TrialHits(trial=trial, files=found))
        part.n_hits += sum(len(each.hits) for each in found)


def _files(records: Sequence[ArtifactRecord], begin: str) -> list[ArtifactRecord]:
    """The logs and trajectories of a trial that can be read, from one on."""
    readable = [each for each in records if not each.note and trial_files.kind_of(each) in {Kind.LOG, Kind.TRAJECTORY}]
    return sorted((each for each in readable if each.path >= begin), key=lambda each: each.path)
