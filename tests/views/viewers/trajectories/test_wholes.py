import pytest

from dashboard.views.viewers.trajectories.wholes import PORTION, text_of, whole
from tests.views.viewers.trajectories.made import agent_step, called, chosen, trajectory


def step_of(wire):
    return trajectory(wire).steps(1, 1)[0]


def test_each_text_of_a_step_has_an_address():
    step = step_of(called(output="the output", arguments={"x": 1}) | {"message": "hi", "reasoning_content": "hm"})
    assert text_of(step, "m0") == ("hi", "markdown")
    assert text_of(step, "r") == ("hm", "markdown")
    assert text_of(step, "a0") == ('{"x": 1}', "json")
    assert text_of(step, "o0.0") == ("the output", "")


@pytest.mark.parametrize(
    "item", ["", "m", "m7", "a1", "o5.0", "o0.9", "z1", "m-1", "o0.0.0", "m0 ", "../x", "m9999999"]
)
def test_other_addresses_lead_nowhere(item):
    assert text_of(step_of(agent_step(1, message=[])), item) is None


def test_a_long_text_comes_in_portions_that_end_with_lines():
    text = "\n".join(f"line {number}" for number in range(1, 40_001))
    first = whole(chosen("step=3"), text, "", item="o0.0", at=0)
    assert first.html.endswith("\n")
    assert len(first.html) <= PORTION
    assert first.words.startswith("Lines 1–")
    assert "at=" in first.later
    assert first.earlier == ""
    second = whole(chosen("step=3"), text, "", item="o0.0", at=len(first.html))
    assert second.html.startswith("line ")
    assert "part=text" in second.earlier


def test_one_line_of_ten_megabytes_comes_in_portions_too():
    portion = whole(chosen(), "x" * 10_000_000, "", item="m0", at=9_990_000)
    assert len(portion.html) == 10_000
    assert portion.later == ""


def test_a_place_behind_the_end_is_empty():
    assert whole(chosen(), "abc", "", item="m0", at=99).html == ""


def test_messages_are_rendered_unless_they_are_wanted_raw():
    assert whole(chosen(), "**a**", "markdown", item="m0", at=0).is_prose
    assert whole(chosen("view=raw"), "**a**", "markdown", item="m0", at=0).html == "**a**"
