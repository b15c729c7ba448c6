"""Forms in place of ``carrot_cli run delete``, ``create_report`` and ``delete_report_by_ids``."""

import pytest

from dashboard.models import Report, ReportTemplate
from tests.pages import text_of
from tests.parity.carrot import ADORA, USER
from tests.parity.reading import links, main, url_of
from tests.parity.rows import proves

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]


def page_of(carrot, run_id, report_id):
    return f"/reports/{carrot.report(run_id, report_id).pk}/"


def create(carrot, browser, run_id, **fields):
    """Press *Create report* on the run's page, choose the only template, send."""
    run = carrot.mirrored(run_id)
    url = f"/reports/new/?run={run.pk}"
    assert url in links(browser.open(url_of(run, "reports/")))
    return browser.send(url, template=str(ReportTemplate.objects.get().pk), **fields)


def follow(page, report):
    """Where the open page of a report asks for news of it."""
    [live] = [each for each in page.iter("div") if each.get("id") == "report-page"]
    assert live.get("data-live")
    assert live.get("hx-get").startswith(f"/reports/{report.pk}/")
    return live.get("hx-get")


def refused(carrot, browser, run_id, **fields):
    """What the form says to what it does not take."""
    url = f"/reports/new/?run={carrot.mirrored(run_id).pk}"
    fields = {"template": str(ReportTemplate.objects.get().pk)} | fields
    answer = browser.client.post(url, browser.form(url) | fields)
    assert answer.status_code == 422
    return answer.content.decode()


def boxes(page):
    """The boxes to tick that a page has."""
    return {each.get("name") for each in main(page).iter("input") if each.get("type") == "checkbox"}


@proves("carrot_cli run delete ID")
def test_deleting_a_run_that_failed(own_carrot, browser):
    stage = own_carrot.stage
    for run_id, extra in ((stage.F, {}), (stage.O, {"though": "1"})):
        url = url_of(own_carrot.mirrored(run_id), "delete/")
        assert url in links(browser.open(url_of(own_carrot.mirrored(run_id))))
        assert boxes(browser.open(url)) == set(extra)
        page = browser.send(url, **extra)
        assert own_carrot.changes[-1] == ("DELETE", f"/runs/{run_id}")
        assert not own_carrot.has(f"/runs/{run_id}")
        assert "No longer at its source" in text_of(main(page))
    for run_id in (stage.S, stage.I):
        run = own_carrot.mirrored(run_id)
        assert url_of(run, "delete/") not in links(browser.open(url_of(run)))
        assert "only runs that failed" in text_of(main(browser.open(url_of(run, "delete/"))))


@proves("carrot_cli run create_report ID REPORT_ID")
def test_creating_a_report(own_carrot, browser):
    stage = own_carrot.stage
    page = create(own_carrot, browser, stage.I)
    assert own_carrot.changes == [("POST", f"/runs/{stage.I}/reports/{stage.R}?delete_failed=false")]
    made = own_carrot.ask(f"/runs/{stage.I}/reports/{stage.R}")
    assert (made["status"], made["created_by"]) == ("submitted", USER)
    assert "Submitted" in text_of(main(page))
    poll = follow(page, own_carrot.report(stage.I, stage.R))
    own_carrot.clock.pass_(minutes=10)
    Report.objects.update(next_sync_at=own_carrot.clock())  # the form had it read at the machine's own time
    own_carrot.look()
    answer = browser.client.get(poll, headers={"hx-request": "true"})
    assert "Report (HTML)" in answer.content.decode()
    there = text_of(main(create(own_carrot, browser, stage.S)))
    assert "There is this report already" in there
    assert len(own_carrot.changes) == 1


@proves("carrot_cli run create_report ID REPORT_ID --created_by TEXT")
def test_a_report_in_the_name_of_another(own_carrot, browser):
    stage = own_carrot.stage
    form = browser.form(f"/reports/new/?run={own_carrot.mirrored(stage.I).pk}")
    assert form["created_by"] == USER
    create(own_carrot, browser, stage.I, created_by="grace@example.com")
    assert own_carrot.ask(f"/runs/{stage.I}/reports/{stage.R}")["created_by"] == "grace@example.com"
    assert own_carrot.report(stage.I, stage.R).created_by == "grace@example.com"
    assert "Enter a valid email address." in refused(own_carrot, browser, stage.O, created_by="grace")


@proves("carrot_cli run create_report ID REPORT_ID --delete_failed")
def test_replacing_a_report_that_failed(own_carrot, browser):
    stage = own_carrot.stage
    path = f"/runs/{stage.F}/reports/{stage.R}"
    assert own_carrot.ask(path)["status"] == "failed"
    offered = [boxes(browser.open(f"/reports/new/?run={own_carrot.mirrored(each).pk}")) for each in (stage.F, stage.S)]
    assert offered == [{"replaces_failed"}, set()]
    assert "There is one that failed." in refused(own_carrot, browser, stage.F)
    assert own_carrot.changes == []
    create(own_carrot, browser, stage.F, replaces_failed="on")
    assert own_carrot.changes == [("POST", f"{path}?delete_failed=true")]
    assert own_carrot.ask(path)["status"] == "submitted"
    retry = f"{page_of(own_carrot, stage.F, stage.R)}retry/"
    assert retry not in links(browser.open(page_of(own_carrot, stage.F, stage.R)))


@proves("carrot_cli run delete_report_by_ids ID REPORT_ID")
def test_deleting_a_report(own_carrot, browser):
    stage = own_carrot.stage
    for run_id in (stage.S, stage.F):
        path, page = f"/runs/{run_id}/reports/{stage.R}", page_of(own_carrot, run_id, stage.R)
        assert f"{page}delete/" in links(browser.open(page))
        browser.send(f"{page}delete/")
        assert own_carrot.changes[-1] == ("DELETE", path)
        assert not own_carrot.has(path)
        assert "No longer at its source" in text_of(main(browser.open(page)))


@proves("carrot_cli run delete_report_by_ids ID REPORT_ID --yes")
def test_deleting_the_report_of_another(own_carrot, browser, client):
    stage = own_carrot.stage
    path, url = f"/runs/{stage.O}/reports/{stage.R}", f"{page_of(own_carrot, stage.O, stage.R)}delete/"
    assert own_carrot.ask(path)["created_by"] == ADORA
    assert f"{ADORA} created it." in text_of(main(browser.open(url)))
    assert client.post(url, browser.form(url)).status_code == 422
    assert own_carrot.has(path)
    browser.send(url, sure="on")
    assert not own_carrot.has(path)
