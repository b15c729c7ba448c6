"""The small Protocols that sources implement: each source those it can.

A source is constructed from a :class:`~dashboard.domain.records.SourceConfig`, is cheap to construct, holds no
state that another process would need, and may be used by several threads. Every method may raise any error of
:mod:`dashboard.domain.errors`, and no other.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol

from dashboard.domain.actions import ActionReceipt, EvaluationRequest, SandboxRequest
from dashboard.domain.catalogues import Catalogue, DatasetRecord, TaskRecord, TemplateRecord
from dashboard.domain.files import ByteReader
from dashboard.domain.pipelines import PipelineCatalogue
from dashboard.domain.records import (
    ArtifactListing,
    Capabilities,
    Json,
    RunListing,
    RunPage,
    RunReading,
    SourceConfig,
)
from dashboard.domain.reports import ReportKey, ReportRecord, ReportRequest, SubjectKind

AreKnown = Callable[[str, Collection[str]], bool]
"""Of a parent, by its id: whether the mirror has the runs of all these external ids, and all that are behind them."""


class RunSource(Protocol):
    """Lists runs and reads them."""

    capabilities: ClassVar[Capabilities]

    def __init__(self, config: SourceConfig) -> None: ...

    @classmethod
    def external_ids(cls, text: str) -> Sequence[str]:
        """The external ids that what a person pasted may mean, the likeliest first; at most a few, and asks nobody.

        Understood are ids, addresses of the source's own and its client's commands. Empty where runs cannot be found
        by an id: they are listed anyway.
        """
        ...

    def list_runs(self, known: Mapping[str, str]) -> RunListing:
        """Look at everything, cheaply: ``known`` maps external ids to the fingerprints the mirror has."""
        ...

    def read_run(self, external_id: str, known_trials: Mapping[str, str]) -> RunReading:
        """Read one run and those of its trials whose fingerprints are not the known ones.

        Raises ``Missing`` when the source says that there is no such run.
        """
        ...


class ArtifactSource(Protocol):
    """Lists and reads the files of runs and trials. ``trial_id`` is None for the run's own files."""

    def list_artifacts(self, run_id: str, trial_id: str | None) -> ArtifactListing:
        """The files there, by path. Raises ``Missing`` when the run or trial is not there."""
        ...

    def open_artifact(
        self, run_id: str, trial_id: str | None, path: str, *, at: int = 0
    ) -> AbstractContextManager[ByteReader]:
        """Open one file by the path its listing gave. Raises ``Missing``, also for paths that lead outside.

        ``at`` is the byte that reading most likely begins with. It may spare a request and changes nothing else; it
        may lie behind the end.
        """
        ...


class ActionSource(Protocol):
    """Changes runs at the source. Nothing is ever sent twice.

    Each raises ``Missing`` when the source says that there is no such run, ``Conflict`` when the run's state does not
    allow it, ``Unsupported`` where the source cannot do it to that kind of run, and ``Unreachable`` with the code
    ``timeout`` or ``reset`` when the outcome is not known: it may have been done.
    """

    def stop_run(self, external_id: str) -> ActionReceipt:
        """End a sandbox run."""
        ...

    def cancel_run(self, external_id: str) -> ActionReceipt:
        """End an evaluation run; its trials that have not ended are cancelled."""
        ...

    def start_run(self, external_id: str) -> ActionReceipt:
        """Begin an evaluation run that was created before."""
        ...

    def create_evaluation(self, request: EvaluationRequest) -> ActionReceipt:
        """Make an evaluation run; it does not begin before it is started."""
        ...

    def create_sandbox(self, request: SandboxRequest) -> ActionReceipt:
        """Make a sandbox run of a template; it begins at once."""
        ...

    def delete_run(self, external_id: str) -> ActionReceipt:
        """Make the source forget a run."""
        ...


class CatalogueSource(Protocol):
    """Says what runs can be made of."""

    def list_datasets(self) -> Catalogue[DatasetRecord]:
        """The data sets that tasks come from."""
        ...

    def read_dataset(self, dataset_id: str) -> DatasetRecord:
        """One data set. Raises ``Missing``."""
        ...

    def list_tasks(self, dataset_id: str) -> Catalogue[TaskRecord]:
        """The tasks of a data set. Raises ``Missing``."""
        ...

    def list_templates(self) -> Catalogue[TemplateRecord]:
        """The templates that sandbox runs are made of."""
        ...


class PageSource(Protocol):
    """Lists whole runs, a request a page, where they need not be read one by one."""

    def list_pages(self, *, place: Json = None, are_known: AreKnown | None = None) -> Iterator[RunPage]:
        """All runs, parent by parent, each parent's newest first; nothing is asked before it is wanted.

        With ``are_known`` only what is new: a parent's further pages are left out behind one whose runs are all known.
        Without, everything; ``place`` is that of the last page somebody has, and the listing goes on behind it.
        A parent that errs by itself is left, with a page that says so (``is_unread``). Raises ``SourceError`` where the
        whole source fails, or no page at all can be read.
        """
        ...


class PipelineSource(Protocol):
    """Says what is tested."""

    def read_pipelines(self) -> PipelineCatalogue:
        """Everything but runs and reports. What cannot be read by itself is among its problems."""
        ...


class ReportSource(Protocol):
    """Makes reports of runs. Nothing is ever sent twice; errors mean what they mean in :class:`ActionSource`."""

    def list_reports(self, subject: SubjectKind, subject_id: str) -> Sequence[ReportRecord]:
        """The reports of one run or group; empty where there are none."""
        ...

    def read_report(self, key: ReportKey) -> ReportRecord:
        """One report. Raises ``Missing``."""
        ...

    def create_report(self, request: ReportRequest) -> ReportRecord:
        """Have one made. Raises ``Conflict`` (``exists``) where there is one that may not be replaced."""
        ...

    def delete_report(self, key: ReportKey) -> None:
        """Make the source forget a report, whatever its state; its files stay where they are. Raises ``Missing``."""
        ...

    def open_report_file(self, address: str, *, at: int = 0) -> AbstractContextManager[ByteReader]:
        """Open a file of a report by the address it was told under, if that is among those allowed.

        ``at`` is what it is for :meth:`ArtifactSource.open_artifact`.
        """
        ...


class RunApi(
    RunSource,
    ArtifactSource,
    ActionSource,
    CatalogueSource,
    PageSource,
    PipelineSource,
    ReportSource,
    Protocol,
):
    """All that the services ask of a source, whichever its kind.

    What a kind cannot do raises ``Unsupported`` with the sentence of its ``capabilities.why_not``, which says so
    beforehand; :class:`~dashboard.sources.refusing.RefusesActions` does that.
    """
