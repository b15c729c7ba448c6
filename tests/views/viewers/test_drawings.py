import pytest

from dashboard.views.artifacts import frames
from dashboard.views.viewers import drawings
from tests.views.viewers.made_pages import folder, kept_trial, shown

__all__ = ["folder", "kept_trial", "shown"]

SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>"


@pytest.mark.parametrize("name", ["a.svg", "a.html"])
def test_a_drawing_is_shown_in_a_box_of_the_second_origin_and_nowhere_else(shown, name):
    html, tree = shown(drawings, name, SVG, host="localhost:8000")
    [frame] = tree.iter("iframe")
    assert frame.get("src").startswith("http://127.0.0.1:8000/")
    assert frame.get("sandbox") == "allow-scripts"
    assert "alert" not in html


def test_without_a_second_origin_there_is_no_frame(shown):
    html, tree = shown(drawings, "a.svg", SVG)
    assert not list(tree.iter("iframe"))
    assert "none is set up" in html
    assert "alert" not in html


def test_the_source_can_be_read_as_text(shown):
    html, _ = shown(drawings, "a.svg", SVG, host="localhost:8000")
    assert 'href="/page/?q=x&amp;as=text"' in html


def test_one_that_is_too_large_is_not_shown(shown, monkeypatch):
    monkeypatch.setattr(frames, "MOST_SHOWN", 10)
    html, tree = shown(drawings, "a.svg", SVG, host="localhost:8000")
    assert not list(tree.iter("iframe"))
    assert "Too large" in html


def test_an_empty_one_is_said_to_be_empty(shown):
    html, tree = shown(drawings, "a.svg", "", host="localhost:8000")
    assert not list(tree.iter("iframe"))
    assert "The file is empty" in html
