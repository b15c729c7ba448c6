import json

import pytest

from dashboard.views import json_trees
from dashboard.views.viewers import rewards
from tests.pages import classed, text_of
from tests.views.viewers.made_pages import folder, kept_trial, shown

__all__ = ["folder", "kept_trial", "shown"]

EVIL = "<script>alert(1)</script>"


def judged(**more):
    criterion = {"name": "is tidy", "value": 0.5, "raw": "3", "weight": 2.0, "reasoning": "It is\nnot bad.", **more}
    return {"score": 0.5, "kind": "llm", "judge": {"model": "a/judge"}, "criteria": [criterion]}


def test_rewards_are_figures(shown):
    _, tree = shown(rewards, "reward.json", '{"reward": 0.6666666666666666, "files": 2}')
    [tiles] = classed(tree, "tiles")
    assert text_of(tiles) == "reward 0.6667 files 2"


def test_the_one_of_a_text_is_a_figure_too(shown):
    html, tree = shown(rewards, "reward.txt", "1.0\n")
    assert text_of(next(iter(classed(tree, "tile-value")))) == "1"
    assert "banner" not in html


def test_criteria_have_score_weight_and_the_judges_reasons(shown):
    _, tree = shown(rewards, "reward-details.json", json.dumps({"quality": judged()}))
    [table] = classed(tree, "criteria")
    assert text_of(table.find("tbody")) == "is tidy It is not bad. 0.5 said: 3 2"
    assert "judged by a/judge" in text_of(tree)


def test_components_are_sections_that_name_what_they_belong_to(shown):
    part = {"name": "style", "weight": 0.5, "detail": judged()}
    _, tree = shown(rewards, "reward-details.json", json.dumps({"quality": {"score": 1, "components": [part]}}))
    assert [text_of(head) for head in tree.iter("h2")] == ["quality"]
    assert [text_of(head) for head in tree.iter("h3")] == ["quality › style"]


@pytest.mark.parametrize("key", ["name", "raw", "reasoning", "description", "error", "model"])
def test_markup_in_any_text_of_a_judge_is_text(shown, key):
    html, tree = shown(rewards, "reward-details.json", json.dumps({EVIL: judged(**{key: EVIL})}))
    assert "<script" not in html
    assert EVIL in text_of(tree)


def test_an_unknown_shape_is_shown_as_json(shown):
    html, tree = shown(rewards, "reward-details.json", json.dumps({"a": {"b": [EVIL]}}))
    assert "<script" not in html
    assert EVIL in text_of(next(iter(classed(tree, "json"))))


@pytest.mark.parametrize("data", ["", "{", "{}", "nonsense"])
def test_what_cannot_be_read_says_why(shown, data):
    html, _ = shown(rewards, "reward.json", data)
    assert "could not be read whole" in html


def test_a_huge_file_of_criteria_is_a_bounded_page(shown):
    html, tree = shown(rewards, "reward-details.json", json.dumps({"a": {"criteria": [{"name": "x"}] * 20_000}}))
    assert len(list(tree.iter("tr"))) < 2_100
    assert "the others are left out" in html


def test_rewards_lead_to_how_they_were_come_to_and_back(shown, folder):
    assert "More about it" not in shown(rewards, "reward.json", '{"a": 1}')[0]
    _, tree = shown(rewards, "reward-details.json", json.dumps({"a": judged()}))
    assert [link.get("href").rpartition("/file/")[2] for link in tree.iter("a")] == ["reward.json"]
    _, tree = shown(rewards, "reward.json", '{"a": 1}')
    assert [link.get("href").rpartition("/file/")[2] for link in tree.iter("a")] == ["reward-details.json"]


def test_what_else_judgements_say_is_bounded_for_all_of_them_together(shown):
    more = {"criteria": [], "more": list(range(1_000))}
    html, tree = shown(rewards, "reward-details.json", json.dumps({f"reward {n}": more for n in range(50)}))
    assert len(list(tree.iter("li"))) < 2 * json_trees.MAX_NODES
    assert "more, not shown" in html
