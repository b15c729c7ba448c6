"""Parts that are kept: made once, also when many ask at once; the least used go first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from dashboard.views.kept import KeptParts


def test_what_is_kept_is_not_made_again():
    kept, made = KeptParts(), []

    def make():
        made.append(1)
        return "part"

    assert [kept.get("key", make), kept.get("key", make)] == ["part", "part"]
    assert len(made) == 1


def test_many_who_want_the_same_at_once_have_it_made_once():
    kept, made, begun = KeptParts(), [], threading.Barrier(8, timeout=5)

    def make():
        made.append(threading.get_ident())
        return "part"

    def want():
        begun.wait()
        return kept.get("key", make)

    with ThreadPoolExecutor(8) as pool:
        assert {each.result() for each in [pool.submit(want) for _ in range(8)]} == {"part"}
    assert len(made) == 1


@contextmanager
def being_made(get):
    """While another makes the part “slow”."""
    is_making, may_end = threading.Event(), threading.Event()

    def make():
        is_making.set()
        assert may_end.wait(5)
        return "slow"

    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(get, "slow", make)
        try:
            assert is_making.wait(5)
            yield
        finally:
            may_end.set()
        assert making.result() == "slow"


def test_who_wants_something_else_does_not_wait():
    kept = KeptParts()
    with being_made(kept.get):
        assert kept.get("quick", lambda: "quick") == "quick"


def test_a_part_that_could_not_be_made_is_tried_again():
    kept = KeptParts()

    def fail():
        raise LookupError("not now")

    with pytest.raises(LookupError):
        kept.get("key", fail)
    assert kept.get("key", lambda: "part") == "part"


def test_what_was_used_least_goes_when_room_is_needed():
    kept = KeptParts(most=10)
    kept.get("a", lambda: "aaaa")
    kept.get("b", lambda: "bbbb")
    kept.get("a", lambda: "never")
    kept.get("c", lambda: "cccc")
    assert kept.get("a", lambda: "made anew") == "aaaa"
    assert kept.get("b", lambda: "anew") == "anew"


def test_who_may_pass_does_not_wait_for_a_part_that_another_makes():
    kept = KeptParts()
    with being_made(kept.get_or_pass):
        assert kept.get_or_pass("slow", lambda: "mine") is None
    assert kept.get_or_pass("slow", lambda: "never") == "slow"
