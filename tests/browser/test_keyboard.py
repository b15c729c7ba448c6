"""Everything by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

FOCUSABLE = "a[href], button, input:not([type=hidden]), summary, select, textarea, [tabindex='0']"

UNSEEN = """
() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const box = element.getBoundingClientRect();
  const within = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
  return outlined && within ? "" : `${element.outerHTML.slice(0, 120)} outline ${style.outline} at ${box.top}`;
}
"""


@pytest.fixture
def runs(page):
    page.goto("/runs/")
    return page


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def test_slash_and_f_lead_to_search_and_filter(runs):
    runs.keyboard.press("/")
    expect(runs.get_by_role("searchbox", name="Search runs, tasks, reports and ids")).to_be_focused()
    runs.keyboard.type("f/?")
    expect(runs.get_by_role("searchbox", name="Search runs, tasks, reports and ids")).to_have_value("f/?")
    runs.get_by_role("heading", level=1).click()
    runs.keyboard.press("f")
    expect(runs.get_by_role("combobox", name="Filter runs")).to_be_focused()


def test_escape_leaves_a_field_so_that_keys_work_again(runs):
    for key, name in (("/", "Search runs, tasks, reports and ids"), ("f", "Filter runs")):
        runs.keyboard.press(key)
        field = runs.get_by_label(name, exact=True).last
        expect(field).to_be_focused()
        runs.keyboard.press("Escape")
        expect(field).not_to_be_focused()
    runs.keyboard.press("j")
    assert focused(runs) == runs.locator("tbody[data-rows] [data-row-link]").first.inner_text()


def test_j_and_k_walk_the_rows_and_enter_opens_one(runs):
    names = runs.locator("tbody[data-rows] [data-row-link]").all_inner_texts()
    for _ in range(3):
        runs.keyboard.press("j")
    assert focused(runs) == names[2]
    runs.keyboard.press("k")
    assert focused(runs) == names[1]
    runs.keyboard.press("Enter")
    expect(runs.get_by_role("heading", level=1)).to_have_text(names[1])


def test_brackets_turn_pages(page):
    page.goto("/runs/?size=25")
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile("page=2"))
    page.keyboard.press("[")
    expect(page).not_to_have_url(re.compile("page=2"))


def test_help_opens_by_a_question_mark_and_closes_by_escape(runs):
    runs.keyboard.press("?")
    dialog = runs.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    runs.keyboard.press("j")
    assert runs.evaluate("document.activeElement.closest('dialog') !== null")
    runs.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_single_keys_can_be_switched_off(runs):
    runs.keyboard.press("?")
    runs.get_by_role("checkbox", name="Shortcuts on this device").uncheck()
    runs.keyboard.press("Escape")
    runs.keyboard.press("f")
    expect(runs.get_by_role("combobox", name="Filter runs")).not_to_be_focused()


def test_a_menu_opens_by_enter_and_gives_the_focus_back_at_escape(runs):
    summary = runs.locator("summary", has_text="Export")
    summary.focus()
    runs.keyboard.press("Enter")
    expect(runs.get_by_role("link", name="CSV")).to_be_visible()
    runs.keyboard.press("Tab")
    expect(runs.get_by_role("link", name="CSV")).to_be_focused()
    runs.keyboard.press("Escape")
    expect(runs.get_by_role("link", name="CSV")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_skip_link_comes_first_and_leads_to_the_content(runs):
    runs.keyboard.press("Tab")
    skip = runs.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    runs.keyboard.press("Enter")
    expect(runs.locator("#main")).to_be_focused()


@pytest.mark.parametrize("kind", ["one source", "run overview", "trial errored"])
def test_tab_reaches_everything_and_the_focus_is_always_seen(page, places, kind):
    page.goto(places.all[kind])
    count = page.evaluate(
        "(selector) => [...document.querySelectorAll(selector)]"
        ".filter((each) => each.checkVisibility() && each.tabIndex >= 0).length",
        FOCUSABLE,
    )
    page.evaluate("window.reached = new Set()")
    unseen = []
    for _ in range(count):
        page.keyboard.press("Tab")
        unseen.append(page.evaluate(UNSEEN))
        page.evaluate("window.reached.add(document.activeElement)")
    assert [each for each in unseen if each] == []
    assert page.evaluate("window.reached.size") == count
