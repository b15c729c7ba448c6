"""The pictures of the README show the product as it is; UPDATE_SCREENSHOTS=1 takes them anew."""

import os
import struct

import pytest

from tests.browser.products import ROOT

SIZE = (1440, 900)
RUN = "claude-code-or-codex-terminal-bench"
PICTURES = {
    "runs.png": (lambda places: "/runs/", "light"),
    "run.png": (lambda places: places.run(RUN), "dark"),
    "trajectory.png": (lambda places: f"{places.trial(RUN, 'failed')}trajectory/", "light"),
}
"""By file: the address that is shown, and the theme."""

HIDE_FOLDER = """
(folder) => {
  for (const each of document.querySelectorAll("code"))
    each.textContent = each.textContent.replace(folder, "/srv/jobs");
}
"""
"""Where this machine keeps its temporary files is nobody's business."""


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_can_be_taken_and_is_there(open_page, sample, places, name):
    address, theme = PICTURES[name]
    page = open_page(sample, width=SIZE[0], height=SIZE[1], color_scheme=theme)
    page.goto(address(places), wait_until="networkidle")
    page.evaluate(HIDE_FOLDER, str(sample.jobs))
    page.evaluate("document.fonts.ready")
    picture = page.screenshot()
    assert size_of(picture) == SIZE
    kept = ROOT / "docs" / "images" / name
    if os.environ.get("UPDATE_SCREENSHOTS") == "1":
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(picture)
    assert size_of(kept.read_bytes()) == SIZE


def size_of(picture):
    """Width and height, from the header of a PNG."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", picture[16:24])
