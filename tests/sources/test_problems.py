"""What could not be read is told once, and not without end."""

from dashboard.domain.records import Problem
from dashboard.sources.problems import MOST, Problems


def test_problems_are_told_once_in_the_order_they_were_found():
    problems = Problems()
    for where in ("b", "a", "b"):
        problems.add(where, "It is broken.")

    assert problems.listed() == (Problem(where="b", what="It is broken."), Problem(where="a", what="It is broken."))


def test_beyond_the_bound_they_are_counted():
    problems = Problems()
    for number in range(MOST + 3):
        problems.add(f"file {number}", "It is broken.")
    problems.add("file 0", "It is broken.")

    *told, last = problems.listed()
    assert len(told) == MOST
    assert last == Problem(where="", what="3 more problems are not listed.")


def test_problems_can_be_stored():
    problems = Problems()
    problems.add("a\0b", "x" * 10_000)

    (problem,) = problems.listed()
    assert (problem.where, len(problem.what)) == ("ab", 500)


def test_nothing_wrong_is_nothing_told():
    assert Problems().listed() == ()
