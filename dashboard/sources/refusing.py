"""What a source answers to actions that its kind does not have: the sentence that stands in for the button."""

from typing import ClassVar, NoReturn

from dashboard.domain.actions import ActionReceipt, EvaluationRequest, SandboxRequest
from dashboard.domain.catalogues import Catalogue, DatasetRecord, TaskRecord, TemplateRecord
from dashboard.domain.errors import Unsupported
from dashboard.domain.records import Capabilities, SourceConfig


def refuse(what: str, capabilities: Capabilities, *, source: str) -> NoReturn:
    """Raise ``Unsupported`` with the reason that the capabilities give for ``what``, one of their names."""
    raise Unsupported(capabilities.why_not[what], source=source)


class RefusesActions:
    """Refuses every action and has no catalogue; a source inherits it and overrides what it can do."""

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

    def _refuse(self, what: str) -> NoReturn:
        refuse(what, self.capabilities, source=self._config.name)
