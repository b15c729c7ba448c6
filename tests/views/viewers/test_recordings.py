import json

import pytest

from dashboard.views.viewers import recordings
from tests.pages import classed
from tests.views.viewers.made_pages import folder, kept_trial, shown

__all__ = ["folder", "kept_trial", "shown"]


def cast(*events, **header):
    lines = [{"version": 2, "width": 80, "height": 24, **header}, *events]
    return "\n".join(json.dumps(line) for line in lines)


def test_a_recording_is_played_in_a_box_of_the_second_origin(shown):
    _, tree = shown(recordings, "a.cast", cast([1.5, "o", "hello"]), host="localhost:8000")
    [frame] = tree.iter("iframe")
    assert frame.get("src").startswith("http://127.0.0.1:8000/")
    assert frame.get("sandbox") == "allow-scripts"


def test_without_a_second_origin_its_text_is_open(shown):
    html, tree = shown(recordings, "a.cast", cast([1.5, "o", "hello \x1b[32mgreen\x1b[0m\r\n"]))
    assert not list(tree.iter("iframe"))
    [fold] = classed(tree, "recording-text")
    assert "open" in fold.attrib
    assert "green</span>" in html
    assert "none is set up" in html


def test_length_size_and_title_are_told(shown):
    html, _ = shown(recordings, "a.cast", cast([75, "o", "x"], title="<script>t</script>"))
    assert "1 min 15 s" in html
    assert "80 × 24" in html
    assert "&lt;script&gt;t" in html


def test_markup_in_the_output_is_text(shown):
    html, _ = shown(recordings, "a.cast", cast([1, "o", "<script>x</script>\x1b]8;;javascript:x\x07y\x1b]8;;\x07"]))
    assert "<script" not in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize("data", ["", "nonsense", '{"version": 2}', "[" * 100_000])
def test_what_has_nothing_to_play_says_so(shown, data):
    html, tree = shown(recordings, "a.cast", data, host="localhost:8000")
    assert not list(tree.iter("iframe"))
    assert "Nothing to be read" in html


def test_of_many_lines_the_last_are_shown(shown, monkeypatch):
    monkeypatch.setattr(recordings, "MOST_LINES", 2)
    html, _ = shown(recordings, "a.cast", cast([1, "o", "one\ntwo\nthree"]))
    assert "one" not in html.partition("<pre")[2]
    assert "two\nthree" in html
    assert "Only the end of it" in html
