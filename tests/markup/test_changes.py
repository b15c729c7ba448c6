import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from dashboard.markup import changes
from dashboard.markup.code import CLASSES

TAG = re.compile(r"<[^>]*>")


def text_of(html):
    return unescape(TAG.sub("", html))


def test_marks_stand_around_their_characters():
    assert changes.marked(changes.plain(["a < b"])[0], [(2, 3)]) == "a <mark>&lt;</mark> b"


def test_marks_nest_within_colours():
    (html,) = changes.coloured(["return 1"], "x.py")
    assert changes.marked(html, [(3, 8)]) == (
        '<span class="k">ret<mark>urn</mark></span><mark> </mark><span class="m"><mark>1</mark></span>'
    )


def test_lines_are_coloured_as_one_text():
    html = changes.coloured(['"""A text', "of two lines", '"""'], "x.py")
    assert html[1] == '<span class="s">of two lines</span>'


def test_what_has_no_picture_gets_one_and_the_length_stays():
    text = "a\x1b\r\n\x00\u202e"
    assert changes.shown(text) == "a␛␍␊␀\ufffd"
    assert len(changes.shown(text)) == len(text)


def test_hidden_characters_are_named_once_each():
    assert changes.hidden("a\u200bb\u200b\u202e") == "U+200B zero width space, U+202E right-to-left override"
    assert changes.hidden("nothing ü 漢字") == ""


@given(st.text(max_size=60), st.lists(st.integers(0, 60), min_size=2, max_size=8))
def test_marked_lines_are_well_formed_and_say_the_same(text, bounds):
    ordered = sorted(set(bounds))
    spans = list(zip(ordered[::2], ordered[1::2], strict=False))
    for html in (*changes.plain([text]), *changes.coloured([text], "x.py")):
        whole = changes.marked(html, spans)
        assert text_of(whole) == changes.shown(text)
        assert set(TAG.findall(whole)) <= {
            "<mark>",
            "</mark>",
            "</span>",
            *(f'<span class="{each}">' for each in CLASSES),
        }
        open_tags = []
        for tag in TAG.findall(whole):
            if tag.startswith("</"):
                assert open_tags.pop() == tag[2:-1]
            else:
                open_tags.append(tag[1:-1].split()[0])
        assert open_tags == []
        inside = "".join(re.findall(r"<mark>(.*?)</mark>", whole, re.DOTALL))
        assert text_of(inside) == "".join(changes.shown(text)[start:end] for start, end in spans)
