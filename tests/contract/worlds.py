"""A *world* is what there is at one address: runs, files, what runs can be made of, and what is wrong with it.

Tests change the world and look what the source, or the mirror, makes of it.
"""

from dataclasses import dataclass, field, replace

from dashboard.domain.catalogues import DatasetRecord, TaskRecord, TemplateRecord
from dashboard.domain.errors import SourceError
from dashboard.domain.records import Problem, RunRecord, TrialRecord
from dashboard.domain.statuses import RunStatus
from tests.contract.records import END, cancelled, printed, run


@dataclass
class World:
    """What there is at one address."""

    runs: dict[str, tuple[RunRecord, tuple[TrialRecord, ...]]] = field(default_factory=dict)
    files: dict[tuple[str, str | None], dict[str, bytes]] = field(default_factory=dict)
    datasets: dict[str, tuple[DatasetRecord, tuple[TaskRecord, ...]]] = field(default_factory=dict)
    templates: dict[str, TemplateRecord] = field(default_factory=dict)
    failure: SourceError | None = None
    """Raised by whatever is asked."""
    failures: dict[str, Exception] = field(default_factory=dict)
    """Raised when that run is read or acted on."""
    refusals: dict[str, SourceError] = field(default_factory=dict)
    """Raised by that action (``stop_run``, …), which is not done."""
    lost_answers: dict[str, SourceError] = field(default_factory=dict)
    """Raised by that action when it has been done: nobody hears of its success."""
    is_complete: bool = True
    unlisted: set[str] = field(default_factory=set)
    """Runs that are there but that a listing does not show."""
    problems: tuple[Problem, ...] = ()
    read: list[str] = field(default_factory=list)
    """Runs that were asked for, in order."""
    actions: list[tuple[str, object]] = field(default_factory=list)
    """What was done, in order: the action, and the run's id or the request."""
    n_listings: int = 0

    def put(self, external_id="nightly", *trials, **fields):
        """Add a run, or replace it."""
        self.runs[external_id] = (run(external_id, trials=trials, **fields), trials)

    def change(self, external_id, *, trials=None, **fields):
        """Change fields of a run that is there, or its trials."""
        record, before = self.runs[external_id]
        trials = before if trials is None else tuple(trials)
        self.runs[external_id] = (printed(replace(record, **fields), trials), trials)

    def end(self, external_id):
        """End a run as cancelled, and with it those of its trials that have not ended."""
        _, trials = self.runs[external_id]
        self.change(external_id, trials=map(cancelled, trials), status=RunStatus.CANCELLED, finished_at=END)

    def put_dataset(self, name, *slugs):
        """Add a data set with these tasks; its address is ``memory://<name>``."""
        tasks = tuple(TaskRecord(slug=slug) for slug in slugs)
        self.datasets[name] = (DatasetRecord(external_id=name, name=name, uri=f"memory://{name}"), tasks)

    def put_template(self, name):
        """Add a template of sandbox runs."""
        self.templates[name] = TemplateRecord(external_id=name, name=name)

    def tasks_of(self, uri):
        """The tasks of the data set at an address; None where there is no such."""
        return next((tasks for dataset, tasks in self.datasets.values() if dataset.uri == uri), None)
