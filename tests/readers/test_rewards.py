import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers import rewards
from dashboard.readers.rewards import Rewards
from dashboard.readers.values import parse
from tests.readers.made_files import MadeFile

DETAILS = {
    "correctness": {
        "score": 0.75,
        "criteria": [
            {"name": "tests pass", "value": 1.0, "raw": True, "weight": 2.0, "description": "all of them"},
            {
                "name": "is tidy",
                "value": 0.5,
                "raw": "3",
                "weight": 1.0,
                "reasoning": "long",
                "negate": True,
                "confidence": 0.9,
            },
            {"name": "broke", "value": 0.0, "raw": None, "weight": 1.0, "error": "timed out"},
        ],
        "kind": "llm",
        "judge": {"model": "anthropic/judge", "timeout": 300},
        "judge_output": "I think",
        "usage": {"input_tokens": 5},
        "warnings": ["was cut"],
        "guard": {"flagged": True, "reasoning": "it flatters"},
    }
}


def _read(document: object, name: str = "reward-details.json") -> Rewards:
    return rewards.read(MadeFile(json.dumps(document).encode()), name)


@pytest.mark.parametrize(("written", "value"), [(b"1.0\n", 1.0), (b" 0.5", 0.5), (b"-3", -3.0)])
def test_a_text_is_one_reward(written: bytes, value: float) -> None:
    [reward] = rewards.read(MadeFile(written), "reward.txt").rewards
    assert (reward.name, reward.value) == ("reward", value)


def test_a_text_that_is_no_number_is_shown_with_the_reason() -> None:
    found = rewards.read(MadeFile(b"pass <script>"), "reward.txt")
    assert found.rewards[0].text == "pass <script>"
    assert found.problem


def test_an_object_of_numbers_is_rewards_in_its_order() -> None:
    found = _read({"reward": 0.66, "files": 2, "note": "x"}, "reward.json")
    assert [(each.name, each.value, each.text) for each in found.rewards] == [
        ("reward", 0.66, ""),
        ("files", 2.0, ""),
        ("note", None, "x"),
    ]


def test_a_judgement_is_read_with_criteria_and_the_judges_reasons() -> None:
    [found] = _read(DETAILS).judgements
    first, second, third = found.criteria
    assert (found.name, found.score, found.kind, found.judge, found.output) == (
        "correctness", 0.75, "llm", "anthropic/judge", "I think",
    )  # fmt: skip
    assert list(found.warnings) == ["was cut", "The guard flagged it: it flatters"]
    assert (first.name, first.score, first.raw, first.weight, first.description) == (
        "tests pass", 1.0, "true", 2.0, "all of them",
    )  # fmt: skip
    assert (second.reasoning, list(second.marks)) == ("long", ["negated", "confidence 0.9"])
    assert third.error == "timed out"
    assert found.rest == {"usage": {"input_tokens": 5}}


def test_several_judgements_of_one_reward_and_components_are_read() -> None:
    part = {"name": "style", "weight": 0.5, "detail": DETAILS["correctness"]}
    group = {"kind": "group", "score": 1, "aggregation": "mean", "components": [part]}
    found = _read({"quality": group, "twice": [DETAILS["correctness"], DETAILS["correctness"]]})
    assert [each.name for each in found.judgements] == ["quality", "twice", "twice"]
    [component] = found.judgements[0].components
    assert (component.name, component.weight, len(component.criteria)) == ("style", 0.5, 3)


@pytest.mark.parametrize("document", [{"a": {"b": []}}, [1, 2], "text", {"a": "b"}])
def test_an_unknown_shape_is_kept_as_it_is(document: object) -> None:
    assert _read(document).unknown == document


@pytest.mark.parametrize("data", [b"", b"  ", b"{", b'{"reward": 1', b"[" * 10**6])
def test_what_cannot_be_read_is_a_problem(data: bytes) -> None:
    assert rewards.read(MadeFile(data), "reward.json").problem


def test_components_within_components_end_at_a_bound() -> None:
    detail: dict[str, object] = {"criteria": []}
    for _ in range(200):
        detail = {"components": [{"name": "in", "detail": detail}]}
    depth, found = 0, _read({"a": detail}).judgements
    while found:
        depth, found = depth + 1, found[0].components
    assert depth == rewards.MOST_DEPTH


def test_criteria_beyond_the_bound_are_left_out_and_that_is_said() -> None:
    found = _read({"a": {"criteria": [{"name": "x"}] * 5_000}})
    assert len(found.judgements[0].criteria) == rewards.MOST_PARTS
    assert "more than" in found.problem


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["criteria", "components", "detail", "a"]), inner),
)


@given(_JSON)
def test_any_json_is_read(document: object) -> None:
    found = _read(document)
    shown = found.rewards or found.judgements or found.problem
    assert shown or found.unknown == parse(json.dumps(document).encode())


@pytest.mark.parametrize("name", ["reward.json", "reward-details.json"])
def test_values_nested_as_deep_as_can_be_are_borne(name: str) -> None:
    deep = b"[" * 900 + b"]" * 900
    found = rewards.read(MadeFile(b'{"a": 1, "b": ' + deep + b', "c": {"criteria": [], "kind": ' + deep + b"}}"), name)
    assert [judgement.name for judgement in found.judgements] == ["c"]
