"""The JSON of one trial → its record."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.domain.records import ErrorInfo
from dashboard.domain.statuses import Outcome
from dashboard.sources.docks.trials import read_trials, trial_record
from dashboard.sources.problems import Problems
from tests.sources.docks.fake import trial


def record(**fields):
    return trial_record(trial(**fields), "t1", dataset="bench", fingerprint="f")


def told(read):
    return [problem.what for problem in read.problems]


def test_a_trial_has_all_that_the_source_tells():
    read = record(logs_uri="gs://bench/e1/agent.log", result_uri="https://user:pw@files.example/r.json?sig=secret")
    assert (read.external_id, read.uid, read.task_name, read.dataset) == ("t1", "t1", "django__django-11039", "bench")
    assert (read.agent, read.model, read.outcome, read.reward) == ("claude-code", "", Outcome.PASSED, 1.0)
    assert read.rewards == {"reward": 1.0, "tests_passed": 1.0}
    assert (read.usage.input_tokens, read.usage.output_tokens) == (1200, None)
    assert read.started_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert (read.duration, read.finished_at) == (timedelta(seconds=90.5), None)
    assert read.extra == {
        "status": "success",
        "tests_passed": 4,
        "tests_total": 4,
        "created_at": "2026-11-20T10:00:00Z",
        "duration_seconds": "90.5",
        "logs_uri": "gs://bench/e1/agent.log",
        "result_uri": "https://files.example/r.json",
    }
    assert (read.error, read.problems) == (None, ())


@pytest.mark.parametrize(
    ("status", "reward", "outcome"),
    [
        ("success", 1, Outcome.PASSED),
        ("SUCCESS ", 1, Outcome.PASSED),
        ("success", None, Outcome.PASSED),
        ("success", 0.5, Outcome.PASSED),
        ("passed", 1, Outcome.PASSED),
        ("failed", 0, Outcome.FAILED),
        ("failed", None, Outcome.FAILED),
        ("failed", 1, Outcome.FAILED),
        ("failed", 0.5, Outcome.PARTIAL),
        ("partial", 0.5, Outcome.PARTIAL),
        ("partial", None, Outcome.PARTIAL),
        ("error", None, Outcome.ERRORED),
        ("error", 0, Outcome.ERRORED),
        ("error", 1, Outcome.PASSED),
        ("completed", 1, Outcome.PASSED),
        ("completed", 0.25, Outcome.PARTIAL),
        ("completed", 0, Outcome.FAILED),
        ("completed", None, Outcome.UNSCORED),
        ("cancelled", 1, Outcome.CANCELLED),
        ("running", None, Outcome.RUNNING),
        ("pending", None, Outcome.PENDING),
        ("queued", None, Outcome.PENDING),
        ("grading", None, Outcome.UNSCORED),
        ("grading", 1, Outcome.PASSED),
        (None, True, Outcome.PASSED),
    ],
)
def test_the_outcome_follows_from_status_and_reward(status, reward, outcome):
    read = record(status=status, result_data={"reward": reward})
    assert read.outcome is outcome
    assert (read.reward is None) == (reward is None or not outcome.is_verdict)


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"duration_seconds": None}, Outcome.RUNNING),
        ({"duration_seconds": 5}, Outcome.UNSCORED),
        ({"duration_seconds": None, "error_message": "Broke"}, Outcome.ERRORED),
    ],
)
def test_an_unknown_word_is_judged_by_the_rest_and_kept(fields, outcome):
    read = record(status="grading", result_data=None, **fields)
    assert read.outcome is outcome
    assert read.extra["status"] == "grading"


def test_a_completed_trial_with_only_an_error_is_errored():
    assert record(status="completed", result_data={"error": "No verdict"}).outcome is Outcome.ERRORED


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"error_message": "Broke"}, ErrorInfo(type="Error", message="Broke")),
        ({"result_data": {"error_message": "Inner"}}, ErrorInfo(type="Error", message="Inner")),
        ({"result_data": {"error": "Short"}}, ErrorInfo(type="Error", message="Short")),
        ({"result_data": {"error_code": "OOM", "error": "m"}}, ErrorInfo(type="OOM", message="m")),
        ({"result_data": {"error_code": 137}}, ErrorInfo(type="137")),
        ({"status": "error", "result_data": None}, ErrorInfo(type="Error")),
        ({"error_message": "Outer", "result_data": {"error": "Inner"}}, ErrorInfo(type="Error", message="Outer")),
        ({}, None),
    ],
)
def test_an_error_is_taken_from_wherever_it_is(fields, error):
    assert record(**({"status": "failed", "result_data": {}} | fields)).error == error


@pytest.mark.parametrize(
    "result_data", [{"reward": 0.5}, '{"reward": 0.5}', ' {"reward": 0.5} '], ids=["object", "text", "padded"]
)
def test_result_data_may_be_an_object_or_a_text(result_data):
    assert record(status="completed", result_data=result_data).reward == 0.5


@pytest.mark.parametrize("result_data", [None, "", "  "])
def test_result_data_may_be_missing(result_data):
    read = record(result_data=result_data)
    assert (read.rewards, read.problems) == (None, ())


@pytest.mark.parametrize(
    "result_data",
    ["{", "[]", "7", 7, [], '{"reward": NaN}', "[" * 5000, '"' + '{"reward": 1}'.replace('"', '\\"') + '"'],
)
def test_result_data_that_cannot_be_read_is_a_problem(result_data):
    read = record(result_data=result_data)
    assert (read.outcome, read.rewards) == (Outcome.PASSED, None)
    assert told(read) == ["result_data is not an object."]


@pytest.mark.parametrize(
    ("passed", "total", "rewards"),
    [
        (True, None, {"tests_passed": 1.0}),
        (False, 9, {"tests_passed": 0.0}),
        (3, 4, {"tests_passed": 0.75}),
        (0, 4, {"tests_passed": 0.0}),
        (7, None, None),
        (7, 0, None),
        (7, 4, None),
        (-1, 4, None),
        (None, 4, None),
    ],
)
def test_tests_become_a_reward_where_their_share_is_known(passed, total, rewards):
    read = record(status="completed", result_data={"tests_passed": passed, "tests_total": total})
    assert read.rewards == rewards
    assert read.extra.get("tests_passed") == passed


def test_the_share_of_tests_is_the_verdict_where_there_is_no_reward():
    read = record(status="completed", result_data={"tests_passed": 3, "tests_total": 4})
    assert (read.outcome, read.reward) == (Outcome.PARTIAL, 0.75)


def test_an_agent_may_be_called_a_variant():
    assert record(agent_variant=None, variant_name="codex").agent == "codex"
    assert record(agent_variant="", variant_name="codex").agent == "codex"
    assert record(agent_variant="a", variant_name="b").agent == "a"


@pytest.mark.parametrize("status", ["pending", "running"])
def test_nothing_says_when_a_trial_that_goes_on_began(status):
    read = record(status=status, result_data=None)
    assert (read.started_at, read.finished_at, read.duration) == (None, None, None)
    assert read.extra["created_at"] == "2026-11-20T10:00:00Z"


def test_the_duration_may_be_in_the_result():
    assert record(duration_seconds=None, result_data={"duration_seconds": 60}).duration == timedelta(minutes=1)


def test_how_long_it_took_is_known_without_any_moment():
    read = record(created_at=None)
    assert (read.started_at, read.finished_at, read.duration) == (None, None, timedelta(seconds=90.5))


@pytest.mark.parametrize(
    ("created_at", "started_at"),
    [
        ("2026-11-20T10:00:00", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20T10:00:00.25+02:00", datetime(2026, 11, 20, 8, 0, 0, 250_000, tzinfo=UTC)),
        ("", None),
    ],
)
def test_times_are_utc_unless_they_say_otherwise(created_at, started_at):
    assert record(created_at=created_at).started_at == started_at


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"task_slug": None}, "task_slug is missing; the trial's id stands for it."),
        ({"status": ["x"]}, "status is not a text."),
        ({"created_at": "yesterday"}, "created_at is not a time that can be believed."),
        ({"created_at": "0001-01-01T00:00:00Z"}, "created_at is not a time that can be believed."),
        ({"created_at": 5}, "created_at is not a time that can be believed."),
        ({"created_at": "2026-" + "1" * 100}, "created_at is not a time that can be believed."),
        ({"duration_seconds": -1}, "duration_seconds is not a duration that can be believed."),
        ({"duration_seconds": "12"}, "duration_seconds is not a number."),
        ({"result_data": {"reward": "high"}}, "reward is not a number."),
        ({"result_data": {"reward": 1e200}}, "reward is not a number that can be believed."),
        ({"result_data": {"prompt_tokens": -5}}, "prompt_tokens is not a number that can be believed."),
        ({"result_data": {"prompt_tokens": 1.5}}, "prompt_tokens is not a number that can be believed."),
        ({"result_data": {"prompt_tokens": 10**400}}, "prompt_tokens is not a number."),
        ({"result_data": {"error": {"type": "x"}}}, "error is not a text."),
    ],
    ids=str,
)
def test_a_field_that_is_wrong_is_a_problem_and_the_rest_is_read(fields, problem):
    read = record(**fields)
    assert problem in told(read)
    assert read.agent == "claude-code"


def test_what_databases_refuse_is_left_out():
    read = record(task_slug="a\0b", error_message="\ud800", agent_variant="x" * 999)
    assert (read.task_name, read.error.message, len(read.agent)) == ("ab", "\ufffd", 200)


def test_an_address_that_is_none_is_not_kept():
    assert "logs_uri" not in record(logs_uri="https://[half").extra
    assert "logs_uri" not in record(logs_uri={"uri": "x"}).extra


def test_a_list_is_read_as_far_as_the_bound_goes(monkeypatch):
    monkeypatch.setattr("dashboard.sources.docks.trials.MOST_TRIALS", 2)
    problems = Problems()
    read = read_trials([trial(str(number)) for number in range(3)], {}, dataset="", problems=problems)
    assert read.present == {"0", "1"}
    assert [problem.what for problem in problems.listed()] == ["There are 3, of which 2 are read."]


def test_ids_may_be_whole_numbers():
    read = read_trials([trial(17), trial(True), trial(1.5)], {}, dataset="", problems=Problems())
    assert read.present == {"17"}


def test_problems_are_bounded_and_told_once():
    problems = Problems()
    for number in [*range(60), *range(60)]:
        problems.add("", str(number))
    listed = problems.listed()
    assert len(listed) == 51
    assert listed[-1].what == "20 more problems are not listed."


def test_the_dataset_counts_for_what_changed():
    one, other = (read_trials([trial()], {}, dataset=name, problems=Problems()).changed[0] for name in ("a", "b"))
    assert one.fingerprint != other.fingerprint


def test_a_large_text_of_results_is_not_decoded():
    assert told(record(result_data=json.dumps({"pad": "x" * 2**20}))) == ["result_data is not an object."]
