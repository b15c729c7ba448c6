"""The requests of the real command-line client for reports and run groups, numbered as in the list."""

import http.client
import json

import pytest

from dashboard.demo.carrot import serve
from dashboard.demo.carrot.answers import Dropped

from .conftest import NOBODY, NOTEBOOK, PAGE, USER

MAP = [
    "entity_type", "entity_id", "report_id", "status", "cromwell_job_id", "results", "created_at", "created_by",
    "finished_at",
]  # fmt: skip
FILES = ["empty_notebook", "html_report", "populated_notebook", "run_csv_zip"]
NO_MAP = (404, "No report_map found", "No report_map found with the specified IDs")
NO_ROW = (500, "Database error", "Error while attempting to query the database: NotFound")
DISABLED = (
    422,
    "Reporting disabled",
    "You are trying to access a reporting-related endpoint, but the reporting feature is disabled for this CARROT "
    "server",
)


def create(stage, run, report=None, query="delete_failed=false", place="runs"):
    return stage.post(f"/{place}/{run}/reports/{report or stage.R}?{query}", {"created_by": USER})


def exists(entity_type, entity_id, report_id):
    detail = (
        "Error, run report already exists for the specified run and report id: A report_map record already exists for "
        f"entity_type {entity_type} entity_id {entity_id} and report_id {report_id}"
    )
    return 403, "Prohibited", detail


def test_28_a_report_is_created_whatever_the_run_has_come_to(stage):
    reply = create(stage, stage.O)
    made = reply.json
    assert (reply.status, list(made)) == (200, MAP)
    assert (made["entity_type"], made["entity_id"], made["report_id"]) == ("run", stage.O, stage.R)
    assert (made["status"], made["results"], made["finished_at"]) == ("submitted", None, None)
    assert (made["created_by"], made["created_at"]) == (USER, "2026-11-21T09:30:00")
    assert create(stage, stage.I).status == 200


@pytest.mark.parametrize("query", ["delete_failed=false", "delete_failed=true", ""])
def test_29_a_good_report_is_not_made_again(stage, said, query):
    said(create(stage, stage.S, query=query), *exists("run", stage.S, stage.R))


def test_30_a_failed_report_is_made_again_if_that_is_wanted(stage, said, clock):
    said(create(stage, stage.F), *exists("run", stage.F, stage.R))
    old = stage.get(f"/runs/{stage.F}/reports/{stage.R}").json
    made = create(stage, stage.F, query="delete_failed=true").json
    assert made["status"] == "submitted"
    assert made["cromwell_job_id"] != old["cromwell_job_id"]
    assert stage.get(f"/runs/{stage.F}/reports/{stage.R}").json == made
    clock.pass_(minutes=10)
    assert stage.get(f"/runs/{stage.F}/reports/{stage.R}").json["status"] == "succeeded"


def test_31_what_is_not_there_is_an_error_of_the_server(stage, said):
    said(create(stage, NOBODY), *NO_ROW)
    said(create(stage, stage.I, report=NOBODY), *NO_ROW)


def test_31_a_failed_report_stays_deleted_if_the_rest_fails(stage, said):
    stage.delete(f"/runs/{stage.F}")
    said(create(stage, stage.F, query="delete_failed=true"), *NO_ROW)
    said(stage.get(f"/runs/{stage.F}/reports/{stage.R}"), *NO_MAP)


def test_31_the_body_is_looked_at_first_then_the_query_then_the_ids(stage, said):
    path = f"/runs/x/reports/{stage.R}"
    bad = stage.ask("POST", f"{path}?delete_failed=1", b"", CONTENT_TYPE="application/json")
    assert (bad.status, bad.body, "Content-Type" in bad.headers) == (400, b"", False)
    assert stage.post(f"{path}?delete_failed=1", {}).text.startswith("Query deserialize error")
    said(stage.post(path, {}), 400, "ID formatted incorrectly", "ID must be formatted as a Uuid")


def test_32_a_report_is_found_by_its_two_ids(stage, said):
    found = stage.get(f"/runs/{stage.S}/reports/{stage.R}").json
    assert (found["status"], list(found["results"])) == ("succeeded", FILES)
    assert found["finished_at"] > found["created_at"]
    said(stage.get(f"/runs/{stage.O}/reports/{stage.R}"), *NO_MAP)
    said(stage.get(f"/runs/{stage.S}/reports/x"), 400, "ID formatted incorrectly", "ID must be formatted as a Uuid")


def test_33_the_reports_of_a_run(stage, said):
    path = f"/runs/{stage.S}/reports"
    [found] = stage.get(f"{path}?{PAGE}").json
    assert found["report_id"] == stage.R
    said(stage.get(f"{path}?status=failed&{PAGE}"), 404, NO_MAP[1], "No report_map found with the specified parameters")
    assert len(stage.get(f"{path}?report_id={stage.R}&{PAGE}").json) == 1
    other = stage.make("/reports", name="R0", notebook=NOTEBOOK)["report_id"]
    create(stage, stage.S, report=other)
    assert [each["report_id"] for each in stage.get(f"{path}?sort=desc(created_at)&limit=1").json] == [other]


def test_34_a_report_is_deleted_in_any_status(stage, said):
    path = f"/runs/{stage.S}/reports/{stage.R}"
    assert stage.delete(path).json == {"message": "Successfully deleted 1 row"}
    said(stage.delete(path), 404, "No report_map found", "No report_map found for the specified id")
    create(stage, stage.S)
    assert stage.delete(path).status == 200


def test_35_run_groups(stage, said):
    [group] = stage.get(f"/run-groups?{PAGE}").json
    assert list(group) == ["run_group_id", "created_at", "metadata"]
    assert list(group["metadata"]) == ["Github"]
    assert group["metadata"]["Github"]["run_group_id"] == stage.G
    assert group["metadata"]["Github"]["issue_number"] == 8485
    for query in ("owner=broadinstitute", "issue_number=8485", "author=jdoe&head_commit=0a26"):
        assert len(stage.get(f"/run-groups?{query}&{PAGE}").json) == 1
    said(
        stage.get(f"/run-groups?owner=x&{PAGE}"),
        404,
        "No run group found",
        "No run group found with the specified parameters",
    )
    assert stage.get("/run-groups?issue_number=x").text == "Query deserialize error: invalid digit found in string"


def test_36_one_run_group(stage, said):
    assert stage.get(f"/run-groups/{stage.G}").json["run_group_id"] == stage.G
    said(stage.get(f"/run-groups/{NOBODY}"), 404, "No run group found", "No run group found with the specified ID")


def test_37_the_reports_of_a_run_group(stage):
    made = create(stage, stage.G, place="run-groups").json
    assert (made["entity_type"], made["entity_id"]) == ("run_group", stage.G)
    path = f"/run-groups/{stage.G}/reports"
    assert stage.get(f"{path}?{PAGE}").json == [made]
    assert stage.get(f"{path}/{stage.R}").json == made
    assert stage.delete(f"{path}/{stage.R}").status == 200
    assert stage.get(path).status == 404


def test_37_a_group_of_nothing_brings_the_server_down_for_that_request(stage):
    with pytest.raises(Dropped):
        create(stage, NOBODY, place="run-groups")


@pytest.mark.enable_socket
def test_37_such_a_request_has_no_answer(stage):
    server = serve(stage.app, "127.0.0.1", 0)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", f"/api/v1/run-groups/{NOBODY}/reports/{stage.R}", b"{}", headers)
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()
    connection.close()
    server.shutdown()


def test_38_a_group_with_runs_is_not_deleted_but_forgets_its_pull_request(stage, said):
    detail = "Cannot delete a run group if there is a run mapped to it"
    said(stage.delete(f"/run-groups/{stage.G}"), 403, "Cannot delete", detail)
    assert stage.get(f"/run-groups/{stage.G}").json["metadata"] is None
    said(create(stage, stage.G, place="run-groups"), 500, "Unexpected state", f"Run group {stage.G} has no metadata")


def test_38_a_group_without_runs_is_deleted(stage, said):
    group = stage.add_group()
    assert stage.delete(f"/run-groups/{group}").json == {"message": "Successfully deleted 1 row"}
    said(stage.delete(f"/run-groups/{group}"), 404, "No run group found", "No run group found for the specified id")


def report_on_runs(stage, query, parent="tests", identity=None, report=None):
    path = f"/{parent}/{identity or stage.X}/runs/reports/{report or stage.R}?{query}&{PAGE}"
    return stage.post(path, {"created_by": USER})


def test_39_a_report_on_the_runs_that_match(stage, said):
    made = report_on_runs(stage, "status=succeeded").json
    assert (made["entity_type"], made["status"], made["created_by"]) == ("run_group", "submitted", USER)
    group = stage.get(f"/run-groups/{made['entity_id']}").json
    [(kind, metadata)] = group["metadata"].items()
    query = metadata["query"]
    assert (kind, metadata["run_group_id"]) == ("Query", made["entity_id"])
    assert (query["status"], query["limit"], query["offset"], query["test_id"]) == ("succeeded", 20, 0, stage.X)
    assert (len(query), sorted(query), query["template_id"]) == (21, list(query), None)
    assert stage.get(f"/runs/{stage.S}").json["run_group_ids"] == [stage.G, made["entity_id"]]
    detail = "Cannot delete a run group if there is a run mapped to it"
    said(stage.delete(f"/run-groups/{made['entity_id']}"), 403, "Cannot delete", detail)


def test_39_the_creator_in_the_query_is_that_of_the_runs(stage):
    made = report_on_runs(
        stage, "created_by=adora@example.com&created_after=2026-01-01T00:00:00.5", "pipelines", stage.P
    )
    query = stage.get(f"/run-groups/{made.json['entity_id']}").json["metadata"]["Query"]["query"]
    assert (query["created_by"], query["pipeline_id"], query["test_id"]) == ("adora@example.com", stage.P, None)
    assert query["created_after"] == "2026-01-01T00:00:00.500"
    assert stage.get(f"/runs/{stage.O}").json["run_group_ids"] == [made.json["entity_id"]]


def test_39_each_report_on_runs_makes_a_group_even_if_it_fails(stage, said):
    said(report_on_runs(stage, "status=succeeded", "templates", stage.T, NOBODY), *NO_ROW)
    assert len(stage.get("/run-groups").json) == 2
    assert report_on_runs(stage, "status=succeeded").status == 200
    assert len(stage.get("/run-groups").json) == 3


def test_40_a_report_on_no_runs(stage, said):
    detail = "No runs found with the specified parameters"
    said(report_on_runs(stage, "status=building"), 404, "No runs found", detail)
    assert len(stage.get("/run-groups").json) == 1


def test_41_a_report_template_is_created_once(stage, said):
    fields = {"name": "R2", "notebook": NOTEBOOK, "created_by": USER}
    made = stage.post("/reports", fields).json
    assert list(made) == ["report_id", "name", "description", "notebook", "config", "created_at", "created_by"]
    detail = (
        "Encountered the following error while trying to process your request: DatabaseError(UniqueViolation, "
        '"duplicate key value violates unique constraint \\"report_name_key\\"")'
    )
    said(stage.post("/reports", fields), 500, "Server error", detail)
    too_long = stage.post("/reports", {"name": "R3", "notebook": {"cells": ["x" * 32_768]}})
    assert (too_long.status, too_long.body, "Content-Type" in too_long.headers) == (413, b"", False)


@pytest.mark.parametrize("fields", [{"name": "R3"}, {"notebook": NOTEBOOK}, {"name": 3, "notebook": NOTEBOOK}, [1]])
def test_41_a_report_template_needs_name_and_notebook(stage, fields):
    reply = stage.post("/reports", fields)
    assert (reply.status, reply.body) == (400, b"")


def test_41_a_notebook_is_only_looked_at_when_it_is_used(stage, said):
    report = stage.make("/reports", name="R3", notebook=["no cells"])["report_id"]
    said(
        create(stage, stage.S, report=report),
        500,
        "Report config parse error",
        "Failed to get cells from report notebook",
    )


def test_42_report_templates_are_found(stage, said):
    assert [each["report_id"] for each in stage.get(f"/reports?name=R&{PAGE}").json] == [stage.R]
    said(
        stage.get(f"/reports?name=zz&{PAGE}"), 404, "No reports found", "No reports found with the specified parameters"
    )
    assert stage.get(f"/reports/{stage.R}").json["notebook"] == NOTEBOOK
    said(stage.get(f"/reports/{NOBODY}"), 404, "No report found", "No report found with the specified ID")


def test_43_a_report_template_is_changed_while_nobody_uses_its_notebook(stage, said):
    other = stage.make("/reports", name="R2", notebook=NOTEBOOK)["report_id"]
    changed = stage.put(f"/reports/{other}", {"description": "d", "name": None}).json
    assert (changed["description"], changed["name"]) == ("d", "R2")
    detail = (
        "Updating notebook or config is not allowed if there is a run_report tied to this report that is running or "
        "has succeeded"
    )
    said(stage.put(f"/reports/{stage.R}", {"notebook": {"cells": []}}), 403, "Update params not allowed", detail)
    assert stage.put(f"/reports/{stage.R}", {"config": {"memory": "1 GiB"}}).status == 200
    stage.delete(f"/runs/{stage.S}/reports/{stage.R}")
    assert stage.put(f"/reports/{stage.R}", {"notebook": {"cells": []}}).status == 200


def test_43_changing_nothing_or_what_is_not_there_is_an_error_of_the_server(stage):
    assert stage.put(f"/reports/{NOBODY}", {"name": "x"}).json["detail"].endswith("DB(NotFound)")
    assert stage.put(f"/reports/{stage.R}", {}).status == 500
    other = stage.make("/reports", name="R2", notebook=NOTEBOOK)["report_id"]
    assert "UniqueViolation" in stage.put(f"/reports/{other}", {"name": "R"}).detail
    assert stage.put(f"/reports/{stage.R}", {"name": "R"}).status == 200


def test_44_a_report_template_in_use_is_not_deleted(stage, said):
    detail = "Cannot delete a report if there is a template_report, run_report, or report_section mapped to it"
    said(stage.delete(f"/reports/{stage.R}"), 403, "Cannot delete", detail)
    other = stage.make("/reports", name="R2", notebook=NOTEBOOK)["report_id"]
    assert stage.delete(f"/reports/{other}").json == {"message": "Successfully deleted 1 row"}
    said(stage.delete(f"/reports/{other}"), 404, "No report found", "No report found for the specified id")


def test_45_the_address_of_cromwell(stage):
    reply = stage.get("/config/cromwell")
    assert (reply.status, "Content-Type" in reply.headers, reply.text) == (
        200,
        False,
        "http://cromwell.example.com:8000",
    )


def test_46_without_reporting_everything_of_it_is_disabled(stage, said):
    stage.app.switches.reporting = False
    run, group, reports = f"/runs/{stage.S}/reports", f"/run-groups/{stage.G}/reports", f"/reports/{stage.R}"
    asked = [
        ("GET", run),
        ("POST", run),
        *((method, f"{run}/{stage.R}") for method in ("GET", "POST", "DELETE", "PUT")),
    ]
    asked += [("GET", group), ("DELETE", f"{group}/{stage.R}"), ("GET", "/reports"), ("POST", "/reports")]
    asked += [("GET", reports), ("PUT", reports), ("DELETE", reports), ("GET", f"/templates/{stage.T}/reports")]
    asked += [("POST", f"/templates/{stage.T}/reports/{stage.R}/single"), ("POST", f"/tests/x/runs/reports/{stage.R}")]
    for method, path in asked:
        said(stage.ask(method, path), *DISABLED)
    reply = stage.get(f"/tests/{stage.X}/runs/reports/{stage.R}")
    assert (reply.status, reply.body) == (405, b"")
    assert stage.get(f"/runs/{stage.S}").status == 200


def test_a_report_on_runs_needs_custom_image_builds(stage):
    stage.app.switches.image_builds = False
    for reply in (report_on_runs(stage, "status=succeeded"), stage.get(f"/tests/{stage.X}/runs")):
        assert (reply.status, reply.headers["Content-Type"]) == (500, "text/plain; charset=utf-8")
        assert reply.text == "App data is not configured, to configure use App::data()"
    assert stage.get(f"/runs/{stage.S}").status == 200
    assert stage.post(f"/tests/{stage.X}/runs", {}).status == 200
    assert json.loads(stage.get("/software").body)["title"] == "Software building disabled"
