"""A CARROT server has each fault: what the sync stores of it, what pages say, and what has to be asked meanwhile."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.models import Report, Run
from dashboard.services import tickets
from dashboard.services.sync.loop import look_once
from tests.factories import make_report
from tests.faults.conftest import mirrored
from tests.faults.rows import ROWS
from tests.faults.tenant import TOKEN, CarrotServer
from tests.faults.test_pages import banners, soon
from tests.faults.test_runs import moving, read, test_it_is_noted_where_it_belongs_and_is_over_after_a_good_reading
from tests.pages import resolved

__all__ = ["moving", "read", "test_it_is_noted_where_it_belongs_and_is_over_after_a_good_reading"]

NO_API = "knows no such part of CARROT's API"


def as_carrot_has_it(row):
    """The row, where CARROT's API makes another thing of the fault."""
    match row.name:
        case "404 with a word" | "404 of a proxy":
            return replace(row, said=NO_API, tries=1)
        case "403":
            return replace(row, tries=1)
        case "NaN":
            return replace(row, begin=_nothing_is_nan)
    return row


def _nothing_is_nan(server):
    server.server.answer(server.changed(lambda body: body.replace(b":null", b":NaN")))


@pytest.fixture(params=[as_carrot_has_it(row) for row in ROWS], ids=str)
def row(request):
    return request.param


@pytest.fixture(scope="module")
def a_tenant(tmp_path_factory):
    """One server for all tests of the module."""
    server = CarrotServer(tmp_path_factory.mktemp("carrot"))
    yield server
    server.server.stop()


@pytest.fixture
def report(source):
    """A good report of a run that failed."""
    return make_report(Run.objects.get(status="failed"), status="succeeded", created_by="ada@example.com")


def pages_of(report):
    run = report.runs.get()
    return [reverse("run-list"), reverse("run-detail", args=[run.pk]), reverse("report-list"), report_page(report)]


def report_page(report):
    return reverse("report-detail", args=[report.pk])


def test_it_is_stored_changes_nothing_repeats_no_secret_and_is_over_after_a_good_look(row, tenant, fail, clock, caplog):
    caplog.set_level("DEBUG")
    before = mirrored()
    source = fail(row)
    assert (source.health, source.error_code, source.failures) == ("failing", row.code, 1)
    assert row.said in source.error
    assert row.pause[0] <= (source.next_sync_at - clock.now).total_seconds() <= row.pause[1]
    assert mirrored() == before
    assert len(tenant.server.requests) == row.tries
    assert "source failing" in caplog.text
    assert TOKEN not in caplog.text + repr(list(type(source).objects.values_list("error", "error_code", "problems")))
    tenant.mend()
    clock.now = source.next_sync_at
    look_once(clock)
    source.refresh_from_db()
    assert (source.health, source.error, source.failures, source.last_good_at) == ("healthy", "", 0, clock.now)


def test_pages_show_what_was_there_and_say_what_is_wrong(row, tenant, fail, report, client):
    source = fail(row)
    tenant.server.requests.clear()
    for url in pages_of(report):
        with soon():
            page = resolved(client.get(url))
        [banner] = banners(page)
        assert banner.startswith(source.name)
        assert row.shown in banner
        assert TOKEN not in page
    assert tenant.server.requests == []


@pytest.fixture
def someone(person):
    """Signed in, and not asked where the form came from."""
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture(params=["run", "report"])
def deletion(report, request):
    """Where a run, or its report, is deleted."""
    key = report.runs.get().pk if request.param == "run" else report.pk
    return reverse(f"{request.param}-delete", args=[key])


def test_what_is_asked_for_is_refused_or_unknown_and_sent_once_at_most(row, tenant, begin, deletion, someone):
    begin(row)
    with soon():
        response = someone.post(deletion, {"ticket": tickets.new(), "though": "1", "sure": "on"}, follow=True)
    assert response.status_code in {200, 422, 503}
    assert TOKEN not in resolved(response)
    assert [request.method for request in tenant.server.requests].count("DELETE") <= 1
    if row.hits_all:
        assert not Report.objects.get().is_gone
        assert not Run.objects.filter(is_gone=True).exists()
