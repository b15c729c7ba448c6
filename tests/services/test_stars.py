"""Stars: each person's own, at what they may see."""

import pytest
from django.contrib.auth.models import AnonymousUser

from dashboard.models import Run, Star, Trial
from dashboard.services import stars
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return factories.make_person("ada")


def test_a_star_is_put_once_and_taken_off(ada):
    run = factories.make_run()
    stars.put(ada, run)
    stars.put(ada, run)
    assert Star.objects.count() == 1
    stars.take(ada, run)
    stars.take(ada, run)
    assert not Star.objects.exists()


def test_stars_are_each_persons_own(ada):
    grace = factories.make_person("grace")
    run, other = factories.make_run(), factories.make_run()
    trial = factories.make_trial(run)
    stars.put(ada, run)
    stars.put(grace, other)
    stars.put(grace, trial)
    assert stars.among(ada, Run, [run.pk, other.pk]) == {run.pk}
    assert stars.among(grace, Run, [run.pk, other.pk]) == {other.pk}
    assert stars.among(ada, Trial, [trial.pk]) == set()
    assert list(stars.known(ada, Run.objects.all()).filter(has_star=True)) == [run]


def test_what_one_may_no_longer_see_is_neither_shown_nor_lost(ada):
    run = factories.make_run()
    trial = factories.make_trial(run)
    stars.put(ada, run)
    stars.put(ada, trial)
    run.source.groups.add(factories.make_role("inner"))
    assert (stars.runs(ada, 9), stars.trials(ada, 9)) == ([], [])
    assert Star.objects.count() == 2
    run.source.groups.clear()
    assert (stars.runs(ada, 9), stars.trials(ada, 9)) == ([run], [trial])


def test_the_stamp_is_another_whenever_the_stars_are(ada):
    runs = factories.make_runs(4)
    seen = [stars.stamp(ada)]
    for deed, run in [(stars.put, 0), (stars.put, 1), (stars.put, 2), (stars.take, 0), (stars.put, 3), (stars.take, 1)]:
        deed(ada, runs[run])
        seen.append(stars.stamp(ada))
    assert len(set(seen)) == len(seen)
    stars.put(ada, runs[3])
    assert stars.stamp(ada) == seen[-1]
    assert stars.stamp(factories.make_person("grace")) not in seen


def test_of_too_many_the_oldest_go(ada, monkeypatch):
    monkeypatch.setattr(stars, "MOST", 2)
    runs = factories.make_runs(3)
    for run in runs:
        stars.put(ada, run)
    assert stars.among(ada, Run, [run.pk for run in runs]) == {runs[1].pk, runs[2].pk}


def test_nobody_in_particular_has_none(ada):
    run = factories.make_run()
    stars.put(AnonymousUser(), run)
    assert stars.among(AnonymousUser(), Run, [run.pk]) == set()
    assert not stars.known(AnonymousUser(), Run.objects.all()).filter(has_star=True).exists()
