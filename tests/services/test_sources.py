from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from dashboard.domain.reports import ReportMaker
from dashboard.domain.roles import Role
from dashboard.domain.statuses import SourceKind
from dashboard.models import AuditEntry, MirrorClock, Report, ReportDocument, Run, Source, Trial
from dashboard.services import sources
from dashboard.services.sync.looks import look_at_run, look_at_source
from tests import factories

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_folders_become_sources_named_after_them_and_due_at_once():
    made = sources.register_folders([Path("/data/nightly"), Path("/data/weekly")], now=NOW)
    assert [(s.name, s.kind, s.address, s.next_sync_at, s.is_sample) for s in made] == [
        ("nightly", "harbor", "/data/nightly", NOW, False),
        ("weekly", "harbor", "/data/weekly", NOW, False),
    ]


def test_a_folder_that_is_known_keeps_its_source_and_the_name_it_was_given():
    [first] = sources.register_folders([Path("/data/nightly")], now=NOW)
    Source.objects.filter(pk=first.pk).update(name="Our nights")
    [again] = sources.register_folders([Path("/data/nightly")], now=LATER)
    assert (again.pk, again.name, again.next_sync_at) == (first.pk, "Our nights", LATER)


def test_folders_of_the_same_name_are_told_apart():
    made = sources.register_folders([Path("/a/jobs"), Path("/b/jobs"), Path("/c/jobs")], now=NOW)
    assert [source.name for source in made] == ["jobs", "jobs (2)", "jobs (3)"]


def test_names_that_are_too_long_or_missing_are_made_to_fit():
    made = sources.register_folders([Path("/a") / ("x" * 120), Path("/b") / ("x" * 120), Path("/")], now=NOW)
    assert [source.name for source in made] == ["x" * 100, "x" * 96 + " (2)", "/"]


def test_sample_data_is_called_that_and_follows_its_folder():
    first = sources.register_sample(Path("/old/sample-jobs"), now=NOW)
    again = sources.register_sample(Path("/new/sample-jobs"), now=LATER)
    assert (first.name, first.is_sample) == ("Sample jobs", True)
    assert (again.pk, again.address, again.next_sync_at) == (first.pk, "/new/sample-jobs", LATER)


class TestStandIn:
    def register(self, port=43210, token="docks_first-token", now=NOW):
        return sources.register_stand_in(SourceKind.DOCKS, "127.0.0.1", port, tenant="t-1", token=token, now=now)

    def test_it_is_a_sample_with_exactly_its_own_address_allowed(self):
        self.register()
        stored = Source.objects.get()
        assert (stored.name, stored.kind, stored.is_sample) == ("Sample Docks tenant", "docks", True)
        assert (stored.address, stored.tenant, stored.token.reveal()) == (
            "http://127.0.0.1:43210",
            "t-1",
            "docks_first-token",
        )
        assert stored.config().allowed_endpoints == (("127.0.0.1", 43210),)
        assert stored.next_sync_at == NOW

    def test_it_follows_its_port_and_keeps_the_name_and_pause_it_was_given(self):
        first = self.register()
        Source.objects.filter(pk=first.pk).update(name="Our stand-in", is_paused=True, failures=9)
        again = self.register(port=43211, token="docks_other-token", now=LATER)
        stored = Source.objects.get()
        assert (stored.pk, stored.name, stored.is_paused) == (first.pk, "Our stand-in", True)
        assert (stored.address, stored.allowed_endpoints) == ("http://127.0.0.1:43211", [["127.0.0.1", 43211]])
        assert (stored.token.reveal(), stored.failures, stored.next_sync_at) == ("docks_other-token", 0, LATER)
        assert again.pk == first.pk

    def test_a_tenant_that_somebody_added_is_another_source(self):
        factories.make_source("Sample Docks tenant", kind="docks", address="https://docks.example")
        self.register()
        assert sorted(Source.objects.values_list("name", "is_sample")) == [
            ("Sample Docks tenant", False),
            ("Sample Docks tenant (2)", True),
        ]

    def test_what_is_kept_of_its_token_is_left_as_it_is(self):
        before = self.register().token
        assert self.register(now=LATER).token == before


class TestSaving:
    def test_a_new_source_is_due_at_once_and_open_pages_hear_of_it(self):
        sources.save(Source(name="Nights", kind="harbor", address="/n"), changed=["name", "address"], now=NOW)
        saved = Source.objects.get()
        assert (saved.next_sync_at, saved.version) == (NOW, MirrorClock.now())

    def test_a_source_that_is_elsewhere_now_is_looked_at_at_once(self):
        source = factories.make_source(next_sync_at=LATER)
        source.address = "/elsewhere"
        sources.save(source, changed=["address"], now=NOW)
        source.refresh_from_db()
        assert (source.address, source.next_sync_at) == ("/elsewhere", NOW)

    def test_a_new_name_makes_its_runs_new_by_one_tick(self):
        source, other = factories.make_source("Old", next_sync_at=LATER), factories.make_source("Other", address="/o")
        runs = factories.make_runs(3, source)
        untouched = factories.make_run(other)
        before = MirrorClock.now()
        source.name = "New"
        sources.save(source, changed=["name"], now=NOW)
        assert MirrorClock.now() == before + 1
        assert {run.version for run in Run.objects.filter(pk__in=[run.pk for run in runs])} == {before + 1}
        assert Run.objects.get(pk=untouched.pk).version == untouched.version
        source.refresh_from_db()
        assert (source.name, source.version, source.next_sync_at) == ("New", before + 1, LATER)

    def test_saving_without_a_change_is_no_news(self):
        source = factories.make_source()
        before = MirrorClock.now()
        sources.save(source, changed=[], now=NOW)
        assert MirrorClock.now() == before

    def test_a_new_time_zone_has_everything_of_the_source_read_anew_at_once(self):
        source, other = factories.make_source(next_sync_at=LATER), factories.make_source("Other", address="/o")
        trials = [factories.make_trial(factories.make_run(of)) for of in (source, other)]
        Run.objects.update(fingerprint="done:1")
        Trial.objects.update(fingerprint="1")
        source.time_zone = "Europe/Berlin"
        sources.save(source, changed=["time_zone"], now=NOW)
        for trial, left in zip(trials, [("", ""), ("1", "done:1")], strict=True):
            trial.refresh_from_db()
            assert (trial.fingerprint, trial.run.fingerprint) == left
        source.refresh_from_db()
        assert (source.time_zone, source.next_sync_at) == ("Europe/Berlin", NOW)

    @pytest.mark.parametrize("field", ["tenant", "token", "ca_bundle", "allowed_artifacts", "list_limit"])
    def test_what_may_let_other_runs_be_found_is_tried_at_once(self, field):
        source = factories.make_source(next_sync_at=LATER)
        sources.save(source, changed=[field], now=NOW)
        source.refresh_from_db()
        assert source.next_sync_at == NOW

    @pytest.mark.parametrize(
        ("address", "is_kept"),
        [
            ("https://docks.example/api/v2", True),
            ("https://docks.example:443/api", True),
            ("http://docks.example/api", False),
            ("https://docks.example:8443/api", False),
            ("https://other.example/api", False),
        ],
    )
    def test_a_token_never_goes_to_another_server(self, address, is_kept):
        source = factories.make_source(kind="docks", address="https://docks.example/api", token="docks_a-token")
        source = Source.objects.get(pk=source.pk)
        source.address = address
        sources.save(source, changed=["address"], now=NOW)
        assert bool(Source.objects.get().token) is is_kept

    def test_a_token_that_comes_with_the_new_address_is_kept(self):
        source = factories.make_source(kind="docks", address="https://docks.example", token="docks_a-token")
        source.address, source.token = "https://other.example", "docks_another"
        sources.save(source, changed=["address", "token"], now=NOW)
        assert Source.objects.get().token.reveal() == "docks_another"

    @pytest.mark.parametrize("changed", [[], ["stalled_after"]])
    def test_what_a_look_wrote_meanwhile_is_kept(self, changed):
        source = factories.make_source(next_sync_at=NOW)
        Source.objects.filter(pk=source.pk).update(next_sync_at=LATER, version=MirrorClock.tick() + 7)
        stored = Source.objects.get().version
        sources.save(source, changed=changed, now=NOW)
        source.refresh_from_db()
        assert source.next_sync_at == LATER
        assert source.version == (stored if not changed else MirrorClock.now())


def test_removing_sources_takes_their_runs_along_and_ticks_the_clock():
    kept, removed = factories.make_source("kept"), factories.make_source("removed", address="/r")
    factories.make_run(removed)
    run = factories.make_run(kept)
    before = MirrorClock.now()
    sources.remove(Source.objects.filter(pk=removed.pk))
    assert [r.pk for r in Run.objects.all()] == [run.pk]
    assert MirrorClock.now() == before + 1


def test_removing_a_source_keeps_reports_of_our_own_with_their_documents():
    removed = factories.make_carrot()
    test_run = factories.make_test_run(factories.make_pipeline_test(source=removed))
    own = factories.make_report(factories.make_run(removed), maker=ReportMaker.QUAYSIDE)
    ReportDocument.objects.create(report=own, html="<p>frozen</p>")
    factories.make_report(test_run)
    sources.remove(Source.objects.filter(pk=removed.pk))
    kept = Report.objects.get()
    assert (kept.pk, kept.source, kept.version) == (own.pk, None, MirrorClock.now())
    assert ReportDocument.objects.get().html == "<p>frozen</p>"


def test_a_token_that_cannot_be_decrypted_is_told_at_the_source_and_nobody_is_asked(settings):
    source = factories.make_source(kind="docks", address="https://docks.example", tenant="t", token="docks_a-token")
    run = factories.make_run(source)
    settings.TOKEN_KEYS = ["b2xkLWtleS1mb3ItdGVzdHMtb25seS0tLS0tLS0tLSE="]
    for look in (lambda: look_at_source(source.pk, lambda: LATER), lambda: look_at_run(run.pk, lambda: LATER)):
        Source.objects.update(health="healthy", error="", error_code="")
        look()
        source.refresh_from_db()
        assert (source.health, source.error_code) == ("failing", "auth")
        assert source.error == "The token cannot be decrypted with the keys in TOKEN_KEYS: give it again."


class TestGroups:
    def test_limiting_a_source_ticks_the_clock_and_its_version(self):
        source, group = factories.make_source(), factories.make_role("safety")
        before = MirrorClock.now()
        sources.save(source, changed=(), now=NOW, groups=[group])
        source.refresh_from_db()
        assert list(source.groups.all()) == [group]
        assert source.version == MirrorClock.now() == before + 1

    def test_where_nothing_is_said_of_them_they_stay(self):
        source, group = factories.make_source(), factories.make_role("safety")
        source.groups.add(group)
        sources.save(source, changed={"name"}, now=NOW)
        assert list(source.groups.all()) == [group]

    def test_another_cadence_has_it_looked_at_at_once(self):
        source = factories.make_source(next_sync_at=LATER)
        sources.save(source, changed={"pause_between_looks"}, now=NOW)
        source.refresh_from_db()
        assert source.next_sync_at == NOW


class TestActions:
    ACTIONS = (
        ("source.look", lambda actor, chosen: sources.look_now(actor, chosen, NOW)),
        ("source.pause", sources.pause),
        ("source.resume", lambda actor, chosen: sources.go_on(actor, chosen, NOW)),
    )

    @pytest.mark.parametrize(("name", "act"), ACTIONS)
    def test_each_leaves_one_entry_of_one_source(self, name, act):
        person, source = factories.make_person(role=Role.ADMINISTRATOR), factories.make_source()
        assert act(person, Source.objects.all()) == 1
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.object_id, entry.source_name) == (name, str(source.pk), "Jobs")

    @pytest.mark.parametrize(("name", "act"), ACTIONS)
    def test_each_leaves_one_entry_of_several_sources(self, name, act):
        person = factories.make_person(role=Role.ADMINISTRATOR)
        for each in "ba":
            factories.make_source(each, address=f"/{each}")
        assert act(person, Source.objects.all()) == 2
        assert AuditEntry.objects.get().detail == {"sources": ["a", "b"]}

    @pytest.mark.parametrize(("name", "act"), ACTIONS)
    def test_nobody_else_may(self, name, act):
        factories.make_source()
        with pytest.raises(PermissionDenied):
            act(factories.make_person(role=Role.OPERATOR), Source.objects.all())
        assert not AuditEntry.objects.filter(action=name, outcome="done").exists()

    def test_a_paused_source_is_not_made_due(self):
        source = factories.make_source(is_paused=True, next_sync_at=LATER)
        assert sources.look_now(factories.make_person(role=Role.ADMINISTRATOR), Source.objects.all(), NOW) == 0
        source.refresh_from_db()
        assert source.next_sync_at == LATER
