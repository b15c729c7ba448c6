"""What is searched for in a run, what is found, and where a search goes on."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dashboard.models import Trial
from dashboard.readers.text_search import Needle
from dashboard.services.trial_files import Kind

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Budget:
    """The time that a part of a search may take."""

    until: float
    clock: Clock = time.monotonic

    @property
    def is_spent(self) -> bool:
        """Whether it is time to answer."""
        return self.clock() >= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is searched for, in the two ways that files are."""

    text: str
    is_regex: bool
    is_case: bool
    needle: Needle


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a search goes on."""

    trial: int
    path: str = ""
    """The file that is half searched; empty: from the trial's first."""
    offset: int = 0
    line: int = 1

    def __str__(self) -> str:
        return f"{self.trial}.{self.offset}.{self.line}.{self.path}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """The place that :meth:`__str__` wrote; None for anything else."""
        found = re.fullmatch(r"(\d{1,18})\.(\d{1,18})\.(\d{1,18})\.(.{0,4096})", text, re.ASCII | re.DOTALL)
        if found is None:
            return None
        trial, offset, line = (int(each) for each in found.groups()[:3])
        return cls(trial=trial, offset=offset, line=max(1, line), path=found[4])


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One line of a log, or one place in a step."""

    line: int | None = None
    step: int | None = None
    what: str = ""
    """Of a step where in it."""
    before: str
    found: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHits:
    """What was found in one file."""

    path: str
    kind: Kind
    hits: Sequence[Hit] = ()
    has_more: bool = False
    note: str = ""
    """Why it was not searched, or not to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialHits:
    """What was found in one trial."""

    trial: Trial
    files: Sequence[FileHits]


@dataclass(slots=True, kw_only=True)
class Part:
    """What one part of a search gives."""

    found: list[TrialHits] = field(default_factory=list)
    """Trials in which something was found."""
    left_out: list[tuple[Trial, FileHits]] = field(default_factory=list)
    """Files that were not searched, or not to their end."""
    place: Place | None = None
    """Where to go on; None: all is searched."""
    n_done: int = 0
    """Trials that are done, those of earlier parts included."""
    n_trials: int = 0
    n_hits: int = 0
    problem: str = ""
    """Why the files of some trials are not known: the source does not answer."""
