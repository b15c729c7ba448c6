import math
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.domain.statuses import RunStatus, SourceKind
from dashboard.models import Run, Source
from dashboard.services.sync import cadence

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def server(monkeypatch):
    """A kind whose runs are read by themselves."""
    pauses = cadence.Cadence(timedelta(seconds=30), watched_run=timedelta(seconds=3), idle_run=timedelta(seconds=30))
    monkeypatch.setitem(cadence.CADENCES, "server", pauses)
    return "server"


def pause(failures, retry_after=None):
    return (cadence.next_after_failure(failures, NOW, retry_after) - NOW).total_seconds()


def test_every_kind_of_source_has_a_cadence():
    assert set(SourceKind) <= cadence.CADENCES.keys()


def test_a_folder_of_jobs_is_looked_at_every_2_seconds():
    assert cadence.next_listing(Source(kind="harbor"), NOW) == NOW + timedelta(seconds=2)


def test_an_administrator_may_set_another_pause():
    source = Source(kind="harbor", pause_between_looks=timedelta(minutes=5))
    assert cadence.next_listing(source, NOW) == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 1), (2, 2), (3, 4), (8, 128), (9, 256), (10, 300), (5_000, 300)])
def test_pauses_after_failures_double_up_to_five_minutes_with_jitter(failures, seconds):
    found = [pause(failures) for _ in range(200)]
    assert seconds * 0.75 <= min(found)
    assert max(found) <= seconds
    assert len(set(found)) > 100


@pytest.mark.parametrize(
    ("asked", "honoured"),
    [(7, 7), (1.5, 1.5), (86_400, 300), (math.inf, 300), (0, 1), (-5, 1), (math.nan, 1), (-math.inf, 1)],
)
def test_a_wish_for_quiet_is_honoured_within_bounds(asked, honoured):
    assert pause(3, retry_after=asked) == honoured


def test_a_refused_token_is_asked_about_every_five_minutes():
    assert cadence.next_after_failure(1, NOW, code="auth") == NOW + cadence.MAX_BACKOFF


def test_a_folders_runs_are_not_read_by_themselves():
    assert cadence.next_run_look(Run(status=RunStatus.RUNNING), "harbor", NOW) is None


def test_an_unfinished_run_is_read_by_itself_and_more_often_while_watched(server):
    run = Run(status=RunStatus.RUNNING)
    assert cadence.next_run_look(run, server, NOW) == NOW + timedelta(seconds=30)
    run.watched_until = NOW + timedelta(seconds=1)
    assert cadence.next_run_look(run, server, NOW) == NOW + timedelta(seconds=3)
    run.watched_until = NOW
    assert cadence.next_run_look(run, server, NOW) == NOW + timedelta(seconds=30)


@pytest.mark.parametrize("fields", [{"status": RunStatus.COMPLETED}, {"status": RunStatus.RUNNING, "is_gone": True}])
def test_a_finished_or_vanished_run_is_not_read_any_more(server, fields):
    assert cadence.next_run_look(Run(**fields), server, NOW) is None
