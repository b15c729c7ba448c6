"""Single sign-on with a real provider, a second factor, and signing in with both."""

import re
from datetime import UTC, datetime

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.products import product, sockets
from tests.identity_provider import CLIENT_ID, provider

pytestmark = [
    pytest.mark.enable_socket,
    # The provider's own, of the library it is made with.
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def idp():
    patch = pytest.MonkeyPatch()
    patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with sockets(), provider() as running:
        running.knows("ada", preferred_username="ada", email="ada@harbour.example", email_verified=True)
        yield running
    patch.undo()


@pytest.fixture(scope="module")
def with_sso(idp, tmp_path_factory):
    """A product whose environment names the provider, whose thread needs its sockets for as long as it runs."""
    made = product(tmp_path_factory.mktemp("sso"))
    made.given = {
        "OIDC_ISSUER": idp.issuer, "OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": "hush", "OIDC_NAME": "Harbour ID",
    }  # fmt: skip
    made.start()
    yield made
    made.stop()


def begin(open_page, with_sso):
    """A stranger's page. What the provider's pages want from elsewhere they get from nowhere."""
    page = open_page(with_sso, is_signed_in=False)
    page.route(re.compile("^https://"), lambda route: route.fulfill(body="", content_type="text/css"))
    page.route(re.compile("/favicon.ico$"), lambda route: route.fulfill(body="", content_type="image/png"))
    return page


def go_through(page):
    page.get_by_role("link", name="Sign in with Harbour ID").click()
    page.locator("input[name=sub]").fill("ada")
    page.get_by_role("button", name="Authorize").click()


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(datetime.now(UTC).timestamp()) // 30))


def serious(page):
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in {"serious", "critical"}]


def test_from_the_button_to_a_second_factor_and_in_again_with_both(open_page, with_sso):
    page = begin(open_page, with_sso)
    page.goto("/tasks/?q=x")
    assert serious(page) == []
    go_through(page)
    expect(page).to_have_url(f"{with_sso.address}/tasks/?q=x")

    page.goto("/account/")
    assert serious(page) == []
    page.get_by_role("link", name="Turn it on").click()
    assert serious(page) == []
    secret = page.locator(".copy code").inner_text()
    page.get_by_label("Code from the app").fill(code_of(secret))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert serious(page) == []
    recovery = page.get_by_role("list", name="Codes").get_by_role("listitem").first.inner_text()

    page.get_by_label("You and this device").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in/$"))
    go_through(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    assert serious(page) == []
    page.get_by_label("Code").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("That code is not right")).to_be_visible()
    page.get_by_label("Code").fill(code_of(secret))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{with_sso.address}/runs/")

    other = begin(open_page, with_sso)
    other.goto("/sign-in/")
    go_through(other)
    other.get_by_label("Code").fill(recovery)
    other.keyboard.press("Enter")
    expect(other).to_have_url(f"{with_sso.address}/runs/")

    page.goto("/account/")
    page.get_by_role("button", name="End all others").click()
    expect(page.get_by_text("1 other session ended.")).to_be_visible()
    other.goto("/runs/")
    expect(other).to_have_url(re.compile("/sign-in/"))
