"""A *world* is what there is at one address: runs, files, what runs can be made of, and what is wrong with it.

Tests change the world and look what the source, or the mirror, makes of it.
"""

from dataclasses import dataclass, field, replace

from dashboard.domain.catalogues import DatasetRecord, TaskRecord, TemplateRecord
from dashboard.domain.errors import SourceError
from dashboard.domain.pipelines import PipelineCatalogue
from dashboard.domain.records import Problem, RunRecord, TrialRecord
from dashboard.domain.reports import Parent, ReportRecord
from dashboard.domain.statuses import RunStatus
from tests.contract.records import END, START, cancelled, pipeline_run, printed, run


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

    catalogue: PipelineCatalogue = field(default_factory=PipelineCatalogue)
    """What is tested there, where runs are tests of pipelines."""
    n_catalogues: int = 0
    """How often somebody asked for it."""
    page_size: int = 200
    """Runs of one page."""
    pages_asked: list[tuple[str, int]] = field(default_factory=list)
    """(pipeline, offset) of the pages that were asked for, in order."""
    page_failures: dict[tuple[str, int], SourceError] = field(default_factory=dict)
    """Raised when that page is asked for."""
    reports: dict[str, ReportRecord] = field(default_factory=dict)
    """By the text of their keys."""
    report_files: dict[str, bytes] = field(default_factory=dict)
    """By address."""
    report_failures: dict[str, SourceError] = field(default_factory=dict)
    """Raised when a report is read (text of its key), those of something listed (``run/<id>``), a file opened."""
    reports_asked: list[str] = field(default_factory=list)
    """The reports, subjects and files that were asked for, in order, named as in ``report_failures``."""

    def put(self, external_id="nightly", *trials, **fields):
        """Add a run, or replace it."""
        self.runs[external_id] = (run(external_id, trials=trials, **fields), trials)

    def put_test(self, external_id=None, **fields):
        """Add a run of a test of a pipeline, or replace it; gives its id."""
        record = pipeline_run(external_id, **fields)
        self.runs[record.external_id] = (record, ())
        return record.external_id

    def put_report(self, record):
        """Add a report, or replace it; gives its key as text."""
        self.reports[str(record.key)] = record
        return str(record.key)

    def join(self, external_id, group_id):
        """Let a run be one of a group."""
        test_run = self.runs[external_id][0].test_run
        self.change(external_id, test_run=replace(test_run, group_ids=(*test_run.group_ids, group_id)))

    def runs_below(self, parent, parent_id):
        """The runs of tests below a pipeline, template or test, newest first."""
        tests = {test.external_id for test in self.catalogue.tests if parent_id in self._path(test, parent)}
        newest = reversed(self.runs.values())
        found = [run for run, _ in newest if run.test_run and run.test_run.test_id in tests]
        return sorted(found, key=lambda run: run.started_at or START, reverse=True)

    def runs_of(self, pipeline_id):
        """The runs of a pipeline, newest first."""
        return self.runs_below(Parent.PIPELINE, pipeline_id)

    def _path(self, test, parent):
        if parent is Parent.TEST:
            return {test.external_id}
        if parent is Parent.TEMPLATE:
            return {test.template_id}
        return {each.pipeline_id for each in self.catalogue.templates if each.external_id == test.template_id}

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
