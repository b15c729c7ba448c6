"""What is tested, its history, its groups, and what names it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from dashboard.domain.pipelines import GroupKind, ResultType
from dashboard.domain.statuses import RunStatus
from dashboard.models import Pipeline, PipelineTemplate, PipelineTest, Run, RunDetail
from dashboard.services.pipelines import catalogue, comparisons, finding, groups, histories
from tests.factories import (
    NOW,
    a_run,
    make_carrot,
    make_group,
    make_person,
    make_pipeline_test,
    make_run,
    make_test_run,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return make_person()


@pytest.fixture
def test():
    return make_pipeline_test()


def at(hours, test, **fields):
    return make_test_run(test, started_at=NOW + timedelta(hours=hours), **fields)


def built_of(version, key="HC.docker"):
    inputs = {key: f"image_build:gatk|{version}"}
    return {"workflows": [{"name": "test", "inputs": inputs}], "errors": ["it broke"], "software": [["gatk", version]]}


class TestCatalogue:
    def test_a_pipeline_has_its_counts_and_its_newest_run(self, viewer, test):
        at(0, test)
        at(2, make_pipeline_test("Second", template="Speed"), status=RunStatus.FAILED)
        at(1, test)
        make_pipeline_test("Elsewhere", pipeline="Other", template="Empty")
        own, other = catalogue.pipelines(viewer)
        assert (own.n_templates, own.n_tests, own.n_runs, own.last_status) == (2, 2, 3, "failed")
        assert own.last_at == NOW + timedelta(hours=2)
        assert (other.n_tests, other.n_runs, other.last_run_id, other.last_at) == (1, 0, None, None)
        assert catalogue.pipelines(AnonymousUser()) == []

    def test_of_more_than_a_thousand_pipelines_each_has_its_newest_run(self, viewer):
        source = make_carrot()
        above = Pipeline.objects.bulk_create(
            Pipeline(source=source, external_id=f"p{n}", name=f"p{n:04}") for n in range(1_100)
        )
        middle = PipelineTemplate.objects.bulk_create(
            PipelineTemplate(source=source, external_id=each.external_id, name="T", pipeline=each) for each in above
        )
        tests = PipelineTest.objects.bulk_create(
            PipelineTest(source=source, external_id=each.external_id, name="t", template=each) for each in middle
        )
        times = [NOW, NOW + timedelta(hours=1)]
        Run.objects.bulk_create(
            a_run(source, kind="test", test=test, started_at=times[n % 2] if n else None, name=test.external_id)
            for n, test in enumerate(tests)
        )
        Run.objects.bulk_create([a_run(source, kind="test", test=tests[1], started_at=NOW)])
        found = catalogue.pipelines(viewer)
        newest = Run.objects.in_bulk([each.last_run_id for each in found])
        assert [newest[each.last_run_id].name for each in found] == [each.external_id for each in found]
        assert [found[0].last_at, found[1].last_at] == [None, times[1]]

    def test_a_template_has_its_own(self, viewer, test):
        at(0, test)
        at(1, make_pipeline_test("Second", template="Speed"), status=RunStatus.RUNNING)
        precision, speed = catalogue.templates_of(viewer, test.template.pipeline)
        assert (precision.n_tests, precision.n_runs, precision.last_status) == (1, 1, "completed")
        assert (speed.n_tests, speed.n_runs, speed.last_status) == (1, 1, "running")

    def test_a_test_has_its_newest_ten_runs_the_oldest_first(self, viewer, test):
        runs = [at(hour, test) for hour in range(12)]
        other = make_pipeline_test("Second")
        [first, second] = catalogue.with_last_run(viewer, list(catalogue.tests_below(viewer, test.template)))
        strips = catalogue.last_runs(viewer, [first, second])
        assert [run.pk for run in strips[test.pk]] == [run.pk for run in runs[2:]]
        assert other.pk not in strips
        assert (first.n_runs, first.last_run_id, second.n_runs) == (12, runs[-1].pk, 0)

    def test_a_run_of_which_no_time_is_told_counts(self, viewer, test):
        run = make_test_run(test, started_at=None)
        [own] = catalogue.pipelines(viewer)
        assert (own.n_runs, own.last_at) == (1, None)
        assert own.last_run_id == run.pk


class TestHistory:
    def test_changes_are_against_the_completed_run_before_also_beyond_the_page(self, viewer, test):
        first = at(0, test, results={"F1": 0.9, "plot": "gs://a/b"})
        at(1, test, status=RunStatus.FAILED, results={"F1": 0.1})
        at(2, test, results={"F1": 0.95, "plot": "gs://a/c", "new": 1})
        found = histories.history(viewer, test, size=1)
        [row] = found.rows
        assert row.previous_id == first.pk
        assert set(row.changes) == {"F1"}
        assert row.changes["F1"].difference == pytest.approx(0.05)
        assert [column.name for column in found.columns] == ["F1", "new", "plot"]

    def test_it_is_newest_first_with_software_and_may_be_of_one_state(self, viewer, test):
        old = at(0, test, detail=built_of("4.1"))
        failed = at(1, test, status=RunStatus.FAILED)
        found = histories.history(viewer, test)
        assert [row.pk for row in found.rows] == [failed.pk, old.pk]
        assert [row.software for row in found.rows] == [[], [("gatk", "4.1")]]
        assert [row.pk for row in histories.history(viewer, test, status="failed").rows] == [failed.pk]
        assert [row.pk for row in histories.history(viewer, test, offset=1).rows] == [old.pk]

    def test_at_most_twelve_results_are_columns_the_most_frequent(self, viewer, test):
        many = {f"r{number:02}": number for number in range(14)}
        at(0, test, results=many)
        at(1, test, results={"r13": "text now"})
        found = histories.history(viewer, test)
        assert len(found.columns) == histories.MOST_COLUMNS
        assert found.columns[-1] == histories.Column("r13", ResultType.TEXT)
        assert found.left_out == ["r11", "r12"]

    def test_the_standing_counts_states_and_tells_of_changes(self, viewer, test):
        at(0, test)
        at(1, test, status=RunStatus.FAILED)
        newest = at(2, test)
        standing = histories.standing(viewer, test)
        assert (standing.counts, standing.n_runs) == ({"completed": 2, "failed": 1}, 3)
        assert standing.version == newest.version
        assert histories.standing(AnonymousUser(), test).n_runs == 0

    @pytest.mark.parametrize("told", [None, {}, "x", [["only one"]], ["text"]])
    def test_software_that_is_told_in_another_form_is_none(self, told):
        assert histories.software_of(told) == []


class TestComparison:
    def test_the_run_before_is_the_one_before_of_the_same_test(self, viewer, test):
        completed = at(0, test)
        failed = at(1, test, status=RunStatus.FAILED)
        at(1, make_pipeline_test("Other"))
        run = at(2, test)
        assert comparisons.previous(viewer, run) == failed
        assert comparisons.previous(viewer, run, is_completed=True) == completed
        assert comparisons.previous(viewer, completed) is None
        assert comparisons.nearest(viewer, failed) == [run, completed]

    def test_a_run_of_no_known_test_or_time_has_none_before_it(self, viewer, test):
        at(0, test)
        timeless = make_test_run(test, started_at=None)
        loose = make_run(make_carrot(), kind="test")
        assert comparisons.previous(viewer, timeless) is None
        assert comparisons.nearest(viewer, loose) == []

    def test_inputs_and_results_are_paired(self, viewer, test):
        before = at(0, test, results={"F1": 0.9}, detail=built_of("4.1"))
        after = at(1, test, results={"F1": 0.95}, detail=built_of("4.2"))
        runs = comparisons.runs_of_tests(viewer).in_bulk([before.pk, after.pk])
        found = comparisons.compare(runs[before.pk], runs[after.pk])
        assert [(pair.path, pair.is_equal) for pair in found.inputs] == [("test_input › HC.docker", False)]
        assert [pair.verdict for pair in found.results] == ["higher"]
        assert found.is_of_one_test
        assert (found.before.software, found.after.errors) == ([("gatk", "4.1")], ["it broke"])

    def test_hashes_of_workflows_are_inputs_too_and_a_run_without_details_has_none(self, test):
        workflow = {"name": "eval", "inputs": None, "wdl_hash": "ab", "dependencies_hash": ""}
        run = at(0, test, detail={"workflows": [workflow]})
        assert comparisons.inputs_of(run) == {"eval_hash": {"wdl": "ab"}}
        RunDetail.objects.filter(run=run).delete()
        run.refresh_from_db()
        assert comparisons.inputs_of(run) == {}


class TestGroups:
    def pair(self, test, first, second, **fields):
        runs = [at(0, test, detail=built_of(first)), at(1, test, detail=built_of(second))]
        return make_group(runs=runs, test_input_key="HC.docker", **fields), runs

    @pytest.mark.parametrize(
        ("first", "second", "base"), [("b" * 40, "a" * 40, 0), ("a" * 40, "b" * 40, 1), ("a" * 40, "other", 1)]
    )
    def test_the_base_is_told_by_the_inputs(self, viewer, test, first, second, base):
        group, runs = self.pair(test, first, second)
        members = groups.members(viewer, group)
        assert members.base_id == runs[base].pk
        assert members.pair == (runs[base], runs[1 - base])
        assert groups.side_by_side(members).before.run == runs[base]

    def test_where_nothing_tells_the_older_stands_first(self, viewer, test):
        group, runs = self.pair(test, "x", "y")
        members = groups.members(viewer, group)
        assert (members.base_id, members.pair) == (None, tuple(runs))

    def test_more_than_two_are_no_pair(self, viewer, test, monkeypatch):
        group = make_group(runs=[at(hour, test) for hour in range(3)])
        members = groups.members(viewer, group)
        assert (members.n_runs, members.pair, groups.side_by_side(members)) == (3, None, None)
        monkeypatch.setattr(groups, "MOST", 2)
        members = groups.members(viewer, group)
        assert (members.n_runs, len(members.runs)) == (3, 2)

    def test_a_filter_names_what_it_is_below(self, viewer, test):
        query = {"test_id": test.external_id, "pipeline_id": "unknown", "status": "succeeded"}
        group = make_group(kind=GroupKind.QUERY, query=query)
        assert groups.meant(viewer, group) == {"test_id": test}


class TestFinding:
    def test_by_address_id_and_name(self, viewer, test):
        group = make_group()
        for text, expected in {
            f"/tests/{test.pk}/": test,
            f"http://here/templates/{test.template_id}/": test.template,
            f"/pipelines/{test.template.pipeline_id}/?page=2": test.template.pipeline,
            f"/groups/{group.pk}": group,
            test.external_id: test,
            f"http://carrot.example/api/v1/templates/{test.template.external_id.upper()}/runs": test.template,
            "NA12878 WGS": test,
            group.external_id: group,
            "broadinstitute/gatk#8485": group,
            "GATK#8485": group,
            "gatk#1": None,
            "https://github.com/broadinstitute/gatk/pull/8485/files": group,
        }.items():
            assert finding.find(viewer, text, host="here") == expected, text

    def test_what_names_nothing_or_more_than_one_thing_finds_nothing(self, viewer, test):
        make_pipeline_test("Precision")
        make_group()
        make_group()
        for text in ("", "\0", "nothing", f"http://elsewhere/tests/{test.pk}/", "/tests/999/", "Precision",
                     "broadinstitute/gatk#8485", "broadinstitute/gatk#1"):  # fmt: skip
            assert finding.find(viewer, text, host="here") is None, text
        assert finding.find(AnonymousUser(), test.external_id) is None

    def test_words_find_tests_also_by_what_they_are_below(self, viewer, test):
        found = finding.with_words(viewer, ["haplotype", "precision"])
        assert (list(found.shown), found.n) == ([test.template, test], 2)
        assert finding.with_words(viewer, ["HAPLO"]).n == 3
        assert finding.with_words(viewer, ["nothing"]).n == 0

    def test_only_ten_are_shown_and_all_are_counted(self, viewer):
        template = make_pipeline_test("test 0").template
        PipelineTest.objects.bulk_create(
            PipelineTest(source=template.source, template=template, name=f"test {n}", external_id=f"id-{n}")
            for n in range(1, 15)
        )
        found = finding.with_words(viewer, ["test"])
        assert (len(found.shown), found.n) == (finding.MOST_FOUND, 15)
