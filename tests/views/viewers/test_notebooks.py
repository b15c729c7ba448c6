"""Notebooks: what a person sees of their cells, and what never reaches the page."""

import pytest
from django.http import Http404

from dashboard.views.viewers import notebooks as viewer
from tests.readers.notebooks.made_notebooks import code, notebook, png
from tests.readers.notebooks.made_notebooks import shown as output
from tests.views.viewers.made_subjects import made, part, shown, words


def page(*cells: dict[str, object], **params: str | int) -> str:
    return shown(viewer, made("a.ipynb", notebook(*cells)), **params)


def test_cells_are_rendered_in_order() -> None:
    html = page(
        {"cell_type": "markdown", "source": "# A *b*"},
        code("import os", {"output_type": "stream", "name": "stdout", "text": "\x1b[31mred\x1b[0m & more\n"}),
        {"cell_type": "raw", "source": "<raw>"},
    )

    assert "<h2>A <em>b</em></h2>" in html
    assert '<span class="k">import</span> os' in html
    assert "red</span> &amp; more</pre>" in html
    assert "&lt;raw&gt;" in html
    assert 'aria-label="Code cell 2, run as number 1"' in html


def test_an_error_is_told_with_its_traceback() -> None:
    html = page(code("1/0", {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", "b"]}))

    assert 'Error</p><pre class="terminal" tabindex="0">a\nb</pre>' in html


def test_a_picture_is_shown_and_html_is_not() -> None:
    html = page(code("x", output(image_png=png(), text_html="<script>alert(1)</script>")))

    assert f'<img src="data:image/png;base64,{png()}" alt="Output of cell 1"' in html
    assert "Also there as HTML, which could run scripts and is not shown here." in words(html)
    assert "alert(1)" not in html


def test_html_alone_is_told() -> None:
    html = page(code("x", output(text_html="<img onerror=x>")))

    assert "There as HTML, which could run scripts" in words(html)
    assert 'href="/runs/1/trials/2/' in html


def test_hostile_cells_are_text() -> None:
    bad = "<script>alert(1)</script>[x](javascript:alert(1))<img src=x onerror=y>\ud800\0"
    html = page(
        {"cell_type": "markdown", "source": bad},
        {"cell_type": bad, "source": bad},
        code(
            bad,
            output(text_plain=bad),
            output(text_markdown=bad),
            output(text_latex=bad),
            output(application_json=[bad]),
        ),
        code("x", {"output_type": "stream", "name": bad, "text": bad}, {"output_type": "error", "traceback": [bad]}),
    )

    html.encode()


def test_too_many_pictures_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "MAX_PICTURES", 2 * len(png()))
    html = page(code("x", *[output(image_png=png())] * 3))

    assert html.count("<img") == 2
    assert "too many pictures on this page" in html


def test_prose_beyond_what_a_page_bears_stays_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "MAX_PROSE", 10)
    html = page(*[{"cell_type": "markdown", "source": "*a* b"}] * 3, *[code("import os")] * 2)

    assert html.count("<em>a</em>") == 2
    assert html.count("*a* b") == 1
    assert html.count('<span class="k">import</span>') == 1


def test_long_notebooks_have_pages() -> None:
    cells = [code(f"cell_{number}") for number in range(250)]

    assert 'href="/page/?q=x&amp;from=101" rel="next"' in page(*cells)
    html = page(*cells, from_=101)
    assert "cell_199" in html
    assert "cell_99<" not in html
    assert 'href="/page/?q=x&amp;from=1" rel="prev"' in html
    assert "Cells 201–250 of 250" in page(*cells, from_=10**17)


def test_what_cannot_be_shown_is_told_with_the_way_to_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    html = shown(viewer, made("a.ipynb", '{"cells": ['))
    assert "This cannot be shown as a notebook. It is not JSON" in words(html)
    assert "as=text" in html
    assert "The notebook has no cells" in page()
    monkeypatch.setattr(viewer, "MAX_BYTES", 10)
    assert "Too big to be shown as a notebook" in page()


def test_there_are_no_parts() -> None:
    with pytest.raises(Http404):
        part(viewer, made("a.ipynb", ""), "x")
