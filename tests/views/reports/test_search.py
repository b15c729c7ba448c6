"""The search box finds a report by its two ids, its address or its client's command; asked for once where it is new."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dashboard.domain.errors import ServerError
from dashboard.domain.reports import ReportKey, ReportMaker, SubjectKind
from dashboard.models import Report, Source
from dashboard.services.reports.mentions import keys
from tests import factories
from tests.contract import records
from tests.contract.records import uuid_of
from tests.pages import classed, parsed, row_ids, text_of
from tests.views.reports.reporting import run, source, template, world

__all__ = ["run", "source", "template", "world"]

RUN, TEMPLATE = uuid_of("run"), uuid_of("report")
WAYS = [
    f"{RUN} {TEMPLATE}",
    f"{RUN.upper()}/{TEMPLATE}",
    f"http://carrot.example:8091/api/v1/runs/{RUN}/reports/{TEMPLATE}",
    f"/api/v1/runs/{RUN}/reports/{TEMPLATE}?x=1",
    f"carrot_cli run find_report_by_ids {RUN} {TEMPLATE}",
    f"run/{RUN}/{TEMPLATE} report",
]


def found(client, text):
    response = client.get("/search/", {"q": text})
    return response.headers.get("Location", "")


@pytest.mark.django_db
class TestSearch:
    @pytest.mark.parametrize("text", WAYS)
    def test_finds_what_is_mirrored(self, client, run, template, text, world):
        report = factories.make_report(run, template=template)
        assert found(client, text) == reverse("report-detail", args=[report.pk])
        assert world.reports_asked == []

    @pytest.mark.parametrize("text", WAYS)
    def test_asks_the_source_for_what_is_not(self, client, run, template, world, text):
        world.put_report(records.report())
        address = found(client, text)
        assert address == reverse("report-detail", args=[Report.objects.get().pk])

    def test_what_no_source_has_is_asked_for_once_in_a_while(self, client, run, world):
        for _ in range(3):
            found(client, WAYS[2])
        assert world.reports_asked == [f"run/{RUN}/{TEMPLATE}"]

    def test_a_source_that_fails_or_is_paused_is_no_answer(self, client, run, world):
        world.report_failures[f"run/{RUN}/{TEMPLATE}"] = ServerError("It fell over.", source="Tests")
        assert "/reports/" not in found(client, WAYS[0])
        Source.objects.update(is_paused=True)
        n = len(world.reports_asked)
        found(client, f"{TEMPLATE} {RUN}")
        assert len(world.reports_asked) == n

    @pytest.mark.parametrize("spell", [str, str.upper])
    def test_the_id_of_its_workflow_job_names_it(self, client, run, template, world, spell):
        job = uuid_of("job")
        factories.make_report(run, job_id=job, is_gone=True)
        report = factories.make_report(run, template=template, job_id=job)
        factories.make_report(run, job_id="")
        assert found(client, spell(job)) == f"/reports/{report.pk}/"
        assert "/reports/" not in found(client, uuid_of("another job"))

    def test_an_address_of_ours(self, client, run, template):
        report = factories.make_report(run, template=template)
        assert found(client, f"http://testserver/reports/{report.pk}/") == f"/reports/{report.pk}/"
        assert found(client, f"/reports/{report.pk}/files/html_report/") == f"/reports/{report.pk}/"
        assert f"/reports/{report.pk}/" not in found(client, f"http://elsewhere.example/reports/{report.pk}/")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"{RUN} {TEMPLATE}", ["run", "run_group"]),
        (f"{RUN},{TEMPLATE}", ["run", "run_group"]),
        (f"carrot_cli run_group find_report_by_ids {RUN} {TEMPLATE}", ["run_group"]),
        (f"/run-groups/{RUN}/reports/{TEMPLATE}", ["run_group"]),
        (f"/runs/{RUN}/reports/{TEMPLATE}", ["run"]),
        (f"/harbor/runs/{RUN}/trials/{TEMPLATE}", []),
        (RUN, []),
        (f"{RUN} {TEMPLATE} {RUN}", []),
        ("a report", []),
    ],
)
def test_which_reports_a_text_may_mean(text, kinds):
    assert keys(text) == [ReportKey(SubjectKind(kind), RUN, TEMPLATE) for kind in kinds]


@pytest.mark.django_db
class TestWords:
    """Reports are found by what they are called, and by all that their list's words look in."""

    def shown(self, client, text):
        [section] = [
            each
            for each in classed(parsed(client.get("/search/", {"q": text})), "section", "section")
            if each.get("aria-label") == "Reports"
        ]
        rows = [
            (" | ".join(text_of(cell) for cell in row), row.find(".//a").get("href"))
            for row in section.find(".//tbody").iter("tr")
        ]
        return rows, section.find(".//a")

    def test_the_only_one_is_opened(self, client, run, template):
        report = factories.make_report(run, template=template)
        assert found(client, "concordance") == f"/reports/{report.pk}/"
        own = factories.make_report(run, maker=ReportMaker.QUAYSIDE, title="Weekly summary")
        assert found(client, "weekly") == f"/reports/{own.pk}/"

    def test_several_are_shown_the_newest_first_with_what_they_are_of(self, client, run, template):
        group = factories.make_group(run.source, runs=[run])
        runs = [factories.make_test_run(run.test, name=f"run {number}") for number in range(5)]
        later = factories.NOW + timedelta(days=1)
        of_group = factories.make_report(template=template, group=group)
        own = factories.make_report(*runs, maker=ReportMaker.QUAYSIDE, title="Our concordance", created_at=later)
        rows, link = self.shown(client, "concordance")
        assert [url for _, url in rows] == [f"/reports/{own.pk}/", f"/reports/{of_group.pk}/"]
        assert rows[0][0].startswith("Our concordance | run ")
        assert rows[0][0].endswith(" and 2 more")
        assert rows[1][0] == "Concordance | broadinstitute/gatk#8485"
        assert (text_of(link), link.get("href")) == ("2 reports in the list", "/reports/?q=concordance")
        assert len(row_ids(client.get(link.get("href")), "report")) == 2

    def test_the_run_that_is_not_mirrored_is_named_by_its_id(self, client, run, template):
        for number in range(2):
            factories.make_report(run, template=template, external_id=f"run/x/{number}").runs.clear()
        rows, _ = self.shown(client, "concordance")
        assert rows[0][0] == f"Concordance | {run.external_id}"
