"""A folder of Harbor's jobs as a source of runs, trials and artifacts. See the README beside this module."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import ClassVar

from dashboard.domain.errors import Missing
from dashboard.domain.files import ByteReader
from dashboard.domain.records import ArtifactListing, Capabilities, RunListing, RunReading, SourceConfig
from dashboard.sources.harbor import artifacts, files, listing, looks, names, reading, roots
from dashboard.sources.refusing import RefusesActions

_ONLY_READS = "Quayside only reads a folder of jobs; this is done where Harbor runs."


class HarborSource(RefusesActions):
    """Reads the folder that ``config.address`` names. Cheap to construct; holds nothing open between calls."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        trials=True,
        artifacts=True,
        is_local=True,
        folders=True,
        why_not={
            "stop": f"A job cannot be stopped from here. {_ONLY_READS}",
            "cancel": f"A job cannot be cancelled from here. {_ONLY_READS}",
            "start": f"A job cannot be started from here. {_ONLY_READS}",
            "create": f"A job cannot be made from here. {_ONLY_READS}",
            "catalogue": "A folder of jobs does not say what else could be run.",
            "delete": f"A job cannot be deleted from here. {_ONLY_READS}",
            "reports": "Harbor makes no reports; Quayside's own can be made of its jobs.",
        },
    )

    def __init__(self, config: SourceConfig) -> None:
        self._config = config

    @classmethod
    def external_ids(cls, text: str) -> Sequence[str]:
        """None: every job of the folder is listed."""
        return ()

    def list_runs(self, known: Mapping[str, str]) -> RunListing:
        """Every folder of the root that is a job.

        Raises ``Unreachable`` or ``Denied`` for the root only, and ``BadAnswer`` for a root that is itself a job.
        """
        with files.open_root(self._config) as root:
            try:
                roots.refuse_job(root, self._config)
                return listing.list_runs(root, known, now_ns=time.time_ns(), stalled_after=self._config.stalled_after)
            except OSError as error:
                raise files.root_failure(error, self._config) from error

    def read_run(self, external_id: str, known_trials: Mapping[str, str]) -> RunReading:
        """One job and its changed trials. Raises ``Missing`` when the root has no such folder."""
        with files.open_root(self._config) as root:
            return reading.read_run(root, external_id, known_trials, config=self._config, now_ns=time.time_ns())

    def list_artifacts(self, run_id: str, trial_id: str | None) -> ArtifactListing:
        """The files of a job itself, or all below a trial, by path."""
        with ExitStack() as stack, files.translated(self._config, "The folder"):
            folder = self._enter(stack, run_id, trial_id)
            return artifacts.run_files(folder) if trial_id is None else artifacts.trial_files(folder)

    def open_artifact(
        self, run_id: str, trial_id: str | None, path: str, *, at: int = 0
    ) -> AbstractContextManager[ByteReader]:
        """One ordinary file, through no link; of a job itself only those its listing has."""
        return self._open_artifact(run_id, trial_id, path)

    @contextmanager
    def _open_artifact(self, run_id: str, trial_id: str | None, path: str) -> Iterator[ByteReader]:
        segments = names.segments_of(path)
        if segments is None or (trial_id is None and path not in artifacts.RUN_FILES):
            raise Missing("There is no such file.", source=self._config.name)
        with ExitStack() as stack:
            folder = self._enter(stack, run_id, trial_id)
            with files.translated(self._config, "The file"):
                reader = stack.enter_context(artifacts.open_file(folder, segments, self._config))
            yield reader

    def _enter(self, stack: ExitStack, run_id: str, trial_id: str | None) -> int:
        """Open the folder of a run or trial for as long as the stack lives. Raises ``Missing`` if it is neither."""
        root = stack.enter_context(files.open_root(self._config))
        name, trial = names.name_of(run_id), names.name_of(trial_id or "")
        with files.translated(self._config, "The job's folder"):
            if name is None or not listing.is_run(name, root):
                raise Missing("There is no such job.", source=self._config.name)
            folder = stack.enter_context(files.open_folder(name, root))
        return folder if trial_id is None else self._enter_trial(stack, folder, trial)

    def _enter_trial(self, stack: ExitStack, run: int, name: str | None) -> int:
        with files.translated(self._config, "The trial's folder"):
            if name is None or not looks.look_at_trial(name, run).is_trial:
                raise Missing("There is no such trial.", source=self._config.name)
            return stack.enter_context(files.open_folder(name, run))
