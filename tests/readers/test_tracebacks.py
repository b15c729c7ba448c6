"""What is made of a traceback."""

import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers.tracebacks import MAX_FRAMES, parse


def told(raise_it):
    try:
        raise_it()
    except (ValueError, RuntimeError, KeyError):
        return traceback.format_exc()
    raise AssertionError


def fail():
    raise ValueError("no such task: fix-bug\nsecond line")


def wrap():
    try:
        fail()
    except ValueError as error:
        raise RuntimeError("The agent could not begin") from error


def handle():
    try:
        fail()
    except ValueError:
        return {}["missing"]


def deep(n):
    if n:
        deep(n - 1)
        return
    fail()


def test_the_exception_with_its_message_and_the_call_that_raised_it_last():
    [raised] = parse(told(fail))
    assert (raised.type, raised.message, raised.link) == ("ValueError", "no such task: fix-bug\nsecond line", "")
    assert raised.frames[-1].path == __file__
    assert raised.frames[-1].function == "fail"
    assert raised.frames[-1].code.startswith("raise ValueError(")


def test_a_chain_begins_with_the_exception_that_ended_it():
    assert [(each.type, each.link) for each in parse(told(wrap))] == [("RuntimeError", ""), ("ValueError", "caused by")]
    assert [(each.type, each.link) for each in parse(told(handle))] == [
        ("KeyError", ""),
        ("ValueError", "while handling"),
    ]


def test_marks_below_code_are_left_out():
    code = "\n".join(frame.code for each in parse(told(handle)) for frame in each.frames)
    assert "^" not in code
    assert 'return {}["missing"]' in code


def test_calls_of_libraries_are_told_from_ones_own():
    frame = 'Traceback (most recent call last):\n  File "{}", line 3, in run\n    go()\nTypeError\n'
    assert parse(frame.format("/opt/x/lib/python3.12/site-packages/harbor/trial.py"))[0].frames[0].is_library
    assert not parse(frame.format("/srv/bench/environment.py"))[0].frames[0].is_library


def test_an_exception_without_a_message():
    text = 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nasyncio.exceptions.CancelledError'
    assert (parse(text)[0].type, parse(text)[0].message) == ("asyncio.exceptions.CancelledError", "")


def test_what_stands_before_a_traceback_is_no_part_of_it():
    assert [each.type for each in parse("starting…\nfailed:\n" + told(fail))] == ["ValueError"]


@pytest.mark.parametrize(
    "text",
    ["", "Error: it broke", "Traceback (most recent call last):\n", '  File "a.py", line 1, in x\nError: x'],
)
def test_what_is_no_traceback_of_pythons_gives_nothing(text):
    assert parse(text) == []


def test_calls_without_end_are_bounded():
    assert len(parse(told(lambda: deep(MAX_FRAMES + 50)))[0].frames) <= MAX_FRAMES


@given(st.text(alphabet='Traceback (most recent call last):\n  File "x", line 1, in fError', max_size=400))
def test_any_text_gives_whole_exceptions_or_none(text):
    for raised in parse("Traceback (most recent call last):\n" + text):
        assert raised.type
        assert raised.frames
