"""What the runs list's query box finds by what is tested, by whom, and how far it came."""

import pytest

from dashboard.domain.queries import parse
from dashboard.filters import facets, hints
from dashboard.filters.facets import RUN_FACETS
from dashboard.filters.runs import RunFilter
from dashboard.models import Run
from tests import factories
from tests.factories import NOW
from tests.filters.letters import let_through

pytestmark = pytest.mark.django_db


@pytest.fixture
def runs():
    genome = factories.make_pipeline_test("NA12878 WGS", pipeline="HaplotypeCaller", template="Precision")
    exome = factories.make_pipeline_test("Exome", pipeline="Mutect2", template="Sensitivity")
    return {
        "a": factories.make_test_run(genome),
        "b": factories.make_test_run(genome, status="failed", phase="eval", created_by="adora@example.com"),
        "c": factories.make_test_run(exome, status="running", phase="build", created_by=""),
        "d": factories.make_run(factories.make_source("Jobs"), name="nightly"),
    }


def query(text):
    return parse(text, RunFilter.fields_of_box(), now=NOW)


QUERIES = [
    ("kind:test", "abc"),
    ("pipeline:HaplotypeCaller", "ab"),
    ("pipeline:mutect*", "c"),
    ("-pipeline:HaplotypeCaller", "cd"),
    ("template:precision", "ab"),
    ('test:"NA12878 WGS"', "ab"),
    ("test:NA12878*,exome", "abc"),
    ("-test:*", "d"),
    ("phase:eval", "b"),
    ("phase:build,eval", "bc"),
    ("owner:ada@example.com", "a"),
    ("owner:ad*", "ab"),
    ("-owner:*", "cd"),
    ("haplotype", "ab"),
    ("sensitiv", "c"),
    ("na12878 precision", "ab"),
    ("nightly", "d"),
]


@pytest.mark.parametrize(("text", "expected"), QUERIES)
def test_a_query_lets_through(runs, text, expected):
    assert let_through(RunFilter, text, runs) == expected


def counted(text):
    """What the facets that only runs of tests have show."""
    found = facets.count(RUN_FACETS, RunFilter, query(text), Run.objects.all())
    own = ("pipeline", "template", "test", "phase", "owner")
    return {field: [(value.text, value.count) for value in found[field]] for field in own}


def test_what_is_tested_and_who_made_it_are_facets(runs):
    assert counted("") == {
        "pipeline": [("HaplotypeCaller", 2), ("Mutect2", 1)],
        "template": [("Precision", 2), ("Sensitivity", 1)],
        "test": [("NA12878 WGS", 2), ("Exome", 1)],
        "phase": [("build", 1), ("eval", 1)],
        "owner": [("ada@example.com", 1), ("adora@example.com", 1)],
    }


def test_of_a_facets_own_terms_its_other_values_show_too(runs):
    found = counted("pipeline:Mutect2")
    assert found["pipeline"] == [("HaplotypeCaller", 2), ("Mutect2", 1)]
    assert (found["template"], found["test"]) == ([("Sensitivity", 1)], [("Exome", 1)])
    assert counted("-status:failed")["pipeline"] == [("HaplotypeCaller", 1), ("Mutect2", 1)]


def test_tests_of_one_name_are_one_value(runs):
    other = factories.make_pipeline_test("Exome", pipeline="Mutect2", template="Speed")
    for _ in range(2):
        factories.make_test_run(other)
    assert counted("")["test"] == [("Exome", 3), ("NA12878 WGS", 2)]


def test_facets_of_what_is_tested_count_the_runs_once(runs, django_assert_num_queries):
    tested = [facet for facet in RUN_FACETS if facet.by]
    with django_assert_num_queries(1 + len(tested)):
        found = facets.count(tested, RunFilter, query("status:failed"), Run.objects.all())
    assert {field: [value.count for value in values] for field, values in found.items()} == {
        "pipeline": [1], "template": [1], "test": [1],
    }  # fmt: skip


def test_a_pipeline_that_is_misspelt_is_told_as_it_is_written(runs):
    hint = hints.explain(RunFilter, query("pipeline:HaplotypCaller"), Run.objects.all(), "run")
    assert hint.ways[0].query.text == "pipeline:HaplotypeCaller"
