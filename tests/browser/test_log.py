"""Reading a log: lines marked in the address, more of them as one scrolls, what is written followed, and no scripts."""

import shutil

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from dashboard.demo.harbor import copy_genuine
from tests.browser.products import sockets
from tests.browser.test_accessibility import TOO_WIDE, VIOLATIONS

JOB = "logged"
LINES = [
    "\x1b[1;31mred\x1b[0m <script>alert(1)</script> <img src=x onerror=alert(1)>",
    "::group::Install",
    *(f"installing {n}" for n in range(20)),
    "::endgroup::",
    *(f"2026-10-01 08:00:00,{n % 1000:03} INFO text of line {n + 24}" for n in range(3_000)),
]
BELOW_TOP = "(item) => item.getBoundingClientRect().top - item.closest('.log-pane').getBoundingClientRect().top"
BELOW = "(box) => box.scrollHeight - box.clientHeight - box.scrollTop"


@pytest.fixture(scope="module")
def trial(growing):
    """The folder of a running trial, and the address of its log."""
    with sockets():
        job = growing.jobs / JOB
        if not job.exists():
            _make(growing, job)
        rows = growing.wait_for_rows(f"/runs/export.json?q={JOB}", count=1)
        run = next(row["id"] for row in rows if row["external_id"] == JOB)
        (found,) = growing.wait_for_rows(f"/runs/{run}/trials/export.json", count=1)
    folder = next(job.glob("*__*"))
    return folder, f"/runs/{run}/trials/{found['id']}/logs/?file=agent/oracle.txt"


def _make(product, job):
    made = product.jobs.parent / "made-logs"
    made.mkdir()
    copy_genuine(made)
    trial = min((made / "oracle-local").glob("*__*"))
    (trial / "result.json").unlink()
    log = trial / "agent" / "oracle.txt"
    log.write_text("".join(f"{line}\n" for line in LINES))
    (made / "begun").mkdir()
    shutil.copy(made / "oracle-local" / "config.json", made / "begun")
    shutil.move(trial, made / "begun" / trial.name)
    shutil.move(made / "begun", job)


@pytest.fixture
def page(open_page, growing):
    return open_page(growing)


@pytest.fixture
def pane(page):
    return page.locator(".log-pane")


def line(page, number):
    return page.locator(f"#L{number}")


def test_lines_named_in_the_address_are_marked_and_in_sight(page, trial):
    page.goto(f"{trial[1]}&line=1200-1210#L1200")
    expect(line(page, 1200)).to_be_in_viewport()
    expect(page.locator(".is-marked")).to_have_count(11)
    page.goto(f"{trial[1]}&at=0#L2500")
    page.wait_for_url("**line=2500#L2500")
    expect(line(page, 2500)).to_be_in_viewport()


def test_a_click_on_a_number_names_the_line_and_one_with_shift_a_range(page, trial):
    page.goto(f"{trial[1]}&at=0")
    line(page, 25).get_by_role("link").click()
    assert page.url.endswith("line=25#L25")
    line(page, 30).get_by_role("link").click(modifiers=["Shift"])
    assert page.url.endswith("line=25-30#L25")
    expect(page.locator(".is-marked")).to_have_count(6)


def test_more_lines_come_as_one_scrolls_and_the_one_read_stays(page, pane, trial):
    page.goto(f"{trial[1]}&at=0")
    expect(line(page, 1)).to_contain_text("<script>alert(1)</script>")
    pane.evaluate("(box) => { box.scrollTop = box.scrollHeight; }")
    expect(line(page, 1000)).to_be_attached()
    page.goto(f"{trial[1]}&line=2500")
    expect(line(page, 2500)).to_be_in_viewport()
    pane.evaluate("(box) => { box.scrollTop = 100; }")
    before = line(page, 2306).evaluate(BELOW_TOP)
    expect(line(page, 1800)).to_be_attached()
    assert abs(line(page, 2306).evaluate(BELOW_TOP) - before) < 3


def test_what_is_written_is_followed_until_one_scrolls_up(page, pane, trial):
    folder, address = trial
    log = folder / "agent" / "oracle.txt"
    page.goto(f"{address}&at=end")
    expect(page.locator("[data-log-follow]")).to_have_attribute("aria-pressed", "true")
    with log.open("a") as file:
        file.write("the first news\nhalf a ")
    expect(page.get_by_text("half a")).to_be_in_viewport()
    pane.evaluate("(box) => { box.scrollTop -= 500; }")
    expect(page.locator("[data-log-follow]")).to_have_attribute("aria-pressed", "false")
    with log.open("a") as file:
        file.write("line\n" + "more news\n" * 30)
    jump = page.locator("[data-log-jump]")
    expect(jump).to_have_text("Jump to end (30 new lines)")
    jump.click()
    assert pane.evaluate(BELOW) < 2
    expect(page.get_by_text("half a line")).to_have_count(1)
    assert page.locator(".log-lines li[id]").evaluate_all("(all) => all.length === new Set(all.map((i) => i.id)).size")


def test_what_is_found_is_in_sight_and_the_next_one_too(page, trial):
    page.goto(f"{trial[1]}&at=0")
    page.get_by_label("Find in all lines").fill("LINE 200")
    page.keyboard.press("Enter")
    expect(page.locator("mark.is-current")).to_be_in_viewport()
    expect(page.locator("[data-log-hits]")).to_have_text("1 of 11")
    page.get_by_role("link", name="Next one found").click()
    expect(page.locator("[data-log-hits]")).to_have_text("2 of 11")
    expect(page.locator("li:has(mark.is-current)")).to_have_id("L2000")


def test_one_finds_by_keyboard_without_leaving_the_field(page, trial):
    page.goto(f"{trial[1]}&at=0")
    field, hits = page.get_by_label("Find in all lines"), page.locator("[data-log-hits]")
    field.fill("LINE 200")
    for key, text in [
        ("Enter", "1 of 11"),
        ("Enter", "2 of 11"),
        ("Shift+Enter", "1 of 11"),
        ("Shift+Enter", "11 of 11"),
    ]:
        page.keyboard.press(key)
        expect(hits).to_have_text(text)
        expect(field).to_be_focused()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("n")
    expect(hits).to_have_text("1 of 11")
    page.keyboard.press("Shift+N")
    expect(hits).to_have_text("11 of 11")


def test_escape_ends_the_search_where_one_is_and_only_then_leaves_the_trial(page, trial):
    page.goto(f"{trial[1]}&find=line+2000")
    page.get_by_label("Find in all lines").focus()
    page.keyboard.press("Escape")
    page.wait_for_url("**line=2000#L2000")
    expect(page.get_by_label("Find in all lines")).to_have_value("")
    expect(line(page, 2000)).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.wait_for_url("**/trials/")


def test_lines_are_marked_by_keyboard(page, trial):
    page.goto(f"{trial[1]}&line=1200#L1200")
    expect(line(page, 1200)).to_be_in_viewport()
    for key, address in [("j", "line=1201#L1201"), ("Shift+J", "line=1201-1202#L1201"), ("k", "line=1201#L1201")]:
        page.keyboard.press(key)
        page.wait_for_url(f"**{address}")


@pytest.mark.parametrize("asked", ["", "&line=2000#L2000"])
def test_only_who_asks_for_a_place_is_taken_to_the_lines(open_page, growing, trial, asked):
    page = open_page(growing, width=390)
    page.goto(f"{trial[1]}{asked}", wait_until="load")
    expect(page.locator("[data-log-count]")).to_contain_text("lines")
    assert (page.evaluate("scrollY") > 0) is bool(asked)


def test_arrows_move_lines_that_run_on_and_not_the_trial(page, pane, trial):
    page.goto(f"{trial[1]}&at=0")
    expect(page.get_by_role("button", name="Wrap")).to_have_attribute("aria-pressed", "true")
    assert pane.get_attribute("data-arrows") is None
    page.get_by_role("button", name="Wrap").click()
    expect(page.get_by_role("button", name="Wrap")).to_have_attribute("aria-pressed", "false")
    assert pane.get_attribute("data-arrows") is not None


def test_one_reads_it_without_scripts(open_page, growing, trial):
    page = open_page(growing, java_script_enabled=False)
    page.goto(f"{trial[1]}&at=0")
    page.get_by_role("link", name="Later lines").click()
    expect(line(page, 501)).to_be_visible()
    page.get_by_role("link", name="Start", exact=True).click()
    page.get_by_text("Install", exact=False).first.click()
    expect(page.get_by_text("installing 3", exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_it_can_be_read_by_everybody(open_page, growing, trial, width, scheme):
    page = open_page(growing, width=width, color_scheme=scheme)
    page.goto(f"{trial[1]}&at=0&find=line+2")
    expect(page.locator("mark.is-current")).to_be_visible()
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(VIOLATIONS, {}) == []
    assert page.evaluate(TOO_WIDE) == []
