import json
from itertools import count
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.domain.trajectories import Place
from dashboard.readers.trajectories import finding
from tests.readers.trajectories.documents_made import agent_step, document, of_steps

STEPS = of_steps(
    {"source": "user", "message": [{"type": "text", "text": "Fix the Needle bug, the needle one"}]},
    agent_step(
        2, reasoning_content="where is it",
        tool_calls=[{"function_name": "grep", "arguments": {"in": ["needle", {"deep": "NEEDLE"}]}}],
        observation={"results": [{"content": "hay\nneedle\nhay"}, "loose needle"]},
    ),
    agent_step(3, message="nothing", observation="a needle alone"),
)  # fmt: skip


def places(result):
    return [(hit.number, hit.place, hit.occurrences) for hit in result.hits]


def test_a_text_is_found_in_every_place_of_every_step():
    found = document(STEPS).find("needle")
    assert places(found) == [
        (1, Place.MESSAGE, 2), (2, Place.ARGUMENTS, 2), (2, Place.OUTPUT, 2), (3, Place.OUTPUT, 1),
    ]  # fmt: skip
    assert (found.count, found.searched, found.is_cut_off, found.problem) == (7, 3, False, "")
    assert (found.hits[0].before, found.hits[0].found, found.hits[0].after) == (
        "Fix the ",
        "Needle",
        " bug, the needle one",
    )


def test_case_counts_if_it_is_asked_for():
    assert document(STEPS).find("NEEDLE", case=True).count == 1
    assert document(STEPS).find("needle", case=True).count == 5
    assert document(STEPS).find("N.E", is_regex=True, case=True).count == 1
    assert document(STEPS).find("N.E", is_regex=True).count == 7


def test_a_text_is_no_expression_unless_it_is_said_to_be_one():
    assert document(STEPS).find("n..dle").count == 0
    assert document(STEPS).find("n..dle", is_regex=True).count == 7
    assert document(STEPS).find(r"^hay$", is_regex=True).count == 0
    assert document(STEPS).find(r"(?m)^hay$", is_regex=True).count == 2


@pytest.mark.parametrize("sought", ["", "x" * 501, "(", "a{9}{9}**", "(?P<a"])
def test_what_cannot_be_searched_for_is_a_problem(sought):
    found = document(STEPS).find(sought, is_regex=True)
    assert found.problem
    assert found.hits == ()


def test_an_expression_that_takes_for_ever_is_given_up(monkeypatch):
    monkeypatch.setattr(finding, "_SLOWEST", 0.05)
    found = document(of_steps(agent_step(1, message="a" * 5_000 + "b"))).find(r"(a|a)+(a|aa)+$", is_regex=True)
    assert "too long" in found.problem
    assert found.is_cut_off


@pytest.mark.parametrize(
    "steps",
    [[agent_step(1)] * 50, [{"tool_calls": [{"arguments": ["step"] * 50}]}]],
    ids=["many steps", "one step of many texts"],
)
def test_the_time_for_all_together_is_bounded(steps):
    ticks = count(step=0.5)
    match = finding.matcher("step", is_regex=False, case=False)
    found = finding.find(enumerate(steps, 1), match, lambda: next(ticks))
    assert found.is_cut_off
    assert 0 < found.count < 10


def test_hits_are_bounded_and_counted_on(monkeypatch):
    monkeypatch.setattr(finding, "MOST_HITS", 5)
    found = document(of_steps(*(agent_step(n) for n in range(8)))).find("step")
    assert (len(found.hits), found.count, found.is_cut_off) == (5, 8, True)


def test_the_words_around_are_few_however_long_the_text_and_the_find():
    text = "b" * 500 + "needle" + "a" * 500
    (hit,) = document(of_steps({"message": text})).find("needle").hits
    assert (hit.before, hit.after) == ("b" * finding.BEFORE, "a" * finding.AFTER)
    (hit,) = document(of_steps({"message": text})).find("b.*", is_regex=True).hits
    assert (hit.before, len(hit.found), hit.after) == ("", finding.AFTER, "")


def test_an_expression_that_finds_nothing_everywhere_finds_nothing():
    assert document(STEPS).find("q*", is_regex=True).count == 0


@given(
    st.lists(st.text('aA1e.- \\"kü\n', max_size=6), max_size=4),
    st.text('aA1e.- \\"kü', min_size=1, max_size=3).filter(str.strip),
    st.booleans(),
)
def test_what_is_passed_over_unparsed_holds_nothing(said, sought, is_escaped):
    calls = [[{"function_name": "f", "arguments": {"command": text, "n": [1e10, 1.0, {text: True}]}}] for text in said]
    wire = of_steps(*(agent_step(number, message="", tool_calls=call) for number, call in enumerate(calls, 1)))
    opened = document(json.dumps(wire, ensure_ascii=is_escaped).encode())
    found = opened.find(sought)
    everything = finding.find(opened.index.values(), finding.matcher(sought, is_regex=False, case=False), monotonic)
    assert found == everything


def test_a_letter_written_by_its_number_is_found():
    opened = document(rb'{"steps": [{"source": "agent", "message": "\u0068ello"}]}')
    assert opened.find("hello").count == 1


def in_ticks(steps, step=0.5):
    ticks = count(step=step)
    return finding.find(steps, finding.matcher("step", is_regex=False, case=False), lambda: next(ticks))


def test_a_search_that_is_out_of_time_goes_on_where_it_ended_and_gets_to_the_end():
    steps = [(number, agent_step(number)) for number in range(1, 31)]
    first, seen = 1, []
    while first:
        found = in_ticks(steps[first - 1 :])
        assert found.next == 0 or found.next > first
        assert found.is_cut_off == found.is_out_of_time == bool(found.next)
        seen += [hit.number for hit in found.hits]
        first = found.next
    assert list(dict.fromkeys(seen)) == list(range(1, 31))


def test_a_step_that_takes_all_the_time_is_left_behind():
    found = in_ticks([(7, {"tool_calls": [{"arguments": ["step"] * 50}]}), (8, agent_step(8))])
    assert found.next == 8


def test_hits_that_are_not_listed_are_found_by_going_on(monkeypatch):
    monkeypatch.setattr(finding, "MOST_HITS", 5)
    made = document(of_steps(*(agent_step(n) for n in range(1, 9))))
    found = made.find("step")
    assert (found.next, found.is_out_of_time, found.searched) == (6, False, 8)
    rest = made.find("step", first=found.next)
    assert [hit.number for hit in rest.hits] == [6, 7, 8]
    assert (rest.next, rest.is_cut_off, rest.searched) == (0, False, 3)
