"""Somebody watches a run by its form, with scripts and without, and sees what became of telling them."""

import json
import re

import pytest
from playwright.sync_api import expect
from pytest_socket import enable_socket

from tests.browser.products import Product, product, sockets
from tests.browser.test_accessibility import faults
from tests.browser.test_growing_jobs import LONGER, Job
from tests.http.faulty_server import Server

pytestmark = pytest.mark.enable_socket


class Open(Product):
    """A product that may send to machines in its own network."""

    @property
    def environ(self):
        return {**super().environ, "NOTICE_NETWORKS": "127.0.0.0/8"}


@pytest.fixture(scope="module")
def telling(tmp_path_factory):
    made = product(tmp_path_factory.mktemp("telling"))
    started = Open(jobs=made.jobs, var=made.var, port=made.port)
    with sockets():
        started.start()
        started.sign_in()
    yield started
    started.stop()


@pytest.fixture
def hook(telling):
    # Whoever starts a product leaves sockets switched off.
    enable_socket()
    running = Server()
    yield running
    running.stop()


def make_channel(page, hook, name):
    page.goto("/watches/channels/new/")
    page.get_by_label("Webhook: signed").check()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Address").fill(f"{hook.url}/hooks/secret-path-1234")
    page.get_by_role("button", name="Create channel").click()
    expect(page.get_by_text(re.compile("^whsec_"))).to_be_visible()
    page.get_by_role("link", name="I have kept it").click()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_run_is_watched_ends_and_is_told(open_page, telling, hook, has_scripts):
    page = open_page(telling, java_script_enabled=has_scripts)
    name = f"nightly-{has_scripts}".lower()
    job = Job(telling, name)
    job.until("lock.json")
    make_channel(page, hook, f"Hook {name}")
    channel = page.url
    telling.wait_for_rows(f"/runs/export.json?q=name:{name}", count=1)
    page.goto(f"/runs/?q=name:{name}")
    page.locator("tbody").get_by_role("link", name=name).first.click()
    page.get_by_role("link", name="Watch", exact=True).click()
    page.get_by_label(f"The run {name}").check()
    page.get_by_label("it ends, however that is").check()
    page.get_by_label(f"Hook {name}").check()
    page.get_by_role("button", name="Watch").click()
    expect(page.get_by_text(f"You are told of the run {name} from now on.")).to_be_visible()
    job.finish()
    page.goto(channel)
    for _ in range(LONGER // 500):
        if page.get_by_text("Delivered").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    row = page.locator("tbody tr")
    expect(row.get_by_role("link", name=name)).to_be_visible()
    expect(row.get_by_text("Answered 200.")).to_be_visible()
    told = [json.loads(asked.body) for asked in hook.requests]
    assert [(each["event"], each["run"]["name"]) for each in told] == [("ended", name)]


def test_a_test_of_a_channel_shows_what_came_of_it_by_itself(open_page, telling, hook):
    page = open_page(telling)
    make_channel(page, hook, "By itself")
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("Answered 200.")).to_be_visible(timeout=LONGER)
    page.get_by_role("button", name="Send no").click()
    expect(page.get_by_text("It is sent again in a moment.")).to_be_visible()
    expect(page.get_by_text("Answered 200.")).to_be_visible(timeout=LONGER)
    assert len(hook.requests) == 2


def test_axe_finds_nothing_on_any_of_the_pages(open_page, telling, hook):
    page = open_page(telling)
    page.goto("/watches/")
    found = faults(page)
    make_channel(page, hook, "For axe")
    found += faults(page)
    page.get_by_role("button", name="Send a test").click()
    found += faults(page)
    page.get_by_role("link", name="Remove").click()
    found += faults(page)
    page.goto("/watches/new/?q=name:nightly")
    found += faults(page)
    page.get_by_label("For axe").check()
    page.get_by_label("it fails").uncheck()
    page.get_by_label("it regresses").uncheck()
    page.get_by_role("button", name="Watch").click()
    expect(page.get_by_text("This does not fit yet.")).to_be_visible()
    found += faults(page)
    page.get_by_label("it fails").check()
    page.get_by_label("For axe").check()
    page.get_by_role("button", name="Watch").click()
    found += faults(page)
    page.goto("/watches/channels/new/")
    found += faults(page)
    page.goto("/watches/stop/nothing/")
    found += faults(page)
    assert found == []


def test_a_watch_is_made_by_keyboard_alone(open_page, telling, hook):
    page = open_page(telling)
    make_channel(page, hook, "By keys")
    page.goto("/watches/new/?q=name:weekly")
    page.get_by_label("All runs that match").focus()
    for key in ("Tab", "Space", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
    page.get_by_label("By keys").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").filter(has_text="name:weekly")).to_contain_text("ends, fails, regresses")
    page.get_by_role("button", name="Stop watching All runs that match “name:weekly”").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are told no more of it.")).to_be_visible()
