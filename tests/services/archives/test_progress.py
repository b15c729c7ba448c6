"""How far a download is: written now and then, read by who started it."""

import pytest
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache

from dashboard.services.archives import progress
from dashboard.services.archives.progress import PAUSE, Progress, State
from tests import factories
from tests.factories import make_person

ID = "a" * 32


@pytest.fixture
def run(db):
    return factories.make_run()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def now():
    return [0.0]


@pytest.fixture
def told(viewer, run, now):
    return Progress(viewer, run, ID, clock=lambda: now[0])


def test_nothing_is_known_before_something_was_counted(viewer, run, told):
    assert progress.read(viewer, run, ID) is None


def test_it_is_written_at_most_once_a_second(viewer, run, told, now):
    for n_files in (1, 2):
        told.tally.n_files = n_files
        told.step()
    assert progress.read(viewer, run, ID).n_files == 1
    now[0] += PAUSE
    told.step()
    assert progress.read(viewer, run, ID).n_files == 2


def test_how_it_ended_is_written_at_once_and_stays(viewer, run, told):
    told.step()
    told.end(State.FAILED, "It broke.")
    told.end(State.STOPPED)
    found = progress.read(viewer, run, ID)
    assert (found.state, found.reason) == (State.FAILED, "It broke.")


def test_nobody_else_and_no_other_run_reads_it(viewer, run, told):
    told.step()
    assert progress.read(make_person("eve"), run, ID) is None
    assert progress.read(viewer, factories.make_run(run.source), ID) is None
    assert progress.read(viewer, run, "b" * 32) is None


def test_processes_without_a_shared_cache_share_a_folder(viewer, run, told, folder, monkeypatch):
    monkeypatch.setattr(progress, "caches", {"default": LocMemCache("own", {})})
    told.step()
    assert [path.parent.name for path in folder.rglob("*.djcache")] == ["downloads"]
    assert progress.read(viewer, run, ID) is not None


def test_a_shared_cache_is_used(viewer, run, monkeypatch, folder, tmp_path):
    monkeypatch.setattr(progress, "caches", {"default": FileBasedCache(str(tmp_path / "c"), {})})
    Progress(viewer, run, ID).step()
    assert not (folder / "downloads").exists()
    assert progress.read(viewer, run, ID).state is State.UNDER_WAY
