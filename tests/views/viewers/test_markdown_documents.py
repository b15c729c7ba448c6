"""Markdown files: rendered, raw, and never more than text."""

import pytest
from django.http import Http404

from dashboard.views.viewers import markdown_documents as viewer
from tests.views.viewers.made_subjects import made, part, shown, words

TEXT = "# Notes\n\n- **done** <script>alert(1)</script>\n"


def test_it_is_rendered() -> None:
    html = shown(viewer, made("README.md", f"\ufeff{TEXT}"))

    assert "<h2>Notes</h2>" in html
    assert "<strong>done</strong> &lt;script&gt;" in html
    assert 'href="/page/?q=x&amp;view=raw"' in html


def test_it_can_be_read_as_it_was_written() -> None:
    html = shown(viewer, made("README.md", TEXT), view="raw")

    assert "# Notes\n\n- **done** &lt;script&gt;" in html
    assert '<a href="/page/?q=x&amp;view=raw" aria-current="true">Raw</a>' in html


def test_what_is_too_long_leads_to_its_text() -> None:
    for text in ("a" * (viewer.MAX_BYTES + 1), "a" * 100_001):
        html = shown(viewer, made("README.md", text))
        assert "Too long to be rendered" in html
        assert 'href="/page/?q=x&amp;as=text"' in html


def test_an_empty_file_is_told() -> None:
    assert words(shown(viewer, made("README.md", " \n"))) == "The file is empty"


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    assert "\ufffd" in shown(viewer, made("README.md", b"\xff\xfe"))


def test_there_are_no_parts() -> None:
    with pytest.raises(Http404):
        part(viewer, made("README.md", ""), "x")
