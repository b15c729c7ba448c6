"""Trajectories of trials, opened for a page: by step, by outline, by what is found, and what belongs together.

What was worked out about a file is kept with the indexes of artifacts: the next page begins where this one got to.
"""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from decimal import Decimal

from dashboard import formats
from dashboard.domain.errors import Missing
from dashboard.domain.files import ByteReader
from dashboard.domain.trajectories import Branch, FindResult, OutlineRow, Step, Totals, TrajectoryHead
from dashboard.models import Run, Trial
from dashboard.readers.trajectories.documents import Document
from dashboard.readers.trajectories.embedded import find
from dashboard.readers.trajectories.places import resolve
from dashboard.services import artifacts, trajectory_trees
from dashboard.services.artifacts import FileKey, indexes

__all__ = ["SMALL", "Trajectory", "open_document", "open_trajectory", "resolve"]

AT_ONCE = 1024 * 1024
"""Bytes of a file that is looked at whole as quickly as a part of it."""
SMALL = 256 * 1024
"""Bytes of a file whose index is not kept: it is made again as fast."""


class Trajectory:
    """An open trajectory; :mod:`dashboard.readers.trajectories.documents` says what its answers are."""

    def __init__(self, run: Run, trial: Trial | None, path: str, within: str, document: Document) -> None:
        self._run, self._trial, self._path, self._within = run, trial, path, within
        self._document = document

    @property
    def head(self) -> TrajectoryHead:
        """Everything but the steps. It may stand behind them: the first time a large file is read to its end."""
        return self._document.head

    @property
    def beginning(self) -> TrajectoryHead:
        """What stands before the steps, at once: mostly who did it, with which model, in which version."""
        return self._document.beginning

    @property
    def is_at_hand(self) -> bool:
        """Whether sums and outline can be had at once: all was looked at before, or there is little of it."""
        return self._document.size <= AT_ONCE or self._document.index.is_noted

    def count(self) -> int:
        """All its steps; the first time the file is read to its end."""
        return self._document.count()

    def steps(self, first: int, count: int) -> list[Step]:
        """Steps by number from 1; fewer at the end. Those far behind all that was looked at have no sums yet."""
        return self._document.steps(first, count)

    def running(self, first: int, count: int) -> list[Totals]:
        """The sums at each of these steps; fewer at the end."""
        return self._document.running(first, count)

    def outline(self, first: int, count: int) -> list[OutlineRow]:
        """Lines of the outline by number from 1; fewer at the end."""
        return self._document.outline(first, count)

    def numbers(self, *, kinds: Collection[str] = (), errors: bool = False) -> list[int]:
        """The steps that are of any of these kinds (none named: of any) and, if told so, in which something failed.

        A kind is a source (system, user, agent, other), what a step holds (messages, reasoning, tools, outputs), or:
        subagents, context (rewritten), copied, sidechain.
        """
        return self._document.numbers(kinds=kinds, errors=errors)

    def sums(self) -> Totals:
        """Over all steps. What was copied happened, and was paid for, in an earlier trajectory, so it adds nothing."""
        return self._document.sums()

    def disagreements(self) -> list[tuple[str, str, str]]:
        """Where the file's final metrics are not the sums: what, by the steps, by the file. Written out for people.

        Not known is no disagreement, nor is what :meth:`above_steps` tells.
        """
        return [told for told, is_above in self._differences() if not is_above]

    def above_steps(self) -> list[tuple[str, str, str]]:
        """Where the file's final metrics are higher than the sums, and sub-agents may be why; as disagreements are."""
        return [told for told, is_above in self._differences() if is_above]

    def _differences(self) -> list[tuple[tuple[str, str, str], bool]]:
        final = self.head.final
        found = _differences(self.sums(), final) if final else []
        has_subagents = bool(found) and self._has_subagents()
        return [(told, is_higher and has_subagents) for told, is_higher in found]

    def find(self, text: str, *, regex: bool = False, case: bool = False, first: int = 1) -> FindResult:
        """Where a text or an expression is in all steps from ``first`` on. Nothing raises; a problem is told."""
        return self._document.find(text, is_regex=regex, case=case, first=first)

    def parts(self) -> list[Branch]:
        """The tree of trajectories that this one belongs to: continuations and sub-agents, below the one that began.

        Empty where there is only this one. Bounded, and each file is told of once.
        """
        return trajectory_trees.tree(self._run, self._trial, self._path, self._within, self._open)

    def resolve(self, ref: str) -> str | None:
        """The path of a file that this trajectory names; None where that leads out of the trial, or is an address."""
        files = trajectory_trees.files(self._run, self._trial) if ref.startswith("/") else ()
        return resolve(self._path, ref, files)

    def _open(self, run: Run, trial: Trial | None, path: str, within: str) -> AbstractContextManager[Document]:
        if (path, within) == (self._path, self._within):
            return nullcontext(self._document)
        return open_document(run, trial, path, within)

    def _has_subagents(self) -> bool:
        return bool(self.head.embedded) or bool(self._document.refs())


@contextmanager
def open_trajectory(run: Run, trial: Trial | None, path: str, *, within: str = "") -> Iterator[Trajectory]:
    """Open a file's own trajectory, or, by its id, that of a sub-agent ``within`` it.

    Raises ``SourceError``: what opening the file raises, ``BadAnswer`` if it is no JSON object at all, and ``Missing``
    if nothing of that id is within it.
    """
    with open_document(run, trial, path, within) as document:
        yield Trajectory(run, trial, path, within, document)


@contextmanager
def open_document(run: Run, trial: Trial | None, path: str, within: str = "") -> Iterator[Document]:
    """The reader behind a trajectory; what it works out is kept. Raises as :func:`open_trajectory` does."""
    key = artifacts.file_key(run, trial, path)
    with artifacts.open_file(run, trial, path) as reader, _indexed(reader, key, "trajectory") as document:
        if not within:
            yield document
            return
        document.index.reach()
        part = find(reader, document.index.progress.embedded, within)
        if part is None:
            raise Missing(f"The file holds no trajectory called {within[:100]}.")
        with _indexed(part, key, f"trajectory:{within}") as inner:
            yield inner


@contextmanager
def _indexed(reader: ByteReader, key: FileKey, name: str) -> Iterator[Document]:
    is_large = reader.size > SMALL
    document = Document(reader, indexes.load(key, name) if is_large else None)
    try:
        yield document
    finally:
        if is_large and document.index.is_new:
            indexes.save(key, name, document.index.to_bytes())


def _differences(ours: Totals, final: Totals) -> list[tuple[tuple[str, str, str], bool]]:
    """What differs, by the steps and by the file, and whether the file's figure is the higher one."""
    counts = (
        ("steps", ours.steps, final.steps),
        ("prompt tokens", ours.prompt_tokens, final.prompt_tokens),
        ("completion tokens", ours.completion_tokens, final.completion_tokens),
        ("cached tokens", ours.cached_tokens, final.cached_tokens),
    )
    found = [
        ((what, formats.count(our), formats.count(theirs)), theirs > our)
        for what, our, theirs in counts
        if our is not None and theirs is not None and our != theirs
    ]
    if ours.cost is not None and final.cost is not None and _costs_differ(ours.cost, final.cost):
        found.append((("cost", formats.money(ours.cost), formats.money(final.cost)), final.cost > ours.cost))
    return found


def _costs_differ(ours: Decimal, final: Decimal) -> bool:
    # Both are sums of rounded numbers: a millionth is no difference.
    return abs(ours - final) > Decimal("1e-6") * max(Decimal(1), ours, final)
