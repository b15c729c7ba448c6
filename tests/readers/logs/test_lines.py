"""Line numbers from counts of blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers.logs import lines, tallies
from dashboard.readers.logs.lines import LineIndex
from tests.readers.logs.texts import Text

FOREVER = float("inf")
TEXTS = st.lists(st.sampled_from([b"", b"a", b"bcd", b"\r", b"0123456789" * 3]), max_size=60).map(b"\n".join)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(lines, "BLOCK", 16)
    monkeypatch.setattr(lines, "_NARROW", 4)
    monkeypatch.setattr(tallies, "SEALED", 8)


def indexed(text: Text) -> LineIndex:
    index = LineIndex()
    assert index.extend(text, until=FOREVER)
    return index


@given(TEXTS)
def test_every_line_is_found_by_its_number_and_every_byte_is_on_its_line(data):
    text = Text(data)
    index = indexed(text)
    starts = [0] + [at + 1 for at, byte in enumerate(data) if byte == 10 and at + 1 < len(data)]
    assert [index.offset_of(text, number) for number in range(1, len(starts) + 1)] == starts
    assert index.offset_of(text, len(starts) + 1) is None
    numbers = [data.count(b"\n", 0, at) + 1 for at in range(len(data) + 1)]
    assert [index.number_at(text, at) for at in range(len(data) + 1)] == numbers
    assert index.numbers_at(text, range(0, len(data) + 1, 5)) == numbers[::5]


@given(TEXTS)
def test_a_last_line_without_line_feed_counts(data):
    has_rest = bool(data) and not data.endswith(b"\n")
    assert indexed(Text(data)).total(Text(data)) == data.count(b"\n") + has_rest


@given(TEXTS, TEXTS)
def test_an_index_that_was_kept_goes_on_when_the_file_has_grown(data, more):
    text, grown = Text(data), Text(data + more)
    kept = tallies.to_bytes(indexed(text).tally, text)
    index = LineIndex(tallies.from_bytes(kept, grown))
    assert index.tally.done == len(data) // 16 * 16
    index.extend(grown, until=FOREVER)
    assert index.tally == indexed(grown).tally


@pytest.mark.parametrize(
    "other", [b"x" * 48, b"a\n" * 12, b"a\n" * 20 + b"b\n" * 4], ids=["another file", "cut off", "another end"]
)
def test_an_index_of_a_file_that_was_replaced_is_not_used(other):
    text = Text(b"a\n" * 24)
    kept = tallies.to_bytes(indexed(text).tally, text)
    assert tallies.from_bytes(kept, Text(other)).done == 0


@given(st.binary(max_size=80))
def test_broken_memory_is_an_empty_one(data):
    assert tallies.from_bytes(data, Text(b"a\n" * 40)).done == 0
    assert tallies.from_bytes(None, Text(b"")).done == 0


def test_counting_stops_in_time_and_goes_on_later():
    text, index = Text(b"a\n" * 80), LineIndex()
    moments = iter([1, 2, 3, 4])
    assert not index.extend(text, until=3, clock=lambda: next(moments))
    assert index.tally.done == 32
    assert (index.total(text), index.offset_of(text, 60), index.number_at(text, 100)) == (None, None, None)
    assert index.extend(text, until=FOREVER)
    assert (index.total(text), index.offset_of(text, 60), index.number_at(text, 100)) == (80, 118, 51)


def test_counting_stops_where_the_line_is():
    text, index = Text(b"a\n" * 80), LineIndex()
    index.extend(text, until=FOREVER, line=5)
    assert index.offset_of(text, 5) == 8
    assert index.tally.done < 48


def test_a_line_is_found_by_reading_one_block(monkeypatch):
    monkeypatch.setattr(lines, "BLOCK", 1024)
    text = Text(b"0123456789abcde\n" * 10_000)
    index = indexed(text)
    text.n_read = 0
    assert index.offset_of(text, 9_000) == 8_999 * 16
    assert text.n_read <= 1024


def test_a_file_that_shrinks_while_it_is_read_ends_the_count():
    text, index = Text(b"a\n" * 80, gone=100), LineIndex()
    assert not index.extend(text, until=FOREVER)
    assert index.tally.done == 48
