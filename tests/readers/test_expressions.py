import time

import pytest

from dashboard.readers.expressions import NoExpression, compiled, spans


def found(text, sought, *, is_regex=True, is_case=False):
    return [
        text[start:end] for start, end in spans(compiled(sought, is_regex=is_regex, is_case=is_case), text, seconds=1)
    ]


def test_words_are_found_as_they_are_and_expressions_as_they_mean():
    assert found("a.c abc A.C", "a.c", is_regex=False) == ["a.c", "A.C"]
    assert found("a.c abc A.C", "a.c") == ["a.c", "abc", "A.C"]
    assert found("a.c abc A.C", "A.C", is_case=True) == ["A.C"]
    assert found("abc", "x*") == []


@pytest.mark.parametrize(
    "ordinary",
    [
        r"\d{4}-\d{2}-\d{2}", r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", r"[0-9a-f]{64}", r"\{i\}", r"\p{L}{2,}",
        "(?i)(?P<x>x)(?<xy>x)(?:x)",
        r'{"a": 1}',
    ],
)  # fmt: skip
def test_ordinary_expressions_are_taken(ordinary):
    assert compiled(ordinary, is_regex=True, is_case=False)


@pytest.mark.parametrize(
    "sought",
    [
        "", "x" * 501, "(", "a{9}{9}**", "[a-z]{1,9999999999}",
        "((((((a{9}){9}){9}){9}){9}){9}){9}", "(a{1000}){1000}", "(a{,1000}){0,1000}",
        "(?R)", "(?:(?R)|a)*", "(a)(?1)", "(?P<n>a(?&n)?)", "(?P<n>a(?P>n)?)",
        "(?x)((((((a{ 9}){ 9}){ 9}){ 9}){ 9}){ 9}){ 9}", "(?i-s)(?ix:a)",
        "(?:needle){e}", "(?b)(?:a|b){e<=30}", "(?:a){1<=e<=3}", "(?:a){i,d}",
    ],
)  # fmt: skip
def test_what_is_none_or_would_take_for_ever_to_make_is_refused_at_once(sought):
    begin = time.process_time()
    with pytest.raises(NoExpression):
        compiled(sought, is_regex=True, is_case=False)
    assert time.process_time() - begin < 1


def test_words_may_look_like_what_is_refused():
    assert found("see (?R) here", "(?R)", is_regex=False) == ["(?R)"]


@pytest.mark.parametrize(("sought", "text"), [("(a|a)+(a|aa)+$", "a" * 5_000 + "b"), ("a", "a" * 10_000_000)])
def test_time_is_up_for_one_long_match_and_for_many_short_ones(sought, text):
    with pytest.raises(TimeoutError):
        for _ in spans(compiled(sought, is_regex=True, is_case=True), text, seconds=0.05):
            pass
