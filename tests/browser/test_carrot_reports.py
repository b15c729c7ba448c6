"""A failed run of a test is looked into and deleted; reports are asked for, watched, read and deleted."""

import re

import pytest
from playwright.sync_api import expect

WITHIN = 15_000
"""Milliseconds for a look, and a question of the page every 3 s, on a busy machine."""
ME = "me@example.com"


@pytest.fixture
def page(open_page, carrot):
    return open_page(carrot.product)


def frame_of(page):
    """The document in a report's page."""
    return page.frame_locator("iframe.document-frame")


def same(page):
    """Marks the page; what is said of it later is only true if it was not loaded anew."""
    page.evaluate("window.isTheSame = true")
    return lambda: page.evaluate("window.isTheSame === true")


def test_a_failed_run_says_why_and_is_deleted(page, carrot):
    run = carrot.runs_with(status="failed", created_by="user@example.com")[-1]
    page.goto(f"/runs/?q=source:Regression+{run['external_id']}")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.locator("#why")).to_contain_text(re.compile(r"It failed in the (build|test|eval) phase"))
    expect(page.locator("#why blockquote").first).not_to_be_empty()
    page.get_by_role("link", name="Delete run").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("Its reports stay readable")
    asked.get_by_role("checkbox").check()
    asked.get_by_role("button", name="Delete run").click()
    expect(page.get_by_text("No longer at its source")).to_be_visible()
    expect(page.get_by_role("link", name="Delete run")).to_have_count(0)


def test_a_report_of_a_run_is_asked_for_watched_read_and_deleted(page, carrot):
    run = carrot.run(status="completed")
    page.goto(f"/runs/{run['id']}/reports/")
    page.get_by_role("link", name="Create report").last.click()
    page.get_by_role("radio", name="Cohort overview").check()
    page.get_by_label("Your e-mail address").fill(ME)
    page.get_by_role("button", name="Create report").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cohort overview")
    state = page.locator(".page-head .status")
    expect(state).to_have_text("Submitted")
    is_same = same(page)
    # Its first status lasts 10 to 30 s, and all four together 40 at least.
    carrot.go_on(seconds=31)
    expect(state).to_have_text(re.compile("Queued|Running"), timeout=WITHIN)
    expect(page.locator("iframe")).to_have_count(0)
    carrot.go_on(minutes=3)
    expect(state).to_have_text("Succeeded", timeout=WITHIN)
    expect(frame_of(page).get_by_role("heading", level=1)).to_have_text("Cohort overview")
    expect(frame_of(page).get_by_role("table")).to_contain_text(run["name"])
    expect(frame_of(page).locator("body")).to_have_attribute("data-ready", "yes")
    assert is_same()
    with page.expect_download() as download:
        page.get_by_role("link", name="Notebook, filled").click()
    assert download.value.suggested_filename.endswith(".ipynb")
    delete(page)
    page.goto(f"/runs/{run['id']}/reports/")
    expect(page.get_by_role("row", name="Cohort overview")).to_contain_text("gone")


def test_enter_looks_things_up_and_a_filter_is_counted_before_it_is_sent(page, reporting_places):
    page.goto(reporting_places["report filter"])
    form, is_same = page.url, same(page)
    page.get_by_label("Search templates").fill("audit")
    page.get_by_label("Search templates").press("Enter")
    expect(page.get_by_role("radio")).to_have_count(1)
    page.get_by_label("At most").fill("1")
    page.get_by_label("At most").press("Enter")
    expect(page.locator("#count")).to_contain_text("1 run would be in the report, of")
    page.get_by_label("Created after").fill("lately")
    page.get_by_role("button", name="Count the runs").click()
    expect(page.locator("#count")).to_contain_text("Write a time such as 2026-11-01T12:00:00.")
    assert is_same()
    page.get_by_label("Created after").fill("")
    page.get_by_role("radio", name="Annotation audit").check()
    page.get_by_label("Your e-mail address").fill(ME)
    page.get_by_role("button", name="Create report").click()
    expect(page.get_by_role("alert")).to_contain_text("The filter is not the one whose runs were counted.")
    expect(page).to_have_url(form)


def test_a_report_of_an_evaluation_run_is_asked_for_watched_read_and_deleted(page):
    page.goto("/runs/?q=scripted-two-models")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.get_by_role("link", name="Create report").click()
    page.get_by_label("Title").fill("Both models")
    page.get_by_role("button", name="Create report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Both models")
    is_same = same(page)
    expect(page.locator(".page-head .status")).to_have_text("Succeeded", timeout=WITHIN)
    expect(frame_of(page).get_by_role("heading", level=1)).to_have_text("Both models")
    expect(frame_of(page).get_by_role("table").first).to_be_visible()
    assert is_same()
    delete(page)
    expect(page.get_by_role("rowheader", name="Both models")).to_have_count(0)


def delete(page):
    """Delete the report whose page is open."""
    page.get_by_role("link", name="Delete report").click()
    expect(page.get_by_role("heading", name="What stays")).to_be_visible()
    if page.get_by_role("checkbox").count():
        page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Delete report").click()
    expect(page).to_have_url(re.compile("/reports/$"))


def test_a_failed_report_says_so_and_is_made_once_more(page, carrot):
    page.goto(carrot.report("failed", place=-1))
    expect(page.get_by_text("No document came of it.")).to_be_visible()
    page.get_by_role("link", name="Retry").click()
    if page.get_by_role("checkbox").count():
        page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(".page-head .status")).to_have_text("Submitted")
    carrot.go_on(minutes=4)
    expect(page.locator(".page-head .status")).to_have_text(re.compile("Succeeded|Failed"), timeout=WITHIN)
