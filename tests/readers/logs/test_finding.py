"""Find in files of any size."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers.expressions import NoExpression
from dashboard.readers.logs import finding, stretches, tallies
from dashboard.readers.logs.finding import Hits, finder_of
from tests.readers.logs.texts import Text

FOREVER = float("inf")


@pytest.fixture(autouse=True)
def small_stretches(monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH", 32)


def found(text: Text, needle: str, **kind: bool) -> list[bytes]:
    hits = Hits(finder_of(needle, **kind))
    hits.extend(text, until=FOREVER)
    places = [hits.nth(text, nth) for nth in range(1, hits.total + 1)]
    assert None not in places
    assert hits.nth(text, hits.total + 1) is None
    return [text.data[place[0] : place[1]] for place in places if place]


LINES = st.lists(st.text("abAB. é", max_size=12), max_size=20).map(lambda lines: "\n".join(lines).encode())


@given(LINES, st.text("ab.é", min_size=1, max_size=3))
def test_words_are_found_as_often_as_they_are_there(data, needle):
    assert found(Text(data), needle, is_case=True) == [needle.encode()] * data.count(needle.encode())


@given(LINES, st.text("abé", min_size=1, max_size=3))
def test_large_and_small_letters_are_the_same_unless_told(data, needle):
    wanted = re.findall(re.escape(needle), data.decode(), re.IGNORECASE)
    assert [each.decode() for each in found(Text(data), needle)] == wanted


@given(LINES, st.sampled_from(["a+b", "^a", "b$", "[^ab]", "é.", "a|b.*", "x*"]))
def test_expressions_are_found_line_by_line(data, needle):
    wanted = [
        match[0].encode()
        for line in data.decode().split("\n")
        for match in re.finditer(needle, line, re.IGNORECASE)
        if match[0]
    ]
    assert found(Text(data), needle, is_regex=True) == wanted


def test_words_are_found_across_the_stretches_of_a_long_line():
    data = b"x" * 29 + b"needle" + b"x" * 100 + b"needle"
    assert len(found(Text(data), "needle")) == 2


def test_bytes_that_are_no_text_do_not_move_what_is_found():
    assert found(Text(b"\xff\xfe\x80 needle \xc3"), "need.e", is_regex=True) == [b"needle"]


def test_a_search_goes_on_in_parts_and_gives_the_first_at_once():
    text, hits = Text(b"one needle\n" * 40), Hits(finder_of("needle"))
    hits.extend(text, until=0, clock=lambda: 1)
    assert 0 < hits.total < 40
    assert not hits.is_complete
    assert hits.nth(text, 1) == (4, 10)
    hits.extend(text, until=FOREVER)
    assert (hits.total, hits.is_complete) == (40, True)


def test_a_search_stops_at_the_one_that_is_asked_for():
    text, hits = Text(b"one needle\n" * 400), Hits(finder_of("needle"))
    hits.extend(text, until=FOREVER, nth=10)
    assert 10 <= hits.total < 20


def test_what_was_found_can_be_kept_while_the_file_grows():
    text, grown = Text(b"one needle\n" * 20), Text(b"one needle\n" * 30)
    hits = Hits(finder_of("needle"))
    hits.extend(text, until=FOREVER)
    again = Hits(finder_of("needle"), tallies.from_bytes(tallies.to_bytes(hits.tally, text), grown))
    again.extend(grown, until=FOREVER)
    assert again.total == 30
    assert again.nth(grown, 30) == (29 * 11 + 4, 29 * 11 + 10)


def test_the_number_of_the_next_one_from_a_place_on():
    text, hits = Text(b"one needle\n" * 20), Hits(finder_of("needle"))
    hits.extend(text, until=FOREVER)
    assert [hits.number_at(text, at) for at in (0, 4, 5, 11 * 10, 11 * 20)] == [1, 1, 2, 11, 21]


def test_an_expression_that_explodes_ends_in_time(monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH", 4096)
    monkeypatch.setattr(finding, "MOST_SECONDS", 0.05)
    hits = Hits(finder_of("(a|aa)+$x", is_regex=True))
    with pytest.raises(TimeoutError):
        hits.extend(Text(b"a" * 3000 + b"b\n"), until=FOREVER)


@pytest.mark.parametrize(
    ("needle", "is_regex"),
    [("", False), ("x" * 501, False), ("(", True), ("a{2,1}", True), ("((((((a{9}){9}){9}){9}){9}){9}){9}", True)],
)
def test_what_cannot_be_searched_for_is_refused(needle, is_regex):
    with pytest.raises(NoExpression):
        finder_of(needle, is_regex=is_regex)


def test_needles_of_other_kinds_have_other_names():
    names = {
        finder_of("a").name,
        finder_of("b").name,
        finder_of("a", is_case=True).name,
        finder_of("a", is_regex=True).name,
    }
    assert len(names) == 4
