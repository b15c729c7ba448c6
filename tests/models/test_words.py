"""What the models say of themselves, as the admin panel and logs show it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from dashboard.domain.statuses import RunStatus
from dashboard.models import (
    ListPreference,
    MirrorClock,
    OneTimeLink,
    Run,
    RunAgent,
    RunDetail,
    Source,
    StateChange,
    Task,
    Trial,
    TrialDetail,
)

WHEN = datetime(2026, 11, 21, 12, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (MirrorClock(value=7), "7"),
        (ListPreference(user=User(username="ada"), list_name="runs"), "runs of ada"),
        (OneTimeLink(expires_at=WHEN), "until 2026-11-21 12:30:05"),
        (Run(name="Nightly"), "Nightly"),
        (RunDetail(run_id=3), "details of 3"),
        (RunAgent(agent="solver", model="opus"), "solver · opus"),
        (RunAgent(agent="oracle"), "oracle"),
        (StateChange(status="running", seen_at=WHEN), "running at 2026-11-21 12:30:05"),
        (Source(name="Jobs"), "Jobs"),
        (Task(name="local/a"), "local/a"),
        (Trial(external_id="a__1"), "a__1"),
        (TrialDetail(trial_id=4), "details of 4"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_it_is_called_what_people_know_it_by(thing, words):
    assert str(thing) == words


@pytest.mark.parametrize(
    ("status", "is_finished"), [("completed", True), ("failed", True), ("running", False), ("unknown", False)]
)
def test_a_run_is_finished_when_its_source_has_nothing_more_to_say(status, is_finished):
    assert Run(status=RunStatus(status)).is_finished is is_finished


def test_finished_and_scored_trials_are_added_up():
    run = Run(
        n_passed=1, n_partial=2, n_failed=4, n_errored=8, n_unscored=16, n_cancelled=32, n_running=64, n_pending=128
    )
    assert (run.n_finished, run.n_scored) == (63, 7)


def test_a_source_is_constructed_from_its_row():
    row = Source(name="Jobs", kind="harbor", address="/srv/jobs", time_zone="Asia/Tokyo")
    config = row.config()
    assert (config.name, config.kind, config.address, config.time_zone) == ("Jobs", "harbor", "/srv/jobs", "Asia/Tokyo")
    assert config.stalled_after == timedelta(minutes=10)
    row.stalled_after = timedelta(hours=2)
    assert row.config().stalled_after == timedelta(hours=2)


@pytest.mark.parametrize(
    ("external_id", "name", "own", "short"),
    [
        ("eval/7c9e6679-7425-40de", "Nightly", "7c9e6679-7425-40de", "7c9e6679-742"),
        ("run/42", "swe", "42", "42"),
        ("run/42", "42", "42", ""),
        ("2026-11-21__12-00-00", "Nightly", "2026-11-21__12-00-00", ""),
    ],
)
def test_a_run_shows_the_beginning_of_an_id_that_is_not_its_name(external_id, name, own, short):
    run = Run(external_id=external_id, name=name)
    assert (run.own_id, run.short_id) == (own, short)


def test_a_run_is_a_sandbox_or_an_evaluation():
    assert [Run(kind=kind).is_sandbox for kind in ("sandbox", "evaluation")] == [True, False]
