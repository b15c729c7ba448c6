"""A source's page: how its looks went, testing it as the form describes it, and acting on it at once."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group

from dashboard.demo.docks import make_app
from dashboard.models import AuditEntry, Source
from dashboard.models.sealed import Sealed
from tests import factories
from tests.demo.docks.conftest import TENANT, TOKEN, Clock
from tests.fixtures.docks import serving

pytestmark = pytest.mark.django_db

TEST = "/admin/dashboard/source/test/"
ADD = "/admin/dashboard/source/add/"
NOW = factories.NOW


def form(**fields):
    given = {"name": "Nightly", "kind": "harbor", "list_limit": "200", "time_zone": "", "stalled_after": ""}
    return given | fields


class TestHealth:
    def page(self, panel, **fields):
        source = factories.make_source(**fields)
        with time_machine.travel(NOW + timedelta(minutes=3), tick=False):
            return panel.get(f"/admin/dashboard/source/{source.pk}/change/").content.decode()

    def test_a_healthy_source_tells_its_lag_and_next_try(self, panel):
        page = self.page(panel, next_sync_at=NOW + timedelta(minutes=4))
        assert "Healthy" in page
        assert "3 min" in page
        assert "2026-11-21 12:04:00 UTC" in page

    def test_a_failing_source_tells_its_error_and_since_when(self, panel):
        page = self.page(panel, health="failing", error="The folder is not there.", last_good_at=NOW)
        assert "Failing" in page
        assert "The folder is not there." in page
        assert "due now" in page

    def test_a_paused_source_is_not_tried(self, panel):
        page = self.page(panel, is_paused=True)
        assert "not while paused" in page
        assert 'value="go_on"' in page
        assert 'value="look_now"' not in page

    def test_one_that_was_never_read_says_so(self, panel):
        assert "never read" in self.page(panel, health="new", last_good_at=None)

    def test_the_index_tells_what_fails(self, panel):
        assert "There are no sources yet" in panel.get("/admin/").content.decode()
        factories.make_failing(factories.make_source("Prod"), "The folder is not there.")
        factories.make_source("Other", address="/b", is_paused=True)
        page = panel.get("/admin/").content.decode()
        for said in ("0 healthy", "1 failing", "1 paused", "Prod</a> cannot be read since", "The folder is not there."):
            assert said in page


class TestSettings:
    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            ("", None),
            ("00:05:00", timedelta(minutes=5)),
            ("00:00:01", timedelta(seconds=1)),
            ("24:00:00", timedelta(1)),
        ],
    )
    def test_a_cadence_is_set(self, panel, tmp_path, given, stored):
        assert panel.post(ADD, form(address=str(tmp_path), pause_between_looks=given)).status_code == 302
        assert Source.objects.get().pause_between_looks == stored

    @pytest.mark.parametrize("given", ["00:00:00", "-00:00:05", "48:00:00", "soon"])
    def test_a_cadence_out_of_bounds_is_refused(self, panel, tmp_path, given):
        assert panel.post(ADD, form(address=str(tmp_path), pause_between_looks=given)).status_code == 200
        assert not Source.objects.exists()

    def test_a_new_source_is_limited_from_its_first_moment(self, panel, tmp_path):
        group = Group.objects.create(name="safety")
        panel.post(ADD, form(address=str(tmp_path), groups=[group.pk]))
        assert list(Source.objects.get().groups.all()) == [group]

    def test_a_token_is_only_removed_where_one_is_stored(self, panel):
        bare = factories.make_source("B", kind="docks", address="https://b.example")
        for path in (ADD, f"/admin/dashboard/source/{bare.pk}/change/"):
            assert "Remove the stored token" not in panel.get(path).content.decode()

    def test_each_kinds_fields_are_a_group_that_says_so(self, panel):
        page = panel.get(ADD).content.decode()
        groups = re.findall(r'<fieldset class="module aligned for-kind ([\w -]+)".*?</h2>', page, re.DOTALL)
        assert groups == ["kind-docks kind-carrot", "kind-docks", "kind-harbor"]
        assert "For folders of jobs." in page

    def test_the_token_is_shown_by_its_last_four_alone(self, panel):
        source = factories.make_source("P", kind="docks", address="https://d.example", token=Sealed.of(TOKEN))
        page = panel.get(f"/admin/dashboard/source/{source.pk}/change/").content.decode()
        assert "Remove the stored token" in page
        assert f"…{TOKEN[-4:]}" in page
        assert TOKEN not in page


class TestConnection:
    def test_a_folder_is_tested_before_it_is_saved(self, panel, entry, tmp_path):
        page = panel.post(TEST, form(name="", address=str(tmp_path))).content.decode()
        assert "It answers" in page
        assert "Nothing was saved" in page
        assert not Source.objects.exists()
        assert (entry().action, entry().outcome, entry().object_id) == ("source.test", "done", "")

    def test_htmx_gets_what_is_said_alone(self, panel, tmp_path):
        page = panel.post(TEST, form(address=str(tmp_path)), headers={"HX-Request": "true"}).content.decode()
        assert "It answers" in page
        assert "<html" not in page

    def test_what_the_form_gets_wrong_is_told_and_nobody_is_asked(self, panel, entry):
        page = panel.post(TEST, form(address="relative")).content.decode()
        assert "Not tested" in page
        assert "Give the whole path" in page
        assert entry().outcome == "refused"

    def test_a_folder_that_is_not_there_was_looked_for(self, panel, tmp_path):
        page = panel.post(TEST, form(address=str(tmp_path / "missing"))).content.decode()
        assert "It cannot be a source" in page
        assert f"There is no folder {tmp_path / 'missing'}." in page
        assert "Not tested" not in page

    def test_faults_stand_at_their_fields_as_after_saving_and_the_first_has_the_focus(self, panel, entry):
        page = panel.post(TEST, form(name="", address="relative", pause_between_looks="5 minutes")).content.decode()
        assert re.search(
            r'class="form-row errors field-address">\s*<ul class="errorlist"[^>]*><li>Give the whole', page
        )
        assert "errors field-pause_between_looks" in page
        assert "errors field-name" not in page
        assert re.findall(r'<input[^>]*name="(\w+)"[^>]* autofocus', page) == ["address"]
        assert 'action="/admin/dashboard/source/add/"' in page
        assert "change_form.js" not in page
        assert entry().detail["fields"] == ["address", "pause_between_looks"]

    def test_of_a_stored_source_the_form_leads_on_to_saving_that_one(self, panel):
        source = factories.make_source("P", address="/old")
        page = panel.post(f"{TEST}?source={source.pk}", form(name="Other", address="relative")).content.decode()
        assert f'action="/admin/dashboard/source/{source.pk}/change/"' in page
        assert 'value="Other"' in page

    def test_a_script_is_told_which_field_each_fault_is_about(self, panel):
        page = panel.post(TEST, form(address="relative"), headers={"HX-Request": "true"}).content.decode()
        assert '<li data-place="id_address"><a href="#id_address">Address</a>: <span>Give the whole path' in page

    def test_faults_are_told_in_the_order_of_the_fields(self, panel):
        described = form(address="relative", pause_between_looks="soon", stalled_after="soon")
        page = panel.post(TEST, described, headers={"HX-Request": "true"}).content.decode()
        assert re.findall(r'data-place="id_(\w+)"', page) == ["address", "pause_between_looks", "stalled_after"]

    @pytest.mark.parametrize(
        "address",
        [
            "http://127.0.0.1:9", "http://169.254.169.254/latest", "http://[::1]:9", "http://2130706433",
            "http://0x7f.0.0.1", "http://10.0.0.1", "http://[::ffff:127.0.0.1]", "http://localhost:9",
        ],
    )  # fmt: skip
    @pytest.mark.allow_hosts(["127.0.0.1", "::1"])
    def test_inner_addresses_are_not_asked(self, panel, entry, address):
        page = panel.post(TEST, form(kind="carrot", address=address)).content.decode()
        assert "ALLOWED_NETWORKS" in page
        assert (entry().outcome, entry().detail["code"]) == ("failed", "address_refused")

    @pytest.mark.parametrize("address", ["http://user:pw@host.example", "ftp://host.example", "http://a\\@b.example"])
    def test_what_is_no_address_of_a_server_is_refused(self, panel, entry, address):
        assert "Not tested" in panel.post(TEST, form(kind="carrot", address=address)).content.decode()
        assert entry().outcome == "refused"
        assert ":pw@" not in str(entry().detail)

    @pytest.mark.enable_socket
    def test_the_stored_token_is_used_where_none_is_typed_and_never_said(self, panel, tmp_path):
        app = make_app(tmp_path / "docks", now=Clock(), token=TOKEN, tenant=TENANT)
        with serving(app) as server:
            app.base_url = server.url
            source = factories.make_source(
                "Prod", kind="docks", address=server.url, tenant=TENANT, token=Sealed.of(TOKEN),
                allowed_endpoints=[["127.0.0.1", server.port]],
            )  # fmt: skip
            described = form(name="Prod", kind="docks", address=server.url, tenant=TENANT)
            good = panel.post(f"{TEST}?source={source.pk}", described).content.decode()
            bad = panel.post(
                f"{TEST}?source={source.pk}", described | {"new_token": "docks_wrong-0123"}
            ).content.decode()
        assert "It answers" in good
        assert "token that is valid" in bad
        assert TOKEN not in good + bad
        assert "docks_wrong" not in bad + "".join(str(one.detail) for one in AuditEntry.objects.all())
        source.refresh_from_db()
        assert source.token.reveal() == TOKEN

    def test_the_stored_token_goes_to_no_other_server(self, panel):
        source = factories.make_source("P", kind="docks", address="https://d.example", token=Sealed.of(TOKEN))
        described = form(kind="docks", address="https://evil.example", tenant="t")
        page = panel.post(f"{TEST}?source={source.pk}", described).content.decode()
        assert "Not tested" in page
        assert "for another server" in page

    def test_those_chosen_in_the_list_are_tested_together(self, panel, entry, tmp_path):
        chosen = [
            factories.make_source("A", address=str(tmp_path)).pk,
            factories.make_source("B", address="/no/such/folder").pk,
        ]
        data = {"action": "test_connection", "_selected_action": chosen}
        page = panel.post("/admin/dashboard/source/", data, follow=True).content.decode()
        assert "A: The folder can be read" in page
        assert re.search(r"B: [^<]+\. Check the path", page)
        assert (entry().outcome, entry().detail) == ("failed", {"sources": {"A": "answers", "B": "no_folder"}})

    def test_a_get_tests_nothing(self, panel):
        assert panel.get(TEST).status_code == 405
        assert not AuditEntry.objects.exists()


def test_buttons_of_the_page_come_back_to_it(panel):
    source = factories.make_source(is_paused=True)
    response = panel.post(f"/admin/dashboard/source/{source.pk}/act/", {"verb": "go_on"})
    assert response["Location"] == f"/admin/dashboard/source/{source.pk}/change/"
    source.refresh_from_db()
    assert not source.is_paused


def test_deleting_asks_with_how_much_goes_along(panel):
    source = factories.make_source()
    factories.make_trial(factories.make_run(source))
    page = panel.get(f"/admin/dashboard/source/{source.pk}/delete/").content.decode()
    assert "Runs: 1" in page
    assert "Trials: 1" in page
