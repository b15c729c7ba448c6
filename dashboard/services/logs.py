"""Logs and other texts of runs and trials: their lines by number, what is found in them, and where to begin to read.

What is worked out about a large file (where lines are, where something is found) is kept for the next reader, see
:mod:`dashboard.services.artifacts.indexes`. Every call takes as long as it is allowed to and no longer.
"""

import time
from enum import StrEnum
from functools import cached_property

from dashboard.domain.files import ByteReader
from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import Run, Trial
from dashboard.readers.logs import tallies
from dashboard.readers.logs.encodings import encoding_of, in_utf8
from dashboard.readers.logs.errors import ErrorFinder
from dashboard.readers.logs.finding import Finder, Hits, Place
from dashboard.readers.logs.lines import LineIndex
from dashboard.readers.logs.tallies import Tally
from dashboard.services.artifacts import FileKey, indexes

WORTH_KEEPING = 1024 * 1024
"""Bytes of a file for which something is kept: less is counted again as fast."""


class Start(StrEnum):
    """Where a reader of a log wants to begin."""

    BEGINNING = "beginning"
    ERROR = "error"
    """At the first error, if there is one."""
    END = "end"


def start_of(run: Run, trial: Trial | None) -> Start:
    """At the end of what is not over; at the first error of what went wrong; else at the beginning."""
    if is_growing(run, trial):
        return Start.END
    if trial is not None:
        went_wrong = trial.outcome in {Outcome.FAILED, Outcome.ERRORED, Outcome.PARTIAL}
    else:
        went_wrong = run.status == RunStatus.FAILED
    return Start.ERROR if went_wrong else Start.BEGINNING


def is_growing(run: Run, trial: Trial | None) -> bool:
    """Whether more may be written to the files of this run or trial."""
    if trial is None:
        return not run.is_finished and not run.is_gone
    return not Outcome(trial.outcome).is_final and not trial.is_gone and not run.is_gone


class Log:
    """One open text, with what is remembered of it. Raises ``SourceError`` wherever it reads."""

    def __init__(self, reader: ByteReader, key: FileKey) -> None:
        self.encoding = encoding_of(reader)
        """Empty for UTF-8; else offsets are those of the text in UTF-8."""
        self.full_size = reader.size
        self.reader = in_utf8(reader)
        self._key = key

    @property
    def size(self) -> int:
        """Bytes of the text."""
        return self.reader.size

    @cached_property
    def lines(self) -> LineIndex:
        """The lines, as far as they are counted."""
        return LineIndex(self._load("lines"))

    def count_lines(self, *, seconds: float, line: int = 0) -> bool:
        """Count on, for so long or until ``line`` is known; whether all are counted."""
        before = self.lines.tally.done
        is_complete = self.lines.extend(self.reader, until=time.monotonic() + seconds, line=line)
        self._keep("lines", self.lines.tally, before)
        return is_complete

    @property
    def n_lines(self) -> int | None:
        """How many lines there are, if they are counted."""
        return self.lines.total(self.reader)

    def number_at(self, offset: int) -> int | None:
        """The number of the line that holds a byte, if the lines before it are counted."""
        return self.lines.number_at(self.reader, offset)

    def offset_of(self, line: int) -> int | None:
        """Where a line begins, if it is counted and there."""
        return self.lines.offset_of(self.reader, line)

    def find(self, finder: Finder, *, seconds: float, nth: int = 0) -> Hits:
        """What is found so far, searched on for so long, or until the nth; at least a little.

        Raises ``TimeoutError`` for an expression that takes too long.
        """
        name = f"find-{finder.name}"
        hits = Hits(finder, self._load(name))
        before = hits.tally.done
        hits.extend(self.reader, until=time.monotonic() + seconds, nth=nth)
        self._keep(name, hits.tally, before)
        return hits

    def first_error(self, *, seconds: float) -> Place | None:
        """Where the first line is that tells of an error, as far as the time allows to look."""
        return self.find(ErrorFinder(), seconds=seconds, nth=1).nth(self.reader, 1)

    def _load(self, name: str) -> Tally:
        data = indexes.load(self._key, name) if self.size >= WORTH_KEEPING else None
        return tallies.from_bytes(data, self.reader)

    def _keep(self, name: str, tally: Tally, before: int) -> None:
        if tally.done > before and self.size >= WORTH_KEEPING:
            indexes.save(self._key, name, tallies.to_bytes(tally, self.reader))
