"""The page of a run of a test: its way, why it failed, what it brought and what it was made from."""

import json

import pytest
from django.urls import reverse

from dashboard.domain.reports import ReportStatus
from dashboard.models import MirrorClock, Run
from dashboard.views.runs import phases as run_phases
from tests import factories
from tests.pages import parsed, resolved, text_of

pytestmark = pytest.mark.django_db

DETAIL = {
    "workflows": [
        {
            "name": "test",
            "wdl": "gs://wdl/test.wdl",
            "wdl_hash": "cf83e135",
            "dependencies": "",
            "dependencies_hash": "",
            "job_id": "07f1c284-0900",
            "inputs": {"HC.docker": "image_build:gatk|4.3.0.0"},
            "options": None,
        },
        {
            "name": "eval",
            "wdl": "carrot.example/api/v1/runs/1/eval_wdl",
            "wdl_hash": "",
            "dependencies": "https://example.com/deps.zip",
            "dependencies_hash": "d0d0",
            "job_id": "",
            "inputs": {"Eval.vcf": "test_output:HC.out_vcf"},
            "options": {"read_from_cache": False},
        },
    ],
    "errors": ["2023-02-16 17:49:01.123: Job aborted <b>", "second"],
    "software": [["gatk", "4.3.0.0"]],
}


def page(client, run, name="run-detail"):
    return client.get(reverse(name, args=[run.pk]))


def main(response):
    return text_of(next(parsed(response).iter("main")))


@pytest.fixture
def failed():
    source = factories.make_carrot()
    source.told = {"job_address": "http://cromwell.example:8000"}
    source.save()
    return factories.make_test_run(
        status="failed", phase="test", raw_status="testfailed", status_reason="Job aborted", detail=DETAIL
    )


class TestSteps:
    def words(self, run, *, is_built=False, reports=()):
        steps = run_phases.steps(run, is_built=is_built, reports=reports)
        assert [step["label"] for step in steps] == ["Build", "Test", "Eval", "Reports"]
        return [(step["state"], step["word"]) for step in steps]

    def test_a_run_that_is_through_has_all_behind_it(self):
        run = Run(status="completed")
        assert self.words(run, is_built=True) == [
            ("completed", "done"),
            ("completed", "done"),
            ("completed", "done"),
            ("pending", "none yet"),
        ]
        assert self.words(run)[0] == ("cancelled", "not needed")

    @pytest.mark.parametrize(
        ("status", "state", "word"),
        [
            ("failed", "failed", "failed"),
            ("cancelled", "cancelled", "cancelled"),
            ("running", "running", "now"),
            ("pending", "pending", "waiting"),
            ("provisioning", "provisioning", "begins"),
        ],
    )
    def test_the_stage_it_is_in_says_how_it_fares(self, status, state, word):
        run = Run(status=status, phase="test")
        ahead = "not reached" if run.is_finished else "not yet"
        assert self.words(run) == [("cancelled", "not needed"), (state, word), ("pending", ahead), ("pending", ahead)]

    def test_what_is_built_first_is_a_stage(self):
        assert self.words(Run(status="running", phase="build"), is_built=True)[:2] == [
            ("running", "now"),
            ("pending", "not yet"),
        ]

    def test_where_nobody_knows_none_is_reached(self):
        assert {word for _, word in self.words(Run(status="failed"))} == {"not reached"}
        assert {word for _, word in self.words(Run(status="pending"))} == {"not yet"}

    @pytest.mark.parametrize(
        ("states", "step"),
        [
            ([ReportStatus.SUCCEEDED, ReportStatus.FAILED], ("completed", "1 ready")),
            ([ReportStatus.SUCCEEDED, ReportStatus.RUNNING], ("running", "being made")),
            ([ReportStatus.FAILED], ("failed", "failed")),
        ],
    )
    def test_reports_are_the_last_stage(self, states, step):
        assert self.words(Run(status="completed"), reports=states)[-1] == step


class TestOverview:
    def test_a_failed_run_says_first_why_and_where(self, client, failed):
        shown = resolved(page(client, failed))
        text = main(page(client, failed))
        assert "It failed in the test phase Job aborted" in text
        assert "2023-02-16 17:49:01.123: Job aborted <b>" in text
        assert "<b>" not in shown[shown.index('id="why"') : shown.index('id="results"')]
        base = "http://cromwell.example:8000/api/workflows/v1/07f1c284-0900"
        assert shown.count(f'href="{base}/metadata" rel="noopener noreferrer"') == 2
        assert f'href="{base}/timing"' in shown
        assert 'data-copy="07f1c284-0900"' in shown
        assert text.index("It failed") < text.index("Results")

    def test_its_place_its_owner_and_the_sources_word_stand_above(self, client, failed):
        shown = resolved(page(client, failed))
        test = failed.test
        for name, target in (("tests", test), ("templates", test.template), ("pipelines", test.template.pipeline)):
            assert f'<a href="/{name}/{target.pk}/">{target}</a>' in shown
        assert "The source says: testfailed" in shown
        assert 'title="Owner"' in shown
        assert f'href="/runs/{failed.pk}/compare/"' in shown

    def test_results_are_a_table_with_numbers_as_numbers(self, client):
        run = factories.make_test_run(
            results={"F": 0.98765, "Note": "<i>fine</i>", "Plot": "gs://b/plot.png", "Page": "https://example.com/x"}
        )
        shown = resolved(page(client, run))
        assert '<td class="num" title="0.98765">0.98765</td>' in shown
        assert "&lt;i&gt;fine&lt;/i&gt;" in shown
        assert 'href="https://console.cloud.google.com/storage/browser/_details/b/plot.png"' in shown
        assert 'href="https://example.com/x" rel="noopener noreferrer"' in shown
        assert "Open on example.com" in main(page(client, run))
        assert "<img" not in shown

    def test_a_picture_that_we_may_fetch_is_shown(self, client):
        run = factories.make_test_run(results={"Plot": "http://carrot.example:8091/files/plot.png"})
        result = run.results.get()
        shown = resolved(page(client, run))
        assert f'<img class="preview" src="/runs/{run.pk}/results/{result.pk}/" alt="Plot" loading="lazy">' in shown

    def test_files_of_a_run_that_is_gone_are_told_and_lead_nowhere(self, client):
        address = "http://carrot.example:8091/files/plot.png"
        run = factories.make_test_run(results={"Plot": address}, is_gone=True, gone_at=factories.NOW)
        shown = page(client, run)
        assert address in main(shown)
        assert "the files that it brought may be gone, too." in main(shown)
        assert f'href="{address}"' not in resolved(shown)
        assert f"/runs/{run.pk}/results/" not in resolved(shown)

    def test_groups_and_software_are_listed(self, client, failed):
        factories.make_group(runs=[failed])
        text = main(page(client, failed))
        assert "broadinstitute/gatk#8485 Pull request" in text
        assert "gatk 4.3.0.0" in text

    def test_a_build_by_tag_has_its_commit_where_the_source_tells_it(self, client, failed):
        failed.source.told = {"software": {"gatk": {"4.3.0.0": "ca82a6dff817"}}}
        failed.source.save()
        assert "gatk 4.3.0.0 (commit ca82a6dff817)" in main(page(client, failed))

    @pytest.mark.parametrize(("errors", "n"), [(DETAIL["errors"], 0), ([], 1)])
    def test_that_no_reason_was_given_is_said_only_where_nothing_is_quoted(self, client, errors, n):
        run = factories.make_test_run(status="failed", status_reason="", detail=DETAIL | {"errors": errors})
        assert main(page(client, run)).count("The source gave no reason.") == n

    def test_commands_can_be_copied(self, client, failed):
        assert f"carrot_cli run find_by_id {failed.external_id}" in main(page(client, failed))

    def test_a_run_that_succeeded_folds_its_errors(self, client):
        run = factories.make_test_run(detail=DETAIL)
        assert "2 errors on the way; it succeeded all the same" in main(page(client, run))

    def test_without_results_test_and_details_it_is_a_page_all_the_same(self, client):
        run = factories.make_test_run(status="running", phase="")
        run.detail.delete()
        Run.objects.filter(pk=run.pk).update(test=None)
        text = main(page(client, run))
        assert "None yet." in text
        assert "Compare with previous run" not in text

    def test_its_tabs_are_those_of_a_test(self, client, failed):
        tabs = next(tag for tag in parsed(page(client, failed)).iter("nav") if tag.get("class") == "tabs")
        assert [text_of(tab) for tab in tabs] == ["Overview", "Inputs", "Reports", "History", "Notes"]

    def test_a_poll_brings_the_page_of_the_same_kind(self, client):
        run = factories.make_test_run(status="running", phase="build")
        answer = client.get(f"/runs/{run.pk}/?v=0.0", headers={"hx-request": "true"})
        assert "How far it has come" in answer.content.decode()
        factories.touch(run, status="completed")
        answer = client.get(f"/runs/{run.pk}/?v=0.0", headers={"hx-request": "true"})
        assert "0 results" in answer["HX-Trigger"]


class TestReports:
    HTMX = {"hx-request": "true"}

    def told(self, response, name):
        """What the page's live part says of itself."""
        return next(tag for tag in parsed(response).iter("div") if tag.get("id") == "run-page").get(name)

    def test_a_finished_run_is_live_while_a_report_of_it_is_made(self, client):
        run = factories.make_test_run()
        report = factories.make_report(run, status=ReportStatus.RUNNING)
        shown = page(client, run)
        assert self.told(shown, "data-live") == "3"
        asked = f"/runs/{run.pk}/?v={self.told(shown, 'data-version')}"
        assert client.get(asked, headers=self.HTMX).status_code == 204
        report.status, report.version = ReportStatus.SUCCEEDED, MirrorClock.tick()
        report.save()
        answer = client.get(asked, headers=self.HTMX).content.decode()
        assert "1 ready" in answer
        assert "data-live" not in answer

    def test_they_have_a_tab_of_their_own(self, client):
        run = factories.make_test_run()
        factories.make_report(run)
        text = main(page(client, run, "run-reports"))
        assert "Summary" in text
        assert "Create report" in text

    def test_without_an_open_report_it_is_not(self, client):
        run = factories.make_test_run()
        factories.make_report(run)
        factories.make_report(run, status=ReportStatus.RUNNING, is_gone=True)
        assert self.told(page(client, run), "data-live") is None


class TestInputs:
    def test_workflows_with_their_files_inputs_and_options(self, client, failed):
        shown = resolved(page(client, failed, "run-inputs"))
        text = main(page(client, failed, "run-inputs"))
        assert "Test workflow" in text
        assert "image_build:gatk|4.3.0.0" in text
        assert "read_from_cache" in text
        assert 'data-copy="cf83e135"' in shown
        assert 'href="https://console.cloud.google.com/storage/browser/_details/wdl/test.wdl"' in shown
        assert 'href="https://example.com/deps.zip"' in shown
        assert 'data-copy="carrot.example/api/v1/runs/1/eval_wdl"' in shown
        assert text.count("Options") == 1

    def test_a_run_that_was_not_read_whole_says_so(self, client):
        run = factories.make_test_run()
        assert "Nothing is told of its workflows" in main(page(client, run, "run-inputs"))


class TestDetails:
    def test_results_and_errors_are_in_the_json(self, client, failed):
        [told] = json.loads(b"".join(client.get("/runs/details.json?q=kind:test").streaming_content))
        assert told["test"] == failed.test.path
        assert told["errors"] == DETAIL["errors"]
        assert (told["phase"], told["created_by"], told["results"]) == ("test", "ada@example.com", {})

    def test_errors_are_on_the_page(self, client, failed):
        assert "second" in main(client.get("/runs/details/?q=kind:test"))
