"""Runs and trials by the beginning of their id: clients of sources print no more of one than that."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q, QuerySet

from dashboard.models import Run, Trial
from dashboard.services import visibility
from dashboard.services.visibility import Viewer

SHORTEST = 8
"""Characters of a beginning: what the first group of a UUID has."""
MOST_FOUND = 10
"""Runs, and trials, that begin the same."""

_MOST_WORDS = 8
_LONGEST_TEXT = 1_000
_WORD = re.compile(
    rf"(?<![\w.%-])(?=[\w-]*[0-9])[a-z0-9][\w-]{{{SHORTEST - 1},34}}(?![\w.%-])", re.ASCII | re.IGNORECASE
)
_LAST = "\U0010ffff"

Kind = TypeVar("Kind", Run, Trial)


@dataclass(frozen=True, slots=True)
class Begun:
    """What has an id of that beginning."""

    word: str = ""
    runs: Sequence[Run] = ()
    trials: Sequence[Trial] = ()

    @property
    def all(self) -> list[Run | Trial]:
        """Runs and trials."""
        return [*self.runs, *self.trials]


def find(viewer: Viewer, text: str) -> Begun:
    """What the last word of the text that begins an id is the beginning of: of a command or an address the deepest.

    Where it begins several trials' ids and an earlier word that of their run, only that run's are meant.
    """
    words = _WORD.findall(text[:_LONGEST_TEXT])[-_MOST_WORDS:]
    for place, word in reversed(list(enumerate(words))):
        runs = _begun(visibility.runs(viewer), word)
        trials = _begun(visibility.trials(viewer).select_related("task", "run"), word)
        if runs or trials:
            return Begun(word, runs, _narrowed(viewer, trials, words[:place]))
    return Begun()


def _begun(rows: QuerySet[Kind], word: str) -> list[Kind]:
    """Those whose id begins so, by a range of the index: SQLite takes none for LIKE."""
    spelled = Q()
    for each in sorted({word, word.lower()}):
        spelled |= Q(uid__gte=each, uid__lt=f"{each}{_LAST}", uid__startswith=each)
    return list(rows.filter(spelled).order_by("pk")[:MOST_FOUND])


def _narrowed(viewer: Viewer, trials: Sequence[Trial], words: Sequence[str]) -> Sequence[Trial]:
    there = {run.pk for word in words for run in _begun(visibility.runs(viewer), word)} if trials else set()
    return [trial for trial in trials if trial.run_id in there] or trials
