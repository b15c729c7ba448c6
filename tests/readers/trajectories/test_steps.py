from datetime import UTC, datetime
from decimal import Decimal

import pytest

from dashboard.domain.trajectories import ContentPart, PartKind, StepSource, SubagentRef
from dashboard.readers.trajectories.steps import MOST_CALLS, step
from dashboard.readers.values import DEEPEST, TOO_DEEP


def test_a_step_of_an_agent_is_read_with_all_it_has():
    found = step(7, {
        "step_id": 6, "timestamp": "2026-06-16T14:35:30.872+02:00", "source": "agent", "model_name": "claude-opus-4-6",
        "reasoning_effort": 3, "message": "I look.", "reasoning_content": "Hm.", "llm_call_count": 1,
        "tool_calls": [{"tool_call_id": "c1", "function_name": "Read", "arguments": {"path": "a"}, "extra": {"x": 1}}],
        "observation": {"results": [{"source_call_id": "c1", "content": "text", "extra": {"y": 2}}]},
        "metrics": {"prompt_tokens": 9, "completion_tokens": 8.0, "cached_tokens": 0, "cost_usd": 0.1,
                    "completion_token_ids": [1, 2], "extra": {"reasoning_tokens": 4}},
        "extra": {"is_sidechain": True}, "brand_new": "kept",
    })  # fmt: skip
    assert (found.number, found.step_id, found.source) == (7, "6", StepSource.AGENT)
    assert found.timestamp == datetime(2026, 6, 16, 12, 35, 30, 872000, tzinfo=UTC)
    assert (found.reasoning_effort, found.reasoning, found.llm_calls) == ("3", "Hm.", 1)
    assert found.message == (ContentPart(text="I look."),)
    assert [(call.call_id, call.name, call.arguments, call.extra) for call in found.tool_calls] == [
        ("c1", "Read", {"path": "a"}, {"x": 1})
    ]
    assert [(result.call_id, result.content, result.extra) for result in found.results] == [
        ("c1", (ContentPart(text="text"),), {"y": 2})
    ]
    assert (found.metrics.completion_tokens, found.metrics.cost) == (8, Decimal("0.1"))
    assert found.metrics.extra == {"reasoning_tokens": 4, "completion_token_ids": "2 values, not shown"}
    assert found.is_sidechain
    assert found.extra == {"is_sidechain": True, "brand_new": "kept"}
    assert found.problems == ()


def test_pictures_and_sounds_are_parts_of_messages_and_of_results():
    image = {"type": "image", "source": {"media_type": "image/png", "path": "images/1.png"}}
    sound = {"type": "audio", "source": {"media_type": "audio/wav", "path": "/logs/a.wav"}, "duration_sec": 2.5}
    odd = {"type": "smell", "of": "bread"}
    found = step(1, {
        "source": "user", "message": [{"type": "text", "text": "See"}, image, sound],
        "observation": {"results": [{"content": [image, "loose", odd]}]},
    })  # fmt: skip
    picture = ContentPart(kind=PartKind.IMAGE, path="images/1.png", media_type="image/png")
    assert found.message[1:] == (
        picture, ContentPart(kind=PartKind.AUDIO, path="/logs/a.wav", media_type="audio/wav", seconds=2.5),
    )  # fmt: skip
    assert found.results[0].content[0] == picture
    assert found.results[0].content[1].text == "loose"
    assert "bread" in found.results[0].content[2].text


def test_references_to_sub_agents_are_read_alone_and_in_lists():
    ref = {"session_id": "s", "trajectory_path": "t.json", "extra": {"summary": "It looked."}}
    found = step(1, {"source": "system", "message": "", "observation": {"results": [
        {"subagent_trajectory_ref": [ref, {"trajectory_id": "x"}]}, {"subagent_trajectory_ref": ref},
    ]}})  # fmt: skip
    told = SubagentRef(path="t.json", session_id="s", summary="It looked.")
    assert [result.subagents for result in found.results] == [(told, SubagentRef(trajectory_id="x")), (told,)]


def test_where_the_context_was_rewritten_is_told():
    extra = {"context_management": {"type": "compaction", "boundary": "replace"}}
    found = step(1, {"source": "system", "message": "", "extra": extra, "is_copied_context": True})
    assert (found.context_change, found.boundary, found.is_copied) == ("compaction", "replace", True)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"timestamp": "yesterday"}, "Its timestamp cannot be read: yesterday"),
        ({"metrics": {"prompt_tokens": -1}}, "Its prompt_tokens cannot be read: -1"),
        ({"metrics": {"prompt_tokens": True}}, "Its prompt_tokens cannot be read: true"),
        ({"metrics": {"completion_tokens": 1e30}}, "Its completion_tokens cannot be read"),
        ({"metrics": {"cost_usd": "NaN"}}, "Its cost_usd cannot be read: NaN"),
        ({"metrics": []}, "Its metrics are no object."),
        ({"tool_calls": "ls"}, "Its tool calls are no list."),
        ({"observation": "done"}, "Its observation is no object."),
        ({"observation": {"results": 1}}, "Its results are no list."),
        ({"source": "robot"}, "It does not say who made it"),
        ({"message": [{"type": "image"}]}, "It names no file for its picture."),
        ({"reasoning_content": {"a": 1}}, "Its reasoning_content is no text."),
    ],
)
def test_what_is_of_a_wrong_type_is_a_problem_and_the_rest_is_read(fields, problem):
    found = step(1, {"source": "agent", "message": "all the same", "step_id": 1, **fields})
    assert len(found.problems) == 1
    assert problem in found.problems[0]
    assert found.step_id == "1"


@pytest.mark.parametrize("value", [None, [], "text", 3])
def test_what_is_no_object_stands_as_a_step_with_a_problem(value):
    found = step(3, value)
    assert (found.number, found.source) == (3, StepSource.OTHER)
    assert "no JSON object" in found.problems[0]


def test_an_observation_that_is_a_text_is_shown_as_one():
    assert step(1, {"source": "agent", "observation": "done"}).results[0].content == (ContentPart(text="done"),)


def bottom(value, levels=0):
    """What the innermost object holds, and how deep that is."""
    return bottom(value["a"], levels + 1) if isinstance(value, dict) else (value, levels)


def test_what_is_nested_deeply_is_named_so_that_no_reader_of_it_has_to_go_down():
    arguments = {}
    for _ in range(500):
        arguments = {"a": arguments}
    found = step(1, {"source": "agent", "tool_calls": [{"arguments": arguments}], "odd": arguments})
    assert bottom(found.tool_calls[0].arguments) == bottom(found.extra["odd"]) == (TOO_DEEP, DEEPEST)


def test_calls_without_end_are_shown_to_a_limit():
    found = step(1, {"source": "agent", "tool_calls": [{"function_name": "ls"}] * (MOST_CALLS + 1)})
    assert len(found.tool_calls) == MOST_CALLS
    assert found.problems == ("It has 501 tool calls, of which 500 are shown.",)
