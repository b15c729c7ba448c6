"""Administering sources."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from dashboard.domain.reports import ReportMaker
from dashboard.models import MirrorClock, Report, Run, Source
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger():
    return Client()


@pytest.fixture
def reader():
    client = Client()
    client.force_login(factories.make_person("grace"))
    return client


@pytest.fixture
def administrator():
    client = Client()
    client.force_login(factories.make_person("root", is_staff=True, is_superuser=True))
    return client


def act(client, action, *sources):
    return client.post(
        "/admin/dashboard/source/",
        {"action": action, "_selected_action": [source.pk for source in sources]},
        follow=True,
    )


@pytest.mark.parametrize("path", ["/admin/", "/admin/dashboard/source/", "/admin/dashboard/source/add/"])
def test_who_is_no_administrator_comes_not_in(reader, stranger, path):
    asked = stranger.get(path, follow=True)
    assert asked.redirect_chain[-1][0] == f"/sign-in/?next={path}"
    refused = reader.get(path, follow=True)
    assert refused.status_code == 403
    assert "You may not do this" in refused.content.decode()


def test_signing_in_leads_to_where_an_administrator_wanted(stranger):
    factories.make_person("root", is_staff=True, is_superuser=True)
    data = {"username": "root", "password": "a long enough phrase", "next": "/admin/"}
    assert stranger.post("/sign-in/", data)["Location"] == "/admin/"


def form(**fields):
    return {"name": "Nightly", "kind": "harbor", "time_zone": "UTC", "stalled_after": ""} | fields


def test_a_folder_is_added_and_is_due_at_once(administrator, tmp_path):
    with time_machine.travel(factories.NOW, tick=False):
        response = administrator.post("/admin/dashboard/source/add/", form(address=str(tmp_path)))
    assert response.status_code == 302
    assert Source.objects.get().next_sync_at == factories.NOW


def test_a_folder_that_cannot_be_read_is_not_added(administrator):
    page = administrator.post("/admin/dashboard/source/add/", form(address="/no/such/folder")).content.decode()
    assert "There is no folder /no/such/folder." in page
    assert not Source.objects.exists()


def test_a_change_leaves_what_a_look_wrote_meanwhile(administrator):
    source = factories.make_source("Old", address="/gone")
    page = f"/admin/dashboard/source/{source.pk}/change/"
    administrator.get(page)
    factories.make_failing(source, "The folder is not there.")
    assert administrator.post(page, form(name="New", address="/gone", time_zone="")).status_code == 302
    source.refresh_from_db()
    assert (source.name, source.error, source.next_sync_at) == ("New", "The folder is not there.", None)


def test_deleting_sources_tells_open_pages(administrator):
    one, other, third = (factories.make_source(name, address=f"/{name}") for name in ("a", "b", "c"))
    run = factories.make_run(one)
    before = MirrorClock.now()
    administrator.post(f"/admin/dashboard/source/{one.pk}/delete/", {"post": "yes"})
    assert not Run.objects.filter(pk=run.pk).exists()
    assert MirrorClock.now() == before + 1
    data = {"action": "delete_selected", "_selected_action": [other.pk, third.pk], "post": "yes"}
    administrator.post("/admin/dashboard/source/", data)
    assert not Source.objects.exists()
    assert MirrorClock.now() == before + 2


@pytest.mark.parametrize("is_chosen_in_list", [True, False])
def test_removing_sources_keeps_reports_of_our_own(administrator, is_chosen_in_list):
    source = factories.make_source()
    report = factories.make_report(factories.make_run(source), maker=ReportMaker.QUAYSIDE)
    if is_chosen_in_list:
        data = {"action": "delete_selected", "_selected_action": [source.pk], "post": "yes"}
        administrator.post("/admin/dashboard/source/", data)
    else:
        administrator.post(f"/admin/dashboard/source/{source.pk}/delete/", {"post": "yes"})
    assert not Source.objects.exists()
    assert [each.pk for each in Report.objects.all()] == [report.pk]


def test_what_looks_found_is_shown_and_cannot_be_edited(administrator):
    source = factories.make_source()
    factories.make_failing(source, "The folder is not there.")
    text = administrator.get(f"/admin/dashboard/source/{source.pk}/change/").content.decode()
    assert "The folder is not there." in text
    assert 'name="health"' not in text
    assert 'name="error"' not in text


def test_sources_are_paused_and_go_on(administrator):
    one, other = factories.make_source("One"), factories.make_source("Other", address="/b")
    assert "1 source is paused." in act(administrator, "pause", one).content.decode()
    assert [source.is_paused for source in Source.objects.order_by("name")] == [True, False]
    with time_machine.travel(factories.NOW + timedelta(hours=1), tick=False):
        assert "2 sources go on." in act(administrator, "go_on", one, other).content.decode()
    one.refresh_from_db()
    assert (one.is_paused, one.next_sync_at) == (False, factories.NOW + timedelta(hours=1))


def test_the_list_is_narrowed_by_state_in_its_own_words(administrator):
    factories.make_source("One", is_paused=True)
    factories.make_source("Other", address="/b")
    every = administrator.get("/admin/dashboard/source/")
    assert "By state" in every.content.decode()
    assert "By is paused" not in every.content.decode()
    for state, name in (("1", "One"), ("0", "Other")):
        listed = administrator.get("/admin/dashboard/source/", {"is_paused__exact": state}).context["cl"]
        assert [source.name for source in listed.result_list] == [name]


def test_a_source_is_made_due_at_once(administrator):
    source = factories.make_source(next_sync_at=factories.NOW + timedelta(days=1))
    with time_machine.travel(factories.NOW, tick=False):
        assert "1 source is due now." in act(administrator, "look_now", source).content.decode()
    source.refresh_from_db()
    assert source.next_sync_at == factories.NOW


def test_its_pages_keep_our_policy(administrator):
    policy = administrator.get("/admin/dashboard/source/")["Content-Security-Policy"]
    assert "unsafe" not in policy
