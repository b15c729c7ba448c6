"""What is known of a file's steps, and how little of it must be looked at for an answer."""

from dashboard.readers.trajectories import indexes
from dashboard.readers.trajectories.rows import Sums, encode, has_refs
from tests.readers.trajectories.documents_made import agent_step, document, of_steps


def test_steps_far_behind_what_was_looked_at_come_without_sums(monkeypatch):
    monkeypatch.setattr(indexes, "FAR", 3)
    opened = document(of_steps(*(agent_step(n, metrics={"prompt_tokens": 10}) for n in range(1, 11))))
    assert [step.running.prompt_tokens for step in opened.steps(8, 2)] == [None, None]
    assert [step.metrics.prompt_tokens for step in opened.steps(8, 2)] == [10, 10]
    assert not opened.index.is_noted
    assert [totals.prompt_tokens for totals in opened.running(8, 2)] == [80, 90]
    assert [step.running.prompt_tokens for step in opened.steps(8, 2)] == [80, 90]


def test_the_time_since_the_step_before_is_told_without_sums(monkeypatch):
    monkeypatch.setattr(indexes, "FAR", 0)
    opened = document(of_steps(*(agent_step(n, timestamp=f"2026-01-01T00:00:{n:02}Z") for n in range(1, 5))))
    assert [step.seconds for step in opened.steps(3, 9)] == [1.0, 1.0]


def test_rows_tell_whether_they_name_sub_agents_without_being_decoded():
    ref = {"subagent_trajectory_ref": {"trajectory_id": '",[]', "trajectory_path": "a.json"}}
    with_refs = agent_step(1, message=",[],[", observation={"results": [ref]})
    assert has_refs(encode(with_refs, Sums()))
    assert not has_refs(encode(agent_step(1, message='x",[["a"]],['), Sums()))
