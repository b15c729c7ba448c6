"""What the history promises to hold, so that every state of a page can be seen with it."""

import json
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import pytest


def reward(result):
    return result["verifier_result"]["rewards"]["reward"] if result["verifier_result"] else None


def passed(results):
    values = [reward(result) for result in results]
    return sum(value == 1 for value in values) / len(values)


def of_task(results, name):
    return [result for result in results.values() if result["task_name"].endswith(f"/{name}")]


def raised(results, kind):
    errors = [result for result in results.values() if result["exception_info"]]
    return [result for result in errors if result["exception_info"]["exception_type"] == kind]


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_four_agents_try_models_of_four_providers_and_more_on_two_datasets(results):
    infos = [result["agent_info"] for result in results.values()]
    assert {info["name"] for info in infos} == {"claude-code", "codex", "terminus-2", "openhands"}
    assert len({info["model_info"]["provider"] for info in infos}) >= 4
    assert {result["source"] for result in results.values()} == {"terminal-bench", "repo-repair", None}


def test_each_dataset_has_twelve_tasks(results):
    tasks = defaultdict(set)
    for result in results.values():
        tasks[result["source"]].add(result["task_name"])
    assert len(tasks["terminal-bench"]) == len(tasks["repo-repair"]) == 12


def test_a_new_version_of_an_agent_brings_a_regression_that_the_next_one_ends(results):
    versions = defaultdict(list)
    for result in results.values():
        if result["agent_info"]["name"] == "claude-code" and result["source"] == "terminal-bench":
            versions[result["agent_info"]["version"]].append(result)
    assert passed(versions["2.1.178"]) - passed(versions["2.2.0"]) > 0.1
    assert passed(versions["2.2.1"]) - passed(versions["2.2.0"]) > 0.1


def test_one_task_is_never_solved_one_always_and_two_now_and_then(results):
    assert passed(of_task(results, "untangle-lockfile-cycle")) == 0
    judged = [result for result in of_task(results, "list-open-ports") if result["verifier_result"]]
    assert passed(judged) == 1
    for flaky in ("recover-sqlite-wal", "race-free-counter"):
        verdicts = [reward(result) for result in of_task(results, flaky) if result["verifier_result"]]
        assert sum(earlier != later for earlier, later in pairwise(verdicts)) > len(verdicts) / 4


def test_pass_at_k_is_there_for_several_attempts_with_plain_verdicts_and_else_not(job_results):
    compared = job_results["claude-code-or-codex-terminal-bench"]["stats"]["evals"]
    assert len(compared) == 2
    for statistics in compared.values():
        chances = statistics["pass_at_k"]
        assert list(chances) == ["2", "4"]
        assert statistics["metrics"][0]["mean"] <= chances["2"] <= chances["4"] <= 1
    partial = job_results["openhands-sonnet-or-gemini"]["stats"]["evals"]
    assert all(not statistics["pass_at_k"] for statistics in partial.values())


def test_a_time_out_of_the_agent_is_scored_with_0_and_with_1(results):
    assert {reward(result) for result in raised(results, "AgentTimeoutError")} == {0.0, 1.0}


@pytest.mark.parametrize(
    ("kind", "last_phase"),
    [
        ("EnvironmentStartTimeoutError", "environment_setup"),
        ("ApiRateLimitError", "agent_execution"),
        ("RuntimeError", "agent_execution"),
        ("VerifierTimeoutError", "verifier"),
        ("CancelledError", "agent_execution"),
    ],
)
def test_other_errors_have_no_verdict_and_no_phase_after_them(results, kind, last_phase):
    phases = ["environment_setup", "agent_setup", "agent_execution", "verifier"]
    reached = phases[: phases.index(last_phase) + 1]
    trials = raised(results, kind)
    assert trials
    for result in trials:
        assert result["verifier_result"] is None
        assert [phase for phase in phases if result[phase]] == reached


def test_who_raised_left_a_traceback_and_nobody_else(results):
    for folder, result in results.items():
        error = result["exception_info"]
        assert (folder / "exception.txt").exists() == bool(error)
        if error:
            assert (folder / "exception.txt").read_text() == error["exception_traceback"]
            assert error["exception_type"] in error["exception_traceback"].splitlines()[-1]


def test_a_cancelled_job_has_fewer_trials_than_planned(job_results):
    job = job_results["sweep-cancelled"]
    assert job["finished_at"]
    assert job["stats"]["n_cancelled_trials"] == 2
    assert job["stats"]["n_completed_trials"] < job["n_total_trials"]
    assert job["stats"]["n_pending_trials"] == 0


def test_an_interrupted_job_has_no_end_although_nothing_runs(job_results):
    job = job_results["sweep-interrupted"]
    assert job["finished_at"] is None
    assert job["updated_at"].endswith("Z")
    assert job["stats"]["n_running_trials"] == 0
    assert job["stats"]["n_pending_trials"] > 0


def test_a_job_counts_attempts_it_threw_away(job_results, history):
    assert job_results["gemini-rate-limited"]["stats"]["n_retries"] == 7
    assert (history / "gemini-rate-limited/job.log").read_text().count("Retrying in") == 7


def test_an_old_job_has_the_older_names(job_results, history):
    job = job_results["terminus-2-first-look"]
    assert "updated_at" not in job
    assert set(job["stats"]) == {"n_trials", "n_errors", "evals"}
    assert "orchestrator" in read(history / "terminus-2-first-look/config.json")
    assert not list((history / "terminus-2-first-look").rglob("lock.json"))


def test_trials_in_several_steps_keep_everything_below_the_steps(results):
    stepwise = {folder: result for folder, result in results.items() if result.get("step_results")}
    assert len(stepwise) == 6
    assert {reward(result) == 1 for result in stepwise.values()} == {True, False}
    for folder, result in stepwise.items():
        assert result["agent_result"] is result["verifier"] is result["agent_execution"] is None
        assert not (folder / "agent").exists()
        for step in result["step_results"]:
            assert (folder / "steps" / step["step_name"] / "verifier/reward.txt").exists()
            assert (folder / "steps" / step["step_name"] / "agent/trajectory.json").exists()


def test_rewards_with_several_keys_give_partial_credit(results):
    several = [result for result in results.values() if len((result["verifier_result"] or {}).get("rewards", {})) > 1]
    assert any(0 < reward(result) < 1 for result in several)
    assert {key for result in several for key in result["verifier_result"]["rewards"]} == {
        "reward",
        "tests_passed",
        "speedup",
    }


def test_missing_cost_and_missing_tokens_are_null_and_never_zero(results):
    used = [result["agent_result"] for result in results.values() if result["agent_result"]]
    assert any(usage["n_input_tokens"] and usage["cost_usd"] is None for usage in used)
    assert any(usage["n_input_tokens"] is None and usage["cost_usd"] is None for usage in used)
    assert all(usage["cost_usd"] != 0 and usage["n_input_tokens"] != 0 for usage in used)


def test_one_result_is_half_written_in_a_job_that_is_otherwise_in_order(history, results, job_results):
    torn = [path for path in history.glob("*/*/result.json") if path.parent not in results]
    assert len(torn) == 1
    assert job_results[torn[0].parent.parent.name]["finished_at"]


def test_a_stalled_job_has_no_result_two_running_trials_and_old_files(history, now):
    stalled = history / "openhands-stalled"
    assert not (stalled / "result.json").exists()
    configs = {path.parent for path in stalled.glob("*/config.json")}
    assert len(configs - {path.parent for path in stalled.glob("*/result.json")}) == 2
    newest = max(path.stat().st_mtime for path in stalled.rglob("*"))
    assert datetime.fromtimestamp(newest, now.tzinfo) < now - timedelta(days=1)


def test_some_trials_are_judged_by_nobody(results):
    unjudged = [result for result in results.values() if result["config"]["verifier"]["disable"]]
    assert len(unjudged) == 6
    assert all(
        result["verifier_result"] is result["exception_info"] is result["verifier"] is None for result in unjudged
    )


def test_a_sub_agent_is_embedded_once_and_in_a_file_of_its_own_once(history):
    documents = [read(path) for path in history.glob("*/*/agent/trajectory.json") if "subagent" in path.read_text()]
    references = [d["steps"][2]["observation"]["results"][1]["subagent_trajectory_ref"][0] for d in documents]
    assert sorted(d["schema_version"] for d in documents) == ["ATIF-v1.7", "ATIF-v1.8"]
    for document, reference in zip(documents, references, strict=True):
        if "trajectory_id" in reference:
            assert reference["trajectory_id"] in {sub["trajectory_id"] for sub in document["subagent_trajectories"]}
        else:
            assert list(history.glob(f"*/*/agent/{reference['trajectory_path']}"))


def test_a_trajectory_goes_on_in_the_file_it_names(history):
    parts = list(history.glob("*/*/agent/trajectory.cont-1.json"))
    assert len(parts) == 2
    for part in parts:
        assert read(part.with_name("trajectory.json"))["continued_trajectory_ref"] == part.name
        first = read(part)["steps"][0]
        assert first["extra"]["context_management"] == {"type": "compaction", "boundary": "replace"}


def test_pictures_are_valid_and_the_trajectory_shows_them(history):
    pictures = list(history.glob("*/*/agent/images/*.png"))
    assert pictures
    for picture in pictures:
        content = picture.read_bytes()
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        assert content.endswith(b"IEND\xaeB\x60\x82")
        assert '"path": "images/loss-curve.png"' in (picture.parent.parent / "trajectory.json").read_text()


def test_tables_notes_notebooks_and_coloured_logs_are_there(history):
    assert list(history.glob("*/*/artifacts/logs/artifacts/*.csv"))
    assert list(history.glob("*/*/artifacts/logs/artifacts/*.md"))
    notebook = read(next(history.glob("*/*/artifacts/logs/artifacts/*.ipynb")))
    assert notebook["nbformat"] == 4
    assert "\x1b[" in next(history.glob("*/*/agent/codex.txt")).read_text()


def test_odd_names_are_kept_and_cut_as_harbor_cuts_them(results):
    names = {folder.name.rsplit("__", 1)[0] for folder in results}
    assert {"say-\"hello\"-to-o'brien's-csv", "größen-in-日本語-umrechnen-✓"} <= names
    assert max(map(len, names)) == 32
    assert max(len(result["task_name"]) for result in results.values()) > 120


def test_patches_hold_what_they_announce(history):
    patches = [path.read_text() for path in history.glob("*/*/artifacts/logs/artifacts/patch.diff")]
    assert {patch.count("diff --git") for patch in patches} == {1, 5}
    for patch in set(patches):
        for part in patch.split("diff --git")[1:]:
            if "\nnew mode " in part or "\nBinary files " in part:
                assert "\n@@" not in part
                continue
            hunk = part.split("\n@@", 1)[1]
            assert any(line.startswith(("+", "-")) for line in hunk.splitlines()[1:])


def test_an_agent_at_a_terminal_leaves_a_recording(history):
    recordings = list(history.glob("*/*/agent/recording.cast"))
    assert recordings
    for path in recordings:
        header, *events = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        assert (header["version"], header["width"]) == (2, 100)
        seconds = [second for second, _, _ in events]
        assert seconds == sorted(seconds)
        assert any("pytest" in text or "\r\n" in text for _, _, text in events)


def test_a_partial_reward_says_what_it_is_the_mean_of(history):
    details = list(history.glob("*/*/verifier/reward-details.json"))
    assert details
    for path in details:
        judged = read(path)["reward"]
        values = [criterion["value"] for criterion in judged["criteria"]]
        assert judged["score"] == sum(values) / len(values) == read(path.with_name("reward.json"))["reward"]
