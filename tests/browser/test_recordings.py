"""A recording is played in its frame; where no scripts run, its text is there to be read."""

import pytest
from playwright.sync_api import expect

PATH = "file/agent/recording.cast"


@pytest.fixture
def address(page, places):
    """Of the page of a recording."""
    found = (
        f"/runs/{run}/trials/{trial['id']}/{PATH}"
        for run, trials in places.trials.items()
        for trial in trials
        if trial["agent"] == "terminus-2"
    )
    return next(each for each in found if page.request.get(each).ok)


def test_a_recording_is_played_where_nothing_of_ours_is(page, address):
    page.goto(address)
    player = page.frame_locator("iframe.recording-frame")
    expect(player.locator(".ap-player")).to_be_visible()
    assert page.frames[1].evaluate("self.origin") == "null"
    assert page.frames[1].url.startswith("http://localhost:")
    player.locator(".ap-player").click()
    expect(player.locator(".ap-term")).to_contain_text("agent@container")


def test_its_text_is_there_without_scripts(open_page, sample, address):
    page = open_page(sample, java_script_enabled=False)
    page.goto(address)
    page.get_by_text("The text of the recording").click()
    expect(page.locator(".recording-text pre")).to_contain_text("agent@container:/app$")
