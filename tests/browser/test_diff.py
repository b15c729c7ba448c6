"""Reading a patch: opening what is closed, links to lines, what one has viewed, and all of it without scripts."""

import re
import shutil

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from dashboard.demo.harbor import copy_genuine
from tests.browser.products import sockets
from tests.browser.test_accessibility import TOO_WIDE, VIOLATIONS
from tests.readers.diffs import samples

JOB = "patched"
LONG, FAR = 5, 900
"""Number of the file that starts closed, and one of its lines that does not come with the first of them."""


def file_of(path, lines):
    old, new = (sum(line[0] in signs for line in lines) for signs in (" -", " +"))
    text = "".join(f"{line}\n" for line in lines)
    return f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -1,{old} +1,{new} @@\n{text}".encode()


PATCH = b"".join(
    (
        samples.MODIFIED,
        samples.RENAMED,
        file_of("src/wide.py", ["-a", "+b", *[f" line_{n} = {n}" for n in range(40)], "-c", "+d\u202e"]),
        file_of("src/<b>bold</b>.html", ["-<script>alert(1)</script>", "+<img src=x onerror=alert(1)>"]),
        file_of("src/long.py", [f"+value_{n} = {n}" for n in range(1_200)]),
        samples.BINARY,
        samples.MODIFIED.replace(b" five\n", b"").replace(b"src/app.py", b"src/broken.py"),
    )
)


@pytest.fixture(scope="module")
def address(growing):
    """The page of a trial's patch."""
    with sockets():
        source = growing.jobs / JOB
        if not source.exists():
            made = growing.jobs.parent / "made"
            made.mkdir(exist_ok=True)
            copy_genuine(made)
            trial = next((made / "oracle-local").glob("*__*"))
            (trial / "artifacts").mkdir(exist_ok=True)
            (trial / "artifacts" / "model.patch").write_bytes(PATCH)
            shutil.move(made / "oracle-local", source)
        run = _run(growing)
        trials = growing.wait_for_rows(f"/runs/{run}/trials/export.json", count=1)
        found = next(row["id"] for row in trials if row["external_id"] == trial.name)
    return f"/runs/{run}/trials/{found}/file/artifacts/model.patch"


def _run(product):
    rows = product.wait_for_rows(f"/runs/export.json?q={JOB}", count=1)
    return next(row["id"] for row in rows if row["external_id"] == JOB)


@pytest.fixture
def page(open_page, growing):
    return open_page(growing)


def file(page, number):
    return page.locator(f"#f{number}")


def test_files_are_listed_and_told_apart(page, address):
    page.goto(address)
    expect(page.locator(".diff-sum")).to_contain_text("7 files, +1,206 −5")
    expect(page.get_by_role("navigation", name="Files of the patch").get_by_role("link")).to_have_count(7)
    expect(file(page, 6)).to_contain_text("binary")
    expect(file(page, 7)).to_contain_text("Line")
    expect(file(page, 4)).to_contain_text("<img src=x onerror=alert(1)>")
    expect(file(page, 3)).to_contain_text("hidden: U+202E")
    assert page.evaluate("document.querySelectorAll('*').length") <= 5_000


def test_a_closed_file_comes_when_it_is_opened_and_goes_on(page, address):
    page.goto(address)
    expect(page.locator(f"#f{LONG}-R1")).to_have_count(0)
    file(page, LONG).locator("summary").click()
    expect(page.locator(f"#f{LONG}-R1")).to_be_visible()
    file(page, LONG).get_by_role("link", name="Show the next rows").click()
    expect(page.locator(f"#f{LONG}-R{FAR}")).to_be_attached()


def test_a_link_to_a_line_lands_on_it_wherever_it_is(page, address):
    page.goto(f"{address}#f1-R3")
    expect(page.locator("#f1-R3")).to_be_in_viewport()
    expect(page.locator("#f1-R3")).to_have_class(re.compile("is-target"))
    page.goto("about:blank")
    page.goto(f"{address}#f{LONG}-R{FAR}")
    expect(page.locator(f"#f{LONG}-R{FAR}")).to_be_in_viewport()
    assert f"line=R{FAR}" in page.url
    page.goto("about:blank")
    page.goto(f"{address}#f3-R20")
    expect(page.locator("#f3-R20")).to_be_in_viewport()


def test_shift_and_a_click_take_all_lines_between(page, address):
    page.goto(address)
    page.locator("#f1-R2 a").click()
    page.locator("#f1-R4 a").click(modifiers=["Shift"])
    expect(page.locator("#f1 tr.is-target")).to_have_count(3)
    assert page.url.endswith("#f1-R2-R4")


def test_what_was_viewed_is_folded_and_stays_so(page, address):
    page.goto(address)
    file(page, 1).get_by_role("checkbox", name="Viewed").check()
    expect(page.locator("#f1-R2")).not_to_be_visible()
    expect(page.locator("[data-viewed-sum]")).to_have_text("1 of 7 viewed")
    page.reload()
    expect(file(page, 1).get_by_role("checkbox", name="Viewed")).to_be_checked()
    expect(page.locator("#f1-R2")).not_to_be_visible()


def test_the_filter_leaves_what_holds_all_its_words(page, address):
    page.goto(address)
    page.get_by_role("searchbox", name="Filter files by path").fill("src PY")
    expect(page.locator(".diff-file:visible")).to_have_count(4)
    expect(page.get_by_role("navigation", name="Files of the patch").get_by_role("link")).to_have_count(4)
    page.get_by_role("searchbox", name="Filter files by path").fill("nowhere")
    expect(page.get_by_text("No path holds that.")).to_be_visible()


def test_the_layout_is_remembered(page, address):
    page.goto(address)
    page.get_by_role("link", name="Side by side").click()
    expect(page.locator(".diff-table.is-split").first).to_be_visible()
    page.goto(address)
    expect(page.locator(".diff-table.is-split").first).to_be_visible()
    page.get_by_role("link", name="Unified").click()
    expect(page.locator(".diff-table.is-split")).to_have_count(0)


def test_keys_go_from_file_to_file(page, address):
    page.goto(address)
    page.keyboard.press("n")
    page.keyboard.press("n")
    expect(file(page, 2).locator("[data-row-link]")).to_be_focused()
    page.keyboard.press("p")
    expect(file(page, 1).locator("[data-row-link]")).to_be_focused()
    page.keyboard.press("j")
    expect(file(page, 2).locator("[data-row-link]")).to_be_focused()
    page.get_by_role("searchbox", name="Filter files by path").fill("wide")
    page.locator("h1").first.click()
    page.keyboard.press("j")
    expect(file(page, 3).locator("[data-row-link]")).to_be_focused()
    page.keyboard.press("v")
    expect(file(page, 3).get_by_role("checkbox", name="Viewed")).to_be_checked()


def test_without_scripts_everything_can_be_reached(open_page, growing, address):
    page = open_page(growing, java_script_enabled=False)
    page.goto(f"{address}#f1-R3")
    expect(page.locator("#f1-R3")).to_be_in_viewport()
    file(page, LONG).locator("summary").click()
    file(page, LONG).get_by_role("link", name="Show 1,200 changed lines").click()
    expect(page.locator(f"#f{LONG}-R1")).to_be_visible()
    file(page, LONG).get_by_role("link", name="Show the next rows").click()
    expect(page.locator(f"#f{LONG}-R{FAR}")).to_be_attached()
    expect(page.get_by_role("searchbox", name="Filter files by path")).to_have_count(0)


@pytest.mark.parametrize(
    "look",
    [(1440, "light", "unified"), (1440, "dark", "split"), (390, "light", "split"), (390, "dark", "unified")],
)
def test_everybody_can_read_it(open_page, growing, address, look):
    width, theme, view = look
    page = open_page(growing, width=width, color_scheme=theme)
    page.goto(f"{address}?view={view}#f1-R2")
    expect(page.locator(".diff-file").first).to_be_visible()
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(VIOLATIONS, {}) == []
    assert page.evaluate(TOO_WIDE) == []
