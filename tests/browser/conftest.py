"""Chromium, and four products: with the sample jobs, with jobs that grow, with a CARROT server, and an empty one.

The products live as long as the test process, the browser as long as a module: Playwright's synchronous interface
leaves an event loop running, under which Django refuses to touch a database.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from dashboard.demo.harbor import copy_genuine, write_history
from tests.browser import chromium
from tests.browser.carrot import Server, StandIn
from tests.browser.carrot_places import carrot_places
from tests.browser.chromium import Chromium
from tests.browser.places import Places
from tests.browser.products import product, sockets

IS_REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"
HERE = Path(__file__).parent

PATIENCE = 15_000
"""Milliseconds for anything that has no deadline of its own."""

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="module")
def playwright():
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright):
    if not chromium.PATH:
        missing = "Chromium is not installed (Debian: apt install chromium)"
        pytest.fail(missing) if IS_REQUIRED else pytest.skip(missing)
    started = Chromium(playwright)
    yield started
    started.stop()


def _running(folder):
    with sockets():
        started = product(folder)
        started.start()
    return started


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """Genuine jobs and six weeks of history, all read; somebody is signed in."""
    with sockets():
        made = product(tmp_path_factory.mktemp("sample"))
        names = copy_genuine(made.jobs) + write_history(made.jobs, now=datetime.now(UTC), zone=UTC)
        made.start()
        made.sign_in()
        made.wait_for_runs(len(names))
    yield made
    made.stop()


@pytest.fixture(scope="session")
def growing(tmp_path_factory):
    """A folder in which jobs may grow; somebody is signed in."""
    started = _running(tmp_path_factory.mktemp("growing"))
    with sockets():
        started.sign_in()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    """Nothing to show; somebody is signed in."""
    started = _running(tmp_path_factory.mktemp("empty"))
    with sockets():
        started.sign_in()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def carrot(tmp_path_factory):
    """Genuine jobs beside a stand-in CARROT server, its runs read and the newest reports; somebody is signed in."""
    folder = tmp_path_factory.mktemp("carrot")
    with sockets():
        made = product(folder)
        copy_genuine(made.jobs)
        made.start()
        made.sign_in()
        stand_in = StandIn(folder / "state")
        server = Server(stand_in=stand_in, product=made)
        server.begin()
    yield server
    made.stop()
    stand_in.stop()


@pytest.fixture(scope="session")
def places(sample):
    """Addresses of pages of every kind."""
    with sockets():
        runs = json.loads(sample.ask("GET", "/runs/export.json")[1])
        trials = {run["id"]: json.loads(sample.ask("GET", f"/runs/{run['id']}/trials/export.json")[1]) for run in runs}
    return Places(runs=runs, trials=trials)


@pytest.fixture(scope="session")
def reporting_places(carrot):
    """Addresses of pages of tests of pipelines and of reports."""
    with sockets():
        return carrot_places(carrot)


@pytest.fixture
def open_page(browser):
    """Opens pages of a product; each test fails for what the browser complained about in any of them."""
    contexts, complaints = [], []

    def begin(product, *, is_signed_in=True, width=1440, height=900, **options):
        context = browser.new_context(
            base_url=product.address,
            viewport={"width": width, "height": height},
            storage_state=product.state if is_signed_in else None,
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        listen(page, complaints)
        return page

    begin.complaints = complaints
    yield begin
    for context in contexts:
        browser.end(context)
    assert complaints == []


def listen(page, complaints):
    """Collect errors and warnings of the console, uncaught exceptions and breaches of the content policy."""

    def hear(message):
        is_status = message.location["url"] == page.url and "Failed to load resource" in message.text
        # A busy machine answers late; the page says so by itself, and another test looks at how.
        is_late = "htmx:error: timeout" in message.text
        if message.type in {"error", "warning"} and not (is_status or is_late):
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " (event) => console.error('policy:', event.violatedDirective, event.blockedURI))"
    )


@pytest.fixture
def page(open_page, sample):
    """A page of the sample jobs for somebody who is signed in."""
    return open_page(sample)
