"""A CARROT server as a source of runs and reports. See the README beside this module."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import ClassVar

from dashboard.domain.records import ArtifactListing, Capabilities, RunListing, RunReading, SourceConfig
from dashboard.sources.base import ByteReader
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

    @classmethod
    def external_ids(cls, text: str) -> Sequence[str]:
        """None yet."""
        return ()

    def list_runs(self, known: Mapping[str, str]) -> RunListing:
        """Refuse: runs come by pages."""
        self._refuse("pages")

    def read_run(self, external_id: str, known_trials: Mapping[str, str]) -> RunReading:
        """Refuse."""
        self._refuse("pages")

    def list_artifacts(self, run_id: str, trial_id: str | None) -> ArtifactListing:
        """Nothing: a run's files are its results."""
        return ArtifactListing()

    def open_artifact(self, run_id: str, trial_id: str | None, path: str) -> AbstractContextManager[ByteReader]:
        """Refuse."""
        self._refuse("artifacts")
