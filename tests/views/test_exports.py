"""Lists as files: exactly what is filtered, in its order."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings

from dashboard.domain.statuses import Outcome
from dashboard.tables import LISTS
from dashboard.views.runs.lists import COUNTED
from tests import factories
from tests.factories import NOW
from tests.pages import row_ids

pytestmark = pytest.mark.django_db


def body(response):
    assert response.streaming
    return b"".join(response.streaming_content).decode()


def rows_of(response):
    return list(csv.DictReader(io.StringIO(body(response), newline="")))


@pytest.mark.parametrize("kind", ["csv", "json"])
@pytest.mark.parametrize(
    "query", ["", "?q=dataset:set-1&sort=-cost", "?q=dataset:set-1+-status:failed&sort=name", "?sort=nonsense"]
)
def test_a_file_holds_the_rows_of_the_list_in_its_order_on_all_pages(client, kind, query):
    factories.make_runs(120)
    listed = row_ids(client.get(f"/runs/{query}{'&' if query else '?'}size=200"))
    response = client.get(f"/runs/export.{kind}{query}")
    rows = rows_of(response) if kind == "csv" else json.loads(body(response))
    assert [int(row["id"]) for row in rows] == listed


def test_links_of_the_list_lead_to_files_of_just_that_list(client):
    factories.make_runs(5)
    content = client.get("/runs/?q=dataset:set-1&sort=name&columns=name,cost&page=2").content.decode()
    assert 'href="/runs/export.csv?q=dataset%3Aset-1&amp;sort=name&amp;columns=name%2Ccost"' in content
    assert 'href="/runs/export.json?' in content


def test_columns_are_the_ids_then_those_one_sees(client):
    run = factories.make_run(
        cost=Decimal("1.25"), started_at=NOW, duration=timedelta(minutes=2), rate_strict=0.5, n_passed=3, n_failed=1
    )
    response = client.get("/runs/export.csv?columns=cost,name,started,duration,rate,outcomes")
    [row] = rows_of(response)
    assert list(row) == [
        "id",
        "external_id",
        "uid",
        "source",
        "kind",
        "status",
        "raw_status",
        "phase",
        "created_by",
        "pipeline",
        "template",
        "test",
        "results",
        *COUNTED,
        "cost",
        "name",
        "started",
        "duration",
        "rate",
        "outcomes",
    ]
    assert row["name"] == run.name
    assert (row["cost"], row["duration"], row["rate"]) == ("1.25", "120.0", "0.5")
    assert row["started"] == "2026-11-21T12:00:00Z"
    assert row["outcomes"] == "3 passed, 1 failed"


@pytest.mark.parametrize("name", ["runs", "trials", "tasks"])
def test_with_every_column_chosen_each_value_stands_under_its_name(client, name):
    run = factories.make_run(uid="0f8fad5b-d9cb-469f-a165-70867728950e", cost=Decimal("1.25"))
    factories.make_trials(run, 2)
    path = f"/runs/{run.pk}/trials" if name == "trials" else f"/{name}"
    asked = f"?columns={','.join(LISTS[name].base_columns)}"
    head, *lines = csv.reader(io.StringIO(body(client.get(f"{path}/export.csv{asked}")), newline=""))
    objects = json.loads(body(client.get(f"{path}/export.json{asked}")))
    assert set(LISTS[name].base_columns) <= set(head)
    assert [list(each) for each in objects] == [head] * len(lines)
    assert lines == [["" if value is None else str(value) for value in each.values()] for each in objects]


def test_the_columns_one_chose_are_those_of_the_file(client, person):
    factories.make_run()
    client.get("/runs/")
    data = {
        "column": ["cost", "name"],
        "place-cost": "1",
        "place-name": "2",
        "csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value,
    }
    client.post("/columns/runs/", data)
    assert list(rows_of(client.get("/runs/export.csv"))[0])[-2:] == ["cost", "name"]


def test_what_is_not_known_is_empty_or_null_and_never_nought(client):
    factories.make_run()
    [row] = rows_of(client.get("/runs/export.csv"))
    assert (row["cost"], row["rate"], row["started"], row["duration"]) == ("", "", "", "")
    [row] = json.loads(body(client.get("/runs/export.json")))
    assert (row["cost"], row["rate"], row["started"], row["errored"]) == (None, None, None, 0)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil")'])
def test_a_text_that_a_spreadsheet_would_run_is_defused(client, name):
    factories.make_run(name=name)
    [row] = rows_of(client.get("/runs/export.csv"))
    assert row["name"] == f"'{name}"
    assert json.loads(body(client.get("/runs/export.json")))[0]["name"] == name


def test_names_of_any_kind_come_through_whole(client):
    name = 'a "quoted", name\nwith </script> \u202e\U0001f4a3 and \\ more'
    factories.make_run(name=name)
    assert rows_of(client.get("/runs/export.csv"))[0]["name"] == name
    assert json.loads(body(client.get("/runs/export.json")))[0]["name"] == name


def test_an_empty_list_is_a_header_or_an_empty_array(client):
    assert body(client.get("/runs/export.csv")).startswith("id,external_id,")
    assert body(client.get("/runs/export.csv")).count("\n") == 1
    assert json.loads(body(client.get("/runs/export.json"))) == []


def test_trials_of_a_run_are_exported_with_what_they_raised(client):
    run = factories.make_run()
    factories.make_trials(run, 30)
    factories.make_trial(factories.make_run(), outcome=Outcome.PASSED)
    query = "?q=outcome:errored&sort=-cost"
    listed = row_ids(client.get(f"/runs/{run.pk}/trials/{query}"), "trial")
    rows = rows_of(client.get(f"/runs/{run.pk}/trials/export.csv{query}"))
    assert [int(row["id"]) for row in rows] == listed
    assert {row["error"] for row in rows} <= {"Error0", "Error1", "Error2"}
    assert all(row["duration"].endswith(".0") for row in rows)
    found = json.loads(body(client.get(f"/runs/{run.pk}/trials/export.json{query}")))
    assert [row["id"] for row in found] == listed
    assert isinstance(found[0]["cost"], float)


def test_a_number_that_json_has_no_word_for_is_null(client):
    run = factories.make_run()
    factories.make_trial(run, reward=float("inf"))
    [row] = json.loads(body(client.get(f"/runs/{run.pk}/trials/export.json")))
    assert row["reward"] is None


@pytest.mark.parametrize("path", ["/runs/export.csv", "/runs/export.json"])
def test_the_browser_saves_it_under_a_name(client, path):
    response = client.get(path)
    assert response["Content-Disposition"] == f'attachment; filename="runs.{path.rsplit(".", 1)[1]}"'
    assert response["Content-Type"].startswith(("text/csv", "application/json"))
    assert response["Cache-Control"] == "no-store"


def test_other_kinds_are_not_there(client):
    run = factories.make_run()
    assert client.get("/runs/export.xlsx").status_code == 404
    assert client.get(f"/runs/{run.pk}/trials/export.xml").status_code == 404


def test_a_file_asks_the_database_a_few_times_for_each_500_of_its_rows(client, django_assert_max_num_queries):
    factories.make_runs(600)
    # The rows; of each 500 their results, and their labels.
    with django_assert_max_num_queries(9):
        assert body(client.get("/runs/export.csv")).count("\n") == 601


def test_an_export_of_trials_has_the_sources_own_word(client):
    run = factories.make_run()
    factories.make_trial(run, detail={"extra": {"status": "success"}})
    factories.make_trial(run)
    rows = json.loads(body(client.get(f"/runs/{run.pk}/trials/export.json")))
    assert [row["raw_status"] for row in rows] == ["success", ""]
