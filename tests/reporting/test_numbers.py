"""A run's numbers in a report are those of its page."""

from datetime import timedelta
from decimal import Decimal

from dashboard.reporting import numbers
from dashboard.reporting.numbers import Tally
from dashboard.services import failures, leaderboards
from tests.factories import make_trials


def test_rates_and_counts_are_those_of_the_run(run_of):
    run = run_of({"a": "passed", "b": "failed", "c": "errored", "d": "passed"})
    found = numbers.of_run(run)
    assert (found.strict.successes, found.strict.n, found.strict.value) == (2, 4, run.rate_strict)
    assert (found.strict.interval.low, found.strict.interval.kind) == (run.interval_low, "wilson")
    assert (found.scored.successes, found.scored.n, found.scored.value) == (2, 3, run.rate_scored)
    assert found.scored.interval.kind == "wilson"
    assert found.counts["errored"] == 1


def test_the_interval_is_task_level_where_tasks_have_several_trials(run_of):
    found = numbers.of_run(run_of({"a": "passed passed", "b": "failed errored"}))
    assert found.strict.interval.kind == found.scored.interval.kind == "task-level"
    assert sorted(found.tasks.values()) == [Tally(0, 1, 2), Tally(2, 2, 2)]
    assert found.most_attempts == 2


def test_leaderboard_and_failures_are_those_of_the_services(run_of):
    run = run_of({"a": "passed failed", "b": "errored partial"})
    found = numbers.of_run(run)
    assert found.standings == leaderboards.of_run(run.pk)
    assert found.groups == failures.groups(run)


def test_spreads_are_of_those_that_tell(run_of):
    run = run_of({"a": "passed", "b": "failed", "c": "errored", "d": "running"})
    run.trials.filter(task__name="a").update(cost=None)
    found = numbers.of_run(run)
    assert (found.cost.n, found.cost.median, found.cost.p90) == (3, Decimal("3.0"), Decimal("3.8"))
    assert (found.duration.n, found.duration.median) == (3, timedelta(minutes=2))
    assert found.duration.p90 == timedelta(minutes=2.8)
    assert found.n_cut_off == 1
    assert found.cost_per_solved == Decimal(10)


def test_a_run_without_trials_has_no_rates(run_of):
    found = numbers.of_run(run_of({}))
    assert (found.strict.value, found.scored.value, found.cost.median, found.most_attempts) == (None, None, None, 0)


def test_trials_that_are_gone_count_in_nothing(run_of):
    run = run_of({"a": "passed", "b": "failed"})
    run.trials.filter(task__name="b").update(is_gone=True)
    found = numbers.of_run(run)
    assert len(found.tasks) == found.cost.n == 1


def test_a_large_run_is_read_in_few_queries(run_of, django_assert_num_queries):
    run = run_of({})
    make_trials(run, 200)
    with django_assert_num_queries(3):
        numbers.of_run(run)
