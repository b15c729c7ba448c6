"""The JSON of runs, and of what they are made of → records."""

import pytest

from dashboard.domain.statuses import RunStatus
from dashboard.sources.docks.ids import RunId, WireKind
from dashboard.sources.docks.mapping import run_record
from dashboard.sources.problems import Problems
from tests.sources.docks.fake import evaluation, sandbox


def read_evaluation(**fields):
    return run_record(RunId(WireKind.EVALUATION, "e1"), evaluation(**fields), Problems())


def read_sandbox(**fields):
    return run_record(RunId(WireKind.SANDBOX, "s1"), sandbox(**fields), Problems())


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("pending", RunStatus.PENDING),
        ("queued", RunStatus.PENDING),
        ("provisioning", RunStatus.PROVISIONING),
        ("running", RunStatus.RUNNING),
        ("ready", RunStatus.RUNNING),
        ("Completed", RunStatus.COMPLETED),
        ("failed", RunStatus.FAILED),
        ("cancelled", RunStatus.CANCELLED),
        ("canceled", RunStatus.CANCELLED),
        ("deleted", RunStatus.CANCELLED),
        ("hibernating", RunStatus.UNKNOWN),
        (None, RunStatus.UNKNOWN),
    ],
)
@pytest.mark.parametrize("read", [read_evaluation, read_sandbox])
def test_a_runs_status_is_the_sources_word(read, word, status):
    run = read(status=word)
    assert (run.status, run.raw_status) == (status, word or "")


def test_a_run_that_goes_on_has_not_finished():
    run = read_evaluation(status="running")
    assert run.finished_at is None
    assert run.updated_at is not None


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("gs://bucket/swebench-lite", "swebench-lite"),
        ("gs://bucket/swebench-lite/", "swebench-lite"),
        ("https://host/sets/one?sig=secret", "one"),
        ("plain", "plain"),
        ("gs://bucket/" + "x" * 400, "x" * 299 + "…"),
        ("", ""),
        (None, ""),
        (5, ""),
        ("https://[half", ""),
    ],
)
def test_a_data_set_is_named_by_the_end_of_its_address(uri, name):
    assert read_evaluation(dataset_uri=uri).dataset == name


def test_a_run_without_a_name_is_named_by_its_id():
    assert read_evaluation(name=None).name == "e1"
    assert read_sandbox(template_name=None).name == "t-1"
    assert read_sandbox(template_name=None, template_id=None).name == "s1"


def test_numbers_may_stand_for_texts():
    assert read_sandbox(template_name=None, template_id=7).facts["Template id"] == "7"


def test_a_remote_keeps_its_password_to_itself():
    assert read_sandbox(remote_ref="ssh://me:pw@host/x").facts["Remote"] == "ssh://host/x"


def test_a_leaderboard_that_is_wrong_is_a_problem():
    run = read_evaluation(leaderboard=[5, {"variant_name": None, "trial_count": "many"}])
    assert run.planned_agents == ()
    assert [problem.what for problem in run.problems] == [
        "leaderboard holds something that is not an object.",
        "trial_count is not a number.",
    ]
    assert [problem.what for problem in read_evaluation(leaderboard={}).problems] == ["leaderboard is not a list."]


def test_unknown_counts_stay_unknown():
    run = read_evaluation(total_trials=None, completed_trials="2", leaderboard=None)
    assert run.planned_trials is None
    assert run.source_stats == {
        "total_trials": None,
        "completed_trials": None,
        "passed_trials": 1,
        "failed_trials": 1,
        "leaderboard": [],
    }


def test_a_long_id_is_an_id_and_no_uid():
    run = run_record(RunId(WireKind.EVALUATION, "x" * 200), evaluation(), Problems())
    assert (len(run.external_id), run.uid) == (205, "")
