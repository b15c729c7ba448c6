"""A trial's pages in a browser: keys lead from trial to trial and from tab to tab, and Back leads to the list."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def listed(page, places):
    """The page of the second trial of a list, reached from there."""
    page.goto(places.run("scripted-two-models") + "trials/?sort=task")
    page.locator("[data-row-link]").nth(1).click()
    there(page, "2 of 20")
    return page


def there(page, position):
    """Wait until the page of the trial at that position is there, its scripts too."""
    expect(way(page)).to_contain_text(position)
    page.wait_for_load_state("load")


def way(page):
    return page.get_by_role("navigation", name="Trials of the list")


def tab(page):
    return page.get_by_role("navigation", name="Parts of this trial").locator("[aria-current=page]")


def test_arrows_walk_the_trials_on_the_same_tab_and_back_leads_to_the_list(listed):
    listed.get_by_role("link", name=re.compile("^Logs")).click()
    expect(tab(listed)).to_have_text(re.compile("Logs"))
    listed.wait_for_load_state("load")
    listed.keyboard.press("ArrowRight")
    there(listed, "3 of 20")
    expect(tab(listed)).to_have_text(re.compile("Logs"))
    expect(listed).to_have_url(re.compile(r"/logs/\?sort=task$"))
    listed.keyboard.press("ArrowLeft")
    there(listed, "2 of 20")
    listed.go_back()
    listed.go_back()
    expect(listed).to_have_url(re.compile(r"/trials/\?sort=task$"))


def test_the_arrows_beside_the_name_walk_as_the_keys_do_and_back_leads_to_the_list(listed):
    way(listed).get_by_role("link", name="Next trial").click()
    there(listed, "3 of 20")
    way(listed).get_by_role("link", name="Previous trial").click()
    there(listed, "2 of 20")
    listed.go_back()
    expect(listed).to_have_url(re.compile(r"/trials/\?sort=task$"))


@pytest.mark.parametrize(("back", "on"), [("[", "]"), ("Alt+ArrowLeft", "Alt+ArrowRight")])
def test_brackets_and_alt_with_arrows_turn_the_tabs_in_place(listed, back, on):
    before = listed.evaluate("history.length")
    for name in ("Trajectory", "Diff", "Logs"):
        listed.keyboard.press(on)
        expect(tab(listed)).to_have_text(re.compile(name))
        listed.wait_for_load_state("load")
    listed.keyboard.press(back)
    expect(tab(listed)).to_have_text(re.compile("Diff"))
    assert listed.evaluate("history.length") == before
    expect(way(listed)).to_contain_text("2 of 20")


def test_slash_leads_to_the_find_of_the_viewer_and_j_to_the_first_step(listed):
    listed.keyboard.press("]")
    expect(tab(listed)).to_have_text(re.compile("Trajectory"))
    listed.wait_for_load_state("load")
    listed.keyboard.press("/")
    expect(listed.get_by_role("searchbox", name="Find in all steps")).to_be_focused()
    listed.get_by_role("heading", level=1).click()
    listed.keyboard.press("j")
    assert listed.evaluate("document.activeElement.closest('[data-rows] > *') !== null")
    listed.keyboard.press("[")
    expect(tab(listed)).to_have_text("Outcome")
    listed.wait_for_load_state("load")
    listed.keyboard.press("/")
    expect(listed.get_by_role("searchbox", name="Search runs, tasks, reports and ids")).to_be_focused()


def test_escape_leads_back_to_the_list_unless_something_is_open(listed):
    listed.keyboard.press("?")
    dialog = listed.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Previous and next trial, on the same tab")
    listed.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(way(listed)).to_contain_text("2 of 20")
    listed.keyboard.press("Escape")
    expect(listed).to_have_url(re.compile(r"/trials/\?sort=task$"))


def test_keys_are_off_while_one_types_and_other_modifiers_are_the_browsers(listed):
    box = listed.get_by_role("searchbox", name="Search runs, tasks, reports and ids")
    box.fill("words")
    for key in ("ArrowLeft", "]", "Escape"):
        box.press(key)
    expect(way(listed)).to_contain_text("2 of 20")
    listed.get_by_role("heading", level=1).click()
    for key in ("Control+ArrowRight", "Shift+ArrowRight", "Meta+]"):
        listed.keyboard.press(key)
    expect(way(listed)).to_contain_text("2 of 20")


@pytest.mark.parametrize("name", ["Trajectory", "Logs"])
def test_slash_and_escape_go_into_the_find_of_a_tab_and_out_of_it(listed, name):
    listed.get_by_role("link", name=re.compile(f"^{name}")).first.click()
    expect(tab(listed)).to_have_text(re.compile(name))
    listed.wait_for_load_state("load")
    listed.keyboard.press("/")
    field = listed.locator("main input[name=find]")
    expect(field).to_be_focused()
    listed.keyboard.press("Escape")
    expect(field).not_to_be_focused()
    expect(tab(listed)).to_have_text(re.compile(name))


def test_keys_can_be_switched_off(listed):
    listed.keyboard.press("?")
    listed.get_by_role("checkbox", name="Shortcuts on this device").uncheck()
    listed.keyboard.press("Escape")
    for key in ("ArrowRight", "]", "Escape"):
        listed.keyboard.press(key)
    expect(way(listed)).to_contain_text("2 of 20")
    expect(tab(listed)).to_have_text("Outcome")


def test_a_search_of_a_run_goes_on_by_itself_and_leads_to_the_line(page, places):
    page.goto(places.run("scripted-two-models"))
    page.get_by_role("link", name="Find in logs").click()
    page.get_by_role("searchbox", name="Find in logs and trajectories").fill("count.txt")
    page.keyboard.press("Enter")
    expect(page.get_by_text("20 trials searched")).to_be_visible()
    hit = page.locator(".hits a:has(.excerpt)").first
    expect(hit.locator("mark")).to_have_text("count.txt")
    address = hit.get_attribute("href")
    hit.click()
    expect(page).to_have_url(re.compile(re.escape(address.partition("#")[0])))


def test_without_scripts_tabs_ways_and_the_search_are_links_and_forms(open_page, sample, places):
    page = open_page(sample, java_script_enabled=False)
    page.goto(places.trial("scripted-two-models", "failed"))
    page.get_by_role("link", name=re.compile("^Logs")).click()
    expect(tab(page)).to_have_text(re.compile("Logs"))
    page.get_by_role("link", name="Next trial").click()
    expect(tab(page)).to_have_text(re.compile("Logs"))
    page.goto(places.run("scripted-two-models") + "search/")
    page.get_by_role("searchbox", name="Find in logs and trajectories").fill("count.txt")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator("mark").first).to_have_text("count.txt")
