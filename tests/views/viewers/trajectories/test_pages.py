"""The page and its pieces, as a browser asks for them."""

from itertools import count

import pytest

from dashboard.models import Run
from dashboard.readers.trajectories import indexes
from tests.views.viewers.made_subjects import assert_well_formed, words
from tests.views.viewers.trajectories.made import agent_step, called

HTMX = {"HX-Request": "true"}


def main(html):
    return html.partition("<main")[2].partition("</main>")[0]


@pytest.fixture
def look(client, page):
    """The page's own region, well formed."""

    def at(path="agent/trajectory.json", *, status=200, **query):
        response = client.get(page(path, **query))
        assert response.status_code == status
        return main(response.content.decode())

    return at


@pytest.fixture
def piece(client, page):
    """A piece of the page, as htmx gets it."""

    def at(name, path="agent/trajectory.json", *, status=200, **query):
        response = client.get(page(path, part=name, **query), headers=HTMX)
        assert response.status_code == status
        html = response.content.decode()
        assert_well_formed(html)
        return html

    return at


def steps(count):
    metrics = {"prompt_tokens": 10, "completion_tokens": 5}
    return [called(number) | {"metrics": metrics} for number in range(1, count + 1)]


def test_a_short_trajectory_is_all_there_at_once(write, look):
    write(*steps(3), final_metrics={"total_prompt_tokens": 99})
    html = look()
    text = words(html)
    assert "codex 1" in text
    assert "3 steps" in text
    assert "Steps 1–3 of 3" in text
    assert "The steps do not add up to what the file says" in text
    assert "Prompt tokens: 30 by the steps, 99 by the file." in text
    assert html.count('class="step"') == 3
    assert html.count("data-number=") == 3
    assert 'hx-trigger="load"' not in html


def test_a_long_one_shows_its_first_page_and_fetches_what_takes_longer(write, look):
    write(*steps(120))
    html = look()
    assert html.count('class="step"') == 50
    assert "Steps 1–50Later" in words(html)
    assert 'part=summary" hx-trigger="load"' in html


def test_a_step_opens_its_page(write, look):
    write(*steps(120))
    html = look(step=115)
    assert 'id="s115"' in html
    assert 'id="s100"' not in html
    assert "Steps 101–120 of 120" in words(html)


def test_what_comes_later_brings_sums_outline_and_pages(write, piece):
    write(*steps(120))
    html = piece("summary", step=51)
    assert "120 steps" in words(html)
    assert "Steps 51–100 of 120" in words(html)
    assert html.count("data-number=") == 120
    assert html.count(" data-shown") == 50


def test_sums_that_take_long_come_with_the_summary(write, look, piece, monkeypatch):
    monkeypatch.setattr(indexes, "FAR", 10)
    write(*steps(130))
    html = look(step=60)
    assert "until here" not in html
    assert 'id="r51"' in html
    assert "part=summary&amp;sums=1" in html or "sums=1&amp;part=summary" in html
    html = piece("summary", step=51, sums=1)
    assert 'hx-target="#r51"' in html
    assert "765 tokens" in html


@pytest.mark.parametrize("name", ["summary", "outline", "step", "text"])
def test_pieces_are_pages_of_their_own_without_scripts(name, write, client, page):
    write(*steps(120))
    response = client.get(page(part=name, step=3, item="m0"))
    html = response.content.decode()
    assert response.status_code == 200
    assert "<!doctype html>" in html
    assert "Back to the trajectory" in html
    assert "hx-partial" not in html


@pytest.mark.parametrize(
    "query", [{"part": "nothing"}, {"part": "step", "step": 9}, {"part": "text", "item": "m9"}, {"part": "text"}]
)
def test_there_is_no_other_piece(query, write, client, page):
    write(*steps(3))
    assert client.get(page(**query)).status_code == 404


def test_the_outline_goes_on_in_windows(write, piece):
    write(*steps(300))
    html = piece("outline", **{"from": 111, "step": 1})
    assert html.count("data-number=") == 120
    assert 'data-number="111"' in html
    assert "Earlier" in html
    assert "Later" in html


def test_a_step_that_there_is_not_is_told(write, look):
    write(*steps(60))
    assert "There is no step 99,999. The trajectory has 60 steps." in words(look(step=99_999))
    assert "“abc” is no number of a step." in words(look(step="abc"))
    assert "“0” is no number of a step." in words(look(step=0))
    assert "There is no step 61." in words(look(step=61, errors=1))


@pytest.mark.parametrize("query", [{}, {"step": 60}, {"step": ""}, {"step": 10**9}, {"step": 7, "errors": 1}])
def test_nothing_is_told_of_steps_that_there_are(write, look, query):
    write(*steps(60))
    html = words(look(**query))
    assert "There is no step" not in html
    assert "no number of a step" not in html


def test_totals_of_the_file_stand_beside_those_of_the_steps(write, look):
    paid = agent_step(1, metrics={"prompt_tokens": 100})
    write(paid, final_metrics={"total_prompt_tokens": 250})
    assert "Prompt tokens: 100 by the steps, 250 by the file." in words(look())


def test_totals_that_sub_agents_may_explain_are_no_warning(write, look):
    paid = agent_step(1, metrics={"prompt_tokens": 100})
    write(paid, final_metrics={"total_prompt_tokens": 250}, subagent_trajectories=[{"trajectory_id": "a", "steps": []}])
    html = words(look())
    assert "prompt tokens 250 (steps: 100)" in html
    assert "do not add up" not in html


def test_what_is_shown_can_be_folded_where_there_is_little_room(write, look):
    """All that can be chosen filled a screen of a phone before the first step; finding and going on stay in sight."""
    write(*steps(1))
    before, _, options = look().partition('<details class="trajectory-options"><summary')
    assert 'name="find"' in before
    assert 'name="step"' in before
    assert "Errors only" in options.partition("</details>")[0]


def test_errors_only_shows_the_steps_that_failed(write, look):
    write(*steps(60), called(61, output="boom", extra={"is_error": True}), agent_step(62))
    html = look(errors=1)
    assert html.count('class="step"') == 1
    assert 'id="s61"' in html
    assert "Steps 1–1 of 1" in words(html)


def test_an_output_that_only_reads_like_a_failure_is_among_the_errors_under_its_own_word(write, look):
    write(*steps(2), called(3, output="running 4 tests\ntest result: FAILED. 3 passed; 1 failed\n"))
    html = look(errors=1)
    assert html.count('class="step"') == 1
    assert words(html).count("Looks failed") == 2
    assert 'data-state="failed">' not in html.partition('id="s3"')[2]


def test_what_says_that_it_failed_is_not_said_to_look_so(write, look):
    write(called(1, output="1 failed in 0.1s", extra={"is_error": True}))
    assert "Looks failed" not in look(errors=1)


def test_no_errors_at_all_is_said(write, look):
    write(*steps(2))
    assert "No tool reported an error" in words(look(errors=1))


def test_what_is_found_is_listed_and_its_step_shown_open(write, look):
    write(*steps(70), agent_step(71, message="a needle", reasoning_content="the needle again"))
    html = look(find="needle")
    assert "1 of 2" in words(html)
    assert "<mark>needle</mark>" in html
    assert 'class="step is-hit" id="s71"' in html
    assert 'class="fold step-reasoning" open' in html
    assert "1 of 2" not in words(look(find="needle", hit=2))


def test_finding_nothing_shows_the_steps_all_the_same(write, look):
    write(*steps(2))
    html = look(find="needle")
    assert "Not found" in words(html)
    assert html.count('class="step"') == 2


def test_an_expression_that_is_none_is_said(write, look):
    write(*steps(2))
    assert "no regular expression" in words(look(find="(", regex=1))


def test_a_text_comes_in_full(write, piece):
    write(called(output="\n".join(f"line {n}" for n in range(4_312))))
    html = piece("text", step=1, item="o0.0")
    assert "line 4311" in html
    assert "4,312 lines" in html


def test_sub_agents_and_continuations_are_a_tree(write, look):
    inner = {"trajectory_id": "sub-1", "agent": {"name": "helper", "version": "1"}, "steps": [agent_step(1)]}
    ref = {"results": [{"content": "x", "subagent_trajectory_ref": [{"trajectory_id": "sub-1"}]}]}
    write(
        agent_step(1, observation=ref), subagent_trajectories=[inner], continued_trajectory_ref="trajectory.cont-1.json"
    )
    write(agent_step(1), path="agent/trajectory.cont-1.json")
    html = look()
    assert "within=sub-1" in html
    assert "Continues in trajectory.cont-1.json" in words(html)
    assert "helper 1" in words(look(within="sub-1"))
    assert "trajectory.json" in words(look("agent/trajectory.cont-1.json"))


def test_a_sub_agent_that_is_not_there_is_said(write, client, page):
    write(agent_step(1))
    response = client.get(page(within="nobody"))
    assert response.status_code in {200, 404}
    assert "nobody" in response.content.decode()


def test_a_file_that_is_cut_off_shows_what_is_whole(write, folder, look):
    write(*steps(3))
    path = folder / "agent" / "trajectory.json"
    path.write_bytes(path.read_bytes()[:-150])
    html = look()
    assert "The file is cut off" in words(html)
    assert html.count('class="step"') == 2


def test_no_steps_are_said(write, look):
    write()
    assert "No steps" in words(look())


def test_new_steps_are_told_while_the_run_goes_on(write, look, piece, client, page):
    write(*steps(3))
    page()
    Run.objects.update(status="running", finished_at=None)
    Run.objects.get().trials.update(outcome="running")
    assert "part=news" in look()
    assert client.get(page(part="news", after=3, v=3), headers=HTMX).status_code == 204
    write(*steps(5))
    html = piece("news", after=3, end=1)
    assert "2 new steps – Show" in words(html)
    assert "part=more" in html
    more = piece("more", after=3)
    assert more.count('class="step"') == 2
    assert "after=5" in more


def test_new_steps_that_are_left_out_are_not_told_of(write, look, piece, client, page):
    write(*steps(3))
    page()
    Run.objects.update(status="running", finished_at=None)
    Run.objects.get().trials.update(outcome="running")
    assert "after=3" in look(show="tools")
    write(*steps(3), agent_step(4))
    assert client.get(page(part="news", after=3, v=3, show="tools"), headers=HTMX).status_code == 204
    write(*steps(3), agent_step(4), called(5))
    assert "1 new step – Show" in words(piece("news", after=3, end=1, show="tools"))
    assert 'id="s4"' not in piece("more", after=3, show="tools")


def test_a_finished_run_is_not_asked_again(write, look):
    write(*steps(3))
    assert "part=news" not in look()


def test_nothing_the_head_says_runs(write, look):
    script = "<script>alert(1)</script>"
    write(
        agent_step(1),
        schema_version=script,
        notes=f"{script} [a](javascript:alert(1))",
        agent={"name": script, "version": script, "model_name": script, "tool_definitions": [{"name": script}]},
        continued_trajectory_ref=script,
        subagent_trajectories=[{"trajectory_id": script, "agent": {"name": script}, "steps": []}],
    )
    html = look()
    assert "<script>alert" not in html
    assert 'href="javascript' not in html.lower()


def test_five_thousand_steps_stay_a_small_page(write, look):
    write(*(called(n, output="word " * 600, arguments={"command": "ls -la " * 20}) for n in range(1, 1_001)))
    html = look(open="all")
    assert len(html) < 600_000
    assert html.count("<") - html.count("</") < 5_000


def test_a_search_without_time_goes_on_from_step_to_step(write, look, piece, monkeypatch):
    write(*steps(5), agent_step(6, message="needle"))
    ticks = count()
    monkeypatch.setattr("dashboard.readers.trajectories.documents.monotonic", lambda: next(ticks))
    html = look(find="needle")
    assert "Looked through as far as step 3" in words(html)
    assert "part=further" in html
    assert "as far as step 5" in words(piece("further", find="needle", **{"from": 4, "at": 4}))
    found = piece("further", find="needle", **{"from": 4, "at": 6, "round": 1})
    assert "1 more occurrence in step 6 Show" in words(found)
    assert "since=4" in found
    assert "hx-get" not in found


def test_steps_that_hold_nothing_of_what_is_shown_are_left_out(write, look):
    write(*(agent_step(number) for number in range(1, 60)), *(called(number) for number in range(60, 63)))
    html = look(show="tools")
    assert html.count('class="step"') == 3
    assert 'id="s60"' in html
    assert "Steps 1–3 of 3 with tool calls" in words(html)
    assert "Steps 1–50 of 62 with messages or reasoning" in words(look(show="messages,reasoning"))


def test_heads_alone_are_those_of_all_steps(write, look):
    write(*steps(3))
    assert look(show="heads").count('class="step"') == 3


def test_where_no_step_holds_what_is_shown_the_page_says_so_and_leads_back(write, look):
    write(*steps(3))
    html = look(show="reasoning")
    assert "No step holds what is shown" in words(html)
    assert "Show all steps" in words(html)


def test_what_was_found_is_shown_although_its_kind_is_not(write, look):
    write(agent_step(1), agent_step(2, message="a needle"), *(called(number) for number in range(3, 7)))
    html = look(show="tools", find="needle")
    assert 'id="s2"' in html
    assert "a needle" in words(html.partition('id="s2"')[2])
    assert "Steps 1–5 of 5 with tool calls or found" in words(html)
