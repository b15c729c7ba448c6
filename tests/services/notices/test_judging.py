"""Against which run a run is held, and what is told of it: better, equal, worse by chance, worse."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from dashboard.domain.notices import NoticeEvent
from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import Delivery
from dashboard.services.notices import bodies, judging, words
from tests import factories
from tests.services.notices.conftest import NOW, end, make_channel, make_running, sweep, watch

pytestmark = pytest.mark.django_db


def evaluated(passed, *, n=40, hours=0, **fields):
    """A completed run of one trial of each of ``n`` tasks, the first ``passed`` of which passed."""
    given = {
        "dataset": "swe",
        "agents_text": "codex · gpt-5",
        "started_at": NOW + timedelta(hours=hours),
        "n_trials": n,
    }
    run = factories.make_run(**given | fields)
    for number in range(n):
        task = factories.make_task(f"task-{number:03}", "swe")
        factories.make_trial(run, task, outcome=Outcome.PASSED if number < passed else Outcome.FAILED)
    return run


def run_of(test, hours, *, status=RunStatus.COMPLETED, **results):
    return factories.make_test_run(test, status=status, results=results, started_at=NOW + timedelta(hours=hours))


class TestEvaluations:
    @pytest.mark.parametrize("passed", [30, 20, 16], ids=["better", "equal", "worse by chance"])
    def test_no_regression(self, ada, passed):
        evaluated(20)
        assert judging.regression(ada, evaluated(passed, hours=1)) is None

    def test_worse(self, ada):
        before, after = evaluated(20), evaluated(10, hours=1)
        found = judging.regression(ada, after)
        assert (found.previous, found.decline.n_worse, found.decline.n_tasks) == (before, 10, 40)
        assert (found.decline.before, found.decline.after) == (0.5, 0.25)

    def test_it_is_held_against_the_newest_before_it_alone(self, ada):
        evaluated(40)
        evaluated(10, hours=1)
        evaluated(40, hours=9)
        assert judging.regression(ada, evaluated(10, hours=2)) is None

    @pytest.mark.parametrize(
        "fields", [{"agents_text": "claude"}, {"dataset": "other"}, {"status": RunStatus.CANCELLED}], ids=str
    )
    def test_a_run_of_other_agents_or_data_or_that_was_cut_short_is_no_measure(self, ada, fields):
        evaluated(40, **fields)
        assert judging.regression(ada, evaluated(0, hours=1)) is None

    def test_nor_is_one_that_one_may_not_see(self, ada):
        hidden = factories.make_source("Hidden")
        hidden.groups.add(Group.objects.create(name="genomics"))
        evaluated(40, source=hidden)
        assert judging.regression(ada, evaluated(0, hours=1, source=factories.make_source("Open"))) is None

    def test_a_run_that_was_cut_short_has_not_regressed(self, ada):
        evaluated(40)
        assert judging.regression(ada, evaluated(0, hours=1, status=RunStatus.CANCELLED)) is None

    def test_errors_count_as_not_passed(self, ada):
        evaluated(20)
        after = evaluated(20, hours=1)
        after.trials.filter(task__name__lt="task-010").update(outcome=Outcome.ERRORED)
        assert judging.regression(ada, after).decline.n_worse == 10

    def test_a_few_tasks_never_show_it(self, ada):
        evaluated(5, n=5)
        assert judging.regression(ada, evaluated(0, n=5, hours=1)) is None


class TestTests:
    @pytest.fixture
    def test(self):
        return factories.make_pipeline_test()

    def test_a_result_below_what_is_usual(self, ada, test):
        for hours, value in enumerate((0.991, 0.993, 0.992, 0.990, 0.994, 0.991)):
            previous = run_of(test, hours, precision=value)
        assert judging.regression(ada, run_of(test, 10, precision=0.99)) is None
        previous = judging.regression(ada, run_of(test, 11, precision=0.9)).previous
        assert previous.started_at == NOW + timedelta(hours=10)

    def test_too_short_a_history_says_nothing(self, ada, test):
        for hours in range(4):
            run_of(test, hours, precision=0.99)
        assert judging.regression(ada, run_of(test, 10, precision=0.1)) is None

    def test_one_that_fails_where_the_one_before_completed(self, ada, test):
        previous = run_of(test, 0)
        found = judging.regression(ada, run_of(test, 1, status=RunStatus.FAILED))
        assert (found.previous, found.has_failed) == (previous, True)
        assert judging.regression(ada, run_of(test, 2, status=RunStatus.FAILED)) is None

    def test_runs_of_another_test_say_nothing(self, ada, test):
        run_of(factories.make_pipeline_test("another"), 0)
        assert judging.regression(ada, run_of(test, 1, status=RunStatus.FAILED)) is None


class TestWords:
    def told(self, ada, run):
        body = bodies.of_run(
            run,
            NoticeEvent.REGRESSED,
            failure="",
            regression=judging.regression(ada, run),
            reason="You watch it.",
            now=NOW,
        )
        return " ".join(words.lines(body)).replace("\N{NO-BREAK SPACE}", " ")

    def test_of_an_evaluation_its_rates_counts_and_p(self, ada):
        evaluated(20, name="monday")
        shown = self.told(ada, evaluated(10, hours=1))
        assert (
            "Against the run before it, monday: 25.0 % passed, after 50.0 %, over 40 tasks, 10 worse and 0 better "
            "(p = 0.002)." in shown
        )

    def test_of_a_test_its_results_and_what_is_usual(self, ada):
        test = factories.make_pipeline_test()
        for hours, value in enumerate((0.991, 0.993, 0.992, 0.990, 0.994)):
            run_of(test, hours, precision=value)
        shown = self.told(ada, run_of(test, 9, precision=0.9))
        assert "precision is 0.9 after 0.994 (usual is 0.9872 to 0.9968, by 5 runs)." in shown


def test_a_regression_is_noticed_with_its_numbers(ada):
    evaluated(20)
    run = make_running(dataset="swe", agents_text="codex · gpt-5", started_at=NOW + timedelta(hours=1))
    for number in range(40):
        factories.make_trial(run, factories.make_task(f"task-{number:03}", "swe"), outcome=Outcome.FAILED)
    watch(ada, make_channel(ada), dataset="swe")
    end(run)
    assert [event for event, _ in sweep()] == ["regressed"]
    body = Delivery.objects.get().body
    assert body["title"] == f"{run.name} regressed"
    assert body["regression"]["tasks"]["worse"] == 20
    assert body["regression"]["previous_name"] != run.name
