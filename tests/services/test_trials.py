from datetime import timedelta

import pytest

from dashboard.domain.statuses import Outcome
from dashboard.models import Trial
from dashboard.services import trials
from tests import factories
from tests.contract.memory import START, trial

PASSED, FAILED, RUNNING = Outcome.PASSED, Outcome.FAILED, Outcome.RUNNING
DAY = timedelta(days=1)


def names(found):
    return [one.external_id for one in found]


class TestOneTrial:
    def test_it_comes_with_all_its_page_shows_in_one_query(self, viewer, mirrored, django_assert_num_queries):
        run = mirrored("r", trial())
        pk = run.trials.get().pk
        with django_assert_num_queries(1):
            found = trials.get(viewer, run.pk, pk)
            assert (found.run.source.name, found.task.name) == ("World", "a")
            assert trials.detail(found).rewards == {"reward": 1.0}

    def test_one_that_vanished_is_still_there_under_its_address(self, viewer, mirrored):
        run = mirrored("r", trial())
        Trial.objects.update(is_gone=True)
        assert trials.get(viewer, run.pk, run.trials.get().pk).is_gone

    def test_it_is_found_only_below_its_run(self, viewer, mirrored):
        run, other = mirrored("r", trial()), mirrored("other")
        with pytest.raises(Trial.DoesNotExist):
            trials.get(viewer, other.pk, run.trials.get().pk)

    def test_strangers_find_none(self, stranger, mirrored):
        run = mirrored("r", trial())
        with pytest.raises(Trial.DoesNotExist):
            trials.get(stranger, run.pk, run.trials.get().pk)

    def test_one_without_details_has_empty_ones(self, mirrored):
        found = mirrored("r", trial()).trials.get()
        found.detail.delete()
        assert trials.detail(Trial.objects.get()).phases == []


class TestNeighbours:
    @pytest.fixture
    def three(self, mirrored):
        return mirrored("r", trial("a__1"), trial("b__1"), trial("c__1", FAILED)).trials.order_by("external_id")

    def test_the_middle_one_has_one_on_each_side(self, three):
        first, second, third = three
        assert trials.neighbours(second, three) == trials.Neighbours(first.pk, third.pk, 2, 3)

    def test_the_ends_have_one(self, three):
        first, second, third = three
        assert trials.neighbours(first, three) == trials.Neighbours(None, second.pk, 1, 3)
        assert trials.neighbours(third, three) == trials.Neighbours(second.pk, None, 3, 3)

    def test_the_list_decides(self, three):
        first, second, third = three
        assert trials.neighbours(first, three.filter(outcome=PASSED)) == trials.Neighbours(None, second.pk, 1, 2)
        assert trials.neighbours(third, three.filter(outcome=PASSED)) is None


class TestOthers:
    def test_attempts_are_of_the_same_solver_at_the_same_task_in_order(self, mirrored):
        run = mirrored(
            "r", trial("a__2", started_at=START + DAY), trial("a__1"), trial("a__3", model="haiku"), trial("b__1"),
            trial("a__4", provider="azure"), trial("a__5", agent="other"),
        )  # fmt: skip
        mirrored("again", trial("a__1"))
        assert names(trials.attempts(run.trials.get(external_id="a__2"))) == ["a__1", "a__2"]

    def test_a_vanished_attempt_is_none(self, mirrored):
        run = mirrored("r", trial("a__1"), trial("a__2"))
        Trial.objects.filter(external_id="a__2").update(is_gone=True)
        assert names(trials.attempts(run.trials.get(external_id="a__1"))) == ["a__1"]

    def test_elsewhere_are_the_newest_of_the_same_task_in_other_runs(self, viewer, stranger, mirrored):
        here = mirrored("here", trial("a__0"), trial("a__00"))
        for number in range(3):
            mirrored(f"run {number}", trial(f"a__{number + 1}", started_at=START + number * DAY), trial("b__1"))
        mirrored("unknown", trial("a__9", RUNNING, started_at=None))
        first = here.trials.get(external_id="a__0")
        assert names(trials.elsewhere(viewer, first)) == ["a__3", "a__2", "a__1", "a__9"]
        assert names(trials.elsewhere(viewer, first, limit=2)) == ["a__3", "a__2"]
        assert trials.elsewhere(stranger, first) == []


@pytest.mark.django_db
def test_what_a_source_tells_of_a_trial_comes_with_it():
    run = factories.make_run()
    told = {"tests_passed": True, "tests_total": 4, "logs_uri": "gs://a/logs.txt", "diff_uri": "gs://a/diff.patch"}
    factories.make_trial(run, detail={"extra": told})
    factories.make_trial(run, detail={"extra": {"tests_passed": 2}})
    factories.make_trial(run)
    found = trials.with_told(run.trials.order_by("pk"))
    assert [(each.tests_passed, each.tests_total, each.n_artifacts) for each in found] == [
        (True, 4, 2), (2, None, 0), (None, None, 0),
    ]  # fmt: skip
