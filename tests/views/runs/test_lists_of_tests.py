"""The runs list over tests of pipelines: rows, exports, and how often the database is asked."""

import csv
import io
import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.views.kept import PARTS
from tests import factories

pytestmark = pytest.mark.django_db


def body(response):
    return b"".join(response.streaming_content).decode()


def queries_of(client):
    cache.clear()
    PARTS.clear()
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get("/runs/?size=200").status_code == 200
    return len(caught)


def test_rows_of_tests_cost_no_query_each(client):
    for number in range(3):
        factories.make_test_run(factories.make_pipeline_test(f"test {number}"), results={"F": 0.5})
    few = queries_of(client)
    for number in range(3, 40):
        factories.make_test_run(factories.make_pipeline_test(f"test {number}"), results={"F": 0.5, "G": 1})
    assert queries_of(client) == few


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_an_export_holds_what_was_tested_and_the_results(client, kind):
    factories.make_test_run(results={"F": 0.5, "Plot": "gs://b/p.png"}, status="failed", phase="eval")
    factories.make_run()
    response = body(client.get(f"/runs/export.{kind}?sort=started&columns=name,owner,dataset,outcomes"))
    rows = list(csv.DictReader(io.StringIO(response))) if kind == "csv" else json.loads(response)
    row, other = rows
    told = {name: row[name] for name in ("pipeline", "template", "test", "phase", "created_by", "outcomes", "dataset")}
    assert told == {
        "pipeline": "HaplotypeCaller",
        "template": "Precision",
        "test": "NA12878 WGS",
        "phase": "eval",
        "created_by": "ada@example.com",
        "outcomes": "2 results",
        "dataset": "HaplotypeCaller › Precision › NA12878 WGS",
    }
    assert json.loads(row["results"]) == {"F": "0.5", "Plot": "gs://b/p.png"}
    assert not other["results"]
    assert not other["pipeline"]


def test_an_export_asks_once_for_all_results(client, django_assert_max_num_queries):
    test = factories.make_pipeline_test()
    for _ in range(20):
        factories.make_test_run(test, results={"F": 0.5})
    with django_assert_max_num_queries(7):
        body(client.get("/runs/export.csv"))
