"""A text that is searched in parts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers import text_search
from dashboard.readers.expressions import LONGEST, NoExpression
from dashboard.readers.text_search import Scan, needle_of, search

FOREVER = 1e12


class Text:
    """Bytes in memory."""

    etag = "a"

    def __init__(self, data):
        self.data = data if isinstance(data, bytes) else data.encode()
        self.size = len(self.data)

    def read(self, offset, length):
        return self.data[offset : offset + length]


def found(text, what, *, most=100, **how):
    return search(Text(text), needle_of(what, **how), Scan(), most=most, until=FOREVER)


def lines(scan):
    return [hit.line for hit in scan.hits]


def test_words_are_found_whatever_their_case_with_their_line_and_what_is_around_them():
    scan = found("one\nAn Error: it broke\nthree\n", "error")
    [hit] = scan.hits
    assert (hit.line, hit.before, hit.found, hit.after) == (2, "An ", "Error", ": it broke")
    assert scan.is_done


def test_case_can_matter():
    assert lines(found("Error\nerror", "error", is_case=True)) == [2]


def test_words_are_no_expression_unless_asked_for():
    assert lines(found("a.c\nabc", "a.c")) == [1]
    assert lines(found("a.c\nabc", "a.c", is_regex=True)) == [1, 2]


def test_an_expression_knows_where_lines_begin_and_end():
    assert lines(found("xa\na\nab\n", "^a$", is_regex=True)) == [2]


def test_a_line_counts_once():
    assert lines(found("a a a\nb\na", "a")) == [1, 3]


def test_what_goes_over_a_line_is_shown_to_the_end_of_the_line_it_begins_on():
    [hit] = found("begin\nend\n", r"n\s+e", is_regex=True).hits
    assert (hit.line, hit.found, hit.after) == (1, "n", "")


def test_the_rest_is_left_when_there_are_enough():
    scan = found("a\n" * 10, "a", most=3)
    assert (lines(scan), scan.has_more, scan.is_done) == ([1, 2, 3], True, True)


def test_it_goes_on_where_it_ended(monkeypatch):
    monkeypatch.setattr(text_search, "CHUNK", 8)
    text, needle, scan, seen = Text("one\ntwo\nx one\nthree\none"), needle_of("one"), Scan(), []
    while not scan.is_done:
        scan = search(text, needle, scan, most=9, until=0, clock=lambda: 1)
        seen += lines(scan)
    assert seen == [1, 3, 5]


def test_a_line_longer_than_a_chunk_is_searched_in_pieces(monkeypatch):
    monkeypatch.setattr(text_search, "CHUNK", 8)
    assert lines(found("x" * 30 + "one" + "x" * 30 + "\none\n", "one"))[-1] == 2


def test_an_expression_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(text_search, "SECONDS", 0.02)
    scan = found("a" * 5_000 + "b", r"(a|aa|aaa)+c(?=d)(a|aa)+$", is_regex=True)
    assert (scan.is_too_slow, scan.is_done, scan.hits) == (True, True, [])


def test_what_a_terminal_does_not_show_is_left_out_of_an_excerpt():
    [hit] = found("\x1b[31mred\x1b[0m error\x07 \x1b]8;;http://x\x07link\x1b]8;;\x07\r\n", "error").hits
    assert (hit.before, hit.after) == ("red ", " link")


def test_an_excerpt_is_short_however_long_its_line_is():
    [hit] = found("y" * 9_000 + "x" * 9_000 + "z" * 9_000, "x+", is_regex=True).hits
    assert {len(hit.before), len(hit.found), len(hit.after)} == {text_search.AROUND}


def test_bytes_that_are_no_text_are_searched_all_the_same():
    assert lines(found(b"\xff\xfe\n\xc3error\n", "error")) == [2]


def test_a_file_that_shrank_is_done():
    text = Text("a\n" * 5)
    text.size = 10_000
    assert search(text, needle_of("a"), Scan(), most=100, until=FOREVER).is_done


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Say what"),
        ("(", "no regular expression"),
        ("a" * (LONGEST + 1), "at most 500"),
        ("((((((a{9}){9}){9}){9}){9}){9}){9}", "repeats too often"),
    ],
)
def test_what_cannot_be_searched_for(text, why):
    with pytest.raises(NoExpression, match=why):
        needle_of(text, is_regex=True)


@given(st.text(alphabet="ab\n\r", max_size=200), st.text(alphabet="ab", min_size=1, max_size=3))
def test_it_finds_the_lines_that_hold_the_words(text, what):
    expected = [number for number, line in enumerate(text.split("\n"), 1) if re.search(what, line)]
    assert lines(found(text, what, most=1_000)) == expected
