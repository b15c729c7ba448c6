"""Which of a trial's files is opened first, and where."""

import pytest

from dashboard.domain.records import ArtifactListing, ArtifactRecord
from dashboard.domain.statuses import Outcome
from dashboard.services import trial_files
from dashboard.services.trial_files import Kind
from dashboard.sources.harbor.artifacts import kind_of

PATHS = [
    "agent/codex.txt", "agent/oracle.txt", "agent/sessions/one.jsonl", "agent/trajectory.cont-1.json",
    "agent/trajectory.json", "artifacts/app/notes.txt", "artifacts/logs/artifacts/model.patch", "config.json",
    "exception.txt", "result.json", "trial.log", "user-agent/trajectory.json", "verifier/ctrf.json",
    "verifier/reward.txt", "verifier/test-stderr.txt", "verifier/test-stdout.txt",
]  # fmt: skip


def listing(*paths, **notes):
    return ArtifactListing(
        artifacts=[
            ArtifactRecord(path=path, kind=kind_of(path), size=len(path), note=notes.get(path, "")) for path in paths
        ]
    )


def paths(found):
    return [record.path for record in found]


def first(kind, outcome, *given, **how):
    return trial_files.first(trial_files.of_kind(listing(*given or PATHS), kind), kind, outcome, **how).path


def test_each_file_stands_where_it_tells_something():
    everything = listing(*PATHS)
    assert paths(trial_files.of_kind(everything, Kind.DIFF)) == ["artifacts/logs/artifacts/model.patch"]
    assert paths(trial_files.of_kind(everything, Kind.TRAJECTORY)) == [
        "agent/trajectory.json", "agent/trajectory.cont-1.json", "user-agent/trajectory.json",
    ]  # fmt: skip
    assert paths(trial_files.of_kind(everything, Kind.RESULT)) == [
        "result.json", "verifier/ctrf.json", "verifier/reward.txt",
    ]  # fmt: skip
    assert paths(trial_files.of_kind(everything, Kind.LOG)) == [
        "agent/codex.txt", "agent/oracle.txt", "agent/sessions/one.jsonl", "exception.txt", "trial.log",
        "verifier/test-stderr.txt", "verifier/test-stdout.txt",
    ]  # fmt: skip


def test_what_continues_a_trajectory_stands_behind_it_by_its_number():
    given = [f"agent/trajectory{middle}.json" for middle in (".cont-10", ".cont-2", "", ".summarization-1-summary")]
    found = trial_files.of_kind(listing(*sorted(given), "agent/a.trajectory.json"), Kind.TRAJECTORY)
    assert [path for path in paths(found) if path in given] == [given[2], given[1], given[0], given[3]]


def test_the_counts_are_those_of_the_files_that_can_be_read():
    found = trial_files.counts(listing("trial.log", "agent/x.txt", "a.diff", **{"agent/x.txt": "It is a link."}))
    assert found == {Kind.LOG: 1, Kind.DIFF: 1, Kind.TRAJECTORY: 0, Kind.RESULT: 0, Kind.RECORDING: 0}


@pytest.mark.parametrize(
    ("outcome", "path"),
    [
        (Outcome.FAILED, "verifier/test-stdout.txt"), (Outcome.PARTIAL, "verifier/test-stdout.txt"),
        (Outcome.ERRORED, "trial.log"), (Outcome.CANCELLED, "trial.log"),
        (Outcome.PASSED, "agent/oracle.txt"), (Outcome.RUNNING, "agent/oracle.txt"),
    ],
)  # fmt: skip
def test_the_log_that_tells_why_comes_first(outcome, path):
    assert first(Kind.LOG, outcome) == path


def test_without_the_log_one_looks_for_another_is_there():
    assert first(Kind.LOG, Outcome.FAILED, "trial.log", "agent/codex.txt") == "agent/codex.txt"


def test_a_trajectory_begins_with_its_first_file_and_results_with_the_report_of_tests():
    assert first(Kind.TRAJECTORY, Outcome.FAILED) == "agent/trajectory.json"
    assert first(Kind.RESULT, Outcome.PASSED) == "verifier/ctrf.json"
    assert first(Kind.RESULT, Outcome.PASSED, "result.json", "verifier/reward.txt") == "verifier/reward.txt"


def test_of_a_multi_step_trial_the_files_of_the_step_one_asks_for_come_first():
    given = [f"steps/{step}/verifier/test-stdout.txt" for step in ("build", "test")]
    assert first(Kind.LOG, Outcome.FAILED, *given, step="test") == given[1]
    assert first(Kind.LOG, Outcome.FAILED, *given, step="gone") == given[0]


def test_nothing_comes_first_where_there_is_nothing():
    assert trial_files.first([], Kind.LOG, Outcome.FAILED) is None


@pytest.mark.parametrize(
    ("path", "step", "below"),
    [
        ("steps/build/agent/x.txt", "build", "agent/x.txt"),
        ("steps/readme", "", "steps/readme"),
        ("a/steps/b/c", "", "a/steps/b/c"),
    ],
)
def test_a_file_knows_its_step(path, step, below):
    assert (trial_files.step_of(path), trial_files.below_step(path)) == (step, below)


@pytest.mark.parametrize("size", [None, 1, 10**9])
def test_a_recording_of_a_terminal_is_no_log_and_is_opened_with_where_there_is_none(size):
    recording = ArtifactRecord(path="agent/terminal.cast", kind="other", size=size)
    log = ArtifactRecord(path="artifacts/odd.log", kind="log", size=1)
    assert trial_files.kind_of(recording) is Kind.RECORDING
    assert trial_files.first([recording, log], Kind.LOG, Outcome.PASSED) is log
    assert trial_files.first([recording], Kind.LOG, Outcome.PASSED) is recording
