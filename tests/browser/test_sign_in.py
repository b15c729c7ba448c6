"""From the printed link to the list, and out again."""

import re

import pytest
from playwright.sync_api import expect

PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def with_person(empty):
    """Somebody with a password."""
    empty.run(
        "createsuperuser", "--noinput", "--username", "ada", "--email", "", DJANGO_SUPERUSER_PASSWORD=PASSWORD
    )  # fmt: skip
    return empty


@pytest.fixture
def started_anew(empty):
    """A start prints a link that nobody has used yet."""
    empty.stop()
    empty.start()
    return empty


def test_the_printed_link_leads_to_the_list_once(open_page, started_anew):
    empty = started_anew
    page = open_page(empty, is_signed_in=False)
    page.goto(empty.link)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{empty.address}/runs/")
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()

    stranger = open_page(empty, is_signed_in=False)
    answer = stranger.goto(empty.link)
    assert answer.status == 410
    expect(stranger.get_by_role("heading", level=1)).to_have_text("This link is not valid")
    expect(stranger.get_by_role("button", name="Sign in")).to_have_count(0)


def test_a_password_leads_to_the_page_that_was_asked_for_and_signing_out_ends_it(open_page, with_person):
    page = open_page(with_person, is_signed_in=False)
    page.goto("/tasks/?q=x")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next="))
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()

    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{with_person.address}/tasks/?q=x")

    page.get_by_label("You and this device").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in/"))
    page.goto("/runs/")
    expect(page).to_have_url(re.compile("/sign-in/"))


def test_a_page_that_looks_by_itself_leads_to_sign_in_once_its_session_has_ended_and_back(open_page, with_person):
    page = open_page(with_person)
    page.goto("/runs/?sort=name")
    expect(page.locator("[data-live]").first).to_be_attached()
    page.context.clear_cookies()
    expect(page).to_have_url(re.compile(r"/sign-in/\?next="), timeout=60_000)
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{with_person.address}/runs/?sort=name")
