"""Having a source make a report: of a run, a group or what a filter chooses; once, and never in place of a good one."""

import json
import re
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboard.domain.errors import Conflict, ServerError, Unreachable
from dashboard.domain.pipelines import ReportTemplateRecord, RunGroupRecord
from dashboard.domain.reports import Parent, ReportKey, ReportStatus, SubjectKind
from dashboard.models import MirrorClock, Report, ReportTemplate, RunGroup, Source
from dashboard.services.sync.reports import store
from tests import factories
from tests.contract import records
from tests.contract.records import uuid_of
from tests.pages import parsed, resolved, text_of
from tests.views.reports.reporting import fields_of, run, source, template, the_template, world

__all__ = ["run", "source", "template", "world"]

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
LOST = Unreachable("No answer came.", source="Tests", code="timeout")


@pytest.fixture
def url(run):
    return f"/reports/new/?run={run.pk}"


@pytest.fixture
def query_url(run):
    return f"/reports/new/?parent=test&parent_id={run.test.pk}"


def send(client, url, template, **data):
    """The form as it stands, with a template and an address."""
    page = fields_of(parsed(client.get(url)))
    return client.post(url, {**page, "template": template.pk, "created_by": "ada@example.com", **data})


def counted_and_sent(client, url, template, **data):
    """The form with a filter, sent after its runs were counted."""
    typed = {"template": template.pk, "created_by": "ada@example.com", **data}
    page = fields_of(parsed(client.post(url, {**fields_of(parsed(client.get(url))), **typed, "count": "1"})))
    return client.post(url, {**page, **typed})


def there(run, world, status=ReportStatus.SUCCEEDED):
    """A report of the run and template, at the source and in the mirror."""
    record = records.report(status=status)
    world.put_report(record)
    return store(run.source, record, timezone.now(), MirrorClock.now())


class TestForm:
    def test_begins_with_what_is_known(self, client, url, template, person):
        person.email = "ada@example.com"
        person.save()
        tree = parsed(client.get(url))
        fields = {each.get("name"): each for each in tree.iter("input")}
        assert fields["created_by"].get("value") == "ada@example.com"
        assert fields["template"].get("checked") is not None
        text = text_of(tree)
        for part in ("of the run Sample 1 run at Tests", "How alike.", "No report of it has succeeded here yet."):
            assert part in text
        assert "replaces_failed" not in fields

    def test_the_address_that_was_given_last_is_filled_in_where_the_account_has_none(
        self, client, url, template, person
    ):
        send(client, url, template, created_by="not an address")
        assert 'name="created_by" value="' not in resolved(client.get(url))
        send(client, url, template, created_by="grace@example.com")
        fields = {each.get("name"): each.get("value") for each in parsed(client.get(url)).iter("input")}
        assert fields["created_by"] == "grace@example.com"
        person.email = "ada@example.com"
        person.save()
        fields = {each.get("name"): each.get("value") for each in parsed(client.get(url)).iter("input")}
        assert fields["created_by"] == "ada@example.com"

    def test_of_a_run_that_is_gone_there_is_no_form(self, client, url, run, template, world):
        run.is_gone = True
        run.save()
        response = client.get(url)
        assert "It is no longer at its source, which makes no report of it any more." in text_of(parsed(response))
        assert 'name="created_by"' not in resolved(response)

    def test_says_when_a_template_last_worked(self, client, url, run, template):
        factories.make_report(factories.make_test_run(run.test), template=template)
        assert "Last worked" in resolved(client.get(url))

    def test_templates_are_searched(self, client, url, source, template):
        factories.make_report_template("Coverage", source, description="How much is read.")
        assert "Coverage" in resolved(client.get(url))
        found = resolved(client.get(f"{url}&template_q=much+read"))
        assert ("Coverage" in found, "Concordance" in found) == (True, False)
        response = send(client, url, template, find="1", template_q="cover", created_by="not an address")
        text = resolved(response)
        assert response.status_code == 200
        assert ("Coverage" in text, "Concordance" in text) == (True, True), "the chosen one stays"
        assert 'value="not an address"' in text

    def test_htmx_gets_the_templates_alone(self, client, url, template):
        page = fields_of(parsed(client.get(url)))
        response = client.post(url, {**page, "find": "1", "template_q": "none"}, headers=HTMX)
        assert "<html" not in resolved(response)
        assert "No template matches." in resolved(response)

    def test_what_is_wrong_is_said_at_its_field(self, client, url, template, world):
        response = send(client, url, template, created_by="ada")
        assert response.status_code == 422
        text = resolved(response)
        assert "Enter a valid email address." in text
        assert 'href="#id_created_by"' in text
        page = fields_of(parsed(client.get(url)))
        response = client.post(url, {**page, "template": "0", "created_by": "ada@example.com"})
        assert "Choose a template." in resolved(response)
        assert 'href="#id_template"' in resolved(response)
        assert world.actions == []

    @pytest.mark.parametrize("query", ["run=999999", "group=nothing", "parent=test&parent_id=7777", "parent=x"])
    def test_what_is_not_there_is_asked_for(self, client, source, query):
        response = client.get(f"/reports/new/?{query}")
        assert response.status_code == 422
        assert "There is no such thing to make a report of." in resolved(response)

    def test_without_a_subject_one_is_chosen(self, client, run):
        factories.make_group(run.source)
        text = resolved(client.get("/reports/new/"))
        for part in ("Of a run", "Of a group of runs", "Of runs that a filter chooses", run.test.path):
            assert part in text
        assert "of the run" in text_of(parsed(client.get(f"/reports/new/?run={run.external_id}")))
        assert "of the run" in text_of(parsed(client.get("/reports/new/?run=Sample+1+run")))

    def test_without_a_source_that_makes_reports(self, client):
        assert "No source here makes reports." in resolved(client.get("/reports/new/"))

    def test_a_source_that_makes_none_says_so(self, client):
        run = factories.make_run(factories.make_source())
        assert "No report can be made now." in resolved(client.get(f"/reports/new/?run={run.pk}"))

    def test_a_source_that_is_away_is_not_asked(self, client, url, template, source, world):
        page = fields_of(parsed(client.get(url)))
        factories.make_failing(source)
        response = client.post(url, {**page, "template": template.pk, "created_by": "ada@example.com"})
        assert response.status_code == 422
        text = resolved(response)
        assert "No report can be made now." in text
        assert 'value="ada@example.com"' in text
        assert world.actions == []

    @pytest.mark.parametrize("chosen", ["²", "9" * 5_000, "٣", "-1", "0"])
    def test_a_template_that_is_no_number_is_none(self, client, url, template, chosen):
        tree = parsed(client.get(url, {"run": url.rpartition("=")[2], "template": chosen}))
        assert [each.get("checked") for each in tree.iter("input") if each.get("name") == "template"] == [None]
        page = fields_of(tree)
        response = client.post(url, {**page, "template": chosen, "created_by": "ada@example.com"})
        assert response.status_code == 422
        assert "Choose a template." in resolved(response)


class TestWhateverItIsOf:
    @pytest.fixture(params=["run", "filter"])
    def of(self, request):
        return request.param

    @pytest.fixture
    def address(self, of, url, query_url, source):
        factories.make_report_template("Coverage", source)
        return url if of == "run" else query_url

    def test_a_source_that_is_away_takes_nothing_from_the_form(self, client, of, address, template):
        page = fields_of(parsed(client.get(address)))
        Source.objects.update(is_paused=True)
        typed = {"template": template.pk, "created_by": "grace@example.com", "status": "testfailed"}
        response = client.post(address, {**page, **typed})
        assert response.status_code == 422
        text = resolved(response)
        assert "No report can be made now." in text
        assert 'value="grace@example.com"' in text
        assert f'value="{template.pk}" checked' in text
        assert ('<option value="testfailed" selected>' in text) == (of == "filter")
        found = client.post(address, {**page, **typed, "find": "1", "template_q": "cov"}, headers=HTMX)
        assert "Coverage" in resolved(found)
        assert "<html" not in resolved(found)

    def test_the_button_that_enter_presses_sends_nothing(self, client, address):
        tree = parsed(client.get(address))
        [form] = [each for each in tree.iter("form") if each.find(".//input[@name='template_q']") is not None]
        first = next(form.iter("button"))
        assert first.get("name") == "look"
        assert first.get("formnovalidate") is not None

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_enter_looks_up_templates_and_runs(self, client, of, address, headers):
        typed = {"template_q": "cov", "status": "testfailed", "look": "1"}
        response = client.post(address, {**fields_of(parsed(client.get(address))), **typed}, headers=headers)
        assert response.status_code == 200
        text = resolved(response)
        assert ("Coverage" in text, "Concordance" in text) == (True, False)
        assert ("No mirrored run matches" in text) == (of == "filter")
        assert ('<hx-partial hx-target="#templates"' in text) == bool(headers)
        assert ('<hx-partial hx-target="#count"' in text) == (bool(headers) and of == "filter")


class TestOfARun:
    def test_it_is_made_and_followed(self, client, url, template, world, person):
        response = send(client, url, template)
        report = Report.objects.get()
        assert response["Location"] == reverse("report-detail", args=[report.pk])
        assert (report.status, report.created_by, report.creator) == ("submitted", "ada@example.com", person)
        [(_, asked)] = world.actions
        assert (asked.subject, asked.subject_id, asked.template_id) == (
            SubjectKind.RUN,
            uuid_of("run"),
            uuid_of("report"),
        )
        assert not asked.replaces_failed
        assert "Submitted" in resolved(client.get(response["Location"]))

    def test_a_form_acts_once(self, client, url, template, world):
        ticket = fields_of(parsed(client.get(url)))["ticket"]
        first = send(client, url, template, ticket=ticket)
        Report.objects.update(is_gone=True)
        assert send(client, url, template, ticket=ticket)["Location"] == first["Location"]
        assert len(world.actions) == 1

    def test_a_form_without_its_ticket_is_shown_again(self, client, url, template, world):
        response = send(client, url, template, ticket="")
        assert response.status_code == 422
        assert "This form was too old or not complete." in resolved(response)

    @pytest.mark.parametrize("status", [ReportStatus.SUCCEEDED, ReportStatus.RUNNING])
    def test_one_that_is_there_is_opened(self, client, url, run, world, status):
        report = there(run, world, status)
        assert "The one that is there" in resolved(client.get(url))
        response = send(client, url, report.template)
        assert response["Location"] == reverse("report-detail", args=[report.pk])
        assert "There is this report already" in resolved(client.get(response["Location"]))
        assert world.actions == []

    def test_one_that_only_the_source_has_is_mirrored_and_opened(self, client, url, template, world):
        world.put_report(records.report())
        response = send(client, url, template)
        report = Report.objects.get()
        assert response["Location"] == reverse("report-detail", args=[report.pk])
        assert "There is this report already" in resolved(client.get(response["Location"]))

    def test_a_failed_one_is_replaced_if_one_says_so(self, client, url, run, template, world):
        report = there(run, world, ReportStatus.FAILED)
        assert 'name="replaces_failed"' in resolved(client.get(url))
        response = send(client, url, template)
        assert response.status_code == 422
        assert "There is one that failed." in resolved(response)
        assert send(client, url, template, replaces_failed="on").status_code == 302
        report.refresh_from_db()
        assert report.status == "submitted"

    def test_it_says_which_one_failed_and_replaces_no_other(self, client, url, run, world):
        other = factories.make_report_template("Coverage", run.source, external_id=uuid_of("other"))
        theirs = [ReportTemplateRecord(external_id=uuid_of(each), name=each) for each in ("report", "other")]
        world.catalogue = replace(world.catalogue, report_templates=theirs)
        there(run, world, ReportStatus.FAILED)
        assert "Replace the failed one of Concordance" in text_of(parsed(client.get(url)))
        send(client, url, other, replaces_failed="on")
        send(client, url, the_template(), replaces_failed="on")
        sent = [(asked.template_id, asked.replaces_failed) for _, asked in world.actions]
        assert sent == [(uuid_of("other"), False), (uuid_of("report"), True)]

    def test_of_many_that_failed_a_few_are_named(self, client, url, run, source):
        for name in "ABCDE":
            made = factories.make_report_template(name, source)
            key = str(ReportKey(SubjectKind.RUN, run.external_id, made.external_id))
            factories.make_report(run, template=made, status=ReportStatus.FAILED, external_id=key)
        found = re.search("Replace the failed one of . or . or . or 2 more", text_of(parsed(client.get(url))))
        assert found

    def test_a_refusal_is_quoted_in_the_form(self, client, url, template, world):
        error = Conflict("It is not possible.", source="Tests", code="other", detail="CSV error")
        world.refusals["create_report"] = error
        response = send(client, url, template)
        assert response.status_code == 422
        text = resolved(response)
        assert "It is not possible." in text
        assert "CSV error" in text

    def test_one_that_is_said_to_be_there_and_is_not_is_a_refusal(self, client, url, template, world):
        world.refusals["create_report"] = Conflict("There is one already.", source="Tests", code="exists")
        assert "There is one already." in resolved(send(client, url, template))

    def test_an_answer_that_is_lost_is_read_back(self, client, url, template, world):
        world.lost_answers["create_report"] = LOST
        response = send(client, url, template)
        assert response["Location"] == reverse("report-detail", args=[Report.objects.get().pk])
        assert len(world.actions) == 1


class TestUnknownOutcome:
    @pytest.fixture
    def lost(self, client, url, template, world):
        """Asked, and neither answered nor there."""
        world.refusals["create_report"] = LOST
        return send(client, url, template)["Location"]

    def test_is_said_and_looked_into(self, client, lost):
        response = client.get(lost)
        assert "The outcome is not known yet" in text_of(parsed(response))
        assert 'data-live="5"' in resolved(response)

    def test_leads_to_the_report_when_it_appears(self, client, lost, world):
        world.put_report(records.report(status=ReportStatus.SUBMITTED))
        assert client.get(lost, headers=HTMX)["HX-Redirect"].startswith("/reports/")
        assert client.get(lost)["Location"] == reverse("report-detail", args=[Report.objects.get().pk])

    def test_ends_after_a_minute(self, client, lost, monkeypatch):
        monkeypatch.setattr("dashboard.services.reports.creating.LOOKED_FOR", timezone.timedelta(seconds=-1))
        response = client.get(lost)
        assert "It was probably not made" in resolved(response)
        assert "/reports/new/?run=" in resolved(response)

    def test_stays_open_while_the_source_is_away(self, client, lost, source):
        factories.make_failing(source)
        Source.objects.update(failures=5, next_sync_at=timezone.now() + timezone.timedelta(hours=1))
        assert "The outcome is not known yet" in resolved(client.get(lost))

    def test_is_nobody_elses(self, client, lost, person):
        other = factories.make_person("grace")
        client.force_login(other)
        assert client.get(lost).status_code == 404

    def test_of_a_refused_form_says_that(self, client, url, template, world):
        world.refusals["create_report"] = Conflict("No.", source="Tests")
        ticket = fields_of(parsed(client.get(url)))["ticket"]
        send(client, url, template, ticket=ticket)
        assert "It was not made. No." in text_of(parsed(client.get(f"/reports/new/{ticket}/")))


class TestOfAGroup:
    def test_it_is_made(self, client, run, template, world):
        group = factories.make_group(run.source, external_id=uuid_of("group"), runs=[run])
        world.catalogue = records.one_catalogue(groups=(RunGroupRecord(external_id=uuid_of("group")),))
        url = f"/reports/new/?group={group.pk}"
        assert "of the group broadinstitute/gatk#8485" in text_of(parsed(client.get(url)))
        send(client, url, template)
        report = Report.objects.get()
        assert report.group == group
        assert "broadinstitute/gatk#8485" in resolved(client.get(reverse("report-detail", args=[report.pk])))


class TestOfAFilter:
    def count(self, client, url, template, **data):
        return text_of(parsed(send(client, url, template, count="1", **{"limit": "", "sort": ""} | data)))

    def test_says_how_many_runs_it_would_choose(self, client, query_url, run, template):
        factories.make_test_run(run.test, status="failed", raw_status="testfailed", created_by="grace@example.com")
        assert "2 runs would be in the report" in text_of(parsed(client.get(query_url)))
        assert "1 run would be" in self.count(client, query_url, template, status="testfailed")
        assert "1 run would be in the report, of 2 runs that match" in self.count(
            client, query_url, template, limit="1"
        )
        assert "No mirrored run matches" in self.count(client, query_url, template, offset="2")
        assert "Not all of its runs are mirrored yet" in self.count(client, query_url, template)

    @pytest.mark.parametrize(
        ("data", "n"),
        [
            ({"name": "Sample 1 run"}, 1),
            ({"name": "sample 1 run"}, 0),
            ({"run_created_by": "ada@example.com"}, 1),
            ({"created_after": "2026-11-21T10:59:59"}, 1),
            ({"created_after": "2026-11-21T11:00:00"}, 0),
            ({"created_before": "2026-11-21T13:00:00+01:00"}, 1),
            ({"finished_after": "2026-11-21T12:00:00.000"}, 0),
            ({"finished_before": "2026-11-21T12:00:01"}, 1),
            ({"test_cromwell_job_id": "job-t"}, 1),
            ({"eval_cromwell_job_id": "job-t"}, 0),
            ({"eval_cromwell_job_id": "job-e"}, 1),
            ({"run_group_id": "00000000-0000-4000-8000-00000000ffff"}, 0),
        ],
    )
    def test_counts_by_every_parameter(self, client, query_url, run, data, n):
        workflows = [{"name": "test", "job_id": "job-t"}, {"name": "eval", "job_id": "job-e"}]
        run.detail.test_run = {"workflows": workflows}
        run.detail.save()
        text = self.count(client, query_url, ReportTemplate.objects.get(), **data)
        assert ("1 run would be" in text, "No mirrored run matches" in text) == (bool(n), not n)

    def test_runs_are_counted_below_a_template_or_a_pipeline_too(self, client, run, template):
        for parent, row in (("template", run.test.template), ("pipeline", run.test.template.pipeline)):
            url = f"/reports/new/?parent={parent}&parent_id={row.external_id}"
            assert "1 run would be in the report" in text_of(parsed(client.get(url)))

    def test_software_is_sent_and_not_counted_by(self, client, query_url, template, world):
        data = {"software_name": "gatk", "commit_or_tag": "v1, v2"}
        assert "Versions of software are not counted by" in self.count(client, query_url, template, **data)
        counted_and_sent(client, query_url, template, **data)
        [(_, asked)] = world.actions
        sent = json.loads(asked.query.filters["software_versions"])
        assert sent == {"name": "gatk", "commits_and_tags": ["v1", "v2"]}

    def test_the_count_comes_alone_by_htmx(self, client, query_url, template):
        page = fields_of(parsed(client.get(query_url)))
        response = client.post(query_url, {**page, "count": "1", "status": "succeeded"}, headers=HTMX)
        assert "1 run" in resolved(response)
        assert "<form" not in resolved(response)

    def test_what_is_wrong_with_it_is_said_in_place_of_the_count(self, client, query_url, template):
        page = fields_of(parsed(client.get(query_url)))
        typed = {"count": "1", "created_after": "lately"}
        response = client.post(query_url, {**page, **typed}, headers=HTMX)
        assert response.status_code == 200, "htmx shows nothing of another"
        text = resolved(response)
        assert '<a href="#id_created_after">Created after</a>: Write a time such as 2026-11-01T12:00:00.' in text
        assert "would be in the report" not in text
        assert "These runs cannot be counted." not in resolved(client.post(query_url, {**page, **typed}))

    def test_a_filter_that_was_not_counted_is_counted_first(self, client, query_url, template, world, run):
        typed = {
            "template": template.pk,
            "created_by": "ada@example.com",
            "status": "succeeded",
            "name": "Sample 1 run",
        }
        response = client.post(query_url, {**fields_of(parsed(client.get(query_url))), **typed})
        assert response.status_code == 422
        text = text_of(parsed(response))
        assert "The filter is not the one whose runs were counted." in text
        assert "1 run would be in the report" in text
        assert world.actions == []
        response = client.post(query_url, {**fields_of(parsed(response)), **typed, "name": ""})
        assert response.status_code == 422, "another filter again"
        assert client.post(query_url, {**fields_of(parsed(response)), **typed, "name": ""}).status_code == 302
        assert len(world.actions) == 1

    def test_the_filter_that_it_began_with_is_counted(self, client, query_url, template, world):
        typed = {"template": template.pk, "created_by": "ada@example.com", "sort": "desc(created_at)", "limit": "20"}
        assert client.post(query_url, {**fields_of(parsed(client.get(query_url))), **typed}).status_code == 302

    def test_it_is_made_of_a_new_group(self, client, query_url, template, world, run):
        data = {"status": "succeeded", "run_created_by": "ada@example.com", "limit": "7", "sort": "desc(created_at)"}
        response = counted_and_sent(client, query_url, template, **data)
        [(_, asked)] = world.actions
        assert (asked.query.parent, asked.query.parent_id) == (Parent.TEST, uuid_of("test"))
        expected = {"status": "succeeded", "created_by": "ada@example.com", "limit": "7", "sort": "desc(created_at)"}
        assert asked.query.filters == expected
        group, report = RunGroup.objects.get(), Report.objects.get()
        assert (report.group, group.kind, group.query["status"]) == (group, "query", "succeeded")
        assert response["Location"] == reverse("report-detail", args=[report.pk])

    def test_none_that_matches_is_a_refusal(self, client, query_url, template, world):
        response = counted_and_sent(client, query_url, template, status="evalfailed")
        assert response.status_code == 422
        assert "No run is like that." in resolved(response)

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"created_after": "lately"}, "Write a time such as 2026-11-01T12:00:00."),
            ({"sort": "desc(bogus)"}, "Runs are not sorted by “bogus”."),
            ({"software_name": "gatk"}, "Give its commits or tags"),
            ({"commit_count": "3"}, "Name the software whose versions these are."),
            ({"limit": "0"}, "greater than or equal to 1"),
            ({"run_group_id": "x"}, "Enter a valid UUID."),
        ],
    )
    def test_what_is_wrong_is_said(self, client, query_url, world, data, sentence):
        for button in ({}, {"count": "1"}):
            response = send(client, query_url, ReportTemplate.objects.get(), **data, **button)
            assert response.status_code == 422
            assert sentence in resolved(response)
        assert world.actions == []

    def test_the_address_fills_the_filter(self, client, query_url):
        text = resolved(client.get(f"{query_url}&status=testfailed&created_by=ada@example.com&limit=3"))
        assert '<option value="testfailed" selected>' in text
        assert 'name="run_created_by" value="ada@example.com"' in text

    def test_an_answer_that_is_lost_is_found_by_what_came_since(self, client, query_url, template, world, run):
        world.refusals["create_report"] = ServerError("It fell over.", source="Tests")
        address = counted_and_sent(client, query_url, template)["Location"]
        assert "The outcome is not known yet" in resolved(client.get(address))
        group = factories.make_group(
            run.source, kind="query", query={"limit": 20, "sort": "desc(created_at)", "test_id": uuid_of("test")}
        )
        report = factories.make_report(group=group, template=template, source=run.source, created_at=timezone.now())
        assert client.get(address)["Location"] == reverse("report-detail", args=[report.pk])
