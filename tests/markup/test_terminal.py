"""Lines of a terminal as HTML."""

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.markup.terminal import MOST_MARKS, MOST_PARTS_OF_ALL, Terminal
from dashboard.markup.terminal_styles import nearest


def html(line: bytes, **marks) -> str:
    return Terminal().line(line, **marks)


class Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (b"plain", "plain"),
        (b'<script>alert(1)</script> & "', "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;"),
        (b"\x1b[31mred\x1b[0m x", '<span class="ansi-1">red</span> x'),
        (
            b"\x1b[1;91mbright\x1b[22mless\x1b[39mnone",
            '<span class="ansi-bold ansi-9">bright</span><span class="ansi-9">less</span>none',
        ),
        (
            b"\x1b[38;5;208mo\x1b[48;5;17mb\x1b[m",
            '<span class="ansi-208">o</span><span class="ansi-208 ansi-bg-17">b</span>',
        ),
        (b"\x1b[38;2;255;0;0mt\x1b[m", '<span class="ansi-196">t</span>'),
        (b"\x1b[38:2::255:0:0mt\x1b[m", '<span class="ansi-196">t</span>'),
        (b"\x1b[38:5:208mt\x1b[m", '<span class="ansi-208">t</span>'),
        (b"\x1b[7;31mi\x1b[27mn", '<span class="ansi-bg-1">i</span><span class="ansi-1">n</span>'),
        (b"\x1b[7mi", '<span class="ansi-inverse">i</span>'),
        (b"a\x1b[31m\x1b[0mb", "ab"),
        (b"\x1b[999;38;9;1mx", "x"),
        (b"\x1b[38;5;999mx\x1b[38;2;1mx", "xx"),
    ],
)
def test_colours_and_emphasis_become_classes(line, wanted):
    assert html(line) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (b"10%\r50%\r100%", "100%"),
        (b"longer text\rshort", "shortr text"),
        (b"longer text\r\x1b[Kshort", "short"),
        (b"longer text\x1b[2Kx", "x"),
        (b"done\r\x1b[0K", ""),
        (b"ended by both\r", "ended by both"),
        (b"N\x08NA\x08A", "NA"),
        (b"\x08x", "x"),
    ],
)
def test_what_was_written_over_is_not_shown(line, wanted):
    assert html(line) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (b"a\x1b[2Jb\x1b[10;10Hc\x1b[?25ld", "bcd"),
        (b"a\x1b]0;a title\x07b\x1b]52;c;aGk=\x1b\\c", "abc"),
        (b"a\x1bPdcs\x1b\\b\x1b_apc\x1b\\c", "abc"),
        (b"a\x1b(Bb\x1bcc\x1b", "abc"),
        (b"a\x1b]unended", "aunended"),
        (b"a\0b\x07c\x7fd", "a␀b␇c␡d"),
        ("\x9b31mx\u202ey".encode(), "\ufffd31mx\ufffdy"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"a\tb", "a\tb"),
    ],
)
def test_other_escapes_are_dropped_and_controls_are_pictures(line, wanted):
    assert html(line) == wanted


def test_a_link_to_the_web_is_a_link():
    tags = Elements(html(b"see \x1b]8;id=1;https://example.org/a?b=1&c\x1b\\here\x1b]8;;\x1b\\ or not")).tags
    address = "https://example.org/a?b=1&c"
    assert tags == [("a", {"href": address, "title": address, "rel": "noopener noreferrer nofollow"})]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.org",
        "/runs/1/delete/",
        "https://",
        "https://user:word@example.org/",
        'https://example.org/"onclick="x',
        "https://example.org/ x",
        "https://[::1",
        "https://example.org/" + "a" * 2000,
    ],
)
def test_a_link_elsewhere_is_its_text(address):
    assert html(b"\x1b]8;;" + address.encode() + b"\x07text\x1b]8;;\x07") == "text"


def test_what_a_line_switches_on_the_next_ones_have():
    terminal = Terminal()
    terminal.feed(b"before \x1b[32m\x1b]8;;https://example.org\x07 the window\n")
    assert terminal.line(b"a\x1b]8;;\x07").count('class="ansi-2"') == 1
    assert terminal.line(b"b") == '<span class="ansi-2">b</span>'
    terminal.line(b"\x1b[0m")
    assert terminal.line(b"c") == "c"


def test_marks_lie_over_colours_and_one_is_the_current():
    line = "é f\x1b[31moo foo".encode()
    start = line.index(b"f\x1b")
    shown = html(line, marks=[(start, start + 8), (len(line) - 3, len(line))], current=(len(line) - 3, len(line)))
    assert shown == (
        'é <mark>f</mark><span class="ansi-1"><mark>oo</mark></span>'
        '<span class="ansi-1"> </span><span class="ansi-1"><mark class="is-current">foo</mark></span>'
    )


PIECES = st.sampled_from(
    [
        b"\x1b",
        b"[",
        b"]",
        b"8;",
        b";",
        b"31",
        b"m",
        b"38",
        b"5",
        b"2",
        b":",
        b"\r",
        b"\x08",
        b"K",
        b"2K",
        b"\x07",
        b"\\",
        b"<b>",
        b'"',
        b"&",
        b"https://a.b/",
        b"javascript:x",
        "é".encode(),
        "\u202e".encode(),
        b"\x00",
        b"\xff",
        b"text",
        b"\x1b[7;1;31m",
        b"\x1b]8;;",
    ]
)


@given(st.lists(PIECES, max_size=60).map(b"".join), st.lists(st.integers(0, 120), max_size=8))
def test_any_bytes_give_harmless_and_whole_html(line, cuts):
    ends = sorted(set(cuts))
    shown = html(line, marks=list(zip(ends[::2], ends[1::2], strict=False)))
    html5lib.HTMLParser(strict=True).parseFragment(shown)
    for tag, attributes in Elements(shown).tags:
        assert tag in {"span", "mark", "a"}
        assert set(attributes) <= {"class", "href", "title", "rel"}
        assert (attributes.get("href") or "https://").startswith(("https://", "http://"))
    assert not re.search("[\x00-\x08\x0a-\x1f\x7f\u202e]", shown)


@given(st.binary(max_size=200))
def test_text_without_controls_is_shown_as_it_is(line):
    text = line.decode("utf-8", "replace")
    if not re.search("[\x00-\x08\x0a-\x1f\x7f-\x9f]", text):
        assert Elements(html(line)).text == text


BOMBS = {
    "colours": b"\x1b[31ma\x1b[32mb" * 1500,
    "escapes": b"\x1b" * 16384,
    "unended": b"\x1b]8;;" * 4000,
    "codes": b"\x1b[" + b"1;" * 8190 + b"m",
    "returns": b"\x1b[1ma\x1b[0mb" * 1000 + b"\rx" * 3000,
    "backspaces": b"a\x08" * 8000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_escapes_costs_little(name):
    began = time.process_time()
    shown = html(BOMBS[name])
    assert time.process_time() - began < 1
    assert len(shown) < 40_000
    assert shown.count("<span") <= 250


def test_a_window_of_bombs_has_a_bounded_number_of_elements():
    terminal = Terminal()
    lines = [terminal.line(b"\x1b[31ma\x1b[32mb" * 100) for _ in range(200)]
    assert sum(line.count("<span") for line in lines) <= MOST_PARTS_OF_ALL
    assert Elements(lines[-1]).text == "ab" * 100


def test_a_line_of_marks_has_a_bounded_number_of_them():
    assert html(b"a" * 5000, marks=[(at, at + 1) for at in range(0, 5000, 2)]).count("<mark>") == MOST_MARKS


def test_true_colours_become_the_nearest_of_the_256():
    assert [nearest(255, 0, 0), nearest(0, 0, 0), nearest(255, 255, 255), nearest(128, 128, 128)] == [196, 16, 231, 244]


def test_every_class_has_its_rule():
    sheet = (Path(__file__).parents[2] / "static/css/viewers/ansi.css").read_text(encoding="utf-8")
    styles = [f"{code}" for code in (1, 2, 3, 4, 7, 9, 53)]
    styles += [f"{ground};5;{colour}" for ground in (38, 48) for colour in range(256)]
    for style in styles:
        name = Elements(html(f"\x1b[{style}mx".encode())).tags[0][1]["class"]
        assert f".{name} {{" in sheet
