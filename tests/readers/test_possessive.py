"""Groups that are repeated possessively, by the interpreter's own module or by the library that replaces it."""

import re

import pytest

from dashboard.readers import possessive

NEXT_BRACKET = rb"(?:[^\[\]{}]++|\[[^\[\]{}]*+\]|\{[^\[\]{}]*+\})*+([\[\]{}]|\Z)"
"""Behind whatever has no levels of its own. An interpreter that is wrong goes on to a later one."""


@pytest.mark.parametrize("is_own_right", sorted({possessive.IS_OWN_RIGHT, False}))
@pytest.mark.parametrize(("text", "end"), [(b"1, {2, [1]}, 2]", 4), (b"[1, {}], 2]", 1), (b"{1}, [2], {3, []}", 11)])
def test_a_group_that_fails_halfway_is_left_where_it_began(monkeypatch, is_own_right, text, end):
    monkeypatch.setattr(possessive, "IS_OWN_RIGHT", is_own_right)
    assert possessive.compiled(NEXT_BRACKET, re.DOTALL).match(text).end() == end


def test_its_own_is_taken_only_where_it_is_right(monkeypatch):
    assert isinstance(possessive.compiled(b"a*+"), re.Pattern) == possessive.IS_OWN_RIGHT
    monkeypatch.setattr(possessive, "IS_OWN_RIGHT", False)
    assert not isinstance(possessive.compiled(b"a*+"), re.Pattern)
