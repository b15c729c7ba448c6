"""The table of rights, walked: every address × everybody × every method × what one may see and may not.

How to add the row of a new address is said in :mod:`tests.views.rights.table`.
"""

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse
from django.urls import path

from dashboard import urls
from dashboard.services import visibility
from tests.views.rights import walking
from tests.views.rights.table import METHODS, TABLE, Row, page, thing
from tests.views.rights.world import ROLES, World, world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def everything(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _second_origin(settings):
    settings.ARTIFACT_ORIGIN = "http://artifacts.testserver"


def test_every_address_has_a_row():
    assert walking.unlisted(TABLE) == []


@pytest.mark.parametrize("who", ROLES)
def test_everybody_gets_what_the_table_says(everything: World, who):
    found = walking.findings(TABLE, everything, who)
    assert not found, "\n".join(found)


class TestTheTableNotices:
    """What it is for: each of these is a mistake that it must find."""

    @pytest.fixture
    def forgetful(self, settings):
        """An address of a run whose view asks nobody whether it may be seen, and one that takes forms from anybody."""
        module = type(urls)("forgetful")
        module.urlpatterns = [
            path("runs/<int:run_id>/forgotten/", lambda request, run_id: HttpResponse("all of it"), name="forgotten"),
            path("acting/", lambda request: HttpResponse("done"), name="acting"),
            *urls.urlpatterns,
        ]
        settings.ROOT_URLCONF = module

    def test_an_address_without_a_row(self, forgetful):
        assert walking.unlisted(TABLE) == ["acting", "forgotten"]

    def test_a_row_without_an_address(self):
        assert walking.unlisted(TABLE | {"nowhere": page()}) == ["nowhere"]

    def test_a_view_that_forgets_its_check(self, forgetful, everything):
        found = walking.findings({"forgotten": thing(), "acting": Row(post=200)}, everything, "viewer")
        assert "forgotten of a hidden source: GET by viewer is answered 200, not 404" in found
        assert "acting: POST by viewer is answered 200, not 403" in found
        assert "acting: DELETE by viewer is answered 200, not 405" in found

    @pytest.mark.parametrize(
        ("kind", "names"),
        [
            ("runs", ["run-detail", "run-download", "run-archive", "run-cancel", "run-file", "run-log"]),
            ("all_trials", ["trial-detail", "trial-download"]),
            ("tasks", ["task-detail"]),
            ("sources", ["source-look"]),
            ("reports", ["report-detail", "report-file", "report-delete", "report-preview"]),
            ("pipelines", ["pipeline-detail"]),
            ("pipeline_templates", ["pipeline-template"]),
            ("pipeline_tests", ["pipeline-test"]),
            ("run_groups", ["run-group"]),
        ],
    )
    def test_a_service_that_forgets_who_looks(self, everything, monkeypatch, kind, names):
        root, seen = everything.people["administrator"], getattr(visibility, kind)
        monkeypatch.setattr(visibility, kind, lambda viewer: seen(root))
        found = "\n".join(walking.findings({name: TABLE[name] for name in names}, everything, "operator"))
        for name in names:
            assert f"{name} of a hidden source: " in found

    def test_a_service_that_forgets_the_role(self, everything, monkeypatch):
        monkeypatch.setattr("dashboard.services.rights.may", lambda viewer, wanted: True)
        found = "\n".join(walking.findings({"run-cancel": TABLE["run-cancel"]}, everything, "viewer"))
        assert "run-cancel: POST by viewer is answered 422, not 403" in found


SIGNING = {"admin:login", "admin:logout"}
"""Addresses of the panel that lead to where one signs in and out anyway."""


class TestTheAdminPanel:
    @pytest.mark.parametrize("who", [who for who in ROLES if who != "administrator"])
    def test_it_is_closed_to_everybody_but_administrators(self, everything, who):
        client = walking._client(everything, who)
        for name, address in walking.admin_addresses():
            if name in SIGNING:
                continue
            for method in METHODS:
                with transaction.atomic():
                    response = getattr(client, method)(address)
                    transaction.set_rollback(True)
                assert is_closed(response), f"{name}: {method} by {who}: {response.status_code}"

    def test_no_address_of_it_breaks_for_an_administrator(self, everything):
        client = walking._client(everything, "administrator")
        names = dict(walking.admin_addresses())
        assert "admin:dashboard_source_change" in names
        for name, address in names.items():
            for method in ("get", "head", "post") if name not in SIGNING else ():
                status = walking.answer(client, method, address)
                assert status != walking.SIGN_IN, f"{name}: {method}"
                assert status < 500, f"{name}: {method}: {status}"
                assert status != 403 or not name.endswith(("_changelist", ":index")), f"{name}: {method}"

    @pytest.mark.parametrize("who", ["no role", "viewer", "operator"])
    def test_its_actions_are_done_by_nobody_else(self, everything, who):
        client = walking._client(everything, who)
        for model, panel in admin.site._registry.items():
            address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            for action in ["delete_selected", *(getattr(each, "__name__", each) for each in panel.actions or ())]:
                data = {"action": action, "_selected_action": [everything.visible["source_id"]], "post": "yes"}
                assert is_closed(client.post(address, data)), f"{address}: {action} by {who}"


def is_closed(response):
    """Led to a page of signing in, or nothing there for them."""
    if response.status_code in {302, 301}:
        return "/login/" in response["Location"] or response["Location"].startswith("/sign-in/")
    return response.status_code in {403, 404}
