"""Several runs side by side."""

import pytest

from dashboard.domain.statistics import mcnemar_exact, mean_interval
from dashboard.reporting import comparisons, numbers
from tests.factories import make_task, make_trial


def compared(*runs):
    return comparisons.compare([numbers.of_run(run) for run in runs])


def test_one_run_is_compared_with_nothing(run_of):
    assert compared(run_of({"a": "passed"})) is None


def test_rates_are_over_the_tasks_that_all_share(run_of):
    found = compared(
        run_of({"a": "passed", "b": "failed", "c": "passed"}),
        run_of({"a": "passed", "b": "errored", "d": "failed"}),
    )
    assert found.n_shared == 2
    assert [(rate.successes, rate.n) for rate in found.strict] == [(1, 2), (1, 2)]
    assert [(rate.successes, rate.n) for rate in found.scored] == [(1, 2), (1, 1)]


def test_tasks_that_one_lacks_are_named_and_count_as_no_failure(run_of):
    first, second = run_of({"a": "passed", "c": "passed"}), run_of({"a": "passed", "d": "failed", "c": "running"})
    found = compared(first, second)
    assert [(lack.run, lack.names, lack.n) for lack in found.lacks] == [(first, ["d"], 1), (second, ["c"], 1)]
    assert found.strict[1].value == 1.0
    assert found.pairing.n_only_first == 0


def test_tasks_of_one_name_in_two_data_sets_are_told_once_and_missing_nowhere(run_of):
    first, second = run_of({"a": "passed", "b": "failed", "c": "passed"}), run_of({"d": "passed"})
    for task in [make_task(name, "another") for name in ("a", "b")]:
        make_trial(second, task, outcome="passed")
    found = compared(first, second)
    assert (found.n_shared, found.namesakes, found.n_namesakes) == (0, ["a", "b"], 2)
    assert [(lack.run, lack.names) for lack in found.lacks] == [(first, ["d"]), (second, ["c"])]


def test_no_more_than_fifty_are_named(run_of):
    found = compared(run_of({"a": "passed"}), run_of({f"t{n:02}": "passed" for n in range(60)}))
    assert (len(found.lacks[0].names), found.lacks[0].n) == (50, 60)
    assert found.pairing is None


def test_two_runs_of_one_trial_a_task_are_paired_by_mcnemar(run_of):
    found = compared(
        run_of({"a": "passed", "b": "passed", "c": "failed", "d": "passed"}),
        run_of({"a": "passed", "b": "errored", "c": "passed", "d": "failed"}),
    ).pairing
    assert (found.n_only_first, found.n_only_second, found.n_same) == (2, 1, 1)
    assert found.difference == pytest.approx(-0.25)
    assert (found.p_value, found.interval) == (mcnemar_exact(2, 1), None)
    assert found.detectable > 0.5


def test_several_trials_a_task_give_an_interval_over_tasks(run_of):
    found = compared(
        run_of({"a": "passed failed", "b": "failed failed", "c": "passed passed"}),
        run_of({"a": "passed passed", "b": "passed failed", "c": "failed passed passed passed"}),
    ).pairing
    assert found.difference == pytest.approx(0.25)
    assert found.interval == mean_interval([0.5, 0.5, -0.25])
    assert found.p_value is None


def test_one_shared_task_tells_of_no_other(run_of):
    found = compared(run_of({"a": "passed"}), run_of({"a": "failed"})).pairing
    assert (found.difference, found.detectable) == (-1.0, None)


def test_tasks_that_went_differently_are_listed_by_how_far(run_of):
    found = compared(
        run_of({"b": "passed", "a": "passed failed", "c": "failed", "aa": "passed failed"}),
        run_of({"b": "failed", "a": "failed passed", "c": "passed", "aa": "passed passed"}),
        run_of({"b": "failed", "a": "failed passed", "c": "passed", "aa": "passed passed"}),
    )
    assert [each.name for each in found.differences] == ["b", "c", "aa"]
    assert [tally.passed for tally in found.differences[0].tallies] == [1, 0, 0]
    assert found.n_differences == 3
    assert found.pairing is None
