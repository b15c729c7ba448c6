"""Which trajectories of a trial belong together: continuations, and sub-agents within a file or in files of their own.

Files name one another as they please, so every look is bounded: how deep, how many, how large, and none twice.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from dashboard.domain.errors import SourceError
from dashboard.domain.trajectories import Branch, SubagentRef, TrajectoryHead
from dashboard.models import Run, Trial
from dashboard.readers.trajectories.documents import Document
from dashboard.readers.trajectories.places import beginning, belonging, resolve
from dashboard.services import artifacts

DEEPEST = 6
MOST_BRANCHES = 100
MOST_READ_NEAR = 128 * 2**20
MOST_READ_FAR = 4 * 2**20
"""Bytes of all files beneath the one that is open, on this machine or elsewhere. What is beyond is told of by name, not
looked into for how many steps it has and what it refers to."""

Opener = Callable[[Run, Trial | None, str, str], AbstractContextManager[Document]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ref:
    """Something that one trajectory refers to."""

    path: str
    within: str = ""
    title: str = ""
    step: int | None = None
    summary: str = ""
    problem: str = ""


@dataclass(slots=True, kw_only=True)
class _Forest:
    run: Run
    trial: Trial | None
    open: Opener
    sizes: dict[str, int | None]
    opened: tuple[str, str]
    left: int
    """Bytes that may still be read."""
    told: set[tuple[str, str]] = field(default_factory=set)


def files(run: Run, trial: Trial | None) -> dict[str, int | None]:
    """The files there are beside a trajectory, each with its size."""
    listing = artifacts.of_run(run) if trial is None else artifacts.of_trial(trial)
    return {artifact.path: artifact.size for artifact in listing.artifacts}


def tree(run: Run, trial: Trial | None, path: str, within: str, opener: Opener) -> list[Branch]:
    """The trajectory that the others began from, with all below it; empty where there is but the one."""
    sizes = files(run, trial)
    left = MOST_READ_NEAR if artifacts.are_near(run) else MOST_READ_FAR
    forest = _Forest(run=run, trial=trial, open=opener, sizes=sizes, opened=(path, within), left=left)
    start = beginning(path)
    root = _branch(forest, _Ref(path=start if start in sizes else path), 1)
    return [root] if root.branches else []


def _branch(forest: _Forest, ref: _Ref, depth: int) -> Branch:
    place = (ref.path, ref.within)
    branch = Branch(
        title=ref.title or ref.within or ref.path.rpartition("/")[2],
        path=ref.path,
        within=ref.within,
        step=ref.step,
        summary=ref.summary,
        is_open=place == forest.opened,
        problem=ref.problem,
    )
    if ref.problem or place in forest.told:
        return branch
    forest.told.add(place)
    if (problem := _why_not(forest, ref, depth)) is not None:
        return replace(branch, problem=problem)
    return _looked_into(forest, branch, depth)


def _why_not(forest: _Forest, ref: _Ref, depth: int) -> str | None:
    """Why a trajectory is not looked into; empty where that is no fault of it."""
    if (ref.path, ref.within) == forest.opened:
        return None
    if ref.path not in forest.sizes:
        return "There is no such file in this trial."
    forest.left -= forest.sizes[ref.path] or 0
    return None if depth < DEEPEST and forest.left >= 0 else ""


def _looked_into(forest: _Forest, branch: Branch, depth: int) -> Branch:
    try:
        with forest.open(forest.run, forest.trial, branch.path, branch.within) as document:
            steps = document.count()
            refs = _refs(forest, branch, document)
    except SourceError as error:
        return replace(branch, problem=error.sentence)
    below = []
    for ref in refs:
        if len(forest.told) >= MOST_BRANCHES:
            break
        below.append(_branch(forest, ref, depth + 1))
    return replace(branch, steps=steps, branches=(*below, *_by_name(forest, branch, depth)))


def _by_name(forest: _Forest, branch: Branch, depth: int) -> Iterator[Branch]:
    """The files that belong to it by their names, of which nothing above spoke."""
    if branch.within:
        return
    for path in belonging(branch.path, forest.sizes):
        if (path, "") not in forest.told and len(forest.told) < MOST_BRANCHES:
            yield _branch(forest, _Ref(path=path), depth + 1)


def _refs(forest: _Forest, branch: Branch, document: Document) -> list[_Ref]:
    head = document.head
    found = [_subagent(forest, branch, head, number, ref) for number, ref in document.refs()[:MOST_BRANCHES]]
    named = {ref.within for ref in found}
    found += [_Ref(path=branch.path, within=name) for name in head.embedded if name not in named]
    if head.continuation:
        found.append(_file(forest, branch, head.continuation, _Ref(path=head.continuation)))
    return found


def _subagent(forest: _Forest, branch: Branch, head: TrajectoryHead, step: int, ref: SubagentRef) -> _Ref:
    said = _Ref(path=ref.path, step=step, summary=ref.summary, title=_title(ref))
    if ref.trajectory_id in head.embedded:
        return replace(said, path=branch.path, within=ref.trajectory_id)
    if ref.path:
        return _file(forest, branch, ref.path, said)
    return replace(said, problem="It names neither a file nor a trajectory of this file.")


def _file(forest: _Forest, branch: Branch, path: str, said: _Ref) -> _Ref:
    resolved = resolve(branch.path, path, forest.sizes)
    if resolved is None:
        return replace(said, problem="It leads out of this trial.")
    return replace(said, path=resolved)


def _title(ref: SubagentRef) -> str:
    return ref.path.rpartition("/")[2] or ref.trajectory_id or ref.session_id
