"""Texts from outside, made fit to be stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.sources.texts import clean, last_segment


def test_texts_are_cut_with_a_mark():
    assert clean("x" * 600, 500) == "x" * 499 + "…"
    assert clean("x" * 500, 500) == "x" * 500


def test_what_no_database_takes_is_left_out_or_replaced():
    assert clean("a\ud800b") == "a\ufffdb"
    assert clean("a\0b") == "ab"


@given(st.text(st.characters(), max_size=40), st.integers(1, 40))
def test_any_text_becomes_one_that_fits(text, limit):
    cleaned = clean(text, limit)

    assert len(cleaned) <= limit
    assert "\0" not in cleaned
    assert cleaned.encode().decode() == cleaned


@pytest.mark.parametrize(
    ("path", "name"), [("a/b", "b"), ("a/b/", "b"), ("b", "b"), ("gs://bench/lite", "lite"), ("/", ""), ("", "")]
)
def test_a_path_ends_in_its_last_name(path, name):
    assert last_segment(path) == name
