"""Filter, sort, page, columns, export: whatever is chosen is in the address, so reload and Back give the same."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def runs(page):
    page.goto("/runs/")
    return page


def shown(page):
    return page.locator("tbody[data-rows] > tr > th").all_inner_texts()


def assert_shown(page, names):
    """Waits: the page may still be on its way."""
    expect(page.locator("tbody[data-rows] > tr > th")).to_have_text(names)


def headers(page):
    return page.locator("table.table > thead th").all_inner_texts()


def box(page):
    return page.get_by_role("combobox", name="Filter runs")


def assert_reload_and_back_agree(page, before):
    """The address says it all: the same rows after a reload, the former ones after Back, the same after Forward."""
    now = shown(page)
    assert now != before
    page.reload()
    assert_shown(page, now)
    page.go_back()
    assert_shown(page, before)
    page.go_forward()
    assert_shown(page, now)


def test_the_box_is_filled_with_suggestions_by_keyboard(runs):
    before = shown(runs)
    box(runs).press_sequentially("stat")
    options = runs.get_by_role("option")
    expect(options.first).to_contain_text("status:")
    runs.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    runs.keyboard.press("Enter")
    expect(box(runs)).to_have_value("status:")
    runs.keyboard.type("canc")
    runs.keyboard.press("ArrowDown")
    runs.keyboard.press("Enter")
    expect(box(runs)).to_have_value("status:cancelled ")
    runs.keyboard.press("Enter")
    expect(runs).to_have_url(re.compile(r"q=status(:|%3A)cancelled"))
    assert_shown(runs, ["sweep-interrupted", "sweep-cancelled"])
    assert_reload_and_back_agree(runs, before)

    runs.get_by_role("link", name="status: cancelled Remove this filter").click()
    expect(runs).to_have_url(re.compile("/runs/$"))
    assert_shown(runs, before)


def test_tab_takes_what_is_highlighted_once_enough_is_typed(runs):
    chosen = runs.get_by_role("option", selected=True)
    box(runs).press_sequentially("s")
    expect(runs.get_by_role("option").first).to_be_visible()
    expect(chosen).to_have_count(0)
    runs.keyboard.type("ta")
    expect(chosen).to_contain_text("status:")
    expect(box(runs)).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    runs.keyboard.press("Tab")
    expect(box(runs)).to_have_value("status:")
    runs.keyboard.type("canc")
    runs.keyboard.press("Tab")
    expect(box(runs)).to_have_value("status:cancelled ")
    expect(box(runs)).to_be_focused()
    runs.keyboard.press("Tab")
    expect(box(runs)).not_to_be_focused()


def test_escape_closes_the_suggestions_and_what_is_typed_stays(runs):
    box(runs).press_sequentially("status:can")
    expect(runs.get_by_role("option", selected=True)).to_have_text("cancelled")
    runs.keyboard.press("Escape")
    expect(runs.get_by_role("option")).to_have_count(0)
    expect(box(runs)).to_have_value("status:can")
    expect(box(runs)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    runs.keyboard.press("Enter")
    expect(runs.locator("#query-problems")).to_contain_text("I don't know “can”")


def test_a_value_typed_in_full_is_not_taken_for_a_longer_one(runs):
    box(runs).press_sequentially("agent:claude")
    expect(runs.get_by_role("option", selected=True)).to_contain_text("claude")
    box(runs).fill("agent:terminus-2")
    expect(runs.get_by_role("option", selected=True)).to_have_count(0)
    runs.keyboard.press("Enter")
    expect(runs).to_have_url(re.compile("terminus-2"))


def test_what_the_box_does_not_understand_comes_with_a_proposal(runs):
    box(runs).fill("statsu:cancelled")
    runs.keyboard.press("Enter")
    problem = runs.locator("#query-problems")
    expect(problem).to_contain_text("statsu")
    expect(box(runs)).to_have_value("statsu:cancelled")
    problem.get_by_role("link").click()
    expect(runs).to_have_url(re.compile(r"q=status(:|%3A)cancelled"))
    assert_shown(runs, ["sweep-interrupted", "sweep-cancelled"])


def test_facets_add_and_take_away(runs):
    before = shown(runs)
    facets = runs.locator("details.facets")
    facets.get_by_role("link", name="terminus-2").click()
    expect(runs).to_have_url(re.compile("agent"))
    assert_shown(runs, ["deepseek-repo-repair", "terminus-2-first-look"])
    expect(facets.get_by_role("link", name="terminus-2")).to_have_attribute("aria-current", "true")
    assert_reload_and_back_agree(runs, before)
    facets.get_by_role("link", name="nop").click()
    expect(runs.locator("tbody[data-rows] > tr")).to_have_count(3)
    runs.get_by_role("link", name="Clear all").click()
    assert_shown(runs, before)


def test_no_match_says_which_filter_is_to_blame(runs):
    box(runs).fill("status:cancelled agent:nop")
    runs.keyboard.press("Enter")
    expect(runs.get_by_role("heading", name="Nothing matches")).to_be_visible()
    expect(runs.locator(".empty")).to_contain_text("Without")


def test_a_header_sorts_both_ways_and_then_not_at_all(runs):
    before = shown(runs)
    head = runs.get_by_role("columnheader", name="Cost")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert shown(runs)[0] == "claude-code-or-codex-terminal-bench"
    assert_reload_and_back_agree(runs, before)
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("link").click()
    expect(head).not_to_have_attribute("aria-sort", re.compile("."))
    assert_shown(runs, before)


def test_pages_of_a_list_have_addresses(runs):
    runs.get_by_role("navigation", name="Pages").get_by_role("link", name="25").click()
    expect(runs.locator("tbody[data-rows] > tr")).to_have_count(25)
    before = shown(runs)
    runs.get_by_role("navigation", name="Pages").get_by_role("link", name="Next").click()
    expect(runs).to_have_url(re.compile("page=2"))
    assert not set(shown(runs)) & set(before)
    assert_reload_and_back_agree(runs, before)


def test_columns_are_chosen_ordered_and_remembered(open_page, sample):
    page = open_page(sample)
    page.goto("/runs/")
    usual = headers(page)
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="Cost", exact=True).uncheck()
    page.get_by_role("checkbox", name="Retries", exact=True).check()
    page.get_by_role("spinbutton", name="Place of Retries").fill("2")
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="Retries")).to_be_visible()
    chosen = headers(page)
    assert "Cost" not in chosen
    assert chosen.index("Retries") < chosen.index("Data set or test")

    later = open_page(sample)
    later.goto("/runs/")
    assert headers(later) == chosen
    later.locator("summary", has_text="Columns").click()
    later.get_by_role("button", name="Reset").click()
    expect(later.get_by_role("columnheader", name="Retries")).to_have_count(0)
    assert headers(later) == usual


def test_an_export_holds_what_is_filtered_in_its_order(runs):
    box(runs).fill("agent:codex cost:>0.43")
    runs.keyboard.press("Enter")
    runs.get_by_role("columnheader", name="Cost").get_by_role("link").click()
    expect(runs.get_by_role("columnheader", name="Cost")).to_have_attribute("aria-sort", "descending")
    names = shown(runs)
    runs.locator("summary", has_text="Export").click()
    with runs.expect_download() as caught:
        runs.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(caught.value.path().read_text())))
    assert [row["name"] for row in rows] == names
    assert caught.value.suggested_filename == "runs.csv"


def test_the_search_of_every_page_finds_a_run_by_its_id(page, places):
    page.goto("/tasks/")
    page.get_by_role("searchbox", name="Search runs, tasks, reports and ids").fill(places.runs[3]["uid"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(places.runs[3]["name"])
