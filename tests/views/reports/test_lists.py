"""The reports list: found by everything that CARROT's client finds them by, in our words or in its own."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from dashboard.domain.reports import ReportMaker, ReportStatus
from dashboard.models import MirrorClock, Report, Run
from dashboard.services import own_reports, visibility
from dashboard.services.reports import with_subjects
from tests import factories
from tests.factories import NOW, make_person
from tests.pages import parsed, resolved, row_ids, text_of

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}


@pytest.fixture
def reports():
    run = factories.make_test_run(name="Sample 1 run")
    other = factories.make_test_run(run.test)
    group = factories.make_group(run.source, runs=[run])
    concordance = factories.make_report_template("HC concordance", run.source)
    good = factories.make_report(
        run, template=concordance, job_id="job-1", results_text='{"html_report":"gs://b/x.html"}', created_at=NOW
    )
    failed = factories.make_report(
        other, status=ReportStatus.FAILED, created_by="grace@example.com", created_at=NOW - timedelta(days=3)
    )
    going = factories.make_report(
        template=concordance, group=group, status=ReportStatus.QUEUED, raw_status="queuedincromwell",
        created_at=NOW - timedelta(days=1), finished_at=None,
    )  # fmt: skip
    own = factories.make_report(
        other, maker=ReportMaker.QUAYSIDE, title="Weekly", created_at=NOW - timedelta(days=9), finished_at=NOW
    )
    return {"good": good, "failed": failed, "going": going, "own": own, "run": run, "group": group}


def found(client, reports, query):
    """Names of the reports that a query string brings, in the list's order."""
    names = {report.pk: name for name, report in reports.items() if isinstance(report, Report)}
    response = client.get(f"/reports/?{query}", follow=True)
    resolved(response)
    return [names[pk] for pk in row_ids(response, "report")]


def test_all_are_listed_the_newest_first_with_what_they_are_of(client, reports):
    assert found(client, reports, "") == ["good", "going", "failed", "own"]
    text = text_of(parsed(client.get("/reports/")))
    for part in ("4 reports", "Sample 1 run", "broadinstitute/gatk#8485", "HC concordance", "Weekly", "since 2026"):
        assert part in text


def test_a_report_of_our_own_names_its_runs_as_its_title_does_and_that_its_sources_are_several(client, person):
    late = factories.make_run(name="late", started_at=NOW)
    early = factories.make_run(
        name="early", source=factories.make_source("Other box"), started_at=NOW - timedelta(days=1)
    )
    never = factories.make_run(name="never", started_at=None)
    form = client.get(f"/reports/make/?run={late.pk}&run={early.pk}&run={never.pk}")
    assert 'value="early and 2 others"' in resolved(form)
    own_reports.ask(person, [never, late, early], own_reports.Order(title="Weekly"), now=NOW)
    text = text_of(parsed(client.get("/reports/")))
    assert "early, late, never" in text
    assert "several" in text
    [row] = json.loads(b"".join(client.get("/reports/export.json")))
    assert (row["source"], row["subject"]) == ("several", "early, late, never")


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("status:failed", ["failed"]),
        ("status:queued", ["going"]),
        ("status:queuedincromwell", ["going"]),
        ("status:aborted", []),
        ('template:"HC concordance"', ["good", "going"]),
        ("owner:grace@*", ["failed"]),
        ("job:job-1", ["good"]),
        ("results:B/X.html", ["good"]),
        ("results:html*x.html", ["good"]),
        ("results:100%", []),
        ("maker:quayside", ["own"]),
        ("source:Pipelines -maker:quayside", ["good", "going", "failed"]),
        ("after:2026-11-20", ["good", "going"]),
        ("after:2026-11-21T12:00:00", []),
        ("after:2026-11-21T11:59:59.999999", ["good"]),
        ("before:2026-11-13", ["own"]),
        ("finished-after:2026-11-21 maker:source", ["good", "failed"]),
        ("finished-before:2026-11-21T12:04 maker:quayside", ["own"]),
        ("is:live", ["going"]),
        ("is:finished -status:failed", ["good", "own"]),
        ("is:gone", []),
        ("week", ["own"]),
    ],
)
def test_the_box_finds(client, reports, q, names):
    assert found(client, reports, f"q={q}") == names


def test_a_run_and_a_group_are_named_by_our_id_by_theirs_or_by_name(client, reports):
    run, group = reports["run"], reports["group"]
    for text in (run.pk, run.external_id, '"Sample 1 run"'):
        assert found(client, reports, f"q=run:{text}") == ["good"]
    for text in (group.pk, group.external_id):
        assert found(client, reports, f"group={text}") == ["going"]


def test_the_report_of_a_run_that_is_not_mirrored_is_found_by_its_id(client, reports):
    subject = factories.an_id()
    report = factories.make_report(reports["run"], external_id=f"run/{subject}/x", subject_external_id=subject)
    report.runs.clear()
    response = client.get(f"/reports/?q=run:{subject}")
    assert row_ids(response, "report") == [report.pk]
    assert f"run {subject[:8]}" in resolved(response)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("report=HC concordance&sort=asc(created_at)", ["going", "good"]),
        ("status=failed&created_by=grace@example.com", ["failed"]),
        ("cromwell_job_id=job-1", ["good"]),
        ("results=gs://b", ["good"]),
        ("created_after=2026-11-20T00:00:00.000000&created_before=2026-11-21T00:00:00", ["going"]),
        ("finished_after=2026-11-21T12:00:00&finished_before=2026-11-22T00:00:00", ["good", "failed"]),
        ("sort=desc(created_at)&limit=2&offset=1", ["going", "failed"]),
        ("limit=2", ["good", "going"]),
        ("offset=3", ["own"]),
        ("limit=0", []),
        ("limit=99999999999999999999", ["good", "going", "failed", "own"]),
        ("sort=bogus,asc(created_by),desc(created_at)", ["good", "going", "own", "failed"]),
        ("sort=created_at", ["own", "failed", "going", "good"]),
        ("status=&created_by=", ["good", "going", "failed", "own"]),
    ],
)
def test_the_parameters_of_carrots_client_are_understood(client, reports, query, names):
    assert found(client, reports, query) == names


def test_a_template_is_found_by_its_id(client, reports):
    assert found(client, reports, f"report_id={reports['good'].template_external_id}") == ["good", "going"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("status=test_failed", "I don't know “test_failed” as a value of “status”"),
        ("created_after=lately", "I don't understand “lately” as a value of “after”"),
        ("sort=asc(bogus)", "There is no column “bogus” to sort by."),
        ("sort=created(at", "There is no column “createdat” to sort by."),
        ("frobnicate=1", "There is no filter called “frobnicate”."),
        ("limit=many", "“many” is no limit: write a whole number."),
        ("offset=-1", "“-1” is no offset: write a whole number."),
        ("limit=99999999999999999999", "At most 1,000 rows are shown at a time."),
        ("limit=5000", "At most 1,000 rows are shown at a time."),
    ],
)
def test_what_is_not_understood_is_said_in_the_page(client, reports, query, sentence):
    response = client.get(f"/reports/?{query}", follow=True)
    assert response.status_code == 200
    assert sentence in text_of(parsed(response))


@pytest.mark.parametrize(("offset", "number"), [("4", "5"), ("9" * 30, "1,000,000,000,000,000,000")])
def test_a_window_behind_the_end_says_so_and_leads_to_the_beginning(client, reports, offset, number):
    tree = parsed(client.get(f"/reports/?limit=2&offset={offset}"))
    assert f"Rows from number {number} on were asked for; there are 4." in text_of(tree)
    assert "0 of 4" not in text_of(tree)
    assert [link.get("href") for link in tree.iter("a") if text_of(link) == "To the beginning"] == ["/reports/?limit=2"]
    assert not list(tree.iter("table"))


def test_of_runs_no_more_is_read_than_what_is_shown(reports):
    [run] = with_subjects(Report.objects.filter(pk=reports["good"].pk)).get().runs.all()
    assert {"agents_text", "status_reason", "external_id"} <= run.get_deferred_fields()
    assert run.get_deferred_fields().isdisjoint({"name", "started_at"})


def test_a_window_leads_back_and_on(client, reports):
    tree = parsed(client.get("/reports/?limit=2&offset=1"))
    ways = {each.get("rel"): each.get("href") for each in tree.iter("a") if each.get("rel") in {"prev", "next"}}
    assert ways == {"prev": "/reports/?limit=2&offset=0", "next": "/reports/?limit=2&offset=3"}
    assert "2–3 of 4" in text_of(tree)


def test_exports_hold_the_rows_of_the_filter(client, reports):
    response = client.get("/reports/export.json?q=status:succeeded&columns=name,subject,took")
    rows = json.loads(b"".join(response.streaming_content))
    assert [row["id"] for row in rows] == [reports["good"].pk, reports["own"].pk]
    assert [row["name"] for row in rows] == [str(reports["good"]), str(reports["own"])]
    assert (rows[0]["subject"], rows[0]["took"]) == ("Sample 1 run", 300.0)
    group = json.loads(b"".join(client.get("/reports/export.json?q=is:live").streaming_content))
    assert group[0]["subject"] == "broadinstitute/gatk#8485"
    assert client.get("/reports/export.xml").status_code == 404


def test_how_far_the_mirror_has_come_is_said(client, reports):
    assert "Not all reports of Pipelines are here yet" in resolved(client.get("/reports/"))
    Run.objects.update(reports_looked_at=NOW)
    assert "are here yet" not in resolved(client.get("/reports/"))


class TestPolls:
    def state(self, client):
        tree = parsed(client.get("/reports/"))
        fields = {each.get("name"): each.get("value") for each in tree.iter("input")}
        return {name: fields[name] for name in ("v", "opened", "shown", "told") if name in fields}

    def test_nothing_new(self, client, reports):
        assert client.get("/reports/", self.state(client), headers=HTMX).status_code == 204

    def test_a_row_that_changed_comes_alone(self, client, reports):
        state = self.state(client)
        Report.objects.filter(pk=reports["going"].pk).update(status="running", version=MirrorClock.tick())
        response = client.get("/reports/", state, headers=HTMX)
        assert row_ids(response, "report") == [reports["going"].pk]
        assert "Running" in response.content.decode()

    def test_what_is_no_news_to_the_list_is_none(self, client, reports):
        state = self.state(client)
        MirrorClock.tick()
        assert client.get("/reports/", state, headers=HTMX).status_code == 204

    def test_the_mirror_that_comes_on_is_followed_though_its_clock_stands_still(self, client, reports):
        state = self.state(client)
        Run.objects.filter(pk=reports["run"].pk).update(reports_looked_at=NOW)
        response = client.get("/reports/", state, headers=HTMX)
        assert response.status_code == 200
        assert "1 of 2" in text_of(parsed(response))
        assert "list-state" not in response.content.decode()
        [told] = [each.get("value") for each in parsed(response).iter("input") if each.get("name") == "told"]
        assert client.get("/reports/", state | {"told": told}, headers=HTMX).status_code == 204

    def test_the_bar_goes_when_the_mirror_has_them_all(self, client, reports):
        state = self.state(client)
        Run.objects.update(reports_looked_at=NOW)
        response = client.get("/reports/", state, headers=HTMX)
        assert "list-progress" in response.content.decode()
        assert "are here yet" not in response.content.decode()
        assert client.get("/reports/", {**state, "told": ""}, headers=HTMX).status_code == 204

    def test_rows_that_changed_bring_the_progress_along(self, client, reports):
        state = self.state(client)
        Report.objects.filter(pk=reports["going"].pk).update(status="running", version=MirrorClock.tick())
        Run.objects.filter(pk=reports["run"].pk).update(reports_looked_at=NOW)
        response = client.get("/reports/", state, headers=HTMX)
        assert row_ids(response, "report") == [reports["going"].pk]
        assert "1 of 2" in text_of(parsed(response))

    def test_how_far_it_was_is_in_no_address(self, client, reports):
        response = client.get("/reports/", {**self.state(client), "v": "0"}, headers=HTMX)
        assert "told=" not in response.content.decode()


def test_an_empty_list_leads_to_the_form(client):
    assert "No reports yet" in resolved(client.get("/reports/"))


@pytest.mark.parametrize("address", ["/reports/", "/runs/{run}/reports/", "/reports/?q=weekly"])
def test_a_report_that_is_left_to_its_creator_is_in_no_list_that_is_kept_for_others(address):
    creator, other = make_person("creator"), make_person("other")
    run = factories.make_run()
    left = factories.make_report(run, maker=ReportMaker.QUAYSIDE, title="Weekly", creator=creator)
    Report.objects.filter(pk=left.pk).update(options={visibility.ORPHANED: creator.pk})
    shown = []
    for person in (creator, other):
        browser = Client()
        browser.force_login(person)
        shown.append(f"/reports/{left.pk}/" in browser.get(address.format(run=run.pk)).content.decode())
    assert shown == [True, False]
