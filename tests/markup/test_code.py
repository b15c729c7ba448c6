"""Code of strangers: coloured by its name, whole, and never markup of its own."""

import re
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.markup import code
from dashboard.markup.languages import BY_NAME, BY_SUFFIX, LANGUAGES

HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(1)> <a href="javascript:x" style="x">'


def shown(html: str) -> str:
    """What a reader sees of it."""
    return "".join(html5lib.parseFragment(html, container="pre").itertext())


def elements(html: str) -> set[tuple[str, str]]:
    """Each element of it with an attribute and what is in it."""
    tree = html5lib.parseFragment(html, container="pre", namespaceHTMLElements=False)
    return {(element.tag, name) for element in tree.iter() if element is not tree for name in element.attrib or [""]}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_markup_in_any_language_is_only_text(language: str) -> None:
    html = str(code.highlight(HOSTILE, language))

    assert shown(html) == HOSTILE
    assert elements(html) <= {("span", "class")}


@given(st.text(max_size=400), st.sampled_from(sorted(LANGUAGES)))
def test_every_line_is_whole_and_stands_alone(text: str, language: str) -> None:
    lines = code.highlight_lines(text, next((f"x{end}" for end in BY_SUFFIX if BY_SUFFIX[end] == language), "x.py"))

    assert [shown(line) for line in lines] == code.visible(text).split("\n")
    assert all(line.count("<span") == line.count("</span>") for line in lines)


@given(st.text(alphabet="<>&\"'`{}()[]/*#$\\\n a=0-", max_size=400), st.sampled_from(sorted(LANGUAGES)))
def test_broken_code_loses_nothing(text: str, language: str) -> None:
    assert shown(str(code.highlight(text, language))) == text


def test_a_name_decides_the_language() -> None:
    assert code.highlight("def f(): pass", "python").startswith('<span class="k">def</span>')
    assert code.highlight_lines("FROM x", "environment/Dockerfile") == code.highlight_lines("FROM x", "a.dockerfile")
    assert code.highlight("def f(): pass", "no-such-language") == "def f(): pass"
    assert code.highlight_lines("def f(): pass", "notes") == ["def f(): pass"]


def test_a_text_over_several_lines_keeps_its_colour_on_each() -> None:
    assert code.highlight_lines('"""a\nb"""', "a.py") == ['<span class="s">"""a</span>', '<span class="s">b"""</span>']


@pytest.mark.parametrize("text", ["x = 1\n" * 40_000, "x = 1 " * 400])
def test_what_is_too_long_is_escaped_only(text: str) -> None:
    assert "<span" not in code.highlight(f"<b>{text}", "python")
    assert code.highlight(f"<b>{text}", "python").startswith("&lt;b&gt;x = 1")


def test_what_takes_too_long_keeps_its_ink(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "MAX_SECONDS", -1)

    assert code.highlight("def f(): pass\n", "python") == "def f(): pass\n"


def test_what_cannot_be_seen_is_shown() -> None:
    assert code.highlight("a\0b\x1b[0m\r\nc\u202ed\ud800", "") == "a␀b␛[0m\nc\ufffdd?"


def test_every_class_has_a_colour() -> None:
    sheet = Path(code.__file__).parents[2].joinpath("static/css/viewers/code.css").read_text()

    assert [name for name in code.CLASSES if not re.search(rf"\.{name}\b", sheet)] == []


def test_every_name_leads_to_a_language() -> None:
    assert {*BY_NAME.values(), *BY_SUFFIX.values()} <= LANGUAGES
