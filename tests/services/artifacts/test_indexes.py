"""A memory for what readers worked out: on disk, bounded, and never in anybody's way."""

import os
import stat
from functools import partial
from multiprocessing import get_context

import pytest

from dashboard.services.artifacts import FileKey, indexes
from dashboard.services.artifacts.folders import Folder
from tests.fixtures.workers import PATIENCE


def key(**changes):
    told = {"source": 1, "address": "/srv/jobs", "run": "r", "trial": "t", "path": "agent/x.txt"}
    return FileKey(**told | changes)


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR


@pytest.fixture
def folder(tmp_path):
    """Room for four files of 16 KiB; it is looked through after each."""
    return Folder(path=tmp_path / "folder", limit=8 * 16 * 1024)


def names(folder):
    return sorted(path.name for path in folder.path.iterdir() if path.name != "lock")


def test_what_was_saved_is_loaded_until_something_else_is_saved():
    indexes.save(key(), "lines", b"one")
    indexes.save(key(), "steps", b"other")
    assert indexes.load(key(), "lines") == b"one"
    indexes.save(key(), "lines", b"two")
    assert (indexes.load(key(), "lines"), indexes.load(key(), "steps")) == (b"two", b"other")


@pytest.mark.parametrize(
    "change",
    [
        {"source": 2}, {"address": "/srv/other"}, {"run": "r2"}, {"trial": "t2"}, {"trial": None},
        {"path": "agent/y.txt"}, {"run": "rt", "trial": ""}, {"path": "x\udcff"},
    ],
    ids=repr,
)  # fmt: skip
def test_another_file_has_nothing_of_this_one(change):
    indexes.save(key(), "lines", b"one")
    assert indexes.load(key(**change), "lines") is None


def test_files_are_for_their_owner_alone_and_say_nothing_by_their_names(var_dir):
    indexes.save(key(run="../../etc", path="a/../b"), "../lines", b"one")
    (folder,) = var_dir.rglob("indexes")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)} == {0o700}
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert set(modes.values()) == {0o600}
    assert all(name == "lock" or (len(name) == 40 and name.isalnum()) for name in modes)


def test_a_place_that_cannot_be_written_to_keeps_nothing_and_says_so_in_the_log(var_dir, caplog):
    var_dir.mkdir()
    (var_dir / "cache").write_text("in the way")
    indexes.save(key(), "lines", b"one")
    assert indexes.load(key(), "lines") is None
    assert "cannot be written to" in caplog.text


def test_what_was_not_used_for_longest_goes_first(folder):
    for number in range(6):
        folder.write(f"f{number}", b"x")
        os.utime(folder.path / f"f{number}", (number, number))
    assert folder.read("f0") == b"x"
    for number in range(6, 9):
        folder.write(f"f{number}", b"x")
    assert "f0" in names(folder)
    assert "f1" not in names(folder)
    assert len(names(folder)) <= 8


def test_what_is_larger_than_the_folder_may_be_is_not_kept(folder):
    folder.write("large", b"x" * (folder.limit + 1))
    assert folder.read("large") is None


def test_a_part_that_a_dead_process_left_goes_like_any_other_file(folder):
    folder.write("f0", b"x")
    (folder.path / "f1.abc.part").write_bytes(b"x" * folder.limit)
    os.utime(folder.path / "f1.abc.part", (1, 1))
    folder.write("f2", b"x")
    assert names(folder) == ["f0", "f2"]


def test_two_processes_never_show_half_a_file_to_each_other(folder):
    begin = partial(get_context("fork").Process, target=_write, daemon=True)
    writers = [begin(args=(folder, letter)) for letter in (b"a", b"b")]
    for writer in writers:
        writer.start()
    seen = {folder.read("shared") for _ in range(400)}
    for writer in writers:
        writer.join(PATIENCE)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert seen | {folder.read("shared")} <= {None, b"a" * 50_000, b"b" * 50_000}


def _write(folder, letter):
    for _ in range(200):
        folder.write("shared", letter * 50_000)
