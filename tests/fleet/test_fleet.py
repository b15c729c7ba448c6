"""Several processes over one database: a short version of what ``make bench`` does for minutes.

On PostgreSQL, where TEST_DATABASE_URL names it, two of each; on SQLite one of each, which is what it is for.
"""

import os

import pytest

from tests.fleet import runs
from tests.fleet.databases import SERVER
from tests.fleet.stand_ins import HOST

pytestmark = pytest.mark.allow_hosts([HOST])

EACH = 2 if os.environ.get(SERVER) else 1
FOUND, SHUT = 302, 0


def test_nothing_is_read_twice_for_one_interval_and_no_look_is_missed(tmp_path):
    found = runs.together(tmp_path, web=EACH, sync=EACH, sources=2, people=4, seconds=10)
    assert len(found.gaps) >= 2 * 2
    assert found.too_early == []
    assert found.too_late == []
    assert (found.troubles, found.faults) == ([], [])
    assert found.statuses == {FOUND}
    assert found.n_kept > 20


def test_processes_that_are_killed_leave_the_mirror_whole_and_lose_nothing_of_ours(tmp_path):
    found = runs.killed(tmp_path, kills=3, people=3, seed=int.from_bytes(os.urandom(4)))
    assert (found.troubles, found.faults) == ([], [])
    assert found.statuses <= {FOUND, SHUT}
    assert found.n_kept > 0
    assert found.resumed_after < runs.RESUMED


def test_a_change_that_was_told_is_kept_and_is_not_counts_as_a_fault():
    writer = runs.Writer("ada", "key", kept=["status"], asked=[["cost"]])
    assert writer.fault(["name", "status"]) == ""
    assert writer.fault(["name", "cost"]) == ""
    assert "ada: ['source'] instead of" in writer.fault(["name", "source"])
    assert writer.fault(None) != ""


def test_gaps_tell_what_was_read_twice_and_what_was_missed():
    found = runs.Found(seconds=1, gaps=[1.9, 2.1, 5.1], troubles=[], faults=[], n_kept=0, statuses=set())
    assert (found.too_early, found.too_late) == ([1.9], [5.1])
