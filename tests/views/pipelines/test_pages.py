"""The pages of what is tested: what one reads on them, and where they lead."""

from datetime import timedelta

import pytest

from dashboard.domain.pipelines import GroupKind
from dashboard.domain.statuses import RunStatus
from dashboard.models import Pipeline
from tests.factories import (
    NOW,
    make_carrot,
    make_failing,
    make_group,
    make_healthy,
    make_pipeline_test,
    make_run,
    make_source,
    make_test_run,
    touch,
)
from tests.pages import classed, parsed, resolved, row_ids, text_of

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}


@pytest.fixture
def test():
    defaults = {"test_input": {"HC.docker": "image_build:gatk|1"}, "eval_options": None}
    return make_pipeline_test(description="Whole genome", defaults=defaults)


def at(hours, test, **fields):
    return make_test_run(test, started_at=NOW + timedelta(hours=hours), **fields)


def built_of(version, **told):
    inputs = {"HC.docker": f"image_build:gatk|{version}", "HC.bam": "gs://b/x.bam"}
    workflows = [{"name": "test", "inputs": inputs, "options": None}]
    return {"workflows": workflows, "errors": [], "software": [["gatk", version]]} | told


def page_of(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return resolved(response), parsed(response)


def links(tree):
    return {text_of(link): link.get("href") for link in tree.iter("a")}


def cells(tree):
    return [[text_of(cell) for cell in row if cell.tag in {"td", "th"}] for row in tree.iter("tr")][1:]


class TestList:
    def test_it_says_of_each_pipeline_what_it_has(self, client, test):
        at(0, test, status=RunStatus.FAILED)
        _, tree = page_of(client, "/pipelines/")
        [row] = cells(tree)
        assert "Pull requests and groups" not in text_of(tree)
        assert row[:6] == ["HaplotypeCaller", "Pipelines", "1", "1", "1", "Failed"]
        assert links(tree)["HaplotypeCaller"] == f"/pipelines/{test.template.pipeline_id}/"

    def test_the_newest_groups_lead_to_their_pages_and_say_how_their_runs_fare(self, client, test):
        runs = [at(0, test), at(1, test), at(2, test, status=RunStatus.FAILED)]
        pull = make_group(runs=runs, created_at=NOW)
        chosen = make_group(kind=GroupKind.QUERY, created_at=NOW + timedelta(hours=1), is_gone=True)
        response = client.get("/pipelines/")
        assert row_ids(response, "group") == [chosen.pk, pull.pk]
        rows = [row[:5] for row in cells(parsed(response)) if row[1] in {"Pull request", "Runs of a filter"}]
        assert rows == [
            [f"gone {chosen}", "Runs of a filter", "none here", "–", "–"],
            [str(pull), "Pull request", "2 completed 1 failed", "b" * 8, "a" * 8],
        ]
        assert links(parsed(response))[str(pull)] == f"/groups/{pull.pk}/"

    def test_of_many_groups_the_newest_twenty_are_listed(self, client, test):
        made = [make_group(test.source, created_at=NOW + timedelta(hours=hour)) for hour in range(22)]
        response = client.get("/pipelines/")
        assert row_ids(response, "group") == [group.pk for group in reversed(made[2:])]
        assert "the newest 20 of 22" in resolved(response)

    def test_it_is_sorted_by_any_column_with_what_is_unknown_last(self, client, test):
        at(0, test)
        other = make_pipeline_test("Other", pipeline="a pipeline", template="x")
        own, other = test.template.pipeline_id, other.template.pipeline_id
        for sort, order in {"": [other, own], "-name": [own, other], "-runs": [own, other], "runs": [other, own],
                            "last": [own, other], "-last": [own, other], "nonsense": [other, own]}.items():  # fmt: skip
            assert row_ids(client.get(f"/pipelines/?sort={sort}"), "pipeline") == order, sort

    def test_without_any_it_says_why(self, client):
        make_source()
        assert "No source tests pipelines" in page_of(client, "/pipelines/")[0]
        make_carrot()
        text, tree = page_of(client, "/pipelines/")
        assert "No pipelines yet" in text
        assert links(tree)["Pipelines"] == "/pipelines/"

    def test_the_way_there_is_shown_only_where_something_is_tested(self, client):
        make_source()
        assert "Pipelines" not in links(page_of(client, "/runs/")[1])
        make_carrot()
        assert links(page_of(client, "/runs/")[1])["Pipelines"] == "/pipelines/"

    def test_a_source_that_fails_is_told(self, client, test):
        make_failing(test.source, error="Nobody answers.")
        assert "Nobody answers." in page_of(client, "/pipelines/")[0]

    def test_pages_are_turned(self, client, test):
        Pipeline.objects.bulk_create(
            Pipeline(source=test.source, external_id=f"p{n}", name=f"pipeline {n:02}") for n in range(60)
        )
        assert len(row_ids(client.get("/pipelines/"), "pipeline")) == 50
        assert len(row_ids(client.get("/pipelines/?page=2"), "pipeline")) == 11


class TestPipelineAndTemplate:
    def test_a_pipeline_leads_to_its_templates_tests_and_their_last_runs(self, client, test):
        runs = [at(hour, test, status=RunStatus.FAILED if hour % 2 else RunStatus.COMPLETED) for hour in range(3)]
        _, tree = page_of(client, f"/pipelines/{test.template.pipeline_id}/")
        found = links(tree)
        assert found["Precision"] == f"/templates/{test.template_id}/"
        assert found["NA12878 WGS"] == f"/tests/{test.pk}/"
        assert found["In the list of runs"] == "/runs/?q=pipeline%3AHaplotypeCaller"
        [strip] = classed(tree, "strip")
        assert [link.get("href") for link in strip.iter("a")] == [f"/runs/{run.pk}/" for run in runs]
        assert [text_of(link).split(",")[0] for link in strip.iter("a")] == ["completed", "failed", "completed"]

    def test_a_template_says_its_workflows_and_a_description_is_escaped(self, client, test):
        template = test.template
        template.test_wdl, template.description, template.is_gone = "gs://b/test.wdl", "<script>x</script>", True
        template.save()
        text, tree = page_of(client, f"/templates/{template.pk}/")
        assert "gs://b/test.wdl" in text
        assert "<script>x" not in text
        assert "What was mirrored of it stays." in text
        assert [row[0] for row in cells(tree)] == ["NA12878 WGS Whole genome"]

    def test_what_is_empty_says_so(self, client, test):
        pipeline = Pipeline.objects.create(source=test.source, external_id="p", name="empty")
        text, _ = page_of(client, f"/pipelines/{pipeline.pk}/")
        assert "It has no template yet" in text
        assert "No test has been made of it yet" in text
        assert "no run yet" in page_of(client, f"/templates/{test.template_id}/")[0]

    @pytest.mark.parametrize(
        "path", ["/pipelines/99/", "/templates/99/", "/tests/99/", "/groups/99/", "/runs/99/compare/"]
    )
    def test_what_is_not_there_is_404(self, client, path):
        assert client.get(path).status_code == 404


class TestHistory:
    def test_it_charts_numbers_and_has_the_same_numbers_in_a_table(self, client, test):
        first = at(0, test, results={"F1": 0.9, "plot": "gs://b/c/plot.png"}, detail=built_of("a" * 40))
        last = at(1, test, results={"F1": 0.95, "note": "x" * 60})
        text, tree = page_of(client, f"/tests/{test.pk}/")
        assert 'aria-label="F1: 2 values, first 0.9, last 0.95, lowest 0.9, highest 0.95, change +0.05"' in text
        assert text.count('<svg class="chart"') == 1
        newest, oldest = cells(tree)
        assert newest[0] == last.name
        assert newest[4:8] == ["0.95 change +0.05", "x" * 39 + "…", "–", "–"]
        assert oldest[4:8] == ["0.9", "–", "plot.png", "gatk aaaaaaaaaa"]
        assert links(tree)[f"Compare {last.name} with the run before"] == f"/runs/{last.pk}/compare/"
        assert [link.get("href") for link in classed(tree, "cell")] == [f"/runs/{first.pk}/", f"/runs/{last.pk}/"]

    def test_it_is_filtered_by_state_and_turned_by_pages(self, client, test):
        failed = at(0, test, status=RunStatus.FAILED, raw_status="testfailed")
        for hour in range(1, 27):
            at(hour, test)
        _, tree = page_of(client, f"/tests/{test.pk}/?status=failed")
        assert [row[0] for row in cells(tree)] == [failed.name]
        assert "Failed test" in cells(tree)[0][1]
        assert {"All 27", "Completed 26", "Failed 1"} <= set(links(tree))
        assert len(row_ids(client.get(f"/tests/{test.pk}/?size=25&page=2"))) == 2
        assert len(row_ids(client.get(f"/tests/{test.pk}/?status=nonsense"))) == 27
        assert "No run is in this state" in page_of(client, f"/tests/{test.pk}/?status=cancelled")[0]

    def test_results_that_few_runs_have_are_named(self, client, test):
        at(0, test, results={f"r{number:02}": number for number in range(14)})
        assert "Not shown, for fewer runs have them: r12, r13." in page_of(client, f"/tests/{test.pk}/")[0]

    def test_runs_that_are_gone_or_of_unknown_time_are_marked(self, client, test):
        at(0, test, is_gone=True)
        make_test_run(test, started_at=None)
        gone, timeless = cells(page_of(client, f"/tests/{test.pk}/")[1])
        assert gone[0].startswith("gone ")
        assert timeless[2] == "–"

    def test_a_test_without_runs_says_so_and_what_they_will_begin_from(self, client, test):
        text, _ = page_of(client, f"/tests/{test.pk}/")
        assert "No run of this test yet" in text
        assert "Test inputs" in text
        assert "image_build:gatk|1" in text
        assert "Evaluation options" not in text

    def test_a_poll_brings_the_live_part_only_when_a_run_changed(self, client, test):
        run = at(0, test, status=RunStatus.RUNNING)
        [live] = [
            tag for tag in parsed(client.get(f"/tests/{test.pk}/")).iter("div") if tag.get("id") == "test-history"
        ]
        assert client.get(live.get("hx-get"), headers=HTMX).status_code == 204
        touch(run, status=RunStatus.FAILED)
        response = client.get(live.get("hx-get"), headers=HTMX)
        assert response.status_code == 200
        assert "Failed" in resolved(response)
        assert "<html" not in response.content.decode()

    def test_a_poll_brings_that_its_source_fails_and_that_it_is_back(self, client, test):
        def poll_of(response):
            return next(tag for tag in parsed(response).iter("div") if tag.get("id") == "test-history").get("hx-get")

        at(0, test)
        page = client.get(f"/tests/{test.pk}/")
        make_failing(test.source, error="Nobody answers.")
        failing = client.get(poll_of(page), headers=HTMX)
        assert resolved(failing).count("Nobody answers.") == 1
        assert f'name="next" value="/tests/{test.pk}/"' in resolved(failing)
        assert resolved(client.get(f"/tests/{test.pk}/")).count("Nobody answers.") == 1
        make_healthy(test.source)
        assert "Nobody answers." not in resolved(client.get(poll_of(failing), headers=HTMX))

    def test_names_are_escaped(self, client, test):
        at(0, test, name='"><script>x</script>', results={"<b>": 1, "t": "<i>"}, detail=built_of("<u>"))
        text, _ = page_of(client, f"/tests/{test.pk}/")
        assert not [bad for bad in ("<script>x", "<b>", "<i>", "<u>") if bad in text]


class TestComparison:
    def test_it_is_with_the_run_before_inputs_that_differ_first(self, client, test):
        before = at(0, test, results={"F1": 0.5, "same": 1, "old": "text"}, detail=built_of("4.1", errors=["it broke"]))
        after = at(1, test, results={"F1": 0.75, "same": 1, "new": "x" * 400}, detail=built_of("4.2"))
        text, tree = page_of(client, f"/runs/{after.pk}/compare/")
        assert [text_of(heading) for heading in tree.iter("h2")][:2] == [
            f"Older {before.name}", f"Newer {after.name}",
        ]  # fmt: skip
        rows = cells(tree)
        assert ["HC.docker", "test input", "image_build:gatk|4.1", "image_build:gatk|4.2"] in rows
        assert "1 input the same in both" in text
        assert ["F1", "0.5", "0.75", "higher by 0.25", "+50.0 %"] in rows
        assert ["same", "1", "1", "same", "0.0 %"] in rows
        assert ["old", "text", "missing", "only in the older", ""] in rows
        assert ["new", "missing", "x" * 300 + "…", "only in the newer", ""] in rows
        assert text.index("Inputs that differ") < text.index(">Results<")
        assert "it broke" in text
        assert "3 of 4 differ; a difference is newer less older" in text
        assert "Files" not in [text_of(heading) for heading in tree.iter("h2")]

    def test_files_stand_apart_and_are_not_compared(self, client, test):
        before = at(0, test, results={"F1": 0.5, "plot": "gs://b/1/plot.png", "log": "gs://b/1/log.txt"})
        after = at(1, test, results={"F1": 0.5, "plot": "http://carrot.example:8091/plot.png"}, status="running")
        text, tree = page_of(client, f"/runs/{after.pk}/compare/")
        assert "0 of 1 differ" in text
        assert ["log", "gs://b/1/log.txt Open in Google’s console: log", "not yet"] in cells(tree)
        [plot] = [row for row in tree.iter("tr") if text_of(row[0]) == "plot"]
        assert [link.get("href") for link in plot.iter("a")] == [
            "https://console.cloud.google.com/storage/browser/_details/b/1%2Fplot.png",
            "http://carrot.example:8091/plot.png",
            f"/runs/{after.pk}/results/{after.results.get(name='plot').pk}/",
        ]
        before.results.filter(name="F1").delete()
        after.results.all().delete()
        touch(after, status=RunStatus.FAILED)
        text, tree = page_of(client, f"/runs/{after.pk}/compare/")
        assert "All results are files." in text
        assert cells(tree)[-1][-1] == "missing"

    def test_results_that_a_run_has_not_brought_yet_are_no_difference(self, client, test):
        at(0, test, results={"F1": 0.5, "note": "fine"})
        after = at(1, test, status=RunStatus.RUNNING, phase="eval")
        text, tree = page_of(client, f"/runs/{after.pk}/compare/")
        assert ["F1", "0.5", "not yet", "not known yet", ""] in cells(tree)
        assert "0 of 2 differ, 2 not known yet;" in text

    def test_stacked_on_a_narrow_screen_every_cell_says_what_it_is(self, client, test):
        at(0, test, results={"F1": 0.5}, detail=built_of("4.1"))
        after = at(1, test, results={"F1": 0.75}, detail=built_of("4.2"))
        _, tree = page_of(client, f"/runs/{after.pk}/compare/")
        tables = [[cell.get("data-label") for cell in table.iter("td")] for table in tree.iter("table")]
        assert tables == [["In", "Older", "Newer"]] * 2 + [["Older", "Newer", "Difference", "Relative"]]

    def test_another_run_may_be_named_and_a_different_test_is_told(self, client, test):
        run = at(0, test, results={"n": 2})
        other = at(1, make_pipeline_test("Other"), results={"n": 1})
        text, tree = page_of(client, f"/runs/{run.pk}/compare/?with={other.pk}")
        assert "These are runs of different tests." in text
        assert ["n", "2", "1", "lower by 1", "−50.0 %"] in cells(tree)
        assert "The inputs of neither are known." in text

    def test_the_older_stands_first_whichever_was_chosen(self, client, test):
        older, newer = at(0, test, results={"n": 2}), at(1, test, results={"n": 3})
        for one, other in ((older, newer), (newer, older)):
            _, tree = page_of(client, f"/runs/{one.pk}/compare/?with={other.pk}")
            assert [text_of(heading) for heading in tree.iter("h2")][:2] == [
                f"Older {older.name}", f"Newer {newer.name}",
            ]  # fmt: skip
            assert ["n", "2", "3", "higher by 1", "+50.0 %"] in cells(tree)

    def test_where_a_creation_is_not_known_none_is_called_older(self, client, test):
        one, other = at(0, test, results={"n": "a"}), make_test_run(test, started_at=None)
        _, tree = page_of(client, f"/runs/{one.pk}/compare/?with={other.pk}")
        assert [text_of(heading) for heading in tree.iter("h2")][:2] == [f"First {other.name}", f"Second {one.name}"]
        assert ["n", "missing", "a", "only in the second", ""] in cells(tree)

    def test_the_first_run_of_a_test_may_be_compared_with_another(self, client, test):
        first = at(0, test)
        later = at(1, test)
        text, tree = page_of(client, f"/runs/{first.pk}/compare/")
        assert "There is no run before it" in text
        assert [option.get("value") for option in tree.iter("option")] == ["", str(later.pk)]
        text, _ = page_of(client, f"/runs/{first.pk}/compare/?with={later.pk}")
        assert "Neither run has results." in text

    def test_what_is_no_run_of_a_test_is_not_compared(self, client, test):
        evaluation = make_run(make_source())
        assert "Only runs of tests are compared here" in page_of(client, f"/runs/{evaluation.pk}/compare/")[0]
        run = at(0, test)
        assert client.get(f"/runs/{run.pk}/compare/?with={evaluation.pk}").status_code == 404
        assert client.get(f"/runs/{run.pk}/compare/?with=999").status_code == 404

    def test_a_run_whose_test_is_unknown_has_nothing_before_it(self, client):
        run = make_run(make_carrot(), kind="test", started_at=NOW)
        text, tree = page_of(client, f"/runs/{run.pk}/compare/")
        assert "There is no run before it" in text
        assert links(tree)[run.name] == f"/runs/{run.pk}/"


class TestGroup:
    def test_a_pull_request_has_base_and_head_side_by_side(self, client, test):
        base, head = "b" * 40, "a" * 40
        runs = [
            at(0, test, results={"F1": 0.5}, detail=built_of(head)),
            at(1, test, results={"F1": 0.25}, detail=built_of(base)),
        ]
        group = make_group(runs=runs, test_input_key="HC.docker")
        text, tree = page_of(client, f"/groups/{group.pk}/")
        found = links(tree)
        assert found["broadinstitute/gatk#8485"] == "https://github.com/broadinstitute/gatk/pull/8485"
        assert found[base] == f"https://github.com/broadinstitute/gatk/commit/{base}"
        assert [text_of(h) for h in tree.iter("h2")][:2] == [f"Base {runs[1].name}", f"Head {runs[0].name}"]
        assert ["F1", "0.25", "0.5", "higher by 0.25", "+100.0 %"] in cells(tree)
        assert found["Its reports"] == f"/reports/?q=group%3A{group.external_id}"
        assert "not told by their inputs" not in text

    def test_where_nothing_tells_which_is_the_base_it_says_so(self, client, test):
        group = make_group(runs=[at(0, test), at(1, test)], owner="a/b", repo="<x>")
        text, _ = page_of(client, f"/groups/{group.pk}/")
        assert "Which of the two is the base is not told by their inputs." in text
        assert "https://github.com/a%2Fb/%3Cx%3E/pull/8485" in text
        assert ">Older<" in text

    def test_a_filter_is_put_in_words_and_leads_to_such_runs(self, client, test):
        query = {
            "test_id": test.external_id, "status": "testfailed", "limit": 20, "offset": 0, "created_by": "ada@x.y",
            "software_versions": ["gatk|1", "gatk|2"], "name": None, "template_id": "z" * 400,
        }  # fmt: skip
        runs = [at(hour, test) for hour in range(3)]
        group = make_group(kind=GroupKind.QUERY, query=query, runs=runs)
        text, tree = page_of(client, f"/groups/{group.pk}/")
        names = [text_of(name) for name in tree.iter("dt")]
        assert {"Test", "Status", "At most", "Owner", "Software versions", "Template"} <= set(names)
        assert not {"Leaving out the first", "Name"} & set(names)
        assert "gatk|1, gatk|2" in text
        assert links(tree)["NA12878 WGS"] == f"/tests/{test.pk}/"
        such = links(tree)["Find such runs now"]
        assert client.get(such).status_code == 200
        assert "status%3Afailed" in such
        assert "owner%3Aada" in such
        assert sorted(row_ids(client.get(f"/groups/{group.pk}/"))) == [run.pk for run in runs]
        [headings] = [row for row in tree.iter("tr") if row[0].get("scope") == "col"]
        assert {len(row) for row in tree.iter("tr")} == {len(headings)}

    @pytest.mark.parametrize(
        ("kind", "words"),
        [(GroupKind.GITHUB, "Pull request"), (GroupKind.QUERY, "Runs of a filter"), (GroupKind.OTHER, "Group of runs")],
    )
    def test_its_kind_is_said_in_words(self, client, kind, words):
        _, tree = page_of(client, f"/groups/{make_group(kind=kind).pk}/")
        assert words in [text_of(badge) for badge in classed(tree, "badge")]

    def test_a_group_whose_runs_are_not_here_says_so(self, client):
        group = make_group(kind=GroupKind.OTHER, is_gone=True)
        text, _ = page_of(client, f"/groups/{group.pk}/")
        assert "None of its runs is here" in text
        assert "Find such runs" not in text


class TestSearch:
    @pytest.mark.parametrize("text", ["NA12878 WGS", "id", "/tests/{pk}/"])
    def test_a_test_is_opened(self, client, test, text):
        asked = test.external_id if text == "id" else text.format(pk=test.pk)
        response = client.get("/search/", {"q": asked})
        assert (response.status_code, response["Location"]) == (302, f"/tests/{test.pk}/")

    def test_an_id_in_the_box_of_the_runs_list_is_opened_too(self, client):
        group = make_group()
        assert client.get("/runs/", {"q": group.external_id})["Location"] == f"/groups/{group.pk}/"

    def test_words_find_what_is_tested_beside_runs(self, client, test):
        text, tree = page_of(client, "/search/?q=haplotype")
        assert "Pipelines and tests" in text
        assert [row[1] for row in cells(tree)] == [
            "Pipeline", "Template of HaplotypeCaller", "Test of HaplotypeCaller › Precision",
        ]  # fmt: skip
