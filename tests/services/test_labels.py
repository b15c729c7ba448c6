"""Labels: how they are written, who changes them, and that pages learn of it."""

import pytest
from django.core.exceptions import PermissionDenied

from dashboard.domain.audits import AuditOutcome
from dashboard.domain.roles import Role
from dashboard.models import AuditEntry, Label, MirrorClock, Run
from dashboard.services import labels
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return factories.make_person()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nightly", "nightly"),
        ("  two   words ", "two words"),
        ("E\N{COMBINING ACUTE ACCENT}te", "\N{LATIN SMALL LETTER E WITH ACUTE}te"),
        ("a\nb\x00c", "a b c"),
        ("fix-*", "fix-"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("x" * 50, "x" * 50),
    ],
)
def test_a_label_is_written_one_way(typed, name):
    assert labels.normalised(typed) == name
    assert labels.normalised(name) == name


@pytest.mark.parametrize("typed", ["", "  ", "***", "\x00\x01", "\N{RIGHT-TO-LEFT OVERRIDE}", "x" * 51, "x" * 100_000])
def test_what_is_no_label_is_refused(typed):
    with pytest.raises(labels.Refused):
        labels.normalised(typed)


def test_adding_twice_is_once_and_makes_the_row_new(person):
    run = factories.make_run()
    before = run.version
    assert labels.add(person, run, "Nightly") == labels.add(person, run, "nightly ") == "nightly"
    run.refresh_from_db()
    assert labels.of(run) == ["nightly"]
    assert before < run.version <= MirrorClock.now()


def test_a_label_of_a_trial_makes_its_run_new_as_well(person):
    run = factories.make_run()
    trial = factories.make_trial(run)
    before = run.version
    labels.add(person, trial, "flaky")
    trial.refresh_from_db()
    run.refresh_from_db()
    assert trial.version == run.version > before
    assert (labels.of(trial), labels.of(run)) == (["flaky"], [])


def test_taking_one_off_leaves_the_others(person):
    run = factories.make_run()
    for name in ("a", "b"):
        labels.add(person, run, name)
    labels.remove(person, run, "a")
    labels.remove(person, run, "not there")
    assert labels.of(run) == ["b"]


def test_a_viewer_changes_none_and_that_is_written_down():
    viewer = factories.make_person("vera", role=Role.VIEWER)
    run = factories.make_run()
    factories.make_label(run, "kept")
    for deed in (
        lambda: labels.add(viewer, run, "x"),
        lambda: labels.remove(viewer, run, "kept"),
        lambda: labels.add_to_many(viewer, Run.objects.all(), "x"),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    assert labels.of(run) == ["kept"]
    entries = AuditEntry.objects.all()
    assert [entry.outcome for entry in entries] == [AuditOutcome.REFUSED] * 3


def test_each_change_leaves_one_entry(person):
    run = factories.make_run()
    labels.add(person, run, "x")
    labels.remove(person, run, "x")
    with pytest.raises(labels.Refused):
        labels.add(person, run, "***")
    labels.add_to_many(person, Run.objects.all(), "y")
    entries = AuditEntry.objects.order_by("pk")
    assert [(entry.action, entry.outcome) for entry in entries] == [
        ("label.change", "done"), ("label.change", "done"), ("label.change", "refused"), ("label.change", "done"),
    ]  # fmt: skip
    assert entries[0].detail == {"added": "x"}
    assert entries[0].source_name == run.source.name


def test_there_is_an_end_to_labels(person):
    run = factories.make_run()
    for number in range(labels.MOST):
        factories.make_label(run, f"label {number:02}")
    assert labels.add(person, run, "label 00") == "label 00"
    with pytest.raises(labels.Refused, match="as many"):
        labels.add(person, run, "one more")


def test_many_are_labelled_at_once_and_those_that_are_full_stay(person, monkeypatch):
    monkeypatch.setattr(labels, "MOST", 2)
    full, has, bare = (factories.make_run() for _ in range(3))
    for name in ("a", "b"):
        factories.make_label(full, name)
    factories.make_label(has, "new")
    versions = {run.pk: run.version for run in (full, has)}
    assert labels.add_to_many(person, Run.objects.all(), "New") == ("new", 1)
    assert labels.of(bare) == ["new"]
    assert labels.of(full) == ["a", "b"]
    assert {run.pk: run.version for run in Run.objects.filter(pk__in=versions)} == versions


def test_no_more_than_a_form_labels_are_labelled(person, monkeypatch):
    monkeypatch.setattr(labels, "MOST_AT_ONCE", 2)
    factories.make_runs(5)
    assert labels.add_to_many(person, Run.objects.all(), "new") == ("new", 2)
    newest = Run.objects.order_by("-pk").values_list("pk", flat=True)[:2]
    assert set(Label.objects.values_list("run", flat=True)) == set(newest)


def test_labels_at_what_one_may_not_see_are_not_suggested():
    member = factories.make_person("mia", groups=["inner"])
    outsider = factories.make_person("otto")
    hidden = factories.make_source("Hidden")
    hidden.groups.add(factories.make_role("inner"))
    factories.make_label(factories.make_run(hidden), "secret project")
    for _ in range(2):
        factories.make_label(factories.make_run(factories.make_source(f"Open {_}")), "common")
    assert labels.names(member) == ["common", "secret project"]
    assert labels.names(outsider) == ["common"]


def test_labels_come_with_one_query_more_only_where_there_are_any(django_assert_num_queries):
    runs = factories.make_runs(5)
    with django_assert_num_queries(1):
        labels.brought(Run.objects.all())
    factories.make_label(runs[0])
    with django_assert_num_queries(2):
        found = labels.brought(Run.objects.order_by("pk"))
        assert [label.name for label in found[0].labels.all()] == ["nightly"]
