"""What a source answers to actions that its kind does not have: the sentence that stands in for the button."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import ClassVar, NoReturn

from dashboard.domain.actions import ActionReceipt, EvaluationRequest, SandboxRequest
from dashboard.domain.catalogues import Catalogue, DatasetRecord, TaskRecord, TemplateRecord
from dashboard.domain.errors import Unsupported
from dashboard.domain.files import ByteReader
from dashboard.domain.pipelines import PipelineCatalogue
from dashboard.domain.records import Capabilities, Json, RunPage, SourceConfig
from dashboard.domain.reports import ReportKey, ReportRecord, ReportRequest, SubjectKind
from dashboard.sources.base import AreKnown

CANNOT = "Sources of this kind cannot do that."


def refuse(what: str, capabilities: Capabilities, *, source: str) -> NoReturn:
    """Raise ``Unsupported`` with the reason that the capabilities give for ``what``, one of their names."""
    raise Unsupported(capabilities.why_not.get(what, CANNOT), source=source)


class RefusesActions:
    """Refuses every action and has neither catalogue nor reports; a source inherits it and overrides what it can do."""

    capabilities: ClassVar[Capabilities]
    _config: SourceConfig

    def stop_run(self, external_id: str) -> ActionReceipt:
        self._refuse("stop")

    def cancel_run(self, external_id: str) -> ActionReceipt:
        self._refuse("cancel")

    def start_run(self, external_id: str) -> ActionReceipt:
        self._refuse("start")

    def create_evaluation(self, request: EvaluationRequest) -> ActionReceipt:
        self._refuse("create")

    def create_sandbox(self, request: SandboxRequest) -> ActionReceipt:
        self._refuse("create")

    def delete_run(self, external_id: str) -> ActionReceipt:
        self._refuse("delete")

    def list_datasets(self) -> Catalogue[DatasetRecord]:
        self._refuse("catalogue")

    def read_dataset(self, dataset_id: str) -> DatasetRecord:
        self._refuse("catalogue")

    def list_tasks(self, dataset_id: str) -> Catalogue[TaskRecord]:
        self._refuse("catalogue")

    def list_templates(self) -> Catalogue[TemplateRecord]:
        self._refuse("catalogue")

    def list_pages(self, *, place: Json = None, are_known: AreKnown | None = None) -> Iterator[RunPage]:
        self._refuse("pages")

    def read_pipelines(self) -> PipelineCatalogue:
        self._refuse("pipelines")

    def list_reports(self, subject: SubjectKind, subject_id: str) -> Sequence[ReportRecord]:
        self._refuse("reports")

    def read_report(self, key: ReportKey) -> ReportRecord:
        self._refuse("reports")

    def create_report(self, request: ReportRequest) -> ReportRecord:
        self._refuse("reports")

    def delete_report(self, key: ReportKey) -> None:
        self._refuse("reports")

    def open_report_file(self, address: str, *, at: int = 0) -> AbstractContextManager[ByteReader]:
        self._refuse("reports")

    def _refuse(self, what: str) -> NoReturn:
        refuse(what, self.capabilities, source=self._config.name)
