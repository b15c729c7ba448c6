"""The administrator adds a source in the panel, tests it and sees its runs arrive; no page of it is at fault."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from dashboard.demo.harbor import copy_genuine
from tests.browser.products import product, sockets
from tests.browser.test_accessibility import BOTH, LOOKS, NO_CONTRAST

ADD = "/admin/dashboard/source/add/"
LOG = "/admin/dashboard/auditentry/"
PAGES = [
    "/admin/", "/admin/dashboard/source/", ADD, "/admin/dashboard/source/{source}/change/",
    "/admin/dashboard/source/{source}/delete/", LOG, f"{LOG}?since=2026-01-01&until=2026-12-31", f"{LOG}check/",
    f"{LOG}{{entry}}/change/", "/admin/auth/user/", "/admin/auth/user/add/", "/admin/auth/user/{user}/change/",
    "/admin/auth/group/", "/admin/auth/group/{group}/change/", "/admin/auth/group/add/",
    "/admin/dashboard/sharelink/", "/admin/dashboard/apitoken/", "/admin/dashboard/savedview/",
    "/admin/dashboard/channel/", "/admin/dashboard/delivery/", "/admin/dashboard/pipeline/",
    "/admin/dashboard/reporttemplate/", "/admin/dashboard/teamsettings/",
]  # fmt: skip

VIOLATIONS = """
async (rules) => {
  await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)));
  const { violations } = await axe.run({ resultTypes: ["violations"], preload: false, rules });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}
"""
"""Without the style sheets that Django's import from one another: axe would write them into the page."""

TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def administered(tmp_path_factory):
    """A product with a source whose folder is empty, and beside it a folder of jobs that is none yet."""
    folder = tmp_path_factory.mktemp("administered")
    with sockets():
        made = product(folder)
        made.start()
        made.sign_in()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def jobs(administered):
    folder = administered.var.parent / "nightly"
    folder.mkdir()
    return folder, len(copy_genuine(folder))


def fill(page, name, kind, address):
    page.get_by_label("Name:").fill(name)
    page.get_by_label("Kind:").select_option(kind)
    page.get_by_label("Address:").fill(address)


def test_a_source_is_added_tested_and_its_runs_arrive(open_page, administered, jobs):
    folder, n_runs = jobs
    page = open_page(administered)
    page.goto("/runs/")
    page.get_by_label("You and this device").click()
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("link", name="Add to Sources").click()

    fill(page, "Nightly", "carrot", "http://169.254.169.254")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("No connection")).to_be_visible()
    expect(page.get_by_text("ALLOWED_NETWORKS").last).to_be_visible()

    fill(page, "Nightly", "harbor", str(folder))
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("It answers")).to_be_visible()
    expect(page.get_by_text(f"The folder can be read: {n_runs} jobs.")).to_be_visible()

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile("/admin/dashboard/source/$"))
    with sockets():
        administered.wait_for_runs(n_runs)
    page.locator("#result_list").get_by_role("link", name="Nightly").click()
    expect(page.get_by_text("Healthy").first).to_be_visible()

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("not while paused")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Sync now")).to_be_visible()

    page.get_by_role("link", name="In the audit log").click()
    told = page.locator("#result_list .field-did").all_inner_texts()
    assert told == ["Resume source", "Pause source", "Add"]


def test_it_is_tested_without_scripts_too(open_page, administered, jobs):
    page = open_page(administered, java_script_enabled=False)
    page.goto(ADD)
    fill(page, "Other", "harbor", str(jobs[0] / "missing"))
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("It cannot be a source")).to_be_visible()
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()


def test_a_test_marks_the_fields_it_complains_of_and_goes_to_the_first(open_page, administered):
    page = open_page(administered)
    page.goto(ADD)
    fill(page, "Wrong", "harbor", "relative")
    page.get_by_label("Cadence:").fill("5 minutes")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_label("Address:")).to_be_focused()
    expect(page.get_by_label("Address:")).to_have_accessible_description(re.compile("Give the whole path"))
    expect(page.get_by_label("Cadence:")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".form-row.errors")).to_have_count(2)
    page.get_by_label("Cadence:").fill("")
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator(".form-row.errors")).to_have_count(1)


def test_only_the_fields_of_the_chosen_kind_are_asked_for_and_sent(open_page, administered):
    page = open_page(administered)
    page.goto(ADD)
    groups = page.locator("fieldset.for-kind:visible h2")
    expect(groups).to_have_count(0)
    fill(page, "Moved", "docks", "https://docks.example")
    expect(groups).to_have_text(["Server (Docks and CARROT)", "Tenant (Docks)"])
    page.get_by_label("Tenant:").fill("t-1")
    page.get_by_label("Kind:").select_option("carrot")
    expect(groups).to_have_text(["Server (Docks and CARROT)"])
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile("/admin/dashboard/source/$"))
    page.locator("#result_list").get_by_role("link", name="Moved").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("/admin/dashboard/source/$"))


def test_without_scripts_all_groups_stand_there_with_what_they_are_for(open_page, administered):
    page = open_page(administered, java_script_enabled=False)
    page.goto(ADD)
    expect(page.locator("fieldset.for-kind:visible .description")).to_have_count(3)


@pytest.mark.parametrize("path", ["/admin/auth/user/", LOG, "/admin/dashboard/source/"])
def test_on_a_small_screen_every_cell_of_a_list_is_in_sight(open_page, administered, path):
    page = open_page(administered)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(path)
    cells = page.locator("#result_list tbody :is(td, th):visible")
    expect(cells.first).to_be_visible()
    assert page.locator("#result_list td[data-label]").count()
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in (one.bounding_box() for one in cells.all()))


@pytest.fixture
def places(administered):
    """The numbers that addresses of single pages need."""
    with sockets():
        found = {}
        for noun in ("source", "entry", "user", "group"):
            app, model = (
                ("auth", noun) if noun in {"user", "group"} else ("dashboard", noun.replace("entry", "auditentry"))
            )
            page = administered.ask("GET", f"/admin/{app}/{model}/")[1]
            found[noun] = re.search(rf"/{model}/(\d+)/change/", page)[1]
    return found


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_in_the_panel(open_page, administered, places, path):
    page = open_page(administered)
    page.goto(path.format(**places))
    page.evaluate(AXE_SCRIPT)
    found = []
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        rules = {} if (width, theme) in BOTH else NO_CONTRAST
        found += [f"{width} {theme}: {each}" for each in page.evaluate(VIOLATIONS, rules)]
        found += [f"{width} {theme}: too wide"] if page.evaluate(TOO_WIDE) else []
    assert found == []
