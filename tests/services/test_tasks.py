"""Tasks: their figures over all runs, and each over time."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dashboard.domain.roles import Role
from dashboard.domain.statuses import Outcome
from dashboard.models import Run, Task, Trial
from dashboard.services import task_histories, tasks, visibility
from dashboard.services.tasks import Verdict
from tests import factories

pytestmark = pytest.mark.django_db

PASSED, FAILED, ERRORED, RUNNING = Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED, Outcome.RUNNING
DAY = timedelta(days=1)


@pytest.fixture
def task():
    return factories.make_task("a")


@pytest.fixture
def tried(task):
    """Makes runs of the task, a day apart, oldest first: each has these outcomes at once."""

    def make(*runs, agent="solver", **fields):
        for number, outcomes in enumerate(runs):
            start = factories.NOW + number * DAY
            run = factories.make_run(name=f"{agent} {number}", started_at=start)
            for attempt, outcome in enumerate(outcomes, start=1):
                given = {"started_at": start, "attempt": attempt, "agent": agent} | fields
                factories.make_trial(run, task, outcome=outcome, **given)

    return make


@pytest.fixture
def history(viewer, task):
    return lambda: task_histories.history(viewer, task)


@pytest.fixture
def contender(history):
    """The only one."""

    def read():
        [found] = history().contenders
        return found

    return read


@pytest.mark.parametrize(
    ("runs", "verdict"),
    [
        ([[PASSED], [PASSED]], Verdict.SOLVED),
        ([[FAILED, ERRORED], [Outcome.PARTIAL]], Verdict.NEVER),
        ([[PASSED, FAILED], [RUNNING]], Verdict.FLAKY),
        ([[RUNNING], [Outcome.PENDING]], Verdict.UNKNOWN),
    ],
)
class TestVerdicts:
    def test_a_contender_is_judged_by_its_finished_trials(self, tried, contender, runs, verdict):
        tried(*runs)
        assert contender().verdict is verdict

    def test_the_list_says_the_same(self, viewer, tried, runs, verdict):
        tried(*runs)
        assert tasks.summaries(viewer).get().solved == verdict


class TestChanges:
    @pytest.mark.parametrize(
        ("runs", "changes", "steps"),
        [
            ([], 0, 0),
            ([[PASSED]], 0, 0),
            ([[PASSED, FAILED, PASSED, FAILED]], 0, 0),
            ([[PASSED], [FAILED], [PASSED]], 2, 2),
            ([[PASSED, PASSED, FAILED], [FAILED, PASSED, PASSED], [FAILED, FAILED, PASSED]], 1, 2),
            ([[PASSED, FAILED], [FAILED], [PASSED]], 1, 2),
            ([[PASSED], [RUNNING], [FAILED]], 1, 1),
        ],
    )
    def test_they_are_between_the_majorities_of_runs_not_between_attempts(self, tried, history, runs, changes, steps):
        tried(*runs)
        assert [(c.n_changes, c.n_steps) for c in history().contenders] == ([(changes, steps)] if runs else [])

    def test_flaky_is_a_run_with_some_but_not_all_of_several_passed(self, tried, contender):
        tried([PASSED, FAILED], [PASSED, PASSED], [FAILED], [PASSED, RUNNING], [FAILED, ERRORED])
        assert (contender().n_flaky, contender().n_repeated) == (1, 3)

    def test_runs_go_by_their_start_not_by_when_they_were_read(self, task, contender):
        for days, outcome in ((2, PASSED), (0, PASSED), (1, FAILED)):
            run = factories.make_run(started_at=factories.NOW + days * DAY)
            factories.make_trial(run, task, outcome=outcome)
        assert contender().n_changes == 2


class TestOrder:
    def test_evidence_comes_before_the_point_estimate(self, tried, history):
        tried([PASSED], agent="lucky")
        tried([PASSED] * 23 + [FAILED] * 3, agent="proven")
        tried([RUNNING], agent="new")
        tried([FAILED], agent="a once failed")
        tried([FAILED] * 3, agent="often failed")
        agents = [c.agent for c in history().contenders]
        assert agents == ["proven", "lucky", "often failed", "a once failed", "new"]

    def test_columns_are_runs_newest_first_and_those_without_a_start_last(self, task, tried, history):
        factories.make_trial(factories.make_run(name="undated"), task)
        tried([PASSED], [FAILED])
        assert [column.name for column in history().columns] == ["solver 1", "solver 0", "undated"]

    def test_trials_are_the_newest_first(self, tried, history):
        tried([PASSED], [FAILED], [ERRORED])
        assert [one.outcome for one in history().newest] == [ERRORED, FAILED, PASSED]

    def test_attempts_of_a_run_stand_in_their_order(self, tried, contender):
        tried([PASSED, FAILED, ERRORED])
        [attempts] = contender().by_run.values()
        assert [one.attempt for one in attempts] == [1, 2, 3]


class TestFigures:
    def test_time_and_cost_are_of_the_finished_trials_that_report_them(self, task, contender):
        run = factories.make_run()
        for minutes, cost in ((1, "0.10"), (9, None), (2, "0.30")):
            known = cost and Decimal(cost)
            factories.make_trial(run, task, duration=timedelta(minutes=minutes), cost=known)
        factories.make_trial(run, task, outcome=RUNNING, duration=timedelta(days=1), cost=Decimal(100))
        found = contender()
        assert (found.median_duration, found.mean_cost, found.n_with_cost) == (
            timedelta(minutes=2),
            Decimal("0.20"),
            2,
        )

    def test_nothing_known_is_none(self, tried, contender):
        tried([PASSED])
        assert (contender().median_duration, contender().mean_cost) == (None, None)

    def test_it_takes_one_query_and_is_cut_off_at_the_newest(
        self, tried, history, monkeypatch, django_assert_num_queries
    ):
        tried([PASSED], [FAILED], [ERRORED])
        assert not history().is_cut_off
        monkeypatch.setattr(task_histories, "NEWEST", 2)
        with django_assert_num_queries(1):
            found = history()
        assert found.is_cut_off
        assert [one.outcome for one in found.newest] == [ERRORED, FAILED]


class TestTheList:
    def test_figures_are_over_all_runs(self, viewer, tried):
        tried([PASSED, FAILED, RUNNING], [PASSED])
        found = tasks.summaries(viewer, version=7).get()
        assert (found.n_passed, found.n_finished, found.n_runs, found.version) == (2, 3, 2, 7)
        assert found.rate == pytest.approx(2 / 3)
        assert found.tried_at == factories.NOW + DAY

    def test_nothing_finished_is_no_rate_and_no_rank(self, viewer, tried):
        tried([RUNNING])
        found = tasks.summaries(viewer).get()
        assert (found.rate, found.solved_rank, found.n_finished) == (None, None, 0)

    def test_a_task_whose_trials_all_vanished_is_not_listed(self, viewer, tried):
        tried([PASSED])
        Trial.objects.update(is_gone=True)
        assert not tasks.summaries(viewer).exists()

    def test_a_vanished_trial_counts_in_nothing(self, viewer, tried):
        tried([PASSED, FAILED])
        Trial.objects.filter(outcome=FAILED).update(is_gone=True)
        found = tasks.summaries(viewer).get()
        assert (found.n_finished, found.rate, found.solved) == (1, 1, Verdict.SOLVED)


class TestVisibility:
    def test_strangers_see_none(self, stranger, task, tried):
        tried([PASSED])
        assert task_histories.history(stranger, task).contenders == ()
        assert not tasks.summaries(stranger).exists()
        with pytest.raises(Task.DoesNotExist):
            tasks.get(stranger, task.pk)

    def test_one_task(self, viewer, task, tried):
        tried([PASSED])
        assert tasks.get(viewer, task.pk) == task

    def test_one_whose_trials_vanished_is_still_there_under_its_address(self, viewer, task, tried):
        tried([PASSED])
        Trial.objects.update(is_gone=True)
        assert tasks.get(viewer, task.pk) == task

    def test_one_that_nothing_was_tried_of_is_for_administrators(self, viewer, task):
        with pytest.raises(Task.DoesNotExist):
            tasks.get(viewer, task.pk)
        assert tasks.get(factories.make_person("root", role=Role.ADMINISTRATOR), task.pk) == task

    def test_figures_are_of_visible_trials_alone(self, viewer, task, tried):
        tried([PASSED])
        hidden = factories.make_run(factories.make_source("Secret"), name="hidden")
        hidden.source.groups.add(factories.make_role("insiders"))
        for outcome in (FAILED, ERRORED):
            factories.make_trial(hidden, task, outcome=outcome, started_at=factories.NOW + 9 * DAY)
        found = tasks.summaries(viewer).get()
        assert (found.solved, found.rate, found.n_passed, found.n_finished, found.n_runs) == ("always", 1, 1, 1, 1)
        assert found.tried_at < factories.NOW + 9 * DAY
        assert [column.name for column in task_histories.history(viewer, task).columns] == ["solver 0"]
        everything = tasks.summaries(factories.make_person("root", role=Role.ADMINISTRATOR)).get()
        assert (everything.n_finished, everything.n_runs) == (3, 2)

    @pytest.fixture
    def vanished(self):
        """Tasks by where their trials were that have vanished, or are still there: in a run of all, or of insiders."""
        secret = factories.make_source("Secret")
        secret.groups.add(factories.make_role("insiders"))
        ours, theirs = factories.make_run(factories.make_source("Open")), factories.make_run(secret)
        places = {"ours": [(ours, True)], "theirs": [(theirs, True)], "both": [(ours, True), (theirs, False)]}
        found = {}
        for name, trials in places.items():
            found[name] = factories.make_task(name)
            for run, is_gone in trials:
                factories.make_trial(run, found[name], outcome=PASSED, is_gone=is_gone)
        return found

    def test_a_vanished_trial_makes_its_task_known_to_those_who_might_have_seen_it(self, viewer, vanished):
        insider = factories.make_person("in", groups=["insiders"])
        assert set(visibility.tasks(viewer)) == {vanished["ours"], vanished["both"]}
        assert set(visibility.tasks(insider)) == set(vanished.values())
        with pytest.raises(Task.DoesNotExist):
            tasks.get(viewer, vanished["theirs"].pk)

    def test_of_one_that_is_still_tried_elsewhere_nothing_else_is_told(self, viewer, vanished):
        [found] = tasks.of_ids(viewer, [vanished["both"].pk])
        assert (found.n_runs, found.n_finished, found.rate, found.solved) == (0, 0, None, Verdict.UNKNOWN)
        assert task_histories.history(viewer, found).contenders == ()
        assert not tasks.summaries(viewer).exists()
        insider = factories.make_person("in", groups=["insiders"])
        assert [(each.pk, each.n_runs) for each in tasks.summaries(insider)] == [(vanished["both"].pk, 1)]

    def test_where_its_run_is_forgotten_its_task_is_too(self, viewer, vanished):
        Run.objects.filter(trials__task=vanished["ours"]).delete()
        with pytest.raises(Task.DoesNotExist):
            tasks.get(viewer, vanished["ours"].pk)
