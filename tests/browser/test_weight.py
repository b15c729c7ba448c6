"""No page complains, and a first visit costs little."""

from playwright.sync_api import expect

MOST_REQUESTS = 8
MOST_BYTES = 60_000
ICON = "/static/favicon."


def test_no_page_makes_the_browser_complain(page, places):
    """Errors, warnings and breaches of the content policy fail any test that opens a page; this one opens them all."""
    for path in places.all.values():
        page.goto(path, wait_until="load")


def test_no_page_of_tests_and_reports_makes_the_browser_complain(open_page, carrot, reporting_places):
    page = open_page(carrot.product)
    for path in reporting_places.values():
        page.goto(path, wait_until="load")


def test_a_first_visit_to_the_list_is_light(page):
    sizes, icons, session = {}, [], page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    # A browser asks for the icon of its tab whenever it likes: sometimes before this looks, sometimes after.
    session.on("Network.responseReceived", lambda event: ICON in event["response"]["url"] and icons.append(event))
    page.goto("/runs/", wait_until="load")
    expect(page.locator("tbody time").first).to_contain_text("ago")
    for event in icons:
        sizes.pop(event["requestId"], None)
    assert 0 < len(sizes) <= MOST_REQUESTS
    assert sum(sizes.values()) <= MOST_BYTES, sizes
