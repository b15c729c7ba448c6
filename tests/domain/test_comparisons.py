"""What differs between two runs of tests."""

import math

import pytest

from dashboard.domain import comparisons
from dashboard.domain.comparisons import (
    MOST_PATHS,
    Change,
    Results,
    Verdict,
    change,
    flatten,
    pair_inputs,
    pair_results,
)
from dashboard.domain.pipelines import ResultType, ResultValue


def number(name, value):
    return ResultValue(name=name, text=str(value), type=ResultType.NUMERIC, number=value)


def text(name, value):
    return ResultValue(name=name, text=value)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (2.0, 3.0, Change(1.0, 0.5)),
        (-2.0, -3.0, Change(-1.0, -0.5)),
        (0.0, 3.0, Change(3.0, None)),
        (5e-324, 1.0, Change(1.0, None)),
        (3.0, 3.0, Change(0.0, 0.0)),
        (None, 3.0, None),
        (3.0, None, None),
        (-1.7e308, 1.7e308, None),
        (1.0, math.nan, None),
    ],
)
def test_a_change_is_a_difference_and_its_share_of_what_was_before(before, after, expected):
    assert change(before, after) == expected


def test_inputs_are_paired_by_their_paths_and_what_one_lacks_is_none():
    before = {"test_input": {"HC.docker": "a", "HC.files": ["x", "y"]}, "test_options": {}}
    after = {"test_input": {"HC.docker": "b", "HC.files": ["x"], "HC.n": 1}}
    pairs = {pair.path: (pair.before, pair.after, pair.is_equal) for pair in pair_inputs(before, after)}
    assert pairs == {
        "test_input › HC.docker": ("a", "b", False),
        "test_input › HC.files › 0": ("x", "x", True),
        "test_input › HC.files › 1": ("y", None, False),
        "test_input › HC.n": (None, "1", False),
        "test_options": ("{}", None, False),
    }


def test_a_document_is_taken_apart_so_far_and_no_further():
    deep: object = "end"
    for _ in range(comparisons.DEEPEST + 5):
        deep = {"k": deep}
    [(path, value)] = flatten(deep)
    assert path.count("k") == comparisons.DEEPEST
    assert value.startswith('{"k":')
    assert len(list(flatten(list(range(MOST_PATHS + 10))))) == MOST_PATHS
    assert list(flatten("bare")) == []


def test_results_that_differ_come_first_and_say_how():
    before = [number("f1", 0.9), number("same", 1.0), text("plot", "gs://a"), text("old", "x"), number("odd", 1.0)]
    after = [number("f1", 0.95), number("same", 1.0), text("plot", "gs://b"), text("new", "y"), text("odd", "1.0")]
    pairs = pair_results(Results(before), Results(after))
    assert [(pair.name, pair.verdict) for pair in pairs] == [
        ("f1", Verdict.HIGHER),
        ("new", Verdict.ONLY_AFTER),
        ("old", Verdict.ONLY_BEFORE),
        ("plot", Verdict.DIFFERENT),
        ("odd", Verdict.SAME),
        ("same", Verdict.SAME),
    ]
    assert pairs[0].change is not None
    assert pairs[0].change.difference == pytest.approx(0.05)
    assert pair_results(Results([number("n", 2.0)]), Results([number("n", 1.0)]))[0].verdict is Verdict.LOWER


def test_what_a_run_that_goes_on_has_not_brought_is_no_difference():
    both, one = [number("f1", 1.0), text("plot", "gs://a")], [number("f1", 2.0)]
    for before, after in (Results(one, are_all=False), Results(both)), (Results(both), Results(one, are_all=False)):
        pairs = pair_results(before, after)
        assert [(pair.name, pair.verdict.is_difference) for pair in pairs] == [("f1", True), ("plot", False)]
        assert pairs[1].verdict is Verdict.NOT_YET
    [_, lost] = pair_results(Results(one), Results(both, are_all=False))
    assert lost.verdict is Verdict.ONLY_AFTER


BASE, HEAD = "b" * 40, "a" * 40


@pytest.mark.parametrize(
    ("inputs", "keys", "commit", "expected"),
    [
        (
            {1: [{"HC.docker": f"image_build:gatk|{BASE}"}], 2: [{"HC.docker": f"image_build:gatk|{HEAD}"}]},
            None,
            BASE,
            1,
        ),
        ({1: [{}, {"E.docker": f"image_build:gatk|{BASE}"}], 2: [{}]}, ["", "E.docker"], BASE, 1),
        ({1: [{"HC.docker": BASE}], 2: [{"HC.docker": HEAD}]}, None, BASE, None),
        ({1: [{"HC.docker": f"x|{BASE}"}], 2: [{"HC.docker": f"x|{BASE}"}]}, None, BASE, None),
        ({1: [{"HC.docker": "x"}]}, None, "", None),
    ],
)
def test_the_base_is_the_one_run_whose_input_names_its_commit(inputs, keys, commit, expected):
    assert comparisons.which_is_base(inputs, keys or ["HC.docker"], commit) == expected
