"""Files as rows of a list."""

import pytest

from dashboard.domain.records import ArtifactListing, ArtifactRecord
from dashboard.views.artifacts import rows


def row(path, **more):
    [found] = rows.rows(ArtifactListing(artifacts=(ArtifactRecord(path=path, kind="other", size=1, **more),)), 1, 2)
    return found


@pytest.mark.parametrize("path", ["a.txt", "a.png", "a.mp4", "a.zip", "a"])
def test_any_file_leads_to_its_page_and_to_its_download(path):
    assert row(path)["url"] == f"/runs/1/trials/2/file/{path}"
    assert row(path)["download"] == f"/runs/1/trials/2/download/{path}"


def test_what_cannot_be_read_leads_nowhere():
    found = row("link", note="It is a link.")
    assert (found["url"], found["download"], found["note"]) == ("", "", "It is a link.")


def test_characters_that_mean_something_in_an_address_are_quoted():
    assert row("a?b#c%2e/d e")["url"] == "/runs/1/trials/2/file/a%3Fb%23c%252e/d%20e"
