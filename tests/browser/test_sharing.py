"""A run is shared with somebody who has no account: they see it finish, find everything else closed, and see it die."""

import re
import time

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import IntConverter
from playwright.sync_api import expect

from tests.browser.test_accessibility import faults
from tests.browser.test_growing_jobs import LONGER, Job, is_marked, mark, open_run


@pytest.fixture
def job(growing):
    started = Job(growing, f"shared-{time.monotonic_ns()}")
    yield started
    started.finish()


OPERATOR = """
from django.contrib.auth.models import Group, User
person, is_new = User.objects.get_or_create(username="olga")
person.set_password("a long enough phrase")
person.save()
person.groups.set([Group.objects.get(name="operator")])
"""


@pytest.fixture
def operator(open_page, growing):
    """A page for somebody who is an operator and no more."""
    growing.run("shell", "-c", OPERATOR)
    page = open_page(growing, is_signed_in=False)
    page.goto("/sign-in/")
    page.get_by_label("Username").fill("olga")
    page.get_by_label("Password").fill("a long enough phrase")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/runs/$"))
    return page


def share(page, scope="With trials and artifacts"):
    """Share the run whose page is open; the address that is told."""
    page.get_by_role("link", name="Share", exact=True).click()
    expect(page.get_by_role("heading", name="What becomes public")).to_be_visible()
    page.get_by_label(scope, exact=True).check()
    page.get_by_label("Note").fill("for Grace")
    page.get_by_role("button", name="Create link").click()
    expect(page.get_by_text("It is not shown again")).to_be_visible()
    return page.get_by_label("Address").input_value()


def addresses():
    """Every address of the application that a stranger could type, by name."""
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLPattern) and pattern.name and not pattern.name.startswith("share-"):
            needs = pattern.pattern.converters.items()
            given = {key: 1 if isinstance(converter, IntConverter) else "csv" for key, converter in needs}
            yield pattern.name, reverse(pattern.name, kwargs=given)


def test_a_run_that_an_operator_shared_is_seen_to_finish_and_dies_at_once_when_it_is_revoked(
    open_page, growing, operator, job
):
    job.until("agent/trajectory.json")
    page = operator
    open_run(page, job)
    address = share(page)

    guest = open_page(growing, is_signed_in=False)
    guest.goto(address)
    expect(guest.get_by_role("heading", level=1)).to_have_text(job.name)
    expect(guest.get_by_text("Shared by link from Quayside")).to_be_visible()
    expect(guest.get_by_role("heading", name="Progress", exact=True)).to_be_visible(timeout=LONGER)
    mark(guest)
    job.finish()
    expect(guest.locator(".page-head")).to_contain_text("Completed", timeout=LONGER)
    assert is_marked(guest)
    assert guest.context.cookies() == []

    guest.get_by_role("link", name=re.compile("^Trials")).click()
    guest.locator("[data-row-link]").first.click()
    guest.get_by_role("link", name=re.compile("^Logs")).click()
    assert guest.url.startswith(address)

    page.goto("/shares/")
    row = page.get_by_role("row").filter(has_text=job.name)
    expect(row).to_contain_text("for Grace")
    row.get_by_role("link", name="Revoke").click()
    page.get_by_role("button", name="Revoke link").click()
    expect(page.get_by_text("Nobody can open it any more")).to_be_visible()
    assert guest.reload().status == 410
    expect(guest.get_by_role("heading", level=1)).to_have_text("Nothing is shared here")
    assert guest.goto(address).status == 410


def test_an_open_page_notices_that_its_link_is_revoked(open_page, growing, job):
    job.until("agent/trajectory.json")
    page = open_page(growing)
    open_run(page, job)
    guest = open_page(growing, is_signed_in=False)
    guest.goto(share(page, "Summary only"))
    expect(guest.locator(".page-head")).to_contain_text("Running")
    page.goto("/shares/")
    page.get_by_role("row").filter(has_text=job.name).get_by_role("link", name="Revoke").click()
    page.get_by_role("button", name="Revoke link").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Nothing is shared here", timeout=LONGER)
    # The browser says of the page's question, too, that it was answered with 410.
    assert all("410" in said for said in open_page.complaints)
    open_page.complaints.clear()


def test_to_a_guest_every_other_address_is_closed(open_page, growing, job):
    job.finish()
    page = open_page(growing)
    open_run(page, job)
    address = share(page, "Summary only")
    guest = open_page(growing, is_signed_in=False)
    guest.goto(address)
    ask = guest.context.request
    below, beside = {}, {}
    for name, path in addresses():
        below[name] = ask.get(address + path[1:], max_redirects=0).status
        beside[name] = ask.get(path, max_redirects=0)
    assert {name for name, status in below.items() if status != 404} <= {"run-detail", "home"}
    seen = {name for name, answer in beside.items() if answer.status == 200}
    assert seen <= FREE
    assert not [name for name in seen if job.name in beside[name].text()]


FREE = {"healthz", "readyz", "favicon", "sign-in", "account_login", "metrics", "sign-up", "security-txt", "robots"}
"""What anybody may ask for anyway."""


def test_axe_finds_nothing_where_one_shares_and_in_what_is_shared(open_page, growing, job):
    job.finish()
    page = open_page(growing)
    page.goto("/shares/")
    assert faults(page) == []
    open_run(page, job)
    page.goto(f"{page.url.split('?')[0]}share/")
    assert faults(page) == []
    page.go_back()
    address = share(page)
    assert faults(page) == []
    page.goto("/shares/")
    assert faults(page) == []
    page.get_by_role("row").filter(has_text=job.name).get_by_role("link", name="Revoke").click()
    assert faults(page) == []
    guest = open_page(growing, is_signed_in=False)
    guest.goto(address)
    assert faults(guest) == []
    guest.get_by_role("link", name=re.compile("^Trials")).click()
    assert faults(guest) == []
    guest.locator("[data-row-link]").first.click()
    assert faults(guest) == []
    guest.goto(f"{growing.address}/s/unknown/")
    assert faults(guest) == []


def test_a_link_is_copied_and_pasted_by_keyboard_alone(open_page, growing, job):
    job.finish()
    page = open_page(growing)
    open_run(page, job)
    page.get_by_role("link", name="Share", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Summary only")).to_be_checked()
    page.get_by_label("Summary only").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("With trials", exact=True)).to_be_checked()
    page.get_by_role("button", name="Create link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Address")).to_be_focused()
    assert page.get_by_label("Address").input_value().startswith(f"{growing.address}/s/")
