import pytest

from dashboard.readers.trajectories.outlines import LONGEST_TITLE, title_of, tools_of
from tests.readers.trajectories.documents_made import agent_step, document, of_steps


@pytest.mark.parametrize(
    ("step", "title"),
    [
        ({"message": "  Fix\n\tthe   bug "}, "Fix the bug"),
        ({"message": [{"type": "image"}, {"type": "text", "text": "See this"}]}, "See this"),
        ({"tool_calls": [{"function_name": "bash", "arguments": {"n": 1, "command": "ls -la"}}]}, "bash ls -la"),
        ({"message": "", "tool_calls": [{"function_name": "bash", "arguments": "ls"}]}, "bash ls"),
        ({"message": "", "reasoning_content": "I wonder"}, "I wonder"),
        ({"observation": {"results": [{"content": ""}, {"content": "came back"}]}}, "came back"),
        ({}, ""),
    ],
)  # fmt: skip
def test_the_title_is_the_first_words_of_what_it_says_or_does(step, title):
    assert title_of(step) == title


def test_a_long_title_is_cut_off_and_says_so():
    title = title_of({"message": "word " * 10_000})
    assert len(title) <= LONGEST_TITLE
    assert title.endswith("word…")


def test_tools_are_named_once_and_at_most_five():
    calls = [{"function_name": name} for name in ("a", "b", "a", "", "c", "d", "e", "f")]
    assert tools_of({"tool_calls": [*calls, None]}) == ("a", "b", "c", "d", "e")


def test_an_outline_tells_what_is_needed_of_each_step():
    ref = {"trajectory_id": "x"}
    found = document(of_steps(
        {"source": "user", "message": "Go"},
        agent_step(
            2, tool_calls=[{"function_name": "Task"}], metrics={"prompt_tokens": 5, "cost_usd": 1},
            observation={"results": [{"content": "Error: no", "subagent_trajectory_ref": [ref, ref]}]},
        ),
    )).outline(2, 1)  # fmt: skip
    assert [
        (row.number, row.title, list(row.tools), row.prompt_tokens, row.has_error, row.subagents) for row in found
    ] == [(2, "step 2", ["Task"], 5, True, 2)]
