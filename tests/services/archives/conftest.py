"""A source in memory whose files are one of each type, and that can be made to fail; archives read back."""

import io
import json
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from dashboard.services.archives.making import make
from dashboard.services.archives.orders import Order
from dashboard.services.archives.progress import Progress
from dashboard.sources import registry
from tests.contract.memory import KIND, MemorySource, trial
from tests.fixtures.docks import docks

__all__ = ["docks"]

KINDS = {"logs": "log", "trajectory": "trajectory", "diff": "diff", "result": "result", "config": "config"}
NIGHTLY = "eval/0123456789abcdef"


class TypedSource(MemorySource):
    """Gives the kinds that the names of files tell; notes what is asked; raises what tests planned."""

    asked: list
    notes: dict
    listing_errors: dict
    opening_errors: dict
    readers: dict
    kinds_of = staticmethod(lambda path: KINDS.get(path.split(".")[0], "other"))

    def list_artifacts(self, run_id, trial_id):
        self.asked.append(("list", trial_id))
        if trial_id in self.listing_errors:
            raise self.listing_errors[trial_id]
        listing = super().list_artifacts(run_id, trial_id)
        records = [
            replace(record, kind=self.kinds_of(record.path), **self.notes.get((trial_id, record.path), {}))
            for record in listing.artifacts
        ]
        return replace(listing, artifacts=tuple(records), **self.notes.get(trial_id, {}))

    @contextmanager
    def _open(self, run_id, trial_id, path):
        self.asked.append(("open", trial_id, path))
        if errors := self.opening_errors.get((trial_id, path)):
            raise errors.pop(0)
        with super()._open(run_id, trial_id, path) as reader:
            yield self.readers.get((trial_id, path), reader)


@pytest.fixture
def typed(memory_kind, monkeypatch):
    """The source's class; what it is to do is set on it."""
    for name, value in {
        "asked": [], "notes": {}, "listing_errors": {}, "opening_errors": {}, "readers": {},
    }.items():  # fmt: skip
        monkeypatch.setattr(TypedSource, name, value, raising=False)
    monkeypatch.setitem(registry.SOURCES, KIND, TypedSource)
    return TypedSource


@pytest.fixture
def run(typed, mirrored, world):
    """A run of two trials, with all types in the first and a log and a result in the second."""
    found = mirrored(NIGHTLY, trial("fix-bug__11111111111111111111"), trial("write__22222222222222222222"))
    first, second = "fix-bug__11111111111111111111", "write__22222222222222222222"
    world.files[NIGHTLY, None] = {"config.json": b"{}"}
    world.files[NIGHTLY, first] = {
        "logs.txt": b"one\n", "trajectory.json": b"[]", "diff.patch": b"+1\n", "result.json": b"{}",
    }  # fmt: skip
    world.files[NIGHTLY, second] = {"logs.txt": b"two\n", "result.json": b"{}"}
    return found


@pytest.fixture
def progress(settings, tmp_path, viewer, run):
    settings.VAR_DIR = tmp_path
    return Progress(viewer, run, "d" * 32)


@pytest.fixture
def archive(run, progress):
    """Makes an archive whole and gives it opened."""

    def made(trial=None, types=()):
        with ExitStack() as held:
            data = b"".join(make(Order(run=run, trial=trial, types=types), progress, held))
        return Archive(io.BytesIO(data))

    return made


class Archive(zipfile.ZipFile):
    """Read back, and checked against its own sums."""

    def __init__(self, file):
        super().__init__(file)
        assert self.testzip() is None

    @property
    def files(self):
        return self.namelist()[:-2]

    @property
    def manifest(self):
        return json.loads(self.read("MANIFEST.json"))

    @property
    def missing(self):
        return [(row["trial"], row["name"] or row["type"], row["reason"]) for row in self.manifest["missing"]]
