"""A run's artifacts as one download, followed on the page and without scripts."""

import zipfile

import pytest
from playwright.sync_api import expect


def opened(download):
    found = zipfile.ZipFile(download.path())
    assert found.testzip() is None
    return found.namelist()


def test_a_download_is_followed_on_the_page_it_was_started_from(page, places):
    page.goto(f"{places.run('scripted-failing')}files/")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download ZIP").click()
    assert started.value.suggested_filename == "scripted-failing.zip"
    assert "scripted-failing/config.json" in opened(started.value)
    expect(page.locator("#archive-progress")).to_contain_text("The archive is complete")
    expect(page.locator("html")).not_to_have_class("is-busy")
    page.get_by_role("checkbox", name="Logs").check()
    with page.expect_download() as again:
        page.get_by_role("button", name="Download ZIP").click()
    assert again.value.suggested_filename == "scripted-failing-logs.zip"
    assert "scripted-failing/config.json" not in opened(again.value)


@pytest.mark.parametrize("box", ["Results", "Diffs"])
def test_it_works_without_scripts(open_page, sample, places, box):
    page = open_page(sample, java_script_enabled=False)
    page.goto(f"{places.run('scripted-failing')}files/")
    page.get_by_role("checkbox", name=box).check()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download ZIP").click()
    assert opened(started.value)[-1] == "MANIFEST.json"
