"""Rows are ticked by hand, by keys and by script, stay ticked while the list is live, and are meant by the bar."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def runs(page):
    page.goto("/runs/")
    return page


def boxes(page):
    return page.locator("tbody [data-select]")


def bar(page):
    return page.get_by_role("form", name="Selected runs")


def test_the_bar_is_there_while_anything_is_ticked(runs):
    expect(bar(runs)).to_be_hidden()
    boxes(runs).first.check()
    expect(bar(runs)).to_be_visible()
    expect(bar(runs).get_by_role("status")).to_have_text("1 selected")
    bar(runs).get_by_role("button", name="Clear").click()
    expect(bar(runs)).to_be_hidden()
    expect(boxes(runs).first).not_to_be_checked()


def test_x_ticks_the_focused_row(runs):
    runs.keyboard.press("j")
    runs.keyboard.press("j")
    runs.keyboard.press("x")
    expect(boxes(runs).nth(1)).to_be_checked()
    runs.keyboard.press("x")
    expect(boxes(runs).nth(1)).not_to_be_checked()


def test_shift_ticks_a_range_and_the_heading_the_page(runs):
    boxes(runs).nth(1).check()
    boxes(runs).nth(3).click(modifiers=["Shift"])
    expect(bar(runs).get_by_role("status")).to_have_text("3 selected")
    page_box = runs.get_by_role("checkbox", name="Select all rows of this page")
    expect(page_box).to_have_js_property("indeterminate", True)
    page_box.check()
    expect(bar(runs).get_by_role("status")).to_have_text(f"{boxes(runs).count()} selected")
    page_box.uncheck()
    expect(bar(runs)).to_be_hidden()


def test_what_is_ticked_outlives_a_swap_of_its_row(runs):
    boxes(runs).first.check()
    runs.evaluate(
        # As it came from the server: a copy would have the tick.
        "() => { const row = document.querySelector('tbody tr'), fresh = row.cloneNode(true);"
        " for (const box of fresh.querySelectorAll('input')) box.checked = box.defaultChecked; row.replaceWith(fresh);"
        " document.dispatchEvent(new CustomEvent('htmx:after:swap')); }"
    )
    expect(boxes(runs).first).to_be_checked()
    expect(bar(runs).get_by_role("status")).to_have_text("1 selected")


def test_the_bar_leads_to_the_page_that_says_what_can_be_done(runs):
    boxes(runs).first.check()
    boxes(runs).nth(1).check()
    bar(runs).get_by_role("button", name="Stop or cancel").click()
    expect(runs).to_have_url(re.compile(r"/runs/batch/\?.*run=\d+&run=\d+"))
    expect(runs.get_by_text("None of these runs can be stopped or cancelled.")).to_be_visible()
    runs.go_back()
    expect(boxes(runs).nth(1)).to_be_checked()
    expect(bar(runs).get_by_role("status")).to_have_text("2 selected")


def test_the_ticked_rows_are_exported(runs):
    boxes(runs).nth(2).check()
    with runs.expect_download() as download:
        bar(runs).get_by_role("button", name="CSV").click()
    assert len(download.value.path().read_text().splitlines()) == 2
    expect(runs.locator("html.is-busy")).to_have_count(0)


def test_it_works_without_script(open_page, sample):
    page = open_page(sample, java_script_enabled=False)
    page.goto("/runs/?q=agent:terminus-2")
    bar(page).get_by_role("checkbox", name=re.compile("all 2 runs that match")).check()
    bar(page).get_by_role("button", name="Stop or cancel").click()
    expect(page.get_by_text("None of these runs can be stopped or cancelled.")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(2)
