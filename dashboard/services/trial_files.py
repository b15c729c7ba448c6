"""Which of a trial's files tells what: trajectories, diffs, logs and results, and which of them one looks at first."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from dashboard.domain.files import FileFormat
from dashboard.domain.records import ArtifactListing, ArtifactRecord
from dashboard.domain.statuses import Outcome
from dashboard.readers.file_formats import format_of
from dashboard.readers.trajectories.places import order

STEPS = "steps/"
"""Where a multi-step trial keeps the files of each of its steps."""

_STDOUT = "verifier/test-stdout.txt"
_STDERR = "verifier/test-stderr.txt"
_LAST_WORDS = ("trial.log", "exception.txt")
_RESULTS = ("verifier/reward-details.json", "verifier/reward.json", "verifier/reward.txt", "result.json")
_PROSE = (".txt", ".log", ".jsonl", ".out", ".err")


class Kind(StrEnum):
    """What a file tells of its trial."""

    TRAJECTORY = "trajectory"
    DIFF = "diff"
    LOG = "log"
    RESULT = "result"
    RECORDING = "recording"
    """Of a terminal; it stands among the logs."""


_FORMATS = {
    FileFormat.DIFF: Kind.DIFF, FileFormat.TRAJECTORY: Kind.TRAJECTORY, FileFormat.RECORDING: Kind.RECORDING,
}  # fmt: skip


def step_of(path: str) -> str:
    """The step of a multi-step trial that a file belongs to; empty for the trial's own."""
    name, _, rest = path.removeprefix(STEPS).partition("/") if path.startswith(STEPS) else ("", "", "")
    return name if rest else ""


def below_step(path: str) -> str:
    """The file's path below its step, or below its trial."""
    step = step_of(path)
    return path.removeprefix(f"{STEPS}{step}/") if step else path


def step_to_look_at(steps: Sequence[Mapping[str, Any]]) -> str:
    """The first of a trial's steps that went wrong; of a trial that did well, the last. Empty without steps."""
    wrong = [step for step in steps if step.get("error") or min((step.get("rewards") or {"": 1}).values()) < 1]
    chosen = wrong[:1] or steps[-1:]
    return str(chosen[0].get("name", "")) if chosen else ""


def kind_of(record: ArtifactRecord) -> Kind | None:
    """What the file tells; None for what is only listed. What a source calls it counts more than its name."""
    if record.kind in set(Kind):
        return Kind(record.kind)
    if record.kind == "config":
        return None
    form, path = format_of(record.path), below_step(record.path)
    told = _FORMATS.get(form)
    return told or (Kind.LOG if path.endswith(_PROSE) and not path.startswith("artifacts/") else None)


def of_kind(listing: ArtifactListing, kind: Kind) -> list[ArtifactRecord]:
    """The files that can be read and tell that, by path; what continues a trajectory stands behind it."""
    found = [record for record in listing.artifacts if not record.note and kind_of(record) is kind]
    return sorted(found, key=lambda record: order(record.path)) if kind is Kind.TRAJECTORY else found


def counts(listing: ArtifactListing) -> dict[Kind, int]:
    """How many files tell what."""
    found = [kind_of(record) for record in listing.artifacts if not record.note]
    return {kind: found.count(kind) for kind in Kind}


def first(files: Sequence[ArtifactRecord], kind: Kind, outcome: Outcome, *, step: str = "") -> ArtifactRecord | None:
    """The file to open with; of a multi-step trial one of ``step``, if it left any. None without files."""
    there = [record for record in files if step and step_of(record.path) == step] or files
    return min(there, key=lambda record: rank(record, kind, outcome), default=None)


def rank(record: ArtifactRecord, kind: Kind, outcome: Outcome) -> tuple[int, int, str]:
    """Smaller comes first: what is looked for by name, then the largest of that kind, then other kinds, by name."""
    path, wanted = below_step(record.path), _wanted(kind, outcome)
    if path in wanted:
        return wanted.index(path), 0, record.path
    if kind_of(record) is not kind:
        return len(wanted) + 2, 0, record.path
    is_agents = kind is Kind.LOG and path.startswith("agent/") and path.count("/") == 1
    return len(wanted) + (not is_agents), -(record.size or 0), record.path


def _wanted(kind: Kind, outcome: Outcome) -> tuple[str, ...]:
    if kind is Kind.TRAJECTORY:
        return ("agent/trajectory.json",)
    if kind is Kind.RESULT:
        return ("verifier/ctrf.json", "verifier/junit.xml", *_RESULTS)
    if kind is Kind.LOG and outcome in {Outcome.FAILED, Outcome.PARTIAL}:
        return (_STDOUT, _STDERR)
    if kind is Kind.LOG and outcome in {Outcome.ERRORED, Outcome.CANCELLED}:
        return _LAST_WORDS
    return ()
