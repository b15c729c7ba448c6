import time

import pytest

from dashboard.readers.diffs.words import differing, is_spacing


def marked(line, spans):
    return [line[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        ("total = add(a, b)", "total = subtract(a, b)", ["add"], ["subtract"]),
        ("return x", "return x + 1", [], [" + 1"]),
        ("    value = 1", "        value = 1", [], ["    "]),
        ("if a and b:", "if a or c:", ["and b"], ["or c"]),
        ("same", "same", [], []),
    ],
)
def test_words_that_differ_are_found(old, new, left, right):
    spans = differing(old, new)
    assert (marked(old, spans[0]), marked(new, spans[1])) == (left, right)


def test_lines_that_have_little_in_common_have_no_marks():
    assert differing("import os", "def total(values, limit):") == ([], [])


def test_lines_of_equal_words_in_great_number_are_still_compared_in_no_time():
    old, new = "a b " * 500, "b a " * 500
    begun = time.thread_time()
    differing(old, new)
    assert time.thread_time() - begun < 0.5


@pytest.mark.parametrize(
    ("old", "new", "is_one"), [("a b", "a  b", True), ("a\t", "a", True), ("a", "a", False), ("a", "b", False)]
)
def test_a_change_of_white_space_is_told_from_others(old, new, is_one):
    assert is_spacing(old, new) is is_one
