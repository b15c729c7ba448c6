"""What is recorded of what people do, and how it stays that way."""

import pytest
from django.db import DatabaseError, connection, transaction

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.models import AuditEntry, MirrorClock
from dashboard.services import audit, audit_chain
from tests import factories

ANYTHING = AuditAction.CHANGED


@pytest.mark.django_db
class TestRecord:
    def test_an_entry_says_who_did_what_on_which_object_from_where(self):
        person, source = factories.make_person(), factories.make_source()
        told = audit.origin.set(audit.Origin(address="192.0.2.7", request_id="r-1"))
        entry = audit.record(
            AuditAction.SOURCE_PAUSED, person, source, outcome=AuditOutcome.FAILED, source=source.name, detail={"n": 1}
        )
        audit.origin.reset(told)
        stored = AuditEntry.objects.get()
        assert (stored.actor_id, stored.actor_name, stored.action) == (person.pk, "ada", "source.pause")
        assert (stored.object_kind, stored.object_id, stored.object_name) == ("source", str(source.pk), "Jobs")
        assert (stored.outcome, stored.source_name, stored.detail) == ("failed", "Jobs", {"n": 1})
        assert (stored.address, stored.request_id) == ("192.0.2.7", "r-1")
        assert entry == stored

    def test_what_nobody_did_has_no_actor_and_no_object(self):
        entry = audit.record(AuditAction.LOG_TRIMMED, None)
        assert (entry.actor_id, entry.actor_name, entry.object_kind, entry.object_id) == (None, "", "", "")

    def test_each_entry_follows_the_one_before_it(self):
        first, second = (audit.record(ANYTHING, None, detail={"n": n}) for n in range(2))
        assert (first.previous_hash, second.previous_hash) == ("", first.hash)

    def test_pages_have_nothing_new_to_show_for_it(self):
        audit.record(ANYTHING, None)
        before = MirrorClock.now()
        audit.record(ANYTHING, None)
        assert MirrorClock.now() == before

    def test_a_block_hears_what_is_recorded_in_it_and_no_more(self):
        audit.record(ANYTHING, None)
        with audit.listening() as heard:
            inside = audit.record(ANYTHING, None)
        audit.record(ANYTHING, None)
        assert heard == [inside]

    def test_a_subject_with_hostile_names_is_kept_within_bounds(self):
        source = factories.make_source("n" * 100)
        source.name = "a\0b\ud800" + "x" * 900
        entry = audit.record(ANYTHING, None, source, source=source.name)
        assert len(entry.object_name) == 300
        assert len(entry.source_name) == 100
        assert audit_chain.verify().is_whole


@pytest.mark.django_db
class TestAppendOnly:
    @pytest.fixture(autouse=True)
    def entry(self):
        return audit.record(ANYTHING, None)

    def test_the_model_refuses_changes(self, entry):
        entry.actor_name = "somebody else"
        with pytest.raises(TypeError):
            entry.save()
        with pytest.raises(TypeError):
            entry.delete()

    @pytest.mark.parametrize(
        "change",
        [
            lambda entries: entries.update(actor_name="somebody else"),
            lambda entries: entries.delete(),
            lambda entries: entries.bulk_create([AuditEntry()]),
            lambda entries: entries.bulk_update(list(entries), ["actor_name"]),
        ],
    )
    def test_many_at_a_time_are_refused_too(self, change):
        with pytest.raises(TypeError):
            change(AuditEntry.objects.all())

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE dashboard_auditentry SET actor_name = 'somebody else'",
            "UPDATE dashboard_auditentry SET hash = 'x', previous_hash = 'y'",
            "DELETE FROM dashboard_auditentry",
        ],
    )
    def test_the_database_refuses_them_whoever_asks(self, statement, entry):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert AuditEntry.objects.get() == entry

    def test_trimming_without_an_entry_that_says_so_is_refused(self, entry):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEntry.objects.all().trim()
        assert AuditEntry.objects.get() == entry

    def test_an_entry_that_says_so_lets_nothing_young_go(self, entry):
        audit.record(AuditAction.LOG_TRIMMED, None, detail={"through": entry.pk})
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEntry.objects.filter(pk=entry.pk).trim()
