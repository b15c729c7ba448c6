"""With scripts switched off: less convenient, and all there."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect


@pytest.fixture
def page(open_page, sample):
    return open_page(sample, java_script_enabled=False)


def names(page):
    return page.locator("tbody[data-rows] > tr > th")


def test_the_list_is_filtered_by_box_and_facets_sorted_and_paged(page):
    page.goto("/runs/")
    page.get_by_label("Filter runs", exact=True).last.fill("agent:terminus-2")
    page.get_by_role("button", name="Filter").click()
    expect(names(page)).to_have_text(["deepseek-repo-repair", "terminus-2-first-look"])
    page.locator("details.facets").get_by_role("link", name="terminal-bench").click()
    expect(names(page)).to_have_text(["terminus-2-first-look"])
    page.get_by_role("link", name="Clear all").click()
    page.get_by_role("columnheader", name="Run").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Run")).to_have_attribute("aria-sort", "ascending")
    found = names(page).all_inner_texts()
    assert found == sorted(found)
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="25").click()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("page=2"))


def test_runs_trials_and_tasks_are_readable(page, places):
    page.goto(places.run("scripted-failing"))
    expect(page.get_by_role("heading", level=1)).to_have_text("scripted-failing")
    expect(page.locator(".tiles")).to_contain_text("Errored")
    page.get_by_role("link", name=re.compile("^Trials")).click()
    page.locator("[data-row-link]").first.click()
    expect(page.get_by_text("It ended by RuntimeError")).to_be_visible()
    page.get_by_role("link", name="This task in all runs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("local/count-words")
    expect(page.get_by_role("table").first).to_contain_text("scripted")


def test_columns_and_theme_are_chosen_by_forms(page):
    page.goto("/runs/")
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="Cost", exact=True).uncheck()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="Cost")).to_have_count(0)
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("columnheader", name="Cost")).to_have_count(1)

    page.get_by_label("You and this device").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(re.compile("/runs/$"))


def test_a_report_is_created_and_deleted(open_page, carrot, reporting_places):
    page = open_page(carrot.product, java_script_enabled=False)
    page.goto(reporting_places["test run reports"])
    page.get_by_role("link", name="Create report").last.click()
    page.get_by_label("Search templates").fill("audit")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("radio")).to_have_count(1)
    page.get_by_role("radio", name="Annotation audit").check()
    page.get_by_label("Your e-mail address").fill("me@example.com")
    page.get_by_role("button", name="Create report").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Annotation audit")
    expect(page.locator(".page-head .status")).to_have_text("Submitted")
    page.get_by_role("link", name="Delete report").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Delete report").click()
    expect(page).to_have_url(re.compile("/reports/$"))
    expect(page.get_by_role("row", name="Annotation audit").first).to_contain_text("gone")


def test_a_report_of_our_own_is_created_and_deleted(open_page, carrot, reporting_places):
    page = open_page(carrot.product, java_script_enabled=False)
    page.goto(reporting_places["own form"])
    page.get_by_label("Title").fill("Without scripts")
    page.get_by_role("button", name="Create report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Without scripts")
    page.get_by_role("link", name="Delete report").click()
    page.get_by_role("button", name="Delete report").click()
    expect(page).to_have_url(re.compile("/reports/$"))
    expect(page.get_by_role("rowheader", name="Without scripts")).to_have_count(0)


def test_the_bar_for_selected_runs_covers_rows_only_when_something_is(page):
    page.goto("/runs/")
    bar = page.locator(".selection")
    expect(bar).to_have_css("position", "static")
    page.locator("[data-select]").first.check()
    expect(bar).to_have_css("position", "sticky")


def test_the_runs_are_no_wider_than_the_window_though_times_are_longer(page):
    page.goto("/runs/")
    region = page.locator(".table-region").first
    assert region.evaluate("(region) => region.scrollWidth - region.clientWidth") <= 0


def test_no_two_lines_of_a_menu_meet(page):
    page.goto("/runs/")
    page.get_by_label("You and this device").click()
    shown = page.locator(".menu-panel:visible > :visible").evaluate_all("(parts) => parts.map((part) => part.tagName)")
    assert "HR" in shown
    assert ("HR", "HR") not in list(pairwise(shown))
