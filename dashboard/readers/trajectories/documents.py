"""One trajectory, asked as a reader asks: so many steps from here, the outline, the sums, where a text is.

Nothing is read before it is asked for, and the scan goes no further than an answer needs.
"""

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property
from time import monotonic

from dashboard.domain.files import ByteReader
from dashboard.domain.trajectories import FindResult, OutlineRow, Step, SubagentRef, Totals, TrajectoryHead
from dashboard.readers.expressions import NoExpression
from dashboard.readers.trajectories import embedded, finding
from dashboard.readers.trajectories.heads import head
from dashboard.readers.trajectories.indexes import Index
from dashboard.readers.trajectories.outlines import kinds_of
from dashboard.readers.trajectories.rows import Row
from dashboard.readers.trajectories.slices import Slice
from dashboard.readers.trajectories.steps import step, unreadable_step
from dashboard.readers.values import Unreadable


class Document:
    """A trajectory as a file has it. Raises ``BadAnswer`` when it is made, if the file is no JSON object at all."""

    def __init__(self, reader: ByteReader, kept: bytes | None = None) -> None:
        self._reader = reader
        self.index = Index(reader, kept)
        self.index.reach(1)

    @property
    def size(self) -> int:
        """Bytes of the trajectory."""
        return self._reader.size

    @cached_property
    def head(self) -> TrajectoryHead:
        """Everything but the steps; needs the whole scan, for what stands behind them."""
        self.index.reach()
        return head(self._reader, self.index.progress, embedded=list(self.embedded), is_whole=self.index.is_whole)

    @property
    def beginning(self) -> TrajectoryHead:
        """What is known of the head so far, at once: what stands before the steps, and that is mostly who did it."""
        return head(self._reader, self.index.progress, is_whole=self.index.is_whole)

    @cached_property
    def embedded(self) -> dict[str, Slice]:
        """The trajectories within it, by id; needs the whole scan."""
        self.index.reach()
        return dict(embedded.named(self._reader, self.index.progress.embedded))

    def count(self) -> int:
        """All its steps; needs the whole scan."""
        return self.index.reach()

    def steps(self, first: int, count: int) -> list[Step]:
        """Steps by number from 1; fewer at the end. Those far behind all that was looked at have no running sums."""
        before: Row | None = None
        found = []
        for row in self.index.rows_at_once(first - 1, first + count - 1):
            if row.outline.number >= first:
                found.append(self._step(row, before))
            before = row
        return found

    def outline(self, first: int, count: int) -> list[OutlineRow]:
        """Lines of the outline by number from 1; fewer at the end."""
        return [row.outline for row in self.index.rows(first, first + count - 1)]

    def numbers(self, *, kinds: Collection[str] = (), errors: bool = False) -> list[int]:
        """The steps that are of any of these kinds (none named: of any) and, if told so, in which something failed.

        A kind is a source (system, user, agent, other), what a step holds (messages, reasoning, tools, outputs), or:
        subagents, context (rewritten), copied, sidechain.
        """
        return [
            row.number
            for row in self.outline(1, self.index.reach())
            if (not kinds or not kinds_of(row).isdisjoint(kinds)) and (row.has_error or not errors)
        ]

    def running(self, first: int, count: int) -> list[Totals]:
        """The sums at each of these steps, by number from 1."""
        return [row.running for row in self.index.rows(first, first + count - 1)]

    def sums(self) -> Totals:
        """Over all steps. What was copied happened, and was paid for, in an earlier trajectory, so it adds nothing."""
        last = self.index.reach()
        return next((row.running for row in self.index.rows(last, last)), Totals(steps=0))

    def find(self, sought: str, *, is_regex: bool = False, case: bool = False, first: int = 1) -> FindResult:
        """Where a text or an expression is in all steps from ``first`` on; nothing raises, a problem is told."""
        try:
            match = finding.matcher(sought, is_regex=is_regex, case=case)
        except NoExpression as error:
            return FindResult(problem=str(error))
        holding = finding.bytes_of(sought, is_regex=is_regex)
        return finding.find(self.index.values(holding, first), match, monotonic)

    def refs(self) -> list[tuple[int, SubagentRef]]:
        """Where steps refer to sub-agents' trajectories: number of the step, and what it names."""
        return [(row.outline.number, ref) for row in self.index.rows_with_refs() for ref in row.refs]

    def _step(self, row: Row, before: Row | None) -> Step:
        number = row.outline.number
        try:
            found = step(number, self.index.value(number))
        except Unreadable as error:
            found = unreadable_step(number, str(error))
        return replace(found, seconds=_between(before, row), running=row.running)


def _between(before: Row | None, row: Row) -> float | None:
    if before is None or before.seconds is None or row.seconds is None or row.seconds < before.seconds:
        return None
    return row.seconds - before.seconds
