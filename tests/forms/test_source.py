"""What the form for a source accepts, and what it says of the rest."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from dashboard.forms.source import EITHER, ELSEWHERE, NEEDLESS, SourceForm
from dashboard.models import Source
from dashboard.services.source_checks import NO_KEYS
from tests import factories

TOKEN = "docks_canary-0123456789-wxyz"

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(tmp_path):
    """Gives the form as an administrator filled it in; the folder is there."""

    def fill(instance=None, **fields):
        given = {"name": "Nightly", "kind": "harbor", "address": str(tmp_path), "time_zone": "", "stalled_after": ""}
        return SourceForm(given | fields, instance=instance)

    return fill


def errors_of(form):
    return {name: " ".join(errors) for name, errors in form.errors.items()}


def test_a_readable_folder_is_all_that_is_needed(filled):
    assert errors_of(filled()) == {}


def test_the_only_kind_there_is_is_chosen_already(monkeypatch):
    monkeypatch.setattr("dashboard.forms.source.SourceKind", ("harbor",))
    assert SourceForm()["kind"].value() == "harbor"
    assert SourceForm(instance=factories.make_source(kind="other"))["kind"].value() == "other"


def test_of_several_kinds_none_is_chosen_for_one(monkeypatch):
    monkeypatch.setattr("dashboard.forms.source.SourceKind", ("harbor", "other"))
    assert not SourceForm()["kind"].value()


@pytest.mark.parametrize(
    ("address", "told"),
    [("jobs", "Give the whole path of the folder, from / on."), ("/no/such", "There is no folder /no/such.")],
)
def test_an_address_that_leads_to_no_folder_is_said_beside_it(filled, address, told):
    assert errors_of(filled(address=address)) == {"address": told}


def test_a_folder_that_was_fit_once_may_be_away_while_something_else_is_changed(filled):
    source = factories.make_source(address="/not/mounted")
    assert errors_of(filled(source, address="/not/mounted", is_paused="on")) == {}
    assert "address" in errors_of(filled(source, address="/not/mounted/either"))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", ""])
def test_zones_that_are_known_are_accepted(filled, zone):
    assert errors_of(filled(time_zone=zone)) == {}


@pytest.mark.parametrize("zone", ["Berlin", "../etc/passwd", "/etc/passwd", "Europe", "+02:00"])
def test_a_zone_that_nobody_knows_is_said(filled, zone):
    assert "no such time zone" in errors_of(filled(time_zone=zone))["time_zone"]


@pytest.mark.parametrize(("text", "span"), [("00:30:00", timedelta(minutes=30)), ("00:01:00", timedelta(minutes=1))])
def test_a_span_is_hours_minutes_and_seconds(filled, text, span):
    form = filled(stalled_after=text)
    assert errors_of(form) == {}
    assert form.cleaned_data["stalled_after"] == span


@pytest.mark.parametrize("text", ["30", "00:00:59", "-00:10:00"])
def test_less_than_a_minute_is_refused(filled, text):
    assert "Give a minute" in errors_of(filled(stalled_after=text))["stalled_after"]


def test_the_form_says_how_a_span_is_written(filled):
    assert "00:30:00 is half an hour" in SourceForm()["stalled_after"].help_text


class TestGroups:
    """Whom a source may be limited to."""

    def offered(self, source=None):
        return {group.name for group in SourceForm(instance=source).fields["groups"].queryset}

    def test_of_the_roles_only_operators_are_offered(self):
        Group.objects.create(name="safety")
        assert self.offered() == {"operator", "safety"}

    def test_what_a_source_is_limited_to_already_is_kept(self, filled, tmp_path):
        source = factories.make_source("Nightly", address=str(tmp_path))
        source.groups.add(Group.objects.get(name="administrator"))
        assert self.offered(source) == {"administrator", "operator"}
        form = filled(source, groups=[group.pk for group in source.groups.all()])
        assert errors_of(form) == {}
        assert form.chosen_groups is None


class TestKinds:
    """Fields that a source of the chosen kind does not have."""

    def test_nothing_of_another_kind_is_asked_for_or_kept(self, filled):
        form = filled(allowed_artifacts="ftp://x", ca_bundle="relative", list_limit="5000", tenant="t-1")
        assert errors_of(form) == {}
        source = form.save()
        assert (source.allowed_artifacts, source.ca_bundle, source.list_limit, source.tenant) == ("", "", 200, "")

    def test_a_server_has_no_zone_and_no_stalled_runs(self, filled):
        form = filled(kind="carrot", address="https://carrot.example", time_zone="Berlin", stalled_after="30")
        assert errors_of(form) == {}
        source = form.save()
        assert (source.time_zone, source.stalled_after) == ("", None)

    def test_what_was_stored_for_another_kind_goes(self, filled, tmp_path):
        source = factories.make_source("T", kind="docks", address="https://docks.example", tenant="t-1", list_limit=50)
        form = filled(source, tenant="t-1", list_limit="50")
        assert errors_of(form) == {}
        assert form.changed_columns == {"name", "kind", "address", "tenant"}


class TestTenant:
    """A tenant of a Docks server."""

    @pytest.fixture
    def described(self):
        """Gives the form as an administrator filled it in for a tenant."""

        def fill(instance=None, **fields):
            given = {"name": "Prod", "kind": "docks", "address": "https://docks.example/api", "tenant": "t-1"}
            given |= {"list_limit": "200", "time_zone": "", "stalled_after": ""}
            return SourceForm(given | fields, instance=instance)

        return fill

    @pytest.fixture
    def stored(self):
        source = factories.make_source(
            "Prod", kind="docks", address="https://docks.example/api", tenant="t-1", token=TOKEN
        )
        return Source.objects.get(pk=source.pk)

    def test_address_tenant_and_token_are_all_that_is_needed(self, described):
        form = described(address="HTTPS://Docks.Example:443/api/", new_token=f" {TOKEN} ")
        assert errors_of(form) == {}
        source = form.save()
        assert (source.address, source.tenant, source.list_limit) == ("https://docks.example/api", "t-1", 200)
        assert Source.objects.get().token.reveal() == TOKEN
        assert TOKEN not in str(form.cleaned_data)

    def test_faults_stand_beside_their_fields(self, described, tmp_path):
        form = described(
            address="https://me:x@docks.example", tenant="..", ca_bundle=str(tmp_path), list_limit="1001",
            allowed_artifacts="gs://bucket\nftp://host", new_token="to ken",
        )  # fmt: skip
        assert errors_of(form).keys() == {
            "address", "tenant", "ca_bundle", "list_limit", "allowed_artifacts", "new_token"
        }  # fmt: skip
        assert "Line 2: It must begin with" in errors_of(form)["allowed_artifacts"]

    def test_a_tenant_that_is_shown_already_is_refused(self, described, stored):
        assert errors_of(described(name="Again", address="https://DOCKS.example/api/")) == {
            "address": "The source “Prod” shows this tenant already."
        }
        assert errors_of(described(name="Another", tenant="t-2")) == {}

    def test_an_empty_token_keeps_the_stored_one(self, described, stored):
        form = described(stored, name="Production")
        assert errors_of(form) == {}
        assert form.changed_columns == {"name"}
        form.save()
        assert Source.objects.get().token.reveal() == TOKEN

    def test_a_new_token_replaces_the_stored_one(self, described, stored):
        form = described(stored, new_token="docks_another-token")
        assert errors_of(form) == {}
        assert form.changed_columns == {"token"}
        assert form.save().token.reveal() == "docks_another-token"

    def test_a_token_is_removed_by_saying_so_and_not_beside_a_new_one(self, described, stored):
        form = described(stored, remove_token="on")
        assert errors_of(form) == {}
        assert form.changed_columns == {"token"}
        assert not form.save().token
        assert errors_of(described(stored, remove_token="on", new_token=TOKEN)) == {"remove_token": EITHER}

    @pytest.mark.parametrize("address", ["http://docks.example/api", "https://other.example/api"])
    def test_another_server_gets_no_token_that_was_not_given_for_it(self, described, stored, address):
        assert errors_of(described(stored, address=address)) == {"new_token": ELSEWHERE}
        assert errors_of(described(stored, address=address, remove_token="on")) == {}
        assert errors_of(described(stored, address=address, new_token="docks_another-token")) == {}

    def test_another_path_at_the_same_server_keeps_the_token(self, described, stored):
        form = described(stored, address="https://docks.example/v2", tenant="t-2")
        assert errors_of(form) == {}
        assert form.changed_columns == {"address", "tenant"}

    def test_an_address_that_is_none_is_not_another_server(self, described, stored):
        assert errors_of(described(stored, address="docks.example")).keys() == {"address"}

    def test_a_folder_takes_no_token_and_does_not_inherit_one(self, described, stored, tmp_path):
        folder = {"kind": "harbor", "address": str(tmp_path), "tenant": ""}
        assert errors_of(described(name="Folder", new_token=TOKEN, **folder)) == {"new_token": NEEDLESS}
        assert errors_of(described(stored, **folder)) == {"new_token": ELSEWHERE}

    def test_a_token_without_keys_is_said_and_nothing_is_stored(self, described, settings):
        settings.TOKEN_KEYS = []
        assert errors_of(described(new_token=TOKEN)) == {"new_token": NO_KEYS}

    def test_what_is_stored_is_told_by_its_ending_and_shown_nowhere(self, described, stored):
        for form in (SourceForm(instance=stored), described(stored, new_token=TOKEN, tenant="")):
            page = form.as_p()
            assert "A token that ends in …wxyz is stored. Empty: it is kept." in page
            assert TOKEN not in page
            assert stored.token.cipher not in page
            assert stored.token.cipher not in str(form.initial)
            assert "token" not in form.initial

    def test_a_short_token_is_told_by_nothing(self):
        source = factories.make_source(kind="docks", address="https://docks.example", token="short")
        assert SourceForm(instance=Source.objects.get(pk=source.pk))["new_token"].help_text == (
            "A token is stored. Empty: it is kept."
        )

    def test_a_token_that_cannot_be_decrypted_is_asked_for_again(self, described, stored, settings):
        settings.TOKEN_KEYS = ["b2xkLWtleS1mb3ItdGVzdHMtb25seS0tLS0tLS0tLSE="]
        assert "cannot be decrypted" in SourceForm(instance=stored)["new_token"].help_text
        form = described(stored, new_token="docks_another-token")
        assert errors_of(form) == {}
        assert form.save().token.reveal() == "docks_another-token"

    def test_files_and_roots_are_kept_as_they_are_meant(self, described, stored):
        Source.objects.filter(pk=stored.pk).update(ca_bundle="/away/just/now.pem")
        stored.refresh_from_db()
        form = described(stored, ca_bundle="/away/just/now.pem", allowed_artifacts=" gs://one \r\n\r\n s3://two\r\n")
        assert errors_of(form) == {}
        assert form.save().allowed_artifacts == "gs://one\ns3://two"

    def test_a_limit_that_is_not_said_stays(self, described, stored):
        form = described(stored, list_limit="")
        assert errors_of(form) == {}
        assert (form.changed_columns, form.save().list_limit) == (set(), 200)
