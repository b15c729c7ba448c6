from decimal import Decimal

from dashboard.domain.trajectories import Totals
from dashboard.readers.trajectories import heads
from tests.readers.trajectories.documents_made import agent_step, document, of_steps


def test_the_head_tells_everything_but_the_steps():
    head = document({
        "schema_version": "ATIF-v1.7", "trajectory_id": "t", "session_id": "s", "notes": "n",
        "agent": {"name": "a", "version": "1", "model_name": "m", "tool_definitions": [{"type": "function"}],
                  "extra": {"p": 1}},
        "steps": [agent_step(1)],
        "final_metrics": {"total_prompt_tokens": 5, "total_completion_tokens": 4, "total_cached_tokens": 3,
                          "total_cost_usd": 0.25, "total_steps": 1},
        "continued_trajectory_ref": "trajectory.cont-1.json", "extra": {"q": 2}, "brand_new": True,
        "subagent_trajectories": [{"trajectory_id": "sub"}, {"trajectory_id": "sub"}, {"steps": []}, 3],
    }).head  # fmt: skip
    assert (head.schema_version, head.trajectory_id, head.session_id, head.notes) == ("ATIF-v1.7", "t", "s", "n")
    assert (head.agent, head.agent_version, head.model) == ("a", "1", "m")
    assert head.tool_definitions == [{"type": "function"}]
    assert head.final == Totals(prompt_tokens=5, completion_tokens=4, cached_tokens=3, cost=Decimal("0.25"), steps=1)
    assert head.continuation == "trajectory.cont-1.json"
    assert head.extra == {"q": 2, "brand_new": True, "agent": {"p": 1}}
    assert head.embedded == ["sub", "#3"]
    assert head.is_whole
    assert head.problems == ()


def test_the_beginning_is_what_stands_before_the_steps():
    found = document(of_steps(*(agent_step(n, message="x" * 9_999) for n in range(100)), notes="at the end"))
    assert (found.beginning.agent, found.beginning.notes) == ("terminus-2", "")
    assert found.head.notes == "at the end"


def test_of_a_file_cut_off_the_head_is_what_was_there_and_says_so():
    head = document(b'{"agent": {"name": "a"}, "steps": [{"source": "user"}, {"sour').head
    assert (head.agent, head.is_whole, head.final) == ("a", False, None)


def test_what_cannot_be_read_of_the_head_is_told():
    head = document({"agent": "terminus", "final_metrics": [1], "notes": {"a": 1}, "steps": []}).head
    assert head.agent == ""
    assert "Its final_metrics are no object: [\n  1\n]" in head.problems
    assert "Its notes is no text." in head.problems


def test_a_member_too_long_to_be_shown_is_named(monkeypatch):
    monkeypatch.setattr(heads, "LARGEST_MEMBER", 100)
    head = document({"notes": "x" * 200, "session_id": "s", "steps": []}).head
    assert (head.notes, head.session_id) == ("", "s")
    assert head.problems == ("Its notes is 202 bytes long, too much to be shown.",)


def test_nan_and_infinities_are_no_money():
    head = document(
        b'{"final_metrics": {"total_cost_usd": NaN, "total_prompt_tokens": 1e999, "total_steps": Infinity}}'
    ).head
    assert head.final == Totals()
