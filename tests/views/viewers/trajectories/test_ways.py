from dashboard.domain.trajectories import OutlineRow, StepSource
from dashboard.views.viewers.trajectories import ways
from tests.views.viewers.trajectories.made import chosen


def test_the_page_with_a_step_is_found_among_five_thousand():
    page = ways.page(chosen("step=4000"), range(1, 5_001))
    assert page.numbers == range(3_951, 4_001)
    assert page.words == "Steps 3,951–4,000 of 5,000"
    assert page.previous.endswith("step=3901#s3901")
    assert page.next.endswith("step=4001#s4001")
    assert page.last.endswith("step=4951#s4951")


def test_a_step_behind_the_end_is_the_last_page():
    page = ways.page(chosen("step=999999"), range(1, 61))
    assert page.numbers == range(51, 61)
    assert page.next == ""


def test_of_chosen_steps_the_next_one_counts():
    page = ways.page(chosen("errors=1&step=55"), [5, 60, 70])
    assert page.numbers == [5, 60, 70]
    assert page.words == "Steps 1–3 of 3 with errors"


def test_a_page_says_which_steps_are_left_out_of_its_count():
    assert ways.page(chosen("show=tools,outputs&errors=1"), [5]).words == (
        "Steps 1–1 of 1 with errors, with tool calls or outputs"
    )
    assert ways.page(chosen("show=tools,metadata"), [5]).words == "Steps 1–1 of 1"
    assert ways.page(chosen("errors=1"), [5, 6], has_found=True).words == "Steps 1–2 of 2 with errors or found"


def test_no_steps_are_a_page_too():
    page = ways.page(chosen(), [])
    assert (page.words, page.next, page.previous) == ("No steps", "", "")


def test_a_page_before_others_that_nobody_counted():
    page = ways.page_before_others(chosen("step=60"), 51)
    assert page.words == "Steps 51–100"
    assert page.next.endswith("step=101#s101")
    assert "#" not in page.last


def test_the_outline_stands_around_the_page():
    assert ways.outline_start(1, 5_000) == 1
    assert ways.outline_start(4_000, 5_000) == 3_951 - 35
    assert ways.outline_start(5_000, 5_000) == 5_000 - ways.OUTLINE + 1
    assert ways.outline_start(3, 10) == 1


def test_rows_of_the_outline_say_what_happened():
    rows = [
        OutlineRow(number=1, source=StepSource.USER, title="Fix it"),
        OutlineRow(number=2, source=StepSource.AGENT, tools=("Read", "Read", "Bash"), completion_tokens=1_234),
        OutlineRow(number=3, source=StepSource.SYSTEM, context_change="compaction"),
    ]
    outline = ways.outline(chosen("step=2"), rows, 400, [1, 2])
    assert [line.text for line in outline.lines] == ["Fix it", "Read ×2, Bash", ""]
    assert [line.is_shown for line in outline.lines] == [True, True, False]
    assert outline.lines[1].tokens == "1.23k"
    assert "context rewritten" in outline.lines[2].word
    assert outline.earlier == ""
    assert "from=" in outline.later
    assert outline.later_page.endswith("step=4#s4")


def test_toggles_say_what_is_on():
    found = {toggle.label: toggle for toggle in ways.toggles(chosen("show=messages&errors=1"))}
    assert found["Messages"].is_on
    assert not found["Outputs"].is_on
    assert found["Errors only"].is_on
    assert "errors" not in found["Errors only"].url
