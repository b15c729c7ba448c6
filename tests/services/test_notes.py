"""Notes: who writes, changes, deletes and reads them."""

import pytest
from django.core.exceptions import PermissionDenied

from dashboard.domain.roles import Role
from dashboard.models import AuditEntry, Note
from dashboard.services import notes
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return factories.make_person("ada")


@pytest.fixture
def run():
    return factories.make_run()


def test_a_note_says_who_wrote_it_and_makes_the_page_new(ada, run):
    before = run.version
    note = notes.add(ada, run, "  It broke.\r\nTwice.\x00 ")
    run.refresh_from_db()
    assert (note.text, note.author, note.author_name) == ("It broke.\nTwice.", ada, "ada")
    assert run.version > before
    assert notes.of(run) == [note]


def test_the_name_stays_when_the_account_goes(ada, run):
    notes.add(ada, run, "It broke.")
    ada.delete()
    [note] = notes.of(run)
    assert (note.author, note.author_name) == (None, "ada")


@pytest.mark.parametrize("text", ["", " \n ", "\x00", "x" * (notes.LONGEST + 1)])
def test_what_cannot_be_kept_is_told(ada, run, text):
    with pytest.raises(notes.Refused):
        notes.add(ada, run, text)
    assert not Note.objects.exists()
    assert [entry.outcome for entry in AuditEntry.objects.all()] == ["refused"]


def test_there_is_an_end_to_notes(ada, run, monkeypatch):
    monkeypatch.setattr(notes, "MOST", 1)
    note = notes.add(ada, run, "one")
    with pytest.raises(notes.Refused, match="as many"):
        notes.add(ada, run, "two")
    notes.change(ada, note, "one, changed")
    assert [each.text for each in notes.of(run)] == ["one, changed"]


def test_only_the_author_and_administrators_change_a_note(ada, run):
    note = notes.add(ada, run, "It broke.")
    grace = factories.make_person("grace")
    chief = factories.make_person("chief", role=Role.ADMINISTRATOR)
    for deed in (lambda: notes.change(grace, note, "Fine."), lambda: notes.delete(grace, note)):
        with pytest.raises(PermissionDenied):
            deed()
    assert Note.objects.get().text == "It broke."
    notes.change(chief, note, "It broke, and is mended.")
    assert (Note.objects.get().author, Note.objects.get().edited_at is None) == (ada, False)
    notes.delete(ada, note)
    assert not Note.objects.exists()
    outcomes = AuditEntry.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["done", "refused", "refused", "done", "done"]


def test_a_note_that_another_changed_meanwhile_is_not_overwritten(ada, run):
    note = notes.add(ada, run, "It broke.")
    began_from = notes.state_of(note)
    chief = factories.make_person("chief", role=Role.ADMINISTRATOR)
    notes.change(chief, Note.objects.get(), "It is mended.", began_from=began_from)
    with pytest.raises(notes.Changed):
        notes.change(ada, note, "It broke twice.", began_from=began_from)
    assert (Note.objects.get().text, note.text) == ("It is mended.", "It is mended.")
    assert AuditEntry.objects.order_by("pk").last().outcome == "refused"
    notes.change(ada, note, "It broke twice.", began_from=notes.state_of(note))
    assert Note.objects.get().text == "It broke twice."


def test_the_same_change_sent_twice_is_no_conflict(ada, run):
    note = notes.add(ada, run, "It broke.")
    began_from = notes.state_of(note)
    for _ in range(2):
        notes.change(ada, note, "It is mended.\r\n", began_from=began_from)
    assert Note.objects.get().text == "It is mended."


def test_whoever_may_only_read_writes_none_not_even_what_they_wrote_before(run):
    viewer = factories.make_person("vera", role=Role.VIEWER)
    note = factories.make_note(run, viewer)
    with pytest.raises(PermissionDenied):
        notes.add(viewer, run, "It broke.")
    with pytest.raises(PermissionDenied):
        notes.change(viewer, note, "Fine.")
    assert notes.get(viewer, note.pk) == note


def test_a_note_at_what_one_may_not_see_is_not_there(ada, run):
    at_run, at_trial = (factories.make_note(each, ada) for each in (run, factories.make_trial(run)))
    run.source.groups.add(factories.make_role("inner"))
    for note in (at_run, at_trial):
        with pytest.raises(Note.DoesNotExist):
            notes.get(ada, note.pk)
    assert Note.objects.count() == 2
