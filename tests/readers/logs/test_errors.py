"""Which lines tell of errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers.logs import stretches
from dashboard.readers.logs.errors import Level, errors_from, level_of
from tests.readers.logs.texts import Text

ERRORS = [
    b"2026-10-01 08:00:00,001 ERROR harbor.trial gave up",
    b"[ERROR] no such file",
    b"E   AssertionError: expected 3",
    b"Traceback (most recent call last):",
    b"ValueError: not a number",
    b"requests.exceptions.ConnectionError: refused",
    b"error: could not compile `x`",
    b"\x1b[0m\x1b[1m\x1b[38;5;9merror[E0425]\x1b[0m\x1b[1m: cannot find value\x1b[0m",
    b"main.c:3:5: error: expected ';'",
    b"main.c:3:5: \x1b[1;31merror:\x1b[0m expected ';'",
    b"\x1b[31mTypeError\x1b[39m: x is not a function",
    b"FAILED tests/test_outputs.py::test_hello - AssertionError",
    b"npm ERR! code ELIFECYCLE",
    b"::error file=app.js,line=1::Missing semicolon",
    b"2026-10-01T08:00:00.0000000Z ##[error]Process completed with exit code 1.",
    b"make: *** [Makefile:3: all] Error 2",
    b'{"level":"error","msg":"x"}',
    b"time=1 level=error msg=x",
    b"Segmentation fault (core dumped)",
    b"thread 'main' panicked at src/main.rs:2:5",
    b"fatal: not a git repository",
    b"not ok 3 - adds",
    b"../tests/test_outputs.py::test_empty_input FAILED                      [ 50%]",
    b"\x1b[31mtests/test_a.py::test_b FAILED\x1b[0m",
    b"1 failed, 3 passed in 0.12s",
    b"=================== 3 passed, 1 failed in 0.12s ===================",
    b"==== 2 errors in 0.10s ====",
    b"Tests:       1 failed, 3 passed, 4 total",
    b"test result: FAILED. 3 passed; 1 failed; 0 ignored",
    b"test tests::adds ... FAILED",
    b"test_adds (tests.Adds.test_adds) ... FAIL",
    b"    --- FAIL: TestNoRace (0.00s)",
    b"FAIL\texample.org/count\t0.012s",
    b"FAILED (failures=1)",
]
WARNINGS = [
    b"WARNING: deprecated",
    b"main.c:3:5: warning: unused",
    b"::warning::old",
    b"x.py:3: DeprecationWarning: gone",
]
NEITHER = [
    b"",
    b"2026-10-01 08:00:00,000 INFO harbor.trial handler failed error handler ERROR in the text",
    b"the error was resolved",
    b"0 errors, 0 failures",
    b"DEBUG retrying after ValueError: x",
    b"ERRORS_FOUND=0",
    b"0 failed, 4 passed in 0.10s",
    b"4 passed, 0 failed in 0.10s",
    b"no errors, 10 failed attempts were expected",
    b"tests/test_a.py::test_what_FAILED_means PASSED      [ 25%]",
    b"tests 0 FAILED",
    b"FAILED 0 of 4",
    b"it failed, 3 times",
    b"compiled with 0 errors, 2 warnings",
    b"=================================== FAILURES ===================================",
]


@pytest.mark.parametrize("line", ERRORS)
def test_an_error_is_told_by_its_form(line):
    assert level_of(line) is Level.ERROR


@pytest.mark.parametrize("line", WARNINGS)
def test_a_warning_is_told_by_its_form(line):
    assert level_of(line) is Level.WARN


@pytest.mark.parametrize("line", NEITHER)
def test_words_in_a_text_are_no_error(line):
    assert level_of(line) is not Level.ERROR


@given(st.lists(st.sampled_from([*ERRORS, *WARNINGS, *NEITHER]), max_size=40), st.booleans())
def test_exactly_the_lines_of_errors_are_found_in_a_file(lines, has_end):
    data = b"\n".join(lines) + (b"\n" if has_end else b"")
    found = errors_from(Text(data), 0, most=1000, until=0, clock=lambda: 1)
    assert [line.text for line in found.lines] == [line for line in lines if level_of(line) is Level.ERROR]
    assert all(data[line.start :].startswith(line.text) for line in found.lines)
    assert found.is_done


def test_the_search_gives_what_it_has_when_the_time_is_over_and_goes_on(monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH", 64)
    text = Text(b"fine, all is well here\n" * 10 + b"ERROR one\n" + b"fine\n" * 30 + b"ERROR two\n")
    seen, at, rounds = [], 0, 0
    while True:
        found = errors_from(text, at, most=10, until=0, clock=lambda: 1)
        seen += [line.text for line in found.lines]
        at, rounds = found.end, rounds + 1
        if found.is_done:
            break
    assert seen == [b"ERROR one", b"ERROR two"]
    assert rounds > 3


def test_no_more_lines_are_given_than_asked_for_and_the_next_come_after_them():
    text = Text(b"ERROR a\nfine\nERROR b\nERROR c\n")
    first = errors_from(text, 0, most=2, until=9, clock=lambda: 1)
    assert ([line.text for line in first.lines], first.is_done) == ([b"ERROR a", b"ERROR b"], False)
    assert [line.text for line in errors_from(text, first.end, most=2, until=9, clock=lambda: 1).lines] == [b"ERROR c"]
