"""Saved views: one's own and the team's, and who changes them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.domain.roles import Role
from dashboard.models import AuditEntry, SavedView
from dashboard.services import saved_views
from dashboard.services.saved_views import Arrangement
from tests import factories

pytestmark = pytest.mark.django_db

FAILED = Arrangement(query="status:failed", columns=("name", "cost"), sort="-cost", density="compact")


@pytest.fixture
def ada():
    return factories.make_person("ada")


@pytest.fixture
def grace():
    return factories.make_person("grace")


@pytest.fixture
def vera():
    return factories.make_person("vera", role=Role.VIEWER)


def make(person, name="Failures", *, is_team=False, list_name="runs", arranged=FAILED):
    return saved_views.create(person, list_name, name, arranged, is_team=is_team)


def test_a_view_keeps_how_the_list_is_arranged(ada):
    view = make(ada)
    assert saved_views.arrangement(SavedView.objects.get(pk=view.pk)) == FAILED


def test_ones_own_are_nobody_elses(ada, grace):
    view = make(ada)
    assert saved_views.of_list(ada, "runs") == [view]
    assert saved_views.of_list(ada, "tasks") == []
    assert saved_views.of_list(grace, "runs") == []
    with pytest.raises(SavedView.DoesNotExist):
        saved_views.get(grace, view.pk)


def test_the_teams_are_everybodys_who_has_a_role(ada, vera):
    view = make(ada, is_team=True)
    assert saved_views.of_list(vera, "runs") == [view]
    assert saved_views.of_list(factories.make_person("new", role=None), "runs") == []


def test_who_only_reads_keeps_their_own_and_gives_none_to_the_team(vera):
    view = make(vera)
    with pytest.raises(PermissionDenied):
        make(vera, "Others", is_team=True)
    with pytest.raises(PermissionDenied):
        saved_views.rename(vera, view, "Failures", is_team=True)
    assert not SavedView.objects.get().is_team


def test_the_teams_are_changed_by_their_maker_and_administrators(ada, grace):
    view = make(ada, is_team=True)
    chief = factories.make_person("chief", role=Role.ADMINISTRATOR)
    for deed in (
        lambda: saved_views.rename(grace, view, "X", is_team=True),
        lambda: saved_views.overwrite(grace, view, Arrangement()),
        lambda: saved_views.delete(grace, view),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    saved_views.overwrite(chief, view, Arrangement(query="is:live"))
    saved_views.rename(ada, view, "Live", is_team=False)
    found = SavedView.objects.get()
    assert (found.name, found.query, found.is_team) == ("Live", "is:live", False)


def test_what_concerns_the_team_leaves_one_entry_each_and_ones_own_none(ada):
    own, shared = make(ada), make(ada, "Ours", is_team=True)
    saved_views.overwrite(ada, own, Arrangement())
    saved_views.overwrite(ada, shared, Arrangement())
    with pytest.raises(saved_views.Refused):
        make(ada, "Ours", is_team=True)
    saved_views.delete(ada, own)
    saved_views.delete(ada, shared)
    entries = AuditEntry.objects.order_by("pk").values_list("action", "outcome")
    assert list(entries) == [("view.change", outcome) for outcome in ("done", "done", "refused", "done")]


def test_two_views_are_not_called_the_same(ada, grace):
    make(ada, is_team=True)
    with pytest.raises(saved_views.Refused, match="You already have a view"):
        make(ada)
    with pytest.raises(saved_views.Refused, match="The team already has a view"):
        make(grace, is_team=True)
    make(grace)
    make(ada, list_name="tasks")
    assert SavedView.objects.count() == 3


def test_there_is_an_end_to_views(ada, grace, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST", 1)
    make(ada)
    with pytest.raises(saved_views.Refused, match="as many"):
        make(ada, "Another")
    assert make(grace)


def test_what_is_too_long_is_cut(ada):
    view = make(ada, arranged=Arrangement(query="x" * 9_000, sort="y" * 900, columns=("z",) * 900))
    found = SavedView.objects.get(pk=view.pk)
    assert (len(found.query), len(found.sort), len(found.columns)) == (2_000, 100, 100)


def test_changing_and_deleting_one_take_the_lock_before_its_row(ada):
    """As whoever removes its owner does: two who do so at once would otherwise wait for each other."""
    view = make(ada, is_team=True)
    for change in (lambda: saved_views.overwrite(ada, view, FAILED), lambda: saved_views.delete(ada, view)):
        with CaptureQueriesContext(connection) as asked:
            change()
        written = [query["sql"] for query in asked if query["sql"].startswith(("UPDATE", "DELETE"))]
        assert "mirrorclock" in written[0]
        assert "savedview" in written[1]
