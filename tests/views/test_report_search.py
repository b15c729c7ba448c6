"""The search box finds a report by its two ids, its address or its client's command; asked for once where it is new."""

import pytest
from django.urls import reverse

from dashboard.domain.errors import ServerError
from dashboard.domain.reports import ReportKey, SubjectKind
from dashboard.models import Report, Source
from dashboard.services.reports.mentions import keys
from tests import factories
from tests.contract import records
from tests.contract.records import uuid_of
from tests.views.reporting import run, source, template, world

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
