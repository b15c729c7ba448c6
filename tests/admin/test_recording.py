"""Every change that is asked for in the panel leaves exactly one entry, and none of Django's own."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection
from django.test import Client

from dashboard.domain.roles import Role
from dashboard.models import ApiToken, AuditEntry, SavedView, ShareLink, Source, TeamSettings
from dashboard.models.sealed import Sealed
from dashboard.services import audit_chain
from tests import factories

pytestmark = pytest.mark.django_db

NOW = factories.NOW
TOKEN = "docks_canary-0123456789-wxyz"
DOCKS = {
    "name": "Prod", "kind": "docks", "address": "https://docks.example", "tenant": "t-1", "list_limit": "200",
    "time_zone": "", "stalled_after": "",
}  # fmt: skip


def add_source(panel):
    panel.post("/admin/dashboard/source/add/", DOCKS | {"new_token": TOKEN})


def change_source(panel):
    source = factories.make_source("Old", kind="docks", address="https://docks.example", tenant="t-1")
    panel.post(f"/admin/dashboard/source/{source.pk}/change/", DOCKS | {"new_token": TOKEN, "list_limit": "50"})


def refuse_source(panel):
    panel.post("/admin/dashboard/source/add/", DOCKS | {"tenant": ""})


def delete_source(panel):
    source = factories.make_source("Gone")
    panel.post(f"/admin/dashboard/source/{source.pk}/delete/", {"post": "yes"})


def delete_sources(panel):
    chosen = [factories.make_source(name, address=f"/{name}").pk for name in "ab"]
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    panel.post("/admin/dashboard/source/", data)


def pause_sources(panel):
    source = factories.make_source()
    panel.post("/admin/dashboard/source/", {"action": "pause", "_selected_action": [source.pk]})


def act_on_source(panel):
    panel.post(f"/admin/dashboard/source/{factories.make_source().pk}/act/", {"verb": "look_now"})


def check_nothing(panel):
    panel.post("/admin/dashboard/source/", {"action": "pause"})


def ask_for_odd_verb(panel):
    panel.post(f"/admin/dashboard/source/{factories.make_source().pk}/act/", {"verb": "delete_model"})


def add_group(panel):
    panel.post("/admin/auth/group/add/", {"name": "safety"})


def change_settings(panel):
    panel.get("/admin/dashboard/teamsettings/", follow=True)
    data = {"has_sharing": "", "longest_share": "5", "keep_audit": "365", "keep_deliveries": "30", "keep_links": "90"}
    panel.post(f"/admin/dashboard/teamsettings/{TeamSettings.objects.get().pk}/change/", data | {"keep_gone": ""})


def write_to_log(panel):
    panel.post("/admin/dashboard/auditentry/1/change/", {"actor_name": "x"})


@pytest.mark.parametrize(
    ("act", "action", "outcome"),
    [
        (add_source, "object.add", "done"),
        (change_source, "object.change", "done"),
        (refuse_source, "object.change", "refused"),
        (delete_source, "object.remove", "done"),
        (delete_sources, "object.remove", "done"),
        (pause_sources, "source.pause", "done"),
        (act_on_source, "source.look", "done"),
        (check_nothing, "object.change", "refused"),
        (ask_for_odd_verb, "object.change", "refused"),
        (add_group, "object.add", "done"),
        (change_settings, "object.change", "done"),
        (write_to_log, "object.change", "refused"),
    ],
)
def test_one_entry_each(panel, entry, act, action, outcome):
    act(panel)
    found = entry()
    assert (found.action, found.outcome, found.actor_name) == (action, outcome, "root")
    assert found.request_id
    assert found.address == "127.0.0.1"
    assert not LogEntry.objects.exists()
    assert audit_chain.verify().is_whole


def test_an_entry_says_what_changed_from_what_to_what(panel, entry):
    change_source(panel)
    changed = entry().detail["changed"]
    assert changed["name"] == ["Old", "Prod"]
    assert changed["list_limit"] == [200, 50]
    assert changed["new_token"] == ["•••", "•••"]


def test_an_entry_of_a_refused_form_names_the_fields_that_were_wrong_and_nothing_that_was_in_them(panel, entry):
    panel.post("/admin/dashboard/source/add/", DOCKS | {"tenant": "", "address": "canary://x", "new_token": TOKEN})
    assert entry().detail == {"path": "/admin/dashboard/source/add/", "fields": ["address", "tenant"]}


def test_no_secret_is_in_the_log(panel):
    add_source(panel)
    change = DOCKS | {"new_token": "docks_other-0123456789"}
    panel.post(f"/admin/dashboard/source/{Source.objects.get().pk}/change/", change)
    written = "".join(str(vars(one)) for one in AuditEntry.objects.all())
    for secret in (TOKEN, "docks_other", Source.objects.get().token.cipher, "gAAAA"):
        assert secret not in written


def test_asking_whether_to_delete_is_no_change(panel):
    source = factories.make_source()
    panel.post("/admin/dashboard/source/", {"action": "delete_selected", "_selected_action": [source.pk]})
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_what_others_try_is_recorded_as_refused(entry, role):
    client = Client()
    client.force_login(factories.make_person("eve", role=role))
    source = factories.make_source()
    client.post(f"/admin/dashboard/source/{source.pk}/act/", {"verb": "pause"})
    assert (entry().outcome, entry().actor_name) == ("refused", "eve")
    source.refresh_from_db()
    assert not source.is_paused


def test_strangers_leave_nothing():
    Client().post("/admin/dashboard/source/add/", DOCKS)
    assert not AuditEntry.objects.exists()


def test_what_breaks_is_recorded_as_failed(panel, entry, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError

    monkeypatch.setattr("dashboard.services.sources.save", fail)
    panel.raise_request_exception = False
    assert panel.post("/admin/dashboard/source/add/", DOCKS).status_code == 500
    assert entry().outcome == "failed"
    assert not Source.objects.exists()


def test_what_is_taken_back_after_it_was_recorded_is_recorded_as_failed(panel, entry):
    ended = []

    def fail(execute, sql, params, many, context):
        if "INSERT" in sql and '"dashboard_auditentry"' in sql:
            ended.append("recorded")
        elif ended and sql.startswith("RELEASE SAVEPOINT"):
            ended.append("ended")
            # The entry's own end comes first, then that of the form.
            if len(ended) == 3:
                raise DatabaseError("away")
        return execute(sql, params, many, context)

    panel.raise_request_exception = False
    with connection.execute_wrapper(fail):
        assert panel.post("/admin/auth/group/add/", {"name": "safety"}).status_code == 500
    assert (entry().action, entry().outcome, entry().detail) == (
        "object.change", "failed", {"path": "/admin/auth/group/add/"},
    )  # fmt: skip
    assert not Group.objects.filter(name="safety").exists()


@pytest.mark.parametrize(("noun", "action"), [("apitoken", "token.revoke"), ("sharelink", "share.revoke")])
def test_what_people_made_is_revoked_with_one_entry(panel, root, entry, noun, action):
    run = factories.make_run()
    token = ApiToken.objects.create(user=root, name="ci", token_hash="1", ending="abcd", created_at=NOW)
    link = ShareLink.objects.create(
        token_hash="2", run=run, scope="summary", creator=root, created_at=NOW, expires_at=NOW + timedelta(days=9000)
    )
    chosen = {"apitoken": token, "sharelink": link}[noun]
    panel.post(f"/admin/dashboard/{noun}/", {"action": "revoke", "_selected_action": [chosen.pk]})
    chosen.refresh_from_db()
    assert chosen.revoked_at is not None
    assert (entry().action, entry().outcome) == (action, "done")


def test_a_view_of_somebody_is_removed(panel, entry):
    owner = factories.make_person()
    view = SavedView.objects.create(owner=owner, list_name="runs", name="Mine", created_at=NOW, changed_at=NOW)
    panel.post(f"/admin/dashboard/savedview/{view.pk}/delete/", {"post": "yes"})
    assert not SavedView.objects.exists()
    assert (entry().action, entry().object_name) == ("object.remove", "Mine")


def test_limiting_a_source_is_recorded_and_takes_effect(panel, entry):
    group = Group.objects.create(name="safety")
    source = factories.make_source(
        "Prod", kind="docks", address="https://docks.example", tenant="t-1", token=Sealed.of(TOKEN)
    )
    before = source.version
    panel.post(f"/admin/dashboard/source/{source.pk}/change/", DOCKS | {"groups": [group.pk]})
    source.refresh_from_db()
    assert list(source.groups.all()) == [group]
    assert source.version > before
    assert entry().detail["changed"] == {"groups": [[], ["safety"]]}
