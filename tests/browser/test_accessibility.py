"""axe finds nothing on any page: light and dark, wide and narrow; and no page scrolls sideways on a phone."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.test_growing_jobs import renamed_away

KINDS = [
    "list", "no match", "misunderstood", "one source",
    "run overview", "run trials", "run grid", "run failures", "run log", "run files", "run config", "run history",
    "run stalled", "run errored", "run cancelled", "action", "outcome", "batch",
    "trial passed", "trial failed", "trial errored", "trial of steps", "file", "file json", "file text",
    "trial trajectory", "trial diff", "trial logs", "trial results", "trial files", "trial config",
    "find", "find nothing yet",
    "tasks", "task", "styleguide", "missing",
]  # fmt: skip
REPORTING_KINDS = [
    "test run overview", "test run inputs", "test run reports", "test run history", "test run compare",
    "test run delete", "test run failed", "test run deletion", "deletions",
    "pipelines", "pipeline", "template", "test", "group",
    "reports", "no report", "report succeeded", "report failed", "report running", "report deletion", "report retry",
    "report choice", "report form", "report filter", "own form", "own report", "own deletion",
]  # fmt: skip
LOOKS = [(width, theme) for width in (1440, 390) for theme in ("light", "dark")]
BOTH = [(1440, "light"), (390, "dark")]
"""Each width and each theme once, for the many pages that consist of what others show in every look."""

VIOLATIONS = """
async (rules) => {
  const { violations } = await axe.run({ resultTypes: ["violations"], rules });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}
"""
"""Only what was found comes back: all that axe knows of a page takes long to tell."""

NO_CONTRAST = {"color-contrast": {"enabled": False}}
"""It takes most of axe's time, and colours depend on the theme: it is measured once in each, at either width."""

TOO_WIDE = """
() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("main *")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth && !each.closest(".table-region:not(.is-fitting)"))
  .map((each) => each.outerHTML.slice(0, 120))
"""
"""What sticks out of a page that scrolls sideways."""


def faults(page, looks=LOOKS):
    """What axe finds in the page as it is, and what makes it scroll sideways, in these looks."""
    page.evaluate(AXE_SCRIPT)
    found = []
    for width, theme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        rules = {} if (width, theme) in BOTH else NO_CONTRAST
        said = [*page.evaluate(VIOLATIONS, rules), *(f"too wide: {html}" for html in page.evaluate(TOO_WIDE))]
        found += [f"{width} {theme}: {each}" for each in said]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(page, places, kind):
    page.goto(places.all[kind])
    assert faults(page) == []


@pytest.mark.parametrize("kind", REPORTING_KINDS)
def test_axe_finds_nothing_among_tests_and_reports(open_page, carrot, reporting_places, kind):
    page = open_page(carrot.product)
    page.goto(reporting_places[kind])
    assert faults(page, BOTH) == []


def test_axe_finds_nothing_in_a_report_of_our_own(open_page, carrot, reporting_places):
    page = open_page(carrot.product)
    page.goto(f"{reporting_places['own report']}preview/")
    assert faults(page, BOTH) == []


def test_axe_finds_nothing_where_one_signs_in(open_page, empty):
    page = open_page(empty, is_signed_in=False)
    for path in ("/sign-in/", "/sign-in/once/spent/"):
        page.goto(path)
        assert faults(page) == []


def test_axe_finds_nothing_where_programs_are_let_in(page):
    page.goto("/tokens/")
    found = {"no token": faults(page)}
    page.get_by_label("Name").fill("axe")
    page.get_by_label("Name").press("Enter")
    page.get_by_role("textbox", name="Token").wait_for()
    found["shown once"] = faults(page)
    page.goto("/tokens/")
    found["tokens"] = faults(page)
    page.get_by_role("link", name="Revoke").first.click()
    page.get_by_role("heading", name="Revoke").wait_for()
    found["question"] = faults(page)
    page.goto("/api/")
    found["API"] = faults(page)
    assert {where: said for where, said in found.items() if said} == {}


def test_axe_finds_nothing_in_open_menus_and_dialogs(page):
    page.goto("/runs/?q=agent:terminus-2")
    page.locator("summary", has_text="Columns").click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_label("You and this device").click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert faults(page) == []


def test_axe_finds_nothing_in_an_empty_list_nor_beside_a_source_that_fails(open_page, empty, growing):
    page = open_page(empty)
    page.goto("/runs/")
    assert faults(page) == []
    page = open_page(growing)
    page.goto("/runs/")
    with renamed_away(growing.jobs):
        page.get_by_text("jobs cannot be read").wait_for()
        assert faults(page) == []
