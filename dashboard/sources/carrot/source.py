"""A CARROT server as a source of runs and reports. See the README beside this module."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import ClassVar

from dashboard.domain.actions import ActionReceipt
from dashboard.domain.errors import BadAnswer, Conflict, Missing, Unreachable
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
from dashboard.domain.reports import ReportKey, ReportQuery, ReportRecord, ReportRequest, SubjectKind
from dashboard.sources.addresses import AddressRules, open_address
from dashboard.sources.base import AreKnown
from dashboard.sources.carrot import catalogues, listing, mentions
from dashboard.sources.carrot.client import CarrotClient
from dashboard.sources.carrot.ids import read_id
from dashboard.sources.carrot.mapping import run_reading
from dashboard.sources.carrot.refusals import NO_PARTS
from dashboard.sources.carrot.reports import report_record, report_records
from dashboard.sources.refusing import RefusesActions


class CarrotSource(RefusesActions):
    """Reads the runs and reports of one server. Cheap to construct; asks nobody until it is asked."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        reports=True,
        delete=True,
        pages=True,
        pipelines=True,
        report_queries=True,
        run_files=False,
        starts=False,
        configurations=False,
        costs=False,
        why_not={
            "stop": "CARROT cannot stop runs.",
            "cancel": "CARROT cannot cancel runs.",
            "start": "CARROT starts a run by itself when it is made.",
            "create": "Runs of tests are started with carrot_cli.",
            "catalogue": "CARROT has pipelines and tests in place of data sets.",
            "trials": "A run of a test has results in place of trials.",
            "artifacts": "CARROT keeps no files of runs; results may name addresses.",
        },
    )

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._client = CarrotClient(config)

    @classmethod
    def external_ids(cls, text: str) -> Sequence[str]:
        """The run that an id, an address or a command of the client means."""
        return mentions.run_ids(text)

    def list_runs(self, known: Mapping[str, str]) -> RunListing:
        """Refuse: runs come by pages."""
        self._refuse("pages")

    def list_pages(self, *, place: Json = None, are_known: AreKnown | None = None) -> Iterator[RunPage]:
        """All runs, pipeline by pipeline; see :mod:`dashboard.sources.carrot.listing`."""
        return listing.list_pages(self._client, place, are_known)

    def read_run(self, external_id: str, known_trials: Mapping[str, str]) -> RunReading:
        """One run. Raises ``Missing``."""
        run_id = self._id(external_id, "run")
        return run_reading(run_id, self._client.get_run(run_id), api=self._client.api)

    def read_pipelines(self) -> PipelineCatalogue:
        """Everything but runs and reports; see :mod:`dashboard.sources.carrot.catalogues`."""
        return catalogues.read_pipelines(self._client)

    def delete_run(self, external_id: str) -> ActionReceipt:
        """Forget a run that failed. Raises ``Missing``, and ``Conflict`` (``not_failed``)."""
        run_id = self._id(external_id, "run")
        self._client.delete_run(run_id)
        return ActionReceipt(external_id=run_id)

    def list_reports(self, subject: SubjectKind, subject_id: str) -> Sequence[ReportRecord]:
        """The reports of a run or a group, the newest first."""
        found = self._id(subject_id, "run or run group")
        return report_records(subject, found, self._client.list_reports(subject, found))

    def read_report(self, key: ReportKey) -> ReportRecord:
        """One report. Raises ``Missing``."""
        key = self._key(key)
        return report_record(key, self._client.get_report(key))

    def create_report(self, request: ReportRequest) -> ReportRecord:
        """Have a report made of a run, a group, or the runs of a query.

        Raises ``Missing`` where the run or the template is not there, ``Conflict`` with the codes ``exists`` and
        ``no_runs``, and ``Unsupported`` where the server is not configured for it.
        """
        template = self._id(request.template_id, "report template")
        if request.query is not None:
            return self._create_of_query(request.query, request, template)
        key = self._key(ReportKey(request.subject or SubjectKind.RUN, request.subject_id, template))
        return report_record(key, self._client.create_report(key, request))

    def delete_report(self, key: ReportKey) -> None:
        """Forget a report, whatever its state. Raises ``Missing``."""
        self._client.delete_report(self._key(key))

    def open_report_file(self, address: str, *, at: int = 0) -> AbstractContextManager[ByteReader]:
        """A file by its address. Raises ``Unsupported`` (``address``) where it is not among those allowed."""
        try:
            rules = AddressRules.of(self._config)
        except ValueError as error:
            raise Unreachable(str(error), source=self._config.name, code="config") from None
        return open_address(address, rules, at=at)

    def list_artifacts(self, run_id: str, trial_id: str | None) -> ArtifactListing:
        """Nothing: a run's files are its results."""
        return ArtifactListing()

    def open_artifact(
        self, run_id: str, trial_id: str | None, path: str, *, at: int = 0
    ) -> AbstractContextManager[ByteReader]:
        """Refuse."""
        self._refuse("artifacts")

    def _create_of_query(self, query: ReportQuery, request: ReportRequest, template: str) -> ReportRecord:
        self._id(query.parent_id, str(query.parent))
        try:
            made = self._client.create_query_report(query, replace(request, template_id=template))
        except Missing as error:
            if error.code == NO_PARTS:
                raise
            sentence = "No run at the source is as the filter says."
            raise Conflict(sentence, source=self._config.name, code="no_runs", detail=error.detail) from error
        group = read_id(made.get("entity_id"))
        if not group:
            raise BadAnswer(
                "The source took the request and does not say which report it makes.",
                source=self._config.name,
                code="no_id",
                hint="Look through the newest run groups before asking again.",
            )
        return report_record(ReportKey(SubjectKind.GROUP, group, template), made)

    def _key(self, key: ReportKey) -> ReportKey:
        subject, template = self._id(key.subject_id, "report"), self._id(key.template_id, "report")
        return ReportKey(key.subject, subject, template)

    def _id(self, text: str, thing: str) -> str:
        """The id as it goes into paths. Raises ``Missing`` for what no thing can have."""
        if not (found := read_id(text)):
            raise Missing(f"There is no such {thing}.", source=self._config.name)
        return found
