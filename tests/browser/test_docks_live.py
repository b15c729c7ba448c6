"""A run of a Docks server that moves while somebody looks: rows change in place, and a server that dies is survived."""

import contextlib
import json
import re
import subprocess
import sys
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from tests.browser.products import ROOT, product, sockets

TENANT, TOKEN = "tenant-1", "docks_for-tests"
WITHIN = 15_000
"""Milliseconds for a look every 3 s and a question of the page every 3 s, on a busy machine."""
LONGER = 40_000


SERVE = """
import json, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from dashboard.demo.docks import Fault, make_app, serve

ahead = timedelta(seconds=float(sys.argv[3]))
app = make_app(Path(sys.argv[1]), now=lambda: datetime.now(UTC) + ahead, token=sys.argv[4], tenant=sys.argv[5])
print(serve(app, "127.0.0.1", int(sys.argv[2])).port, flush=True)
for line in sys.stdin:
    order = json.loads(line)
    ahead += timedelta(seconds=order.get("seconds", 0))
    if "fault" in order:
        app.faults.add(Fault(**order["fault"]))
"""


class StandIn:
    """A stand-in in a process of its own; its clock can be put forward, and it comes back at its address."""

    def __init__(self, folder):
        self.folder, self.port, self.ahead = folder, 0, 0
        self.on()

    def on(self):
        words = [str(self.folder), str(self.port), str(self.ahead), TOKEN, TENANT]
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, *words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self.process.stdout.readline())

    def off(self):
        self.process.communicate(timeout=20)

    def go_on(self, **length):
        seconds = timedelta(**length).total_seconds()
        self.ahead += seconds
        self.order(seconds=seconds)

    def order(self, **order):
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()


@pytest.fixture(scope="module")
def docks(tmp_path_factory):
    """A product whose one source of runs is a stand-in; somebody is signed in."""
    folder = tmp_path_factory.mktemp("docks")
    with sockets():
        stand_in, made = StandIn(folder / "state"), product(folder)
        made.start()
        made.sign_in()
        made.run("shell", "-c", _registration(stand_in.port))
        run = _moving_run(made)
    yield SimpleNamespace(stand_in=stand_in, product=made, run=run)
    made.stop()
    stand_in.off()


def _registration(port):
    return (
        "from dashboard.models import Source; Source.objects.create(name='Staging', kind='docks',"
        f" address='http://127.0.0.1:{port}', tenant='{TENANT}', token='{TOKEN}',"
        f" allowed_endpoints=[['127.0.0.1', {port}]], list_limit=4)"
    )


def _moving_run(made):
    """The address of the run that moves, once it is mirrored."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = json.loads(made.ask("GET", "/runs/export.json?q=status:running")[1])
        moving = [run for run in found if run["external_id"].startswith("eval/") and run["n_running"]]
        if moving:
            return f"/runs/{moving[0]['id']}/"
        time.sleep(0.3)
    raise AssertionError("No run ever moved.")


@pytest.fixture
def stand_in(docks):
    return docks.stand_in


def test_rows_change_in_place_and_focus_stays(open_page, docks, stand_in):
    page = open_page(docks.product)
    page.goto(f"{docks.run}trials/?size=200")
    page.evaluate("window.isTheSame = true")
    rows = page.locator("tbody[data-rows] > tr")
    ids = rows.evaluate_all("(rows) => rows.map((row) => row.id)")
    running = rows.filter(has_text="Running").first
    row = page.locator(f"#{running.get_attribute('id')}")
    row.locator("a").first.focus()
    before = page.title()
    stand_in.go_on(seconds=80)
    expect(row).not_to_contain_text("Running", timeout=WITHIN)
    expect(page).to_have_title(re.compile(r"● \d+/\d+ "), timeout=WITHIN)
    assert page.title() != before
    assert page.evaluate("(id) => document.activeElement.closest('tr')?.id === id", row.get_attribute("id"))
    assert rows.evaluate_all("(rows) => rows.map((row) => row.id)") == ids
    assert page.evaluate("window.isTheSame")


def test_a_server_that_wants_a_pause_is_left_alone_and_comes_back_by_itself(open_page, docks, stand_in):
    page = open_page(docks.product)
    page.goto(docks.run)
    stand_in.order(fault={"status": 429, "retry_after": 11, "count": 1})
    said = page.locator(".banner", has_text="Staging is paused by the server")
    expect(said).to_be_visible(timeout=WITHIN)
    expect(said).to_contain_text(re.compile("paused by the server, again in \\d+ s"))
    expect(said.get_by_role("button", name="Retry now")).to_be_disabled()
    expect(page.locator(".tiles").first).to_be_visible()
    expect(said).to_have_count(0, timeout=LONGER)


def test_a_server_that_dies_is_told_with_what_was_there_and_found_again(open_page, docks, stand_in):
    run, everything = open_page(docks.product), open_page(docks.product)
    run.goto(docks.run)
    everything.goto("/runs/?q=source:Staging")
    rows = everything.locator("tbody[data-rows] > tr").count()
    stand_in.off()
    try:
        for page in (run, everything):
            said = page.locator(".banner", has_text="Staging is not reachable")
            expect(said).to_contain_text("Nothing accepts connections there.", timeout=WITHIN)
            expect(said).to_contain_text("127.0.0.1")
        assert everything.locator("tbody[data-rows] > tr").count() == rows
        expect(run.get_by_role("heading", level=1)).to_be_visible()
    finally:
        stand_in.on()
    with contextlib.suppress(PlaywrightTimeout):
        # It may have been found again by then, without our asking.
        run.get_by_role("button", name="Retry now").click(timeout=2_000)
    for page in (run, everything):
        expect(page.locator(".banner", has_text="Staging is not reachable")).to_have_count(0, timeout=LONGER)


def test_a_run_that_ends_says_so_in_the_title_and_asks_no_more(open_page, docks, stand_in):
    page = open_page(docks.product)
    page.goto(docks.run)
    expect(page).to_have_title(re.compile("^● "))
    stand_in.go_on(minutes=11)
    expect(page).to_have_title(re.compile("^✓ done "), timeout=WITHIN)
    expect(page.locator("[data-live], [data-notify]")).to_have_count(0)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(4_000)
    assert asked == []
