"""Where reports of sources are begun: the page that asks what one is to be of, and the links that lead to its form."""

import pytest

from dashboard.models import Source
from tests import factories
from tests.pages import parsed, resolved, row_ids, text_of
from tests.views.reports.reporting import run, source, template, world

__all__ = ["run", "source", "template", "world"]

pytestmark = pytest.mark.django_db


class TestChoice:
    """What a report is to be of."""

    def options(self, response):
        return [text_of(each) for each in parsed(response).iter("option")]

    def test_groups_and_all_that_is_tested_are_offered(self, client, run):
        factories.make_group(run.source)
        paths = ["HaplotypeCaller", "HaplotypeCaller › Precision", "HaplotypeCaller › Precision › NA12878 WGS"]
        assert self.options(client.get("/reports/new/")) == [
            f"{name} · Tests" for name in ["broadinstitute/gatk#8485", *paths]
        ]

    def test_what_cannot_be_reported_on_is_not_offered(self, client, run):
        factories.make_group(run.source, is_gone=True)
        factories.make_pipeline_test("Other", source=factories.make_source(kind="harbor"))
        assert len(self.options(client.get("/reports/new/"))) == 3

    @pytest.mark.parametrize(
        ("text", "n"),
        [
            ("gatk", 1), ("gatk#8485", 1), ("broadinstitute/gatk#8486", 0), ("query", 1), ("abcd", 1), ("haplotype", 3),
            ("HaplotypeCaller na12878", 1), ("precision", 2), ("nothing", 0), ("²", 0), ("", 5),
        ],
    )  # fmt: skip
    def test_it_is_searched(self, client, run, text, n):
        factories.make_group(run.source)
        factories.make_group(run.source, kind="query", external_id="abcd0000-0000-4000-8000-000000000000")
        response = client.get("/reports/new/", {"q": text})
        assert len(self.options(response)) == n
        assert ("Nothing that reports are made of matches." in resolved(response)) == (n == 0)
        assert f'name="q" value="{text}"' in resolved(response)

    def test_it_says_where_not_all_are_offered(self, client, run, monkeypatch):
        said = "Only the first 1 are offered: search for the others."
        assert said not in resolved(client.get("/reports/new/"))
        monkeypatch.setattr("dashboard.services.reports.beginnings.MOST_OFFERED", 1)
        factories.make_pipeline_test("Another", source=run.source)
        text = resolved(client.get("/reports/new/"))
        assert text.count(said) == 1
        assert "Another" in text
        assert "NA12878 WGS" not in text
        assert "NA12878 WGS" in resolved(client.get("/reports/new/?q=na12878"))

    def test_a_name_that_two_runs_have_is_said(self, client, run):
        factories.make_test_run(run.test, name=run.name)
        response = client.get("/reports/new/?run=Sample+1+run")
        assert response.status_code == 422
        text = resolved(response)
        assert "More than one run is called so." in text
        assert "There is no such thing" not in text
        [listed] = [each.get("href") for each in parsed(response).iter("a") if text_of(each) == "Show them"]
        assert len(row_ids(client.get(listed), "run")) == 2

    def test_a_name_that_two_tests_have_is_said_and_both_are_offered(self, client, run):
        factories.make_pipeline_test(run.test.name, source=run.source, template="Recall")
        response = client.get("/reports/new/?parent=test&parent_id=NA12878+WGS")
        assert response.status_code == 422
        assert "More than one is called so." in resolved(response)
        assert len(self.options(response)) == 2


class TestLinks:
    """*Create report* on the pages of what reports are made of."""

    def link(self, client, url):
        [head] = [each for each in parsed(client.get(url)).iter("div") if each.get("class") == "page-head"]
        return [each.get("href") for each in head.iter("a") if text_of(each) == "Create report"]

    def test_of_what_is_tested(self, client, run):
        test = run.test
        pages = [("pipelines", "pipeline", test.template.pipeline), ("templates", "template", test.template)]
        for path, parent, row in [*pages, ("tests", "test", test)]:
            [url] = self.link(client, f"/{path}/{row.pk}/")
            assert url == f"/reports/new/?parent={parent}&parent_id={row.pk}"
            assert f"of the runs below the {parent} HaplotypeCaller" in text_of(parsed(client.get(url)))

    def test_of_a_run_of_a_test(self, client, run):
        assert self.link(client, f"/runs/{run.pk}/") == [f"/reports/new/?run={run.pk}"]

    def test_not_of_what_is_gone(self, client, run):
        run.is_gone = run.test.is_gone = True
        run.save()
        run.test.save()
        assert self.link(client, f"/runs/{run.pk}/") == []
        assert self.link(client, f"/tests/{run.test.pk}/") == []

    def test_not_where_the_source_makes_none(self, client, run):
        Source.objects.update(told={"without": {"reports": "It was set up without."}})
        assert self.link(client, f"/runs/{run.pk}/") == []
        assert self.link(client, f"/tests/{run.test.pk}/") == []
