"""What people keep, by keyboard alone and by script: views, stars, labels, notes, preferences."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import faults


@pytest.fixture
def runs(page):
    page.goto("/runs/?q=dataset:*")
    return page


def first_star(page):
    return page.locator("tbody [data-star]").first


def focus_on(page, locator):
    """As Tab does: what has the focus is what keys go to."""
    locator.focus()
    expect(locator).to_be_focused()


def test_a_view_is_saved_changed_and_deleted_by_keyboard(runs):
    runs.goto("/runs/?q=status:completed")
    focus_on(runs, runs.locator("summary", has_text="Save view"))
    runs.keyboard.press("Enter")
    runs.keyboard.press("Tab")
    expect(runs.get_by_label("Name of the view")).to_be_focused()
    runs.keyboard.type("By keyboard")
    runs.keyboard.press("Enter")
    tabs = runs.get_by_role("navigation", name="Views of this list")
    expect(tabs.get_by_role("link", name="By keyboard")).to_have_attribute("aria-current", "page")
    assert "view=" in runs.url
    runs.get_by_role("link", name="Started").click()
    expect(runs.get_by_role("button", name="Save changes")).to_be_visible()
    focus_on(runs, runs.get_by_role("button", name="Save changes"))
    runs.keyboard.press("Enter")
    expect(runs.get_by_text("is kept as the list is now")).to_be_visible()
    runs.get_by_role("link", name="Edit view").press("Enter")
    runs.get_by_role("link", name="Delete view").press("Enter")
    runs.get_by_role("button", name="Delete view").press("Enter")
    expect(runs.get_by_text("The view “By keyboard” is deleted.")).to_be_visible()


def test_a_star_changes_at_once_and_stays(runs):
    star = first_star(runs)
    focus_on(runs, star)
    runs.keyboard.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()
    expect(runs.locator("#announcements")).to_have_text("Starred")
    runs.reload()
    expect(first_star(runs)).to_have_attribute("aria-pressed", "true")
    runs.get_by_role("link", name="Starred").click()
    expect(runs.locator("tbody tr")).to_have_count(1)
    first_star(runs).click()
    expect(first_star(runs)).to_have_attribute("aria-pressed", "false")
    runs.reload()
    expect(runs.get_by_text("Nothing matches")).to_be_visible()


def test_a_star_that_was_not_kept_goes_back(open_page, sample):
    page = open_page(sample)
    page.goto("/runs/")
    page.route("**/stars/", lambda route: route.abort())
    star = first_star(page)
    star.click()
    expect(page.get_by_text("That did not work.")).to_be_visible()
    expect(star).to_have_attribute("aria-pressed", "false")
    expect(star).to_have_attribute("name", "star")
    open_page.complaints.clear()


def test_a_star_is_put_without_scripts(open_page, sample):
    page = open_page(sample, java_script_enabled=False)
    page.goto("/runs/")
    first_star(page).click()
    expect(first_star(page)).to_have_attribute("aria-pressed", "true")
    first_star(page).click()
    expect(first_star(page)).to_have_attribute("aria-pressed", "false")


def test_a_label_and_a_note_by_keyboard(runs):
    runs.locator("tbody [data-row-link]").first.press("Enter")
    focus_on(runs, runs.locator("summary", has_text="Label"))
    runs.keyboard.press("Enter")
    runs.keyboard.press("Tab")
    runs.keyboard.type("Keyboard Made")
    runs.keyboard.press("Enter")
    label = runs.get_by_role("link", name="keyboard made")
    expect(label).to_be_visible()
    runs.get_by_role("link", name=re.compile("^Notes")).press("Enter")
    focus_on(runs, runs.get_by_label("Note", exact=True))
    runs.keyboard.type("It **broke by keys**. /?jk")
    runs.get_by_role("button", name="Preview").press("Enter")
    expect(runs.get_by_role("heading", name="Preview: not kept yet")).to_be_visible()
    runs.get_by_role("button", name="Keep note").press("Enter")
    kept = runs.locator("article.note", has=runs.locator("strong", has_text="broke by keys"))
    expect(kept).to_be_visible()
    assert faults(runs) == []
    label.press("Enter")
    expect(runs.locator("tbody tr")).to_have_count(1)
    assert faults(runs) == []
    runs.locator("tbody [data-row-link]").first.press("Enter")
    runs.get_by_role("link", name=re.compile("^Notes")).press("Enter")
    kept.get_by_role("link", name="Delete").press("Enter")
    runs.get_by_role("button", name="Delete note").press("Enter")
    expect(runs.get_by_role("button", name="Keep note")).to_be_visible()
    expect(kept).to_have_count(0)


def test_a_label_longer_than_its_chip_ends_in_dots(runs):
    runs.goto(runs.locator("tbody [data-row-link]").first.get_attribute("href") + "labels/")
    runs.get_by_label("Label", exact=True).fill("x" * 50)
    runs.keyboard.press("Enter")
    text = runs.locator(".label", has_text="x" * 50).get_by_text("x" * 50)
    shown = text.evaluate("(e) => [getComputedStyle(e).display, getComputedStyle(e).textOverflow, e.matches('.label')]")
    # Of a flex container only an element within can be cut with dots.
    assert shown == ["block", "ellipsis", False]
    assert text.evaluate(
        "(e) => e.scrollWidth > e.clientWidth && e.parentElement.scrollWidth <= e.parentElement.clientWidth"
    )
    runs.locator(".label-item", has_text="x" * 50).get_by_role("button").click()
    expect(runs.get_by_text("x" * 50)).to_have_count(0)


def test_many_are_labelled_from_the_selection(runs):
    for number in range(2):
        runs.locator("[data-select]").nth(number).check()
    runs.get_by_role("button", name="Label", exact=True).press("Enter")
    expect(runs.get_by_role("heading", name="Label 2 runs")).to_be_visible()
    runs.get_by_label("Label", exact=True).fill("chosen")
    runs.keyboard.press("Enter")
    expect(runs.get_by_text("2 runs labelled “chosen”.")).to_be_visible()


def restored(page):
    """The page of preferences, which are as before afterwards."""
    page.goto("/preferences/")
    yield page
    page.goto("/preferences/")
    page.get_by_label("How long ago: 3 min ago").check()
    page.get_by_label("Time zone", exact=True).select_option("none")
    page.get_by_label("Keyboard shortcuts of single keys").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It holds on every device")).to_be_visible()


@pytest.fixture
def preferences(open_page, growing):
    """The preferences of a product whose lists no other test reads times in; they are as before afterwards."""
    yield from restored(open_page(growing, timezone_id="America/New_York"))


@pytest.fixture
def expiring(open_page, sample, places):
    """The preferences of somebody who has a share link and a token that expire."""
    page = open_page(sample, timezone_id="America/New_York")
    page.goto(places.run("oracle-local") + "share/")
    page.get_by_role("button", name="Create link").click()
    page.goto("/tokens/")
    page.get_by_label("Name").fill("nightly")
    page.get_by_role("button", name="Make token").click()
    yield from restored(page)


UTC_BESIDE_A_TIME = """[...document.querySelectorAll("time")].filter((time) => {
    const after = document.createRange();
    after.setStartAfter(time);
    after.setEndAfter(document.body);
    return /^\\s*UTC\\b/.test(after.toString());
}).map((time) => time.outerHTML)"""
"""Times that a script may write anew while the word beside them stays."""


def expiry(page, path):
    """The first moment in the column Expires, its cell, and what a sheet lays behind it."""
    page.goto(path)
    cell = page.locator("td[data-label=Expires]:has(time)").first
    at = datetime.fromisoformat(cell.locator("time").get_attribute("datetime"))
    return at, cell, cell.locator("time").evaluate("(time) => getComputedStyle(time, '::after').content")


def test_times_are_written_as_one_chose(preferences):
    def written(choice, zone="none"):
        preferences.goto("/preferences/")
        preferences.get_by_label(choice).check()
        preferences.get_by_label("Time zone", exact=True).select_option(zone)
        preferences.get_by_role("button", name="Save").click()
        expect(preferences.get_by_text("It holds on every device")).to_be_visible()
        preferences.evaluate(
            "const time = document.createElement('time'); time.dateTime = '2026-01-15T12:30:00Z';"
            "time.dataset.relative = ''; time.id = 'probe'; document.querySelector('main').append(time)"
        )
        expect(preferences.locator("#probe")).not_to_have_text("")
        return preferences.locator("#probe").inner_text()

    assert written("In UTC") == "2026-01-15 12:30 UTC"
    assert written("In a time zone", "Asia/Tokyo") == "2026-01-15 21:30"
    assert written("In a time zone") == "2026-01-15 07:30"


@pytest.mark.parametrize(
    ("choice", "zone", "ending"),
    [
        ("How long ago: 3 min ago", "UTC", " UTC"),
        ("In UTC", "UTC", " UTC"),
        ("In a time zone", "Asia/Kolkata", ""),
    ],
)
def test_a_time_is_called_utc_only_where_it_is(expiring, places, choice, zone, ending):
    expiring.get_by_label(choice).check()
    expiring.get_by_label("Time zone", exact=True).select_option(zone)
    expiring.get_by_role("button", name="Save").click()
    expect(expiring.get_by_text("It holds on every device")).to_be_visible()
    for path in ("/shares/", "/tokens/"):
        at, cell, behind = expiry(expiring, path)
        expect(cell).to_have_text(f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}{ending}")
        assert behind == "none"
    run = places.run("oracle-local")
    for path in ("/shares/", "/tokens/", "/runs/", run, run + "history/", "/account/", "/watches/"):
        expiring.goto(path)
        assert expiring.evaluate(UTC_BESIDE_A_TIME) == [], path


def test_without_scripts_a_time_is_called_utc_once(expiring, open_page, sample):
    plain = open_page(sample, java_script_enabled=False)
    for path in ("/shares/", "/tokens/"):
        at, cell, behind = expiry(plain, path)
        expect(cell).to_have_text(f"{at:%Y-%m-%d %H:%M} UTC")
        assert behind == "none"


def test_single_keys_that_are_switched_off_do_nothing(preferences):
    preferences.get_by_label("Keyboard shortcuts of single keys").uncheck()
    preferences.get_by_role("button", name="Save").click()
    expect(preferences.get_by_text("It holds on every device")).to_be_visible()
    for key in ("/", "f", "j", "?", "r"):
        preferences.keyboard.press(key)
        assert preferences.evaluate(
            "document.activeElement === document.body || document.activeElement.matches('main')"
        )
    expect(preferences.locator("#shortcuts")).not_to_be_visible()


@pytest.mark.parametrize("path", ["/preferences/", "/views/", "/views/new/?list=runs", "/runs/labels/"])
def test_axe_finds_nothing(page, path):
    page.goto(path)
    assert faults(page) == []


def test_axe_finds_nothing_in_the_menus_of_views_and_labels(runs):
    runs.locator("summary", has_text="Save view").click()
    assert faults(runs) == []
    runs.locator("tbody [data-row-link]").first.click()
    runs.locator("summary", has_text="Label").click()
    assert faults(runs) == []
    runs.goto(f"{runs.url.partition('?')[0]}labels/")
    assert faults(runs) == []
