"""In which zone the form that shares begins."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

NEW_YORK = "America/New_York"


def form(open_page, sample, **options):
    page = open_page(sample, **options)
    page.goto("/runs/?q=dataset:*")
    page.goto(page.locator("tbody [data-row-link]").first.get_attribute("href") + "share/")
    return page


def test_it_begins_in_the_zone_of_the_device(open_page, sample):
    page = form(open_page, sample, timezone_id=NEW_YORK)
    zone = page.get_by_label("Time zone")
    expect(zone).to_have_value(NEW_YORK)
    usual = datetime.fromisoformat(zone.get_attribute("data-usual")).astimezone(ZoneInfo(NEW_YORK))
    expect(page.get_by_label("Expires on")).to_have_value(f"{usual:%Y-%m-%d}")
    expect(page.get_by_label("At", exact=True)).to_have_value(f"{usual:%H:%M}")
    longest = datetime.fromisoformat(zone.get_attribute("data-longest")).astimezone(ZoneInfo(NEW_YORK))
    expect(page.get_by_text(f"until {longest:%Y-%m-%d %H:%M:%S} America/New York.")).to_be_visible()


@pytest.mark.parametrize("options", [{"timezone_id": "Etc/GMT+5"}, {"java_script_enabled": False}], ids=str)
def test_it_stays_in_utc_where_the_zone_is_not_told_or_not_in_the_list(open_page, sample, options):
    page = form(open_page, sample, **options)
    expect(page.get_by_label("Time zone")).to_have_value("UTC")
    expect(page.get_by_text(" UTC.", exact=False).first).to_be_visible()
