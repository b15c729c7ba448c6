import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import Report, Run, Source
from dashboard.services.sync import claims
from tests.contract.memory import START as NOW

SECOND = timedelta(seconds=1)


def make(name="a", **fields):
    return Source.objects.create(name=name, kind="harbor", address=f"/{name}", **fields)


def make_run(source, external_id="r", **fields):
    base = {"name": "r", "status": "running", "first_seen_at": NOW, "version": 1, "created_version": 1}
    return Run.objects.create(source=source, external_id=external_id, **(base | fields))


def claimed(now=NOW, limit=10):
    return claims.claim_sources(now, limit=limit)


@pytest.mark.django_db
class TestClaims:
    def test_a_new_source_is_due_at_once(self):
        source = make()
        assert claimed() == [source.pk]

    def test_a_claim_is_exclusive_until_its_lease_ends(self):
        source = make()
        assert claimed() == [source.pk]
        assert claimed(NOW + claims.LEASE - SECOND) == []
        assert claimed(NOW + claims.LEASE) == [source.pk]

    def test_a_source_is_due_when_its_time_has_come(self):
        source = make(next_sync_at=NOW)
        assert claimed(NOW - SECOND) == []
        assert claimed() == [source.pk]

    def test_the_longest_due_come_first_and_no_more_than_asked_for(self):
        late, later, _ = (make(name, next_sync_at=NOW - SECOND * age) for name, age in [("a", 2), ("b", 1), ("c", 0)])
        assert claimed(limit=2) == [late.pk, later.pk]

    def test_a_paused_source_is_left_alone_and_so_are_its_runs(self):
        source = make(is_paused=True)
        make_run(source, next_sync_at=NOW)
        assert (claimed(), claims.claim_runs(NOW, limit=10)) == ([], [])

    def test_a_run_is_claimed_only_if_it_has_a_time_of_its_own(self):
        source = make()
        make_run(source, "no time")
        make_run(source, "later", next_sync_at=NOW + SECOND)
        due = make_run(source, "due", next_sync_at=NOW)
        assert claims.claim_runs(NOW, limit=10) == [due.pk]
        assert claims.claim_runs(NOW, limit=10) == []

    def test_a_run_that_somebody_watches_comes_before_those_that_are_longer_due(self):
        source = make()
        old = [make_run(source, f"old {number}", next_sync_at=NOW - SECOND * 60) for number in range(3)]
        watched = make_run(source, "watched", next_sync_at=NOW, watched_until=NOW + SECOND)
        make_run(source, "watched before", next_sync_at=NOW, watched_until=NOW - SECOND)
        assert claims.claim_runs(NOW, limit=10) == [watched.pk, old[0].pk]

    def test_a_source_with_many_runs_that_are_due_leaves_room_for_the_others(self):
        many, few = make("many"), make("few")
        for number in range(12):
            make_run(many, f"r{number}", next_sync_at=NOW - SECOND * 60)
        one = make_run(few, next_sync_at=NOW)
        assert one.pk in claims.claim_runs(NOW, limit=3)

    def test_a_claim_that_is_renewed_holds_longer(self):
        source = make()
        run = make_run(source, next_sync_at=NOW)
        claimed()
        claims.claim_runs(NOW, limit=1)
        claims.renew(NOW + SECOND, sources=[source.pk], runs=[run.pk])
        assert claimed(NOW + claims.LEASE) == []
        assert claims.claim_runs(NOW + claims.LEASE, limit=1) == []
        assert claimed(NOW + claims.LEASE + SECOND) == [source.pk]

    def test_what_was_let_go_of_is_not_held_again(self):
        source = make()
        claims.renew(NOW, sources=[source.pk], runs=[])
        assert claimed() == [source.pk]

    def test_what_changed_between_looking_and_claiming_is_not_claimed(self, monkeypatch):
        """The conditional update asks the whole question again: here somebody pauses the source in between."""
        source = make()
        Source.objects.filter(pk=source.pk).update(is_paused=True)
        due = Source.objects.filter(is_paused=False)
        monkeypatch.setattr(due, "values_list", lambda *_args, **_options: [source.pk])
        assert claims._claim(due, NOW, 1) == []


@pytest.mark.django_db
def test_a_claim_asks_the_columns_of_its_row_alone():
    """What is found by a join is not looked at again by PostgreSQL after a wait, and two would have it."""
    make_run(make(), next_sync_at=NOW)
    Report.objects.create(maker="quayside", status="submitted", first_seen_at=NOW, version=1, created_version=1)
    with CaptureQueriesContext(connection) as asked:
        taken = [ask(NOW, limit=1) for ask in (claims.claim_sources, claims.claim_runs, claims.claim_reports)]
    updates = [query["sql"] for query in asked if query["sql"].startswith("UPDATE")]
    assert [len(ids) for ids in taken] == [1, 1, 1]
    assert len(updates) == 3
    assert not [sql for sql in updates if "SELECT" in sql or "JOIN" in sql]


@pytest.mark.usefixtures("shared_database")
@pytest.mark.django_db(transaction=True)
def test_workers_that_ask_at_once_share_what_is_due_without_overlap():
    ids = {make(f"source {number}").pk for number in range(12)}
    together = threading.Barrier(4)

    def claim(_worker):
        together.wait()
        try:
            return [pk for _ in range(12) for pk in claims.claim_sources(NOW, limit=3)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(claim, range(4)))
    assert sorted(pk for pks in found for pk in pks) == sorted(ids)


@pytest.mark.django_db
class TestReportsOfOurOwn:
    def make(self, external_id="a", **fields):
        base = {"maker": "quayside", "status": "submitted", "first_seen_at": NOW, "version": 1, "created_version": 1}
        return Report.objects.create(external_id=external_id, **(base | fields))

    def test_those_that_are_to_be_made_are_claimed_the_longest_due_first(self):
        later, sooner = self.make("later", next_sync_at=NOW), self.make("sooner", next_sync_at=NOW - SECOND)
        self.make("not yet", next_sync_at=NOW + SECOND)
        assert claims.claim_reports(NOW, limit=1) == [sooner.pk]
        assert claims.claim_reports(NOW, limit=9) == [later.pk]

    def test_a_claim_is_held_as_long_as_it_is_renewed(self):
        report = self.make(next_sync_at=NOW)
        claims.claim_reports(NOW, limit=1)
        claims.renew(NOW + 20 * SECOND, reports=[report.pk])
        assert claims.claim_reports(NOW + claims.LEASE, limit=1) == []
        assert claims.claim_reports(NOW + 20 * SECOND + claims.LEASE, limit=1) == [report.pk]

    @pytest.mark.parametrize("fields", [{"status": "succeeded"}, {"is_gone": True}, {"maker": "source"}])
    def test_others_are_let_be(self, fields):
        self.make(next_sync_at=NOW, **fields)
        assert claims.claim_reports(NOW, limit=9) == []
