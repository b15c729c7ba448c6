"""A page in a browser that has never been here: when its first row can be seen, and what that took from the network."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
SETTLE = 1_000
"""Milliseconds after the first row during which requests are still counted."""

_WATCH = """(selector) => {
  const look = () => {
    const row = document.querySelector(selector);
    if (row && row.getClientRects().length && getComputedStyle(row).visibility === "visible") {
      // Two frames on, it has been painted.
      requestAnimationFrame(() => requestAnimationFrame(() => { window.firstRowAt = performance.now(); }));
    } else { requestAnimationFrame(look); }
  };
  look();
}"""

_COUNT = """() => {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  let n = 0;
  while (walker.nextNode()) n += 1;
  return [document.querySelectorAll("*").length, n];
}"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One cold visit."""

    seconds: float
    """From the beginning of the navigation to the first row on the screen."""
    requests: int
    kilobytes: float
    """Heads and bodies as they came over the network."""
    elements: int
    """Of the page when it had settled, as ``document.querySelectorAll("*")`` counts them."""
    nodes: int
    """Elements and texts."""


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser without a head."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        try:
            yield opened
        finally:
            opened.close()


def visit(browser: Browser, address: str, row: str, cookie: str = "") -> Visit:
    """Open an address with an empty cache and wait for the first element that ``row`` selects."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        if cookie:
            name, _, value = cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": address}])
        page = context.new_page()
        traffic: dict[str, float] = {"requests": 0, "bytes": 0}
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.responseReceived", lambda _: _count(traffic, "requests", 1))
        network.on("Network.loadingFinished", lambda event: _count(traffic, "bytes", event["encodedDataLength"]))
        page.add_init_script(f"({_WATCH})({row!r})")
        page.goto(address, wait_until="load")
        milliseconds: Any = page.wait_for_function("() => window.firstRowAt", timeout=60_000).json_value()
        # What is still on its way; some pages never fall silent.
        page.wait_for_timeout(SETTLE)
        elements, nodes = page.evaluate(_COUNT)
        kilobytes = traffic["bytes"] / 1_000
        return Visit(milliseconds / 1_000, int(traffic["requests"]), kilobytes, int(elements), int(nodes))
    finally:
        context.close()


def _count(traffic: dict[str, float], what: str, amount: float) -> None:
    traffic[what] += amount
