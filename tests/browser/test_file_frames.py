"""Files of a trial in frames of the second origin: drawings that try to reach us."""

import pytest
from playwright.sync_api import expect

from tests.browser.products import sockets

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><text x="9" y="50">drawn</text><script>
const told = document.documentElement;
const attempt = (name, act) => {
  try { act(); told.setAttribute("data-" + name, "did it"); } catch { told.setAttribute("data-" + name, "refused"); }
};
attempt("cookie", () => document.cookie);
attempt("parent", () => parent.document.title);
attempt("storage", () => localStorage.length);
fetch("/runs/").then(() => told.setAttribute("data-fetch", "did it"), () => told.setAttribute("data-fetch", "refused"));
</script></svg>"""


@pytest.fixture(scope="module")
def trial(growing):
    """The address of a trial with such a file."""
    folder = growing.jobs / "framed" / "hello__AAAA"
    folder.mkdir(parents=True)
    (folder.parent / "config.json").write_text('{"job_name": "framed", "agents": []}')
    (folder / "config.json").write_text('{"task": {"path": "tasks/hello"}, "trial_name": "hello__AAAA"}')
    (folder / "drawing.svg").write_text(DRAWING)
    with sockets():
        [run] = growing.wait_for_rows("/runs/export.json?q=framed", count=1)
        [found] = growing.wait_for_rows(f"/runs/{run['id']}/trials/export.json", count=1)
    return f"/runs/{run['id']}/trials/{found['id']}"


def test_a_drawing_is_drawn_and_reaches_nothing(open_page, growing, trial):
    page = open_page(growing)
    page.goto(f"{trial}/file/drawing.svg")
    drawing = page.frame_locator("iframe").locator("svg")
    expect(drawing.get_by_text("drawn")).to_be_visible()
    expect(drawing).to_have_attribute("data-fetch", "refused")
    assert [drawing.get_attribute(f"data-{name}") for name in ("cookie", "parent", "storage")] == ["refused"] * 3
    open_page.complaints.clear()
