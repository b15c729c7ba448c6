"""The refresh scheduler in a real browser: files from disk, made-up answers, a clock that only the test moves."""

import json
import re
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

ROOT = Path(__file__).resolve().parents[2]
PAGE = """<!doctype html><html lang="en"><head><title>Live</title>
<script defer src="/static/vendor/htmx-4.0.1.min.js"></script>
<script type="module" src="/static/js/live.js"></script>
<script type="module" src="/static/js/notify.js"></script></head>
<body><button type="button" aria-pressed="true" data-live-toggle hidden><span data-live-age></span></button>
<main><div id="connection"></div><p id="words">Some words</p><details class="menu"><summary>Menu</summary>x</details>
<div id="run-head" data-run="12" data-title="● 1/2 nightly">
<span data-as-of>as of <time datetime="2026-11-21T12:00:00Z"></time></span>
<span data-try="7" data-try-in="200" data-try-words="next try">next try in 3 min</span>
<button type="button" data-notify="12" hidden>Notify me when it ends</button></div>
<div id="region" data-live="3" data-looked="8" hx-get="/poll" hx-trigger="refresh from:body" hx-swap="none"></div>
</main></body></html>"""

NOTIFICATIONS = """
window.told = [];
window.Notification = class extends EventTarget {
  static permission = "default";
  static async requestPermission() { window.asked = true; return (Notification.permission = "granted"); }
  constructor(title, options) { super(); window.told.push([title, options.body]); }
};
Object.defineProperty(window, "isSecureContext", { value: true });
"""

COUNTING = """
const fetched = window.fetch;
window.underWay = 0;
window.fetch = (...asked) => { underWay += 1; return fetched(...asked).finally(() => { underWay -= 1; }); };
"""
SETTLE = """
async () => {
  const { port1, port2 } = new MessageChannel();
  const turn = () => new Promise((done) => { port1.onmessage = done; port2.postMessage(0); });
  for (let turns = 10; turns; turns -= 1) {
    do await turn(); while (underWay);
  }
}
"""
"""Until what was asked is answered and dealt with: some turns of the page's own loop, which no clock moves."""


class Site:
    """Answers for the page, its scripts and its polls."""

    def __init__(self, page):
        self.page, self.polls, self.status, self.body = page, 0, 204, ""
        self.looked = {"age": 4}
        page.route("http://quayside.test/**", self.answer)

    def answer(self, route):
        path = route.request.url.removeprefix("http://quayside.test")
        if path == "/":
            route.fulfill(body=PAGE, content_type="text/html")
        elif path.startswith("/static/"):
            route.fulfill(path=ROOT / path[1:], content_type="text/javascript")
        else:
            self.polls += 1
            headers = {"HX-Trigger": json.dumps({"quayside:looked": self.looked}), "Content-Type": "text/html"}
            route.fulfill(status=self.status, headers=headers, body=self.body)

    def head(self, **data):
        """From now on answers bring this head of a run."""
        attributes = " ".join(f'data-{name}="{value}"' for name, value in data.items())
        self.status = 200
        head = f'<div id="run-head" {attributes}></div>'
        self.body = f'<hx-partial hx-target="#run-head" hx-swap="outerMorph">{head}</hx-partial>'

    def passes(self, seconds):
        """Let time pass, in steps in which answers can come in."""
        for _ in range(seconds * 2):
            self.page.clock.run_for(500)
            self.page.evaluate(SETTLE)

    def polls_in(self, seconds):
        before = self.polls
        self.passes(seconds)
        return self.polls - before


@pytest.fixture
def site(browser):
    context = browser.new_context()
    context.add_init_script(NOTIFICATIONS)
    context.add_init_script(COUNTING)
    page = context.new_page()
    page.clock.install()
    site = Site(page)
    page.goto("http://quayside.test/")
    page.wait_for_function("() => !document.querySelector('[data-live-toggle]').hidden")
    yield site
    browser.end(context)


def test_a_live_region_is_asked_for_every_three_seconds(site):
    assert 3 <= site.polls_in(13) <= 4


def test_the_age_comes_from_the_page_and_then_from_the_answers(site):
    age = site.page.locator("[data-live-age]")
    site.page.clock.run_for(1000)
    assert age.text_content() in {"updated 8 s ago", "updated 9 s ago"}
    site.passes(3)
    assert age.text_content() in {"updated 4 s ago", "updated 5 s ago"}


def test_a_pause_lasts_over_a_reload_and_ends_with_a_poll_at_once(site):
    site.page.click("[data-live-toggle]")
    assert site.page.get_attribute("[data-live-toggle]", "aria-pressed") == "false"
    site.page.reload()
    assert site.polls_in(10) == 0
    with site.page.expect_request("**/poll"):
        site.page.click("[data-live-toggle]")


def test_it_rests_while_text_is_selected_or_a_menu_is_open(site):
    site.page.evaluate("getSelection().selectAllChildren(document.querySelector('#words'))")
    assert site.polls_in(8) == 0
    site.page.evaluate("getSelection().removeAllRanges()")
    assert site.polls_in(2) == 1
    site.page.click("summary")
    assert site.polls_in(8) == 0


def test_a_failure_is_said_slows_the_polls_and_goes_away_by_itself(site):
    site.status = 500
    site.passes(4)
    said = site.page.locator("#connection").text_content()
    assert "Connection lost" in said
    assert "the server answered 500" in said
    assert site.polls_in(20) <= 3
    site.status = 204
    site.passes(40)
    assert site.page.locator("#connection").text_content() == ""


def test_it_stops_when_nothing_is_live_any_more(site):
    site.page.evaluate("document.querySelector('#region').removeAttribute('data-live')")
    assert site.polls_in(10) == 0
    assert site.page.locator("[data-live-toggle]").is_hidden()


def test_what_was_asked_for_is_counted_down_from_the_last_answer(site):
    place = site.page.locator("[data-try]")
    assert place.text_content() == "next try in 3 min"
    site.looked = {"age": 4, "tries": {"7": 60}}
    site.passes(4)
    assert re.fullmatch("next try in (60|5[0-9]) s", place.text_content())
    site.looked = {"age": 4, "tries": {"7": 0}}
    site.passes(4)
    assert place.text_content() == "asking again"


def test_every_as_of_is_as_fresh_as_the_last_answer(site):
    site.passes(4)
    age = site.page.evaluate("(Date.now() - Date.parse(document.querySelector('[data-as-of] time').dateTime)) / 1000")
    assert 4 <= age <= 12


def test_the_title_follows_the_run(site):
    site.head(run=12, title="✓ done nightly")
    site.passes(4)
    assert site.page.title() == "✓ done nightly"


def hide(page, state):
    """Let the page believe that its tab is hidden, or in front again."""
    page.evaluate(
        """(state) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def test_a_hidden_tab_asks_nothing(site):
    hide(site.page, "hidden")
    assert site.polls_in(60) == 0
    with site.page.expect_request("**/poll"):
        hide(site.page, "visible")


def test_who_waits_for_a_run_is_told_in_a_hidden_tab_when_it_ends(site):
    wait = site.page.locator("[data-notify]")
    assert site.page.evaluate("window.asked") is None
    wait.click()
    assert wait.get_attribute("aria-pressed") == "true"
    hide(site.page, "hidden")
    assert 1 <= site.polls_in(65) <= 3
    assert site.page.evaluate("window.told") == []
    site.head(run=12, title="✓ done nightly", ended="34 passed, 2 failed")
    site.passes(35)
    assert site.page.evaluate("window.told") == [["✓ done nightly", "34 passed, 2 failed"]]
    assert site.polls_in(65) == 0


def test_a_wish_outlasts_a_reload_and_can_be_taken_back(site):
    wait = site.page.locator("[data-notify]")
    wait.click()
    site.page.add_init_script("Notification.permission = 'granted'")
    site.page.reload()
    site.page.wait_for_function("() => !document.querySelector('[data-notify]').hidden")
    assert wait.get_attribute("aria-pressed") == "true"
    wait.click()
    assert wait.get_attribute("aria-pressed") == "false"
    site.head(run=12, title="✓ done nightly", ended="34 passed")
    site.passes(4)
    assert site.page.evaluate("window.told") == []


def test_where_notifications_are_blocked_it_says_so(site):
    site.page.add_init_script("Notification.permission = 'denied'")
    site.page.reload()
    site.page.wait_for_function("() => !document.querySelector('[data-notify]').hidden")
    assert site.page.locator("[data-notify]").is_disabled()
    assert site.page.locator("[data-notify]").text_content() == "This browser blocks notifications"
