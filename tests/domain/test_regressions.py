"""What counts as worse: by pairs of tasks and by results over time, held against SciPy and the comparison of runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from dashboard.domain.regressions import LEVEL, decline, is_less_better, worse_results
from dashboard.reporting import comparisons
from dashboard.reporting.numbers import Tally


def single(outcomes):
    """A task for each letter, with one trial: passed (P) or not."""
    return {number: (int(letter == "P"), 1) for number, letter in enumerate(outcomes)}


class TestEvaluations:
    def test_better_equal_and_as_good_as_equal_are_no_decline(self):
        before = single("P" * 20 + "F" * 20)
        assert decline(before, single("P" * 30 + "F" * 10)) is None
        assert decline(before, before) is None

    def test_worse_by_what_chance_explains_is_none(self):
        before, after = single("P" * 20 + "F" * 20), single("P" * 15 + "F" * 25)
        assert mcnemar([[15, 5], [0, 20]], exact=True).pvalue == 0.0625
        assert decline(before, after) is None

    def test_worse_by_more_is_one_with_its_numbers(self):
        before, after = single("P" * 20 + "F" * 20), single("P" * 12 + "F" * 27 + "P")
        found = decline(before, after)
        assert (found.n_tasks, found.n_worse, found.n_better) == (40, 8, 1)
        assert (found.before, found.after) == (0.5, 0.325)
        assert found.p_value == pytest.approx(mcnemar([[12, 8], [1, 19]], exact=True).pvalue)
        assert found.p_value < LEVEL

    def test_so_few_tasks_cannot_show_it(self):
        assert decline(single("PPPPP"), single("FFFFF")) is None
        assert decline(single("PPPPPP"), single("FFFFFF")).p_value == pytest.approx(2 / 64)
        assert decline({1: (9, 9)}, {1: (0, 9)}) is None

    def test_only_tasks_that_both_finished_count(self):
        before = {**single("P" * 9), 100: (0, 0), 101: (5, 5)}
        after = {**single("F" * 9), 100: (3, 3), 102: (5, 5)}
        assert decline(before, after).n_tasks == 9
        assert decline({1: (1, 1)}, {2: (0, 1)}) is None

    def test_several_trials_a_task_are_held_against_the_interval_over_tasks(self):
        before = dict.fromkeys(range(12), (4, 5))
        after = {number: (4 - number % 3, 5) for number in range(12)}
        found = decline(before, after)
        changes = [-(number % 3) / 5 for number in range(12)]
        expected = stats.t.interval(0.95, 11, sum(changes) / 12, stats.sem(changes))
        assert (found.low, found.high) == pytest.approx(expected)
        assert found.p_value is None
        wild = {number: ((0, 5)[number % 2], 5) for number in range(12)}
        assert decline(before, wild) is None

    def test_where_all_tasks_fell_alike_their_signs_are_tested(self):
        before, after = dict.fromkeys(range(6), (5, 5)), dict.fromkeys(range(6), (0, 5))
        assert decline(before, after).p_value == pytest.approx(2 / 64)

    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30), st.integers(1, 3))
    def test_it_says_what_the_comparison_of_two_runs_says(self, pairs, trials):
        pairs = [(min(a, trials), min(b, trials)) for a, b in pairs]
        first, second = ([Tally(each[side], trials, trials) for each in pairs] for side in (0, 1))
        shown = comparisons.pair(first, second)
        found = decline(
            {n: (a, trials) for n, (a, _) in enumerate(pairs)}, {n: (b, trials) for n, (_, b) in enumerate(pairs)}
        )
        if shown.p_value is not None:
            assert (found is not None) == (shown.p_value < LEVEL and shown.difference < 0)
        elif shown.interval is not None:
            assert (found is not None) == (shown.interval.high < 0)


class TestResults:
    EARLIER = (0.991, 0.993, 0.992, 0.990, 0.994)

    def worse(self, after, *, name="precision", before=0.991, earlier=EARLIER):
        return worse_results({name: before}, {name: after}, {name: earlier})

    def test_what_is_within_the_usual_or_better_is_not_worse(self):
        assert self.worse(0.989) == []
        assert self.worse(0.999) == []

    def test_what_is_below_it_is_told_with_what_is_usual(self):
        [found] = self.worse(0.97)
        deviation = stats.tstd(self.EARLIER)
        half = stats.t.ppf(0.975, 4) * deviation * (1 + 1 / 5) ** 0.5
        assert (found.low, found.high) == pytest.approx((0.992 - half, 0.992 + half))
        assert (found.before, found.after, found.n_earlier) == (0.991, 0.97, 5)

    def test_too_few_earlier_values_say_nothing(self):
        assert self.worse(0.0, earlier=self.EARLIER[:4]) == []

    def test_a_level_that_was_bad_before_is_not_told_again(self):
        assert self.worse(0.5, before=0.5) == []

    def test_of_times_and_mistakes_more_is_worse(self):
        earlier = (10.0, 11.0, 10.5, 10.2, 10.8)
        assert self.worse(9.0, name="runtime", before=10.0, earlier=earlier) == []
        [found] = self.worse(20.0, name="runtime", before=10.0, earlier=earlier)
        assert found.after == 20.0

    def test_values_that_never_differed_leave_no_room(self):
        assert self.worse(0.99, before=1.0, earlier=[1.0] * 5)[0].low == pytest.approx(1.0)
        assert self.worse(1.0, before=1.0, earlier=[1.0] * 5) == []
        assert self.worse(0.1 + 0.2, before=0.3, earlier=[0.1 + 0.2] * 5) == []

    def test_the_more_results_there_are_the_more_it_takes(self):
        earlier = {f"m{n}": self.EARLIER for n in range(20)}
        before = dict.fromkeys(earlier, 0.991)
        [alone] = self.worse(0.985)
        assert alone.low > 0.985
        assert worse_results(before, before | {"m3": 0.985}, earlier) == []
        assert [each.name for each in worse_results(before, before | {"m3": 0.9}, earlier)] == ["m3"]

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
    def test_what_is_no_number_to_reckon_with_is_not_told(self, value):
        assert self.worse(value) == []
        assert self.worse(0.5, before=value) == []
        assert self.worse(0.5, earlier=[*self.EARLIER, value]) == []
        assert self.worse(0.5, earlier=[1e308, -1e308] * 5) == []

    @pytest.mark.parametrize(
        ("name", "is_less"),
        [
            ("runtime", True), ("HC.run_time_seconds", True), ("errorRate", True), ("fp", True), ("cost", True),
            ("precision", False), ("recall", False), ("f1", False), ("sometimes", False), ("true_positives", False),
        ],
    )  # fmt: skip
    def test_its_name_tells_which_way_is_better(self, name, is_less):
        assert is_less_better(name) is is_less
