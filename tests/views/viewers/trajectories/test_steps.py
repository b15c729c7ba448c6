"""A step as a person sees it, and as a hostile one would like it to be seen."""

import re

import pytest

from tests.views.viewers.made_subjects import words
from tests.views.viewers.trajectories.made import agent_step, call, called, html_of, result, step_page

SCRIPT = "<script>alert(1)</script>"
HANDLER = '<img src=x onerror="alert(1)">'
LINK = "[click](javascript:alert(1))"


def test_a_step_tells_what_it_took_and_cost():
    step = agent_step(
        1,
        timestamp="2026-01-01T00:00:00Z",
        metrics={"prompt_tokens": 37_610, "cached_tokens": 14_789, "completion_tokens": 233, "cost_usd": 0.0764},
    )
    page = step_page(step)
    assert page.figures == "37.6k in · 14.8k cached · 233 out · $0.076"
    assert page.running == "37.8k tokens · $0.076"


def test_time_is_counted_from_the_step_before():
    first, second = (agent_step(n, timestamp=f"2026-01-01T00:00:0{n}Z") for n in (1, 4))
    assert "3.0 s" in words(html_of(first, second))


def test_messages_of_system_and_user_are_folded_sooner_than_the_agents():
    text = "\n\n".join("word" for _ in range(6))
    told, said = (html_of(agent_step(1, message=text) | {"source": source}) for source in ("user", "agent"))
    assert "Show all 11 lines" in told
    assert "Show all" not in said


def test_reasoning_is_closed_until_everything_is_opened():
    step = agent_step(1, reasoning_content="Hm.\nLet me see.")
    assert '<details class="fold step-reasoning"><summary>' in html_of(step)
    assert '<details class="fold step-reasoning" open><summary>' in html_of(step, query="open=all")


def test_calls_are_open_until_everything_is_closed():
    assert '<details class="call" open>' in html_of(called())
    assert '<details class="call">' in html_of(called(), query="open=none")


def test_long_output_shows_its_first_lines_and_the_way_to_the_rest():
    html = html_of(called(output="\n".join(f"line {n}" for n in range(4_312))))
    assert "Show all 4,312 lines" in words(html)
    assert "line 19" in html
    assert "line 20" not in html
    assert "step=1&amp;item=o0.0&amp;part=text" in html


def test_results_stand_below_their_calls_whatever_their_order():
    step = agent_step(
        1,
        tool_calls=[call("Read", call_id="a"), call("Bash", call_id="b")],
        observation={"results": [result("of b", "b"), result("of a", "a"), result("of none", None)]},
    )
    text = words(html_of(step))
    places = [text.rindex(part) for part in ("Read", "of a", "Bash", "of b", "of none")]
    assert places == sorted(places)


def test_the_only_result_of_an_only_call_is_its():
    page = step_page(agent_step(1, tool_calls=[call()], observation={"results": [result("x", None)]}))
    assert len(page.calls[0].outcomes) == 1
    assert page.outcomes == []


@pytest.mark.parametrize(
    ("shown", "gone"),
    [
        ("reasoning,tools,outputs", "the message"),
        ("messages,tools,outputs", "the reasoning"),
        ("messages,reasoning,outputs", "the argument"),
        ("messages,reasoning,tools", "the output"),
    ],
)
def test_each_kind_can_be_left_out(shown, gone):
    step = called(output="the output", arguments={"x": "the argument"})
    step |= {"message": "the message", "reasoning_content": "the reasoning"}
    all_of_it, some = html_of(step), html_of(step, query=f"show={shown}")
    assert gone in all_of_it
    assert gone not in some
    assert {"the message", "the reasoning", "the argument", "the output"} - {gone} <= set(
        re.findall(r"the (?:message|reasoning|argument|output)", some)
    )


def test_metadata_are_there_when_asked_for():
    step = agent_step(1, model_name="gpt-5", extra={"a": {"b": 1}})
    assert "gpt-5" not in html_of(step)
    assert "gpt-5" in html_of(step, query="show=metadata")


def test_an_error_is_said_in_the_head_and_at_its_call():
    html = html_of(called(output="boom", is_error=True, extra={"is_error": True}))
    assert html.count(">Error</span>") == 2
    assert '<details class="call" open data-state="failed">' in html


def test_a_rewritten_context_is_a_rule_across_the_page():
    change = {"type": "compaction", "boundary": "replace"}
    step = {"step_id": 1, "source": "system", "message": "", "extra": {"context_management": change}}
    assert "Context rewritten: compaction (replace)" in words(html_of(step))


def test_copied_context_and_inlined_sub_agents_are_marked():
    html = html_of(agent_step(1, is_copied_context=True), agent_step(2, extra={"is_sidechain": True}))
    assert "Copied context" in html
    assert "is-sidechain" in html


def test_a_step_with_hundreds_of_calls_shows_some_and_leads_to_the_rest():
    step = agent_step(1, tool_calls=[call(call_id=str(n)) for n in range(300)])
    html = html_of(step)
    assert html.count('class="call"') == 16
    assert "284 more in this step" in words(html)
    assert len(step_page(step, most=300).calls) == 300


def test_media_of_the_trial_are_shown_and_others_are_only_named():
    def image(path):
        return {"type": "image", "source": {"media_type": "image/png", "path": path}}

    html = html_of(
        agent_step(1, message=[image("images/a.png"), image("../../secret.png"), image("https://evil.example/a.png")])
    )
    assert html.count("<img") == 1
    assert "/inline/agent/images/a.png" in html
    assert "../../secret.png" in html
    assert "evil.example/a.png" in words(html)
    assert html.count("not among this trial’s files") == 2


def test_files_that_are_no_media_are_not_shown_as_such():
    part = {"type": "image", "source": {"media_type": "image/png", "path": "page.svg"}}
    assert "<img" not in html_of(agent_step(1, message=[part]))


def test_sounds_are_played_when_asked_to():
    part = {"type": "audio", "source": {"media_type": "audio/wav", "path": "a.wav"}, "duration_sec": 3.5}
    html = html_of(agent_step(1, message=[part]))
    assert '<audio controls preload="none"' in html
    assert "3.5 s" in html


def test_sub_agents_are_links_where_they_can_be_opened():
    def ref(**fields):
        return result("done", subagent_trajectory_ref=[fields])

    step = agent_step(
        1,
        observation={
            "results": [
                ref(trajectory_id="sub-1", extra={"summary": "looked around"}),
                ref(trajectory_path="sub.json"),
                ref(trajectory_path="../../../x.json"),
            ]
        },
    )
    html = html_of(step)
    assert 'href="/page/?q=x&amp;within=sub-1"' in html
    assert "looked around" in html
    assert "/file/agent/sub.json" in html
    assert html.count("<a href") - html.count("data-row-link") == 2


@pytest.mark.parametrize("text", [SCRIPT, HANDLER, LINK, '"><svg onload=alert(1)>', "{{ 7 }}{% load x %}"])
@pytest.mark.parametrize("query", ["", "view=raw", "open=all&show=messages,reasoning,tools,outputs,metadata"])
@pytest.mark.parametrize(
    "place",
    [
        lambda text: agent_step(1, message=text),
        lambda text: agent_step(1, reasoning_content=text),
        lambda text: agent_step(1, model_name=text, extra={text: text}),
        lambda text: called(arguments={text: text, "command": text}),
        lambda text: called(output=text),
        lambda text: agent_step(1, tool_calls=[call(name=text, call_id=text)]),
        lambda text: agent_step(1, message=[{"type": "image", "source": {"path": text}}]),
        lambda text: agent_step(
            1, observation={"results": [result("x", subagent_trajectory_ref={"trajectory_path": text})]}
        ),
        lambda text: {"step_id": text, "source": text, "message": "x"},
        lambda text: agent_step(1, extra={"context_management": {"type": text, "boundary": text}}),
    ],
)
def test_nothing_a_step_says_runs_or_leads_to_what_runs(text, query, place):
    """The helper has a strict parser look for elements, attributes and addresses that could run."""
    html = html_of(place(text), query=query)
    assert "<script" not in html
    assert "<img" not in html
