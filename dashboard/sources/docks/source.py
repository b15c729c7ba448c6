"""A Docks tenant as a source of runs, trials and artifacts. See the README beside this module."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import ClassVar

from dashboard.domain.actions import ActionReceipt, EvaluationRequest, SandboxRequest
from dashboard.domain.catalogues import Catalogue, DatasetRecord, TaskRecord, TemplateRecord
from dashboard.domain.errors import BadAnswer, Missing, Unreachable, Unsupported
from dashboard.domain.files import ByteReader
from dashboard.domain.records import ArtifactListing, Capabilities, Json, RunListing, RunReading, SourceConfig
from dashboard.sources.addresses import AddressRules, open_address
from dashboard.sources.docks import artifacts, catalogues, mentions
from dashboard.sources.docks.client import DocksClient
from dashboard.sources.docks.ids import RunId, WireKind, wire_id
from dashboard.sources.docks.listing import list_runs
from dashboard.sources.docks.mapping import RAW_STATUS_LIMIT, dataset_of, run_record
from dashboard.sources.docks.statuses import run_status
from dashboard.sources.docks.trials import read_trials
from dashboard.sources.docks.values import Fields
from dashboard.sources.problems import Problems
from dashboard.sources.refusing import RefusesActions

_NO_DELETE = "Docks cannot delete runs."
_OTHER_KIND = {
    WireKind.SANDBOX: "Only a sandbox run is stopped; an evaluation run is cancelled.",
    WireKind.EVALUATION: "Only an evaluation run is started and cancelled; a sandbox run is stopped.",
}


class DocksSource(RefusesActions):
    """Reads and steers the runs of one tenant. Cheap to construct; asks nobody until it is asked."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        trials=True,
        artifacts=True,
        stop=True,
        cancel=True,
        start=True,
        create=True,
        catalogue=True,
        run_files=False,
        starts=False,
        configurations=False,
        costs=False,
        tells_agents=False,
        test_shares=True,
        why_not={
            "delete": _NO_DELETE,
            "reports": "Docks makes no reports; Quayside's own can be made of its runs.",
        },
    )

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._client = DocksClient(config)

    @classmethod
    def external_ids(cls, text: str) -> Sequence[str]:
        """The runs that an id, an address or a command of the client may mean."""
        return mentions.run_ids(text)

    def list_runs(self, known: Mapping[str, str]) -> RunListing:
        """The newest runs of both kinds; see :mod:`dashboard.sources.docks.listing`."""
        return list_runs(self._client, known)

    def read_run(self, external_id: str, known_trials: Mapping[str, str]) -> RunReading:
        """One run and, of an evaluation run, its changed trials. Raises ``Missing``."""
        run_id, problems = self._run_id(external_id), Problems()
        item = self._client.get_run(run_id)
        if run_id.kind is WireKind.SANDBOX:
            return RunReading(run=run_record(run_id, item, problems))
        listed = self._client.list_trials(run_id.wire)
        trials = read_trials(listed, known_trials, dataset=dataset_of(item), problems=problems)
        return RunReading(run=run_record(run_id, item, problems), trials=trials.changed, present=trials.present)

    def list_artifacts(self, run_id: str, trial_id: str | None) -> ArtifactListing:
        """The files a trial names addresses of; a run has none of its own. Raises ``Missing``."""
        found = self._run_id(run_id)
        if trial_id is None:
            self._client.get_run(found, is_urgent=True)
            return ArtifactListing()
        return artifacts.list_artifacts(self._trial(found, trial_id), self._rules())

    def open_artifact(
        self, run_id: str, trial_id: str | None, path: str, *, at: int = 0
    ) -> AbstractContextManager[ByteReader]:
        """One file of a trial, by the path of its listing. Raises ``Missing``, and ``Unsupported`` (``address``)."""
        return self._open(run_id, trial_id, path, at)

    @contextmanager
    def _open(self, run_id: str, trial_id: str | None, path: str, at: int) -> Iterator[ByteReader]:
        if trial_id is None:
            raise self._missing("A run has no files of its own here.")
        trial = self._trial(self._run_id(run_id), trial_id)
        uris = {artifact.path: artifact.uri for artifact in artifacts.artifacts_of(trial, Problems())}
        if path not in uris:
            raise self._missing("There is no such file.")
        with open_address(uris[path], self._rules(), at=at) as reader:
            yield reader

    def stop_run(self, external_id: str) -> ActionReceipt:
        """Stop a sandbox run."""
        return self._act(external_id, WireKind.SANDBOX, self._client.stop)

    def cancel_run(self, external_id: str) -> ActionReceipt:
        """Cancel an evaluation run."""
        return self._act(external_id, WireKind.EVALUATION, self._client.cancel)

    def start_run(self, external_id: str) -> ActionReceipt:
        """Start an evaluation run."""
        return self._act(external_id, WireKind.EVALUATION, self._client.start)

    def create_evaluation(self, request: EvaluationRequest) -> ActionReceipt:
        """Create an evaluation run. Raises ``BadAnswer`` (``no_id``) if it may be there and nobody knows its id."""
        return self._created(WireKind.EVALUATION, self._client.create_evaluation(request))

    def create_sandbox(self, request: SandboxRequest) -> ActionReceipt:
        """Create a sandbox run of a template. Raises like :meth:`create_evaluation`."""
        return self._created(WireKind.SANDBOX, self._client.create_sandbox(request))

    def list_datasets(self) -> Catalogue[DatasetRecord]:
        """The data sets of the tenant."""
        return catalogues.read_catalogue(self._client.list_datasets(), catalogues.listed_dataset)

    def read_dataset(self, dataset_id: str) -> DatasetRecord:
        """One data set. Raises ``Missing``."""
        found = self._wire_id(dataset_id, "data set")
        fields = Fields(self._client.get_dataset(found), "data set", Problems())
        return catalogues.dataset_record(fields, found)

    def list_tasks(self, dataset_id: str) -> Catalogue[TaskRecord]:
        """The tasks of a data set. Raises ``Missing``."""
        listed = self._client.list_tasks(self._wire_id(dataset_id, "data set"))
        return catalogues.read_catalogue(listed, catalogues.task_record)

    def list_templates(self) -> Catalogue[TemplateRecord]:
        """The templates of sandbox runs."""
        return catalogues.read_catalogue(self._client.list_templates(), catalogues.template_record)

    def _act(self, external_id: str, kind: WireKind, act: Callable[[str], Mapping[str, Json]]) -> ActionReceipt:
        run_id = self._run_id(external_id)
        if run_id.kind is not kind:
            raise Unsupported(_OTHER_KIND[kind], source=self._config.name)
        return self._receipt(run_id, act(run_id.wire))

    def _created(self, kind: WireKind, answer: Mapping[str, Json]) -> ActionReceipt:
        found = wire_id(answer.get("id"))
        if not found:
            raise BadAnswer(
                "The source took the request and does not say which run it made.",
                source=self._config.name,
                code="no_id",
                hint="Look through the newest runs before asking again.",
            )
        return self._receipt(RunId(kind, found), answer)

    def _receipt(self, run_id: RunId, answer: Mapping[str, Json]) -> ActionReceipt:
        fields = Fields(dict(answer), "answer", Problems())
        raw = fields.text("status", limit=RAW_STATUS_LIMIT)
        tasks = fields.count("tasks_total")
        return ActionReceipt(external_id=str(run_id), status=run_status(raw), raw_status=raw, planned_tasks=tasks)

    def _trial(self, run_id: RunId, trial_id: str) -> Mapping[str, Json]:
        if run_id.kind is WireKind.SANDBOX:
            raise self._missing("A sandbox run has no trials.")
        return self._client.get_trial(run_id.wire, self._wire_id(trial_id, "trial"))

    def _run_id(self, external_id: str) -> RunId:
        run_id = RunId.parse(external_id)
        if run_id is None:
            raise self._missing("There is no such run.")
        return run_id

    def _wire_id(self, text: str, thing: str) -> str:
        if not wire_id(text):
            raise self._missing(f"There is no such {thing}.")
        return text

    def _missing(self, sentence: str) -> Missing:
        return Missing(sentence, source=self._config.name)

    def _rules(self) -> AddressRules:
        try:
            return AddressRules.of(self._config)
        except ValueError as error:
            raise Unreachable(str(error), source=self._config.name, code="config") from None
