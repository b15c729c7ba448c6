"""A session that ends while somebody writes: what they wrote is there when they are back."""

import re

import pytest
from playwright.sync_api import expect

NAME, PASSWORD = "grace", "correct-horse-battery"


@pytest.fixture(scope="module")
def with_person(sample):
    """Somebody with a password beside whoever else is there."""
    sample.run(
        "createsuperuser", "--noinput", "--username", NAME, "--email", "", DJANGO_SUPERUSER_PASSWORD=PASSWORD
    )  # fmt: skip
    return sample


def sign_in(page):
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def begin_note(open_page, product, text, **options):
    """A note that is being written, and another page of the same browser."""
    page = open_page(product, is_signed_in=False, **options)
    page.goto("/runs/?q=dataset:*")
    sign_in(page)
    page.goto(page.locator("tbody [data-row-link]").first.get_attribute("href") + "notes/")
    page.get_by_label("Note", exact=True).fill(text)
    return page, page.context.new_page()


def end_session(other):
    other.goto("/account/")
    other.get_by_label("You and this device").click()
    other.get_by_role("button", name="Sign out").click()
    expect(other).to_have_url(re.compile("/sign-in/"))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_note_is_there_after_signing_in_previewed_and_kept(open_page, with_person, scripts):
    page, other = begin_note(open_page, with_person, "It **broke** while I wrote", java_script_enabled=scripts)
    end_session(other)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("What you wrote is held for you for an hour")).to_be_visible()
    sign_in(page)
    expect(page).to_have_url(f"{with_person.address}/sent/")
    expect(page.get_by_text("It **broke** while I wrote")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("heading", name="Preview: not kept yet")).to_be_visible()
    expect(page.get_by_label("Note", exact=True)).to_have_value("It **broke** while I wrote")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator("article.note strong", has_text="broke").first).to_be_visible()


def test_a_note_written_before_another_sign_in_is_kept(open_page, with_person):
    page, other = begin_note(open_page, with_person, "Signed in *elsewhere* meanwhile")
    end_session(other)
    sign_in(other)
    expect(other).to_have_url(re.compile("/runs/"))
    page.get_by_role("button", name="Keep note").click()
    expect(page.get_by_role("heading", name="What you sent")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator("article.note em", has_text="elsewhere").first).to_be_visible()
