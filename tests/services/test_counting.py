"""Hosts that share a folder count each in its own; what nobody counts in any more is removed."""

import os
import socket
from pathlib import Path

import pytest

from dashboard.services import counting
from tests.factories import NOW


@pytest.fixture
def begin(tmp_path, monkeypatch):
    """Begins as a host of this name; the folder in which it counts."""
    monkeypatch.setenv(counting.FOLDER, "")

    def begun(host="web", port=8000, now=NOW):
        monkeypatch.setattr(socket, "gethostname", lambda: host)
        counting.begin(tmp_path, port, now=now)
        return Path(os.environ[counting.FOLDER])

    return begun


def count(folder, at=NOW):
    kept = folder / "counter_1.db"
    kept.write_bytes(b"1")
    for each in (kept, folder):
        os.utime(each, (at.timestamp(), at.timestamp()))
    return kept


def test_a_second_host_or_port_leaves_the_counts_of_the_first_alone(begin):
    kept = [count(begin()), count(begin(host="web-2")), count(begin(port=8001))]
    assert [each.exists() for each in kept] == [True, True, True]


@pytest.mark.parametrize("host", ["../../etc", "Büro 1", "x" * 300, "", ".", "a\n"])
def test_a_host_of_any_name_counts_in_a_folder_right_below(begin, tmp_path, host):
    folder = begin(host)
    assert (folder.parent, folder.is_dir()) == (tmp_path, True)
    assert folder.name.replace("_", "").replace("-", "").isascii()
    assert len(folder.name) <= 70


def test_what_was_not_counted_in_for_a_week_is_removed_and_no_other(begin):
    old, lately = count(begin("gone")), count(begin("idle"), at=NOW + counting.KEPT_FOR / 2)
    begin(now=NOW + counting.KEPT_FOR * 1.1)
    assert (old.parent.exists(), lately.exists()) == (False, True)
