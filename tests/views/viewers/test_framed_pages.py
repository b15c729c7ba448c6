"""Pages with a viewer that frames the second origin: their policy allows that, and those of others do not."""

import json

import pytest

from tests.views.artifacts.conftest import address, folder, kept_trial

__all__ = ["address", "folder", "kept_trial"]

CAST = json.dumps({"version": 2, "width": 80, "height": 24}) + '\n[0.1, "o", "hello"]\n'


@pytest.fixture
def ask(client, folder, address):
    """Writes a file and asks for its page."""

    def made(name, text):
        (folder / name).write_text(text)
        return client.get(address("file", name), headers={"host": "localhost:8000"})

    return made


@pytest.mark.parametrize(
    ("name", "text", "is_framed"),
    [("a.svg", "<svg/>", True), ("a.html", "<p>", True), ("a.cast", CAST, True), ("reward.txt", "1", False)],
)
def test_only_pages_with_a_frame_may_have_one(ask, name, text, is_framed):
    response = ask(name, text)
    assert response.status_code == 200
    assert ("frame-src http://127.0.0.1:8000" in response["Content-Security-Policy"]) is is_framed
    assert ("<iframe" in response.content.decode()) is is_framed


def test_a_part_that_there_is_not_is_not_found(client, folder, address):
    (folder / "reward.txt").write_text("1")
    assert client.get(address("file", "reward.txt?part=x")).status_code == 404
