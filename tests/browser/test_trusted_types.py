"""Trusted Types and the policy of powerful features, as a browser keeps them."""

import pytest
from playwright.sync_api import expect

from dashboard.middleware import headers

CAUGHT = "() => {{ try {{ {} }} catch (error) {{ return error.name; }} }}"
MAKE = CAUGHT.format("document.body.insertAdjacentHTML('beforeend', '<b>made</b>');")
RUN = CAUGHT.format("document.createElement('script').textContent = 'alert(1)';")
OTHER = CAUGHT.format("trustedTypes.createPolicy('other', {});")
COUNT = """() => {
  window.swaps = 0;
  document.addEventListener('htmx:after:swap', () => { window.swaps += 1; });
}"""
OPEN = "() => document.featurePolicy.features().filter((name) => document.featurePolicy.allowsFeature(name))"


@pytest.fixture
def page(browser, sample):
    context = browser.new_context(base_url=sample.address, storage_state=sample.state)
    yield context.new_page()
    browser.end(context)


def test_text_becomes_markup_by_htmx_alone(page):
    page.goto("/runs/")
    assert page.evaluate(MAKE) == "TypeError"
    assert page.evaluate(RUN) == "TypeError"
    assert page.evaluate(
        "() => { try { trustedTypes.createPolicy('other', {}); } catch (error) { return error.name; } }"
    )


def test_htmx_changes_the_page_under_it(page):
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/runs/")
    page.evaluate(
        "() => { window.swaps = 0; document.addEventListener('htmx:after:swap', () => { window.swaps += 1; }); }"
    )
    page.evaluate("() => htmx.ajax('GET', '/runs/?q=status:completed', { target: '#run-list', swap: 'outerHTML' })")
    page.wait_for_function("() => window.swaps > 0")
    expect(page.locator("#run-list")).to_be_visible()
    assert faults == []


def test_no_powerful_feature_is_open_that_no_page_uses(page):
    page.goto("/runs/")
    # Hints about the browser itself are no features that a page could misuse.
    assert {name for name in page.evaluate(OPEN) if not name.startswith("ch-")} <= set(headers.USED_FEATURES)
