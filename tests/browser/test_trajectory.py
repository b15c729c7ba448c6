"""Reading a long trajectory in a browser: it comes fast and stays small, and one gets anywhere in it."""

import json
import re
import shutil

import pytest
from playwright.sync_api import expect

from dashboard.demo.harbor import copy_genuine
from tests.browser.products import product, sockets
from tests.browser.test_accessibility import BOTH, faults

JOB = "scripted-two-models"
MOST_ELEMENTS = 5_000
MOST_BYTES = 300_000
SCRIPT = "<script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">[a](javascript:alert(1))"


def step(number):
    call = {"tool_call_id": "c", "function_name": "Bash", "arguments": {"command": f"ls -la /app\nwc -l {number}"}}
    output = "\n".join(f"{number}.{line} " + "word " * 12 for line in range(40))
    return {
        "step_id": number,
        "source": "agent",
        "message": f"**Step** {number}: {SCRIPT}",
        "reasoning_content": f"thought {number}\n" * 4,
        "tool_calls": [call],
        "observation": {"results": [{"source_call_id": "c", "content": output, "extra": {"is_error": number == 333}}]},
        "metrics": {"prompt_tokens": 1_000, "completion_tokens": 50, "cost_usd": 0.01},
    }


def write(trial, steps):
    path = trial / "agent" / "trajectory.json"
    path.parent.mkdir(exist_ok=True)
    wire = {"schema_version": "ATIF-v1.7", "agent": {"name": "codex", "version": "1"}}
    path.write_text(json.dumps(wire | {"steps": [step(number) for number in range(1, steps + 1)]}))


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """A product with a trajectory of 600 steps, and one of 3 that is still being written; somebody is signed in."""
    with sockets():
        made = product(tmp_path_factory.mktemp("trajectory"))
        copy_genuine(made.jobs)
        finished, running = made.jobs / JOB, made.jobs / "running"
        shutil.copytree(finished, running)
        for folder in [running, *running.glob("*__*")]:
            (folder / "result.json").unlink(missing_ok=True)
        write(next(finished.glob("fix-bug__992Ahqc")), 600)
        write(next(running.glob("fix-bug__992Ahqc")), 3)
        made.start()
        made.sign_in()
        made.wait_for_runs(len([path for path in made.jobs.iterdir() if path.is_dir()]))
    yield made
    made.stop()


def address(made, job):
    with sockets():
        runs = json.loads(made.ask("GET", "/runs/export.json")[1])
        run = next(run["id"] for run in runs if run["external_id"] == job)
        trials = json.loads(made.ask("GET", f"/runs/{run}/trials/export.json")[1])
    trial = next(trial["id"] for trial in trials if "992Ahqc" in json.dumps(trial))
    return f"/runs/{run}/trials/{trial}/trajectory/"


@pytest.fixture(scope="module")
def places_of(long):
    return {job: address(long, job) for job in (JOB, "running")}


@pytest.fixture
def reader(open_page, long, places_of):
    page = open_page(long)
    page.goto(places_of[JOB])
    expect(page.get_by_text("600 steps", exact=True)).to_be_visible()
    return page


def elements(page):
    return page.evaluate("document.querySelectorAll('*').length")


AT_TOP = """
(id) => { const top = document.getElementById(id)?.getBoundingClientRect().top; return top >= 0 && top < 120; }
"""


def head_at_top(page, number):
    """Nothing but the bar stands above the head of that step."""
    page.wait_for_function(AT_TOP, arg=f"s{number}")


def test_a_page_of_a_long_trajectory_is_light(open_page, long, places_of):
    page = open_page(long)
    sizes, session = [], page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(places_of[JOB])
    expect(page.get_by_text("600 steps", exact=True)).to_be_visible()
    assert page.locator(".step").count() == 50
    assert elements(page) <= MOST_ELEMENTS
    assert sum(sizes) <= MOST_BYTES


def test_nothing_of_what_it_says_runs(reader):
    assert reader.title() != "run"
    assert reader.locator(".step img, .step script").count() == 0
    expect(reader.locator("#s1")).to_contain_text("<script>")


def test_everything_open_is_bounded(reader):
    reader.get_by_role("link", name="Expand all").click()
    expect(reader.locator("#s1 .step-reasoning")).to_have_attribute("open", "")
    assert elements(reader) <= MOST_ELEMENTS


def test_an_anchor_of_another_page_leads_there(reader, places_of):
    reader.goto(f"{places_of[JOB]}#s415")
    expect(reader).to_have_url(re.compile(r"step=415#s415$"))
    head_at_top(reader, 415)
    expect(reader.locator("#trajectory-outline [aria-current]")).to_have_attribute("data-number", "415")


def test_one_goes_to_a_step_by_its_number(reader):
    reader.get_by_role("spinbutton", name="Go to step").fill("333")
    reader.keyboard.press("Enter")
    head_at_top(reader, 333)
    reader.keyboard.press("j")
    expect(reader.locator("#s334 [data-row-link]")).to_be_focused()


def test_the_outline_leads_anywhere(reader):
    reader.locator("#trajectory-outline").get_by_role("link", name=re.compile("^Later")).click()
    reader.locator("#trajectory-outline [data-number='200']").click()
    expect(reader).to_have_url(re.compile(r"step=200#s200$"))
    head_at_top(reader, 200)


def test_the_last_step_of_a_page_comes_to_the_top_although_it_is_taller_than_guessed(open_page, long, places_of):
    page = open_page(long)
    page.goto(f"{places_of[JOB]}?step=200#s200")
    head_at_top(page, 200)


def test_what_is_found_is_gone_through(reader):
    reader.get_by_role("searchbox", name="Find in all steps").fill("415.7 word")
    reader.keyboard.press("Enter")
    expect(reader.get_by_text("1 of 1", exact=True).first).to_be_visible()
    head_at_top(reader, 415)
    assert reader.evaluate("CSS.highlights.get('found').size") == 1


def test_enter_in_the_field_and_n_elsewhere_lead_to_the_next_place(reader):
    reader.get_by_role("searchbox", name="Find in all steps").fill("thought 41")
    reader.keyboard.press("Enter")
    expect(reader.get_by_text("1 of 11", exact=True).first).to_be_visible()
    expect(reader.get_by_role("searchbox", name="Find in all steps")).to_be_focused()
    reader.keyboard.press("Enter")
    expect(reader.get_by_text("2 of 11", exact=True).first).to_be_visible()
    head_at_top(reader, 410)
    reader.locator("#s410 [data-row-link]").focus()
    reader.keyboard.press("n")
    expect(reader.get_by_text("3 of 11", exact=True).first).to_be_visible()


def test_changing_what_is_shown_keeps_the_place(reader):
    reader.locator("#s30").scroll_into_view_if_needed()
    reader.evaluate("document.getElementById('s30').scrollIntoView()")
    reader.get_by_role("link", name=re.compile("^Reasoning")).evaluate("(link) => link.click()")
    expect(reader).to_have_url(re.compile(r"show=.*step=30#s30$"))
    head_at_top(reader, 30)
    assert reader.locator(".step-reasoning").count() == 0


def test_errors_only(reader):
    reader.get_by_role("link", name=re.compile("^Errors only")).click()
    expect(reader.locator(".step")).to_have_count(1)
    expect(reader.locator("#s333")).to_contain_text("Error")


def test_tall_texts_open_in_place(reader):
    shut = reader.locator("#s1 .clamp").first
    before = shut.bounding_box()["height"]
    shut.get_by_text("Show all 40 lines").click()
    expect(shut.get_by_text("Show less")).to_be_visible()
    assert shut.bounding_box()["height"] > 1.5 * before


def test_new_steps_are_told_and_put_there_if_one_is_at_the_end(open_page, long, places_of):
    page = open_page(long)
    page.goto(places_of["running"])
    expect(page.locator(".step")).to_have_count(3)
    trial = next((long.jobs / "running").glob("fix-bug__992Ahqc"))
    write(trial, 5)
    expect(page.get_by_role("link", name="2 new steps – Show")).to_be_visible()
    expect(page.locator(".step")).to_have_count(3)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator(".step")).to_have_count(5)
    expect(page.locator("#s5")).to_contain_text("Step 5")


def test_all_of_it_is_there_without_scripts(open_page, long, places_of):
    page = open_page(long, java_script_enabled=False)
    page.goto(f"{places_of[JOB]}?step=415#s415")
    expect(page.locator("#s415")).to_be_visible()
    page.locator("#s415 .step-reasoning > summary").click()
    expect(page.locator("#s415 .step-reasoning")).to_contain_text("thought 415")
    page.get_by_role("link", name="Totals and sub-agents").click()
    expect(page.get_by_text("600 steps", exact=True)).to_be_visible()
    page.get_by_role("link", name="Back to the trajectory").click()
    page.get_by_role("searchbox", name="Find in all steps").fill("415.7 word")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#s415.is-hit")).to_be_visible()


@pytest.mark.parametrize("query", ["", "?find=thought+41&show=messages,reasoning,tools,outputs,metadata", "?errors=1"])
def test_axe_finds_nothing(reader, places_of, query):
    reader.goto(places_of[JOB] + query)
    expect(reader.locator("#trajectory-outline [data-number]").first).to_be_attached()
    assert faults(reader, BOTH) == []
