"""The list of runs fits into the window, with labels and without, and tells runs apart whose names begin alike.

It has to with whatever letters the machine has: DejaVu, all there is on a bare Debian, is the widest of the usual.
"""

import pytest
from playwright.sync_api import expect

WIDTHS = (1440, 1280)
LABELS = ("baseline", "needs-a-look", "release candidate 2026")

SPARE = "(region) => region.clientWidth - region.scrollWidth"
"""Pixels that the list has to spare; fewer than none where it scrolls sideways."""

CUT_TIMES = """(rows) => rows.filter((ending) => {
  const text = ending.firstChild, at = text.data.search(/[0-9]{2}:[0-9]{2}:[0-9]{2}/), seconds = document.createRange();
  seconds.setStart(text, at);
  seconds.setEnd(text, at + 8);
  return seconds.getBoundingClientRect().right > ending.getBoundingClientRect().right;
}).map((ending) => ending.textContent)"""
"""Endings of names whose seconds are cut off."""


def region(page):
    return page.locator(".table-region").first


@pytest.fixture
def labelled(open_page, carrot):
    """Runs of CARROT and of the jobs, of which one has a label and one has several; nothing is labelled afterwards."""
    page = open_page(carrot.product)
    page.goto("/runs/")
    first, second = (row.get_attribute("href") for row in page.locator("tbody [data-row-link]").all()[:2])
    for run, names in ((first, LABELS[2:]), (second, LABELS)):
        for name in names:
            page.goto(f"{run.partition('?')[0]}labels/")
            page.get_by_label("Label", exact=True).fill(name)
            page.keyboard.press("Enter")
            expect(page.locator(".label-item", has_text=name)).to_be_visible()
    yield
    for run, names in ((first, LABELS[2:]), (second, LABELS)):
        page.goto(f"{run.partition('?')[0]}labels/")
        for name in names:
            page.locator(".label-item", has_text=name).get_by_role("button").click()
            expect(page.locator(".label-item", has_text=name)).to_have_count(0)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("query", ["", "?q=kind:test", "?q=kind:evaluation"])
def test_the_list_fits_without_labels(open_page, carrot, width, query):
    page = open_page(carrot.product, width=width)
    page.goto(f"/runs/{query}")
    expect(page.get_by_role("columnheader", name="Labels")).to_have_count(0)
    assert region(page).evaluate(SPARE) >= 0


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_list_fits_with_labels_and_shows_them(open_page, carrot, labelled, width, has_scripts):
    page = open_page(carrot.product, width=width, java_script_enabled=has_scripts)
    page.goto("/runs/")
    assert region(page).evaluate(SPARE) >= 0
    for label in page.locator("td.labels > .label:visible").all():
        box = label.bounding_box()
        assert 24 <= box["width"] <= width - box["x"]
    expect(page.locator("td.labels > .label:visible")).to_have_count(3)
    expect(page.locator("td.labels > .more:visible")).to_have_text("+1")
    expect(page.locator("td.labels > .more:visible")).to_have_attribute("title", ", ".join(LABELS))


@pytest.fixture
def compact(open_page, carrot):
    """Rows are compact meanwhile."""
    page = open_page(carrot.product)
    _choose(page, "Compact")
    yield
    _choose(page, "Normal")


def _choose(page, density):
    page.goto("/preferences/")
    page.get_by_label(density, exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It holds on every device")).to_be_visible()


def test_compact_rows_with_labels_fit(open_page, carrot, labelled, compact):
    for width in WIDTHS:
        page = open_page(carrot.product, width=width)
        page.goto("/runs/")
        expect(page.locator("html")).to_have_attribute("data-density", "compact")
        expect(page.locator("td.labels > .label:visible")).to_have_count(3)
        assert region(page).evaluate(SPARE) >= 0


@pytest.mark.parametrize("width", WIDTHS)
def test_the_end_of_a_name_is_seen_to_the_second(open_page, carrot, labelled, width):
    page = open_page(carrot.product, width=width)
    page.goto("/runs/?q=kind:test")
    endings = page.locator("tbody .name .ending")
    assert endings.count() > 1
    assert endings.evaluate_all(CUT_TIMES) == []


def test_a_list_of_few_columns_hides_none_of_them(open_page, carrot):
    page = open_page(carrot.product, width=1280)
    page.goto("/runs/?columns=name,source,errored,tokens")
    for name in ("Source", "Errored", "Tokens in"):
        expect(page.get_by_role("columnheader", name=name)).to_be_visible()


def test_a_phone_shows_every_label_and_the_whole_name(open_page, carrot, labelled):
    page = open_page(carrot.product, width=390)
    page.goto("/runs/")
    expect(page.locator("td.labels > .label:visible")).to_have_count(4)
    expect(page.locator("td.labels > .more:visible")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto("/runs/?q=kind:test")
    assert page.locator("tbody .name .ending").evaluate_all(CUT_TIMES) == []
