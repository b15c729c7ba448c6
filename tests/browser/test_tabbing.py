"""Every page is walked by Tab: all of it is reached in order, one sees where one is, and nothing keeps one in it."""

import re
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import expect

from tests.browser import tabbing
from tests.browser.test_administration import PAGES as PANEL
from tests.browser.test_sharing import share
from tests.browser.test_sign_in import PASSWORD
from tests.browser.test_sso import code_of
from tests.views.rights.table import TABLE, UNREAD

PASSED_OVER = {
    "list", "one source", "misunderstood", "batch", "styleguide", "run stalled", "run errored", "run cancelled",
    "outcome", "trial passed", "trial errored", "trial of steps", "file json",
}  # fmt: skip
"""Long lists, of which a few rows do, pages that differ in their words alone, and the styleguide of what pages have."""

OWN = {
    "list": "/runs/?q=agent:terminus-2", "runs found": "/search/?q=terminus", "outcome": "/runs/{run}/outcome/cancel/",
    "batch": "/runs/batch/?run={run}", "runs in detail": "/runs/details/?q=name:scripted",
    "new run": "/runs/new/", "new sandbox": "/runs/new/sandbox/", "labels": "/runs/{run}/labels/",
    "notes": "/runs/{run}/notes/", "trial labels": "{trial}labels/", "trial notes": "{trial}notes/",
    "many labels": "/runs/labels/?run={run}", "reports": "/reports/", "report choice": "/reports/new/",
    "preferences": "/preferences/", "views": "/views/", "new view": "/views/new/?list=runs",
    "tokens": "/tokens/", "api": "/api/", "links": "/shares/", "share": "/runs/{run}/share/",
    "watches": "/watches/", "new watch": "/watches/new/?q=status:failed", "new channel": "/watches/channels/new/",
    "account": "/account/", "panel closed": "/admin/login/", "start": "/runs/{run}/start/", "stop": "/runs/{run}/stop/",
    "delete": "/runs/{run}/delete/", "inputs": "/runs/{run}/inputs/", "run reports": "/runs/{run}/reports/",
    "compare": "/runs/{run}/compare/", "held form": "/sent/", "run file": "/runs/{run}/file/result.json",
}  # fmt: skip
"""Pages of one who is signed in, beside those of :mod:`tests.browser.places`."""

STRANGE = {
    "sign in": "/sign-in/", "spent link": "/sign-in/once/spent/", "old password link": "/sign-in/password/MQ/x-y/",
    "unknown share": "/s/unknown/", "no watch": "/watches/stop/unknown/", "no mail": "/sign-in/forgotten/",
}  # fmt: skip
"""Pages of a stranger."""

MADE_HERE = {
    "share-page", "share-below", "share-revoke", "token-revoke", "channel-detail", "channel-remove", "view-edit",
    "view-delete", "note-edit", "note-delete", "password-change", "account_reauthenticate", "mfa_activate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_authenticate",
    "report-share",
}  # fmt: skip
"""Pages of what the tests below make first."""

NO_PAGES = {
    "healthz", "readyz", "metrics", "favicon", "home", "sso", "sso-return", "account_login", "mfa_index",
    "run-details-json", "run-export", "trial-export", "mfa_download_recovery_codes",
    "task-export", "report-export", "run-archive", "trial-archive", "archive-progress",
    "run-download", "run-inline", "trial-download", "trial-inline", "report-file", "run-result", "file-frame",
    "file-frame-bytes", "report-frame", "report-preview", "view-open", "label-names",
}  # fmt: skip
"""What is a file, leads on, is another name, or is shown in a frame of a page that is walked."""

NUMBERED = {"source": "dashboard/source", "entry": "dashboard/auditentry", "user": "auth/user", "group": "auth/group"}
"""Where the panel's pages of single things find their numbers."""

PASSING = {"run-batch-result", "run-creation", "report-creation", "mfa_reauthenticate"}
"""Pages of ten minutes after a form was sent, and one that asks for a code as the page after a password does."""


def walked(page, addresses):
    """What is wrong on any of these pages, by what it is."""
    known, wrong = set(), {}
    for name, address in addresses.items():
        page.goto(address)
        wrong[name] = tabbing.faults(page) + tabbing.menu_faults(page, known)
    return faulty(wrong)


def faulty(wrong):
    return [f"{name}: {fault}" for name, faults in wrong.items() for fault in faults]


def _by_tab(open_page, product, **options):
    return open_page(product, reduced_motion="reduce", **options)


@pytest.fixture
def own(places):
    """Pages of the sample jobs, and of one's own."""
    run, trial = places.run_id("scripted-two-models"), places.trial("scripted-two-models", "failed")
    read = {name: address for name, address in places.all.items() if name not in PASSED_OVER}
    return read | {name: address.format(run=run, trial=trial) for name, address in OWN.items()}


def _name(address):
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return None


def test_every_page_is_walked(own, reporting_places):
    pages = {name for name, row in TABLE.items() if row.get != UNREAD and not name.startswith("api-")} | {
        "api-reference"
    }
    found = {_name(address) for group in (own, reporting_places, STRANGE) for address in group.values()} | MADE_HERE
    assert pages - found - NO_PAGES - PASSING == {"styleguide"}
    assert found & (NO_PAGES | PASSING) == set()


def test_pages_of_runs_and_trials_and_ones_own(open_page, sample, own):
    assert walked(_by_tab(open_page, sample), own) == []


def test_pages_of_tests_and_reports(open_page, carrot, reporting_places):
    shown = reporting_places | {"report share": f"{carrot.report('succeeded')}share/"}
    assert walked(_by_tab(open_page, carrot.product), shown) == []


def test_pages_of_the_panel(open_page, sample):
    page, ids = _by_tab(open_page, sample), {}
    for noun, path in NUMBERED.items():
        page.goto(f"/admin/{path}/")
        first = page.locator(f"a[href^='/admin/{path}/'][href*='/change/']").first
        ids[noun] = re.search(r"(\d+)/change/", first.get_attribute("href"))[1]
    assert walked(page, {path: path.format(**ids) for path in PANEL}) == []


def test_pages_of_strangers(open_page, empty):
    assert walked(_by_tab(open_page, empty, is_signed_in=False), STRANGE) == []


def test_pages_of_what_one_made(open_page, sample, places):
    page, wrong = _by_tab(open_page, sample), {}

    def look(name, page=page):
        wrong[name] = tabbing.faults(page)

    run = places.run("scripted-failing")
    page.goto(run)
    address = share(page)
    look("made link")
    guest = _by_tab(open_page, sample, is_signed_in=False)
    for below in ("", f"{run[1:]}files/", f"{run[1:]}trials/"):
        assert guest.goto(f"{address}{below}").ok
        look(f"shared {below}", guest)
    guest.locator("[data-row-link]").first.click()
    look("shared trial", guest)
    page.goto("/shares/")
    page.get_by_role("link", name="Revoke").first.click()
    look("revoke")

    page.goto("/tokens/")
    page.get_by_label("Name").fill("By Tab")
    page.get_by_role("button", name="Make token").click()
    look("made token")
    page.goto("/tokens/")
    page.get_by_role("link", name="Revoke").first.click()
    look("revoke token")

    page.goto("/views/new/?list=runs")
    page.get_by_label("Name").fill("By Tab")
    page.locator("main .button-primary").first.click()
    page.get_by_role("link", name="Edit view").click()
    look("view")
    page.get_by_role("link", name="Delete view").click()
    look("view deletion")
    page.get_by_role("button", name="Delete view").click()

    page.goto("/watches/channels/new/")
    page.get_by_label("Webhook: signed").check()
    page.get_by_label("Name").fill("By Tab")
    page.get_by_label("Address").fill("https://hooks.example/by-tab")
    page.get_by_role("button", name="Create channel").click()
    look("secret")
    page.get_by_role("link", name="I have kept it").click()
    look("channel")
    page.get_by_role("link", name="Remove").click()
    look("channel removal")
    page.get_by_role("main").get_by_role("button", name="Remove").click()

    page.goto(f"{run}notes/")
    page.get_by_label("Note", exact=True).fill("By Tab")
    page.get_by_role("button", name="Keep note").click()
    for name in ("Edit", "Delete"):
        page.goto(f"{run}notes/")
        page.locator(".note", has_text="By Tab").get_by_role("link", name=name, exact=True).click()
        look(f"note: {name}")
    page.get_by_role("button", name="Delete note").click()
    assert faulty(wrong) == []


def test_pages_of_ones_account(open_page, empty):
    empty.run("createsuperuser", "--noinput", "--username", "tab", "--email", "", DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    page, wrong = _by_tab(open_page, empty, is_signed_in=False), {}

    def look(path=""):
        if path:
            page.goto(path)
        wrong[urlsplit(page.url).path] = tabbing.faults(page)

    def press(**fields):
        for label, value in fields.items():
            page.get_by_label(label).fill(value)
        page.locator("main .button-primary").first.click()

    page.goto("/sign-in/?next=/account/password/")
    press(Username="tab", Password=PASSWORD)
    expect(page).to_have_url(re.compile("/account/password/$"))
    look()
    page.goto("/account/second-factor/")
    expect(page).to_have_url(re.compile("/account/again/"))
    look()
    press(Password=PASSWORD)
    expect(page).to_have_url(re.compile("/account/second-factor/$"))
    look()
    press(**{"Code from the app": code_of(page.locator(".copy code").inner_text())})
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    look()
    look("/account/second-factor/codes/new/")
    look("/account/second-factor/off/")
    page.context.clear_cookies()
    page.goto("/sign-in/")
    press(Username="tab", Password=PASSWORD)
    expect(page).to_have_url(re.compile("/sign-in/code/$"))
    look()
    assert faulty(wrong) == []
    assert len(wrong) == 7
