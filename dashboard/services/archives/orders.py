"""What somebody wants in an archive, and how it is laid out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.models import Run, Trial
from dashboard.services.archives.names import Names, top_segment
from dashboard.services.reach import capabilities

TYPES = {"logs": "log", "trajectory": "trajectory", "diff": "diff", "result": "result"}
"""The types one may choose, as the client calls them, and the kinds of artifact they are."""

_SHORT = 12
"""Characters of an id in the client's names of folders."""
_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Artifacts of a run, or of one of its trials."""

    run: Run
    trial: Trial | None = None
    types: Sequence[str] = ()
    """Of :data:`TYPES`; empty: everything, configuration and all else too."""

    @property
    def is_whole_run(self) -> bool:
        """Whether it is about the run and all its trials."""
        return self.trial is None

    @property
    def file_name(self) -> str:
        """What the archive is called."""
        parts = [top_folder(self.run), *([trial_folder(self.trial)] if self.trial else []), *self.types]
        return f"{top_segment('-'.join(parts))}.zip"

    @property
    def expected(self) -> Sequence[str]:
        """The types a trial is said to lack where it lacks them: those asked for; without a choice, the client's."""
        return self.types or (() if capabilities(self.run.source).folders else tuple(TYPES))

    def wants(self, kind: str) -> bool:
        """Whether files of this kind are asked for."""
        return not self.types or kind in {TYPES[each] for each in self.types}

    def count_trials(self) -> int:
        """How many trials are asked about."""
        return self.run.trials.filter(is_gone=False).count() if self.is_whole_run else 1

    def trials(self) -> Iterator[Trial]:
        """The trials, in the order in which they were first seen; fetched in batches, so no cursor stays open."""
        if self.trial is not None:
            yield self.trial
            return
        there, after = self.run.trials.filter(is_gone=False).select_related("task").order_by("pk"), 0
        while batch := list(there.filter(pk__gt=after)[:_BATCH]):
            yield from batch
            if len(batch) < _BATCH:
                return
            after = batch[-1].pk


def top_folder(run: Run) -> str:
    """The folder that all files are in: the run's name, or the beginning of its id as the client has it."""
    if capabilities(run.source).folders:
        return top_segment(run.name)
    return top_segment(run.external_id.rpartition("/")[2][:_SHORT])


def trial_folder(trial: Trial) -> str:
    """The folder of a trial within it, not yet made safe: its own, or task and beginning of its id."""
    is_folder = capabilities(trial.run.source).folders
    name = trial.external_id if is_folder else f"{trial.task.name}_{trial.external_id[:_SHORT]}"
    return name.replace("/", "_")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of a trial, or of the run itself, go."""

    trial: Trial | None
    folder: str
    names: Names

    @property
    def trial_id(self) -> str | None:
        """The source's id of the trial."""
        return None if self.trial is None else self.trial.external_id

    @property
    def task(self) -> str | None:
        """What the trial is a try at."""
        return None if self.trial is None else self.trial.task.name

    def name(self, path: str) -> str:
        """Where a file goes; never twice the same."""
        return f"{self.folder}/{self.names.add(path)}"


def places(order: Order) -> Iterator[Place]:
    """The run itself, then its trials; of an order for a trial, that one."""
    top, names = top_folder(order.run), Names()
    if order.is_whole_run:
        yield Place(None, top, names)
    for trial in order.trials():
        folder = names.add(trial_folder(trial), salt=trial.external_id)
        yield Place(trial, f"{top}/{folder}", Names())
