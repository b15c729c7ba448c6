"""A source that lives in memory: the simplest thing that keeps the contract, and the fake that services are tested on.

Its address is the name of a world in :attr:`MemorySource.worlds`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import ClassVar

from dashboard.domain.errors import Missing, Unreachable
from dashboard.domain.files import ByteReader
from dashboard.domain.records import (
    ArtifactListing,
    ArtifactRecord,
    Capabilities,
    RunListing,
    RunReading,
    RunRecord,
    SourceConfig,
    TrialRecord,
)
from tests.contract.records import START, digest, reading, run, trial
from tests.contract.steering import Steering
from tests.contract.worlds import World

__all__ = ["KIND", "START", "Bytes", "MemorySource", "World", "reading", "run", "trial"]

KIND = "memory"


class MemorySource(Steering):
    """A world behind the contract; its address is the world's name."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        trials=True,
        artifacts=True,
        stop=True,
        delete=True,
        cancel=True,
        start=True,
        create=True,
        catalogue=True,
        why_not={"reports": "Nobody writes reports in a world in memory."},
    )
    worlds: ClassVar[dict[str, World]] = {}

    def __init__(self, config: SourceConfig) -> None:
        self._config = config

    @classmethod
    def external_ids(cls, text: str) -> Sequence[str]:
        return [word for word in text.split("/") if word.startswith("id-")]

    def list_runs(self, known: Mapping[str, str]) -> RunListing:
        world = self._world()
        world.n_listings += 1
        listed = {name: record for name, (record, _) in world.runs.items() if name not in world.unlisted}
        changed = [name for name, record in reversed(listed.items()) if known.get(name) != record.fingerprint]
        return RunListing(
            changed=tuple(changed),
            present=frozenset(listed),
            complete=world.is_complete,
            problems=world.problems,
        )

    def read_run(self, external_id: str, known_trials: Mapping[str, str]) -> RunReading:
        world = self._world()
        world.read.append(external_id)
        if external_id in world.failures:
            raise world.failures[external_id]
        record, trials = self._run(world, external_id)
        changed = [t for t in trials if known_trials.get(t.external_id) != t.fingerprint]
        return RunReading(run=record, trials=tuple(changed), present=frozenset(t.external_id for t in trials))

    def list_artifacts(self, run_id: str, trial_id: str | None) -> ArtifactListing:
        files = self._files(run_id, trial_id)
        found = [ArtifactRecord(path=path, kind="other", size=len(data)) for path, data in sorted(files.items())]
        return ArtifactListing(artifacts=tuple(found))

    def open_artifact(
        self, run_id: str, trial_id: str | None, path: str, *, at: int = 0
    ) -> AbstractContextManager[ByteReader]:
        return self._open(run_id, trial_id, path)

    @contextmanager
    def _open(self, run_id: str, trial_id: str | None, path: str) -> Iterator[ByteReader]:
        files = self._files(run_id, trial_id)
        if path not in files:
            raise self._missing("file")
        yield Bytes(files[path])

    def _files(self, run_id: str, trial_id: str | None) -> dict[str, bytes]:
        world = self._world()
        _, trials = self._run(world, run_id)
        if trial_id is not None and trial_id not in {t.external_id for t in trials}:
            raise self._missing("trial")
        return world.files.get((run_id, trial_id), {})

    def _run(self, world: World, external_id: str) -> tuple[RunRecord, tuple[TrialRecord, ...]]:
        if external_id not in world.runs:
            raise self._missing("run")
        return world.runs[external_id]

    def _missing(self, thing: str) -> Missing:
        return Missing(f"There is no such {thing}.", source=self._config.name)

    def _world(self) -> World:
        world = self.worlds.get(self._config.address)
        if world is None:
            raise Unreachable("There is no such world.", source=self._config.name, code="no_world")
        if world.failure is not None:
            raise world.failure
        return world


class Bytes:
    """An open file of a world."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)
        self.etag = digest(data)

    def read(self, offset: int, length: int) -> bytes:
        return self._data[offset : offset + length]
