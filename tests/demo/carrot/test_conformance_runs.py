"""The requests of the real command-line client for runs, numbered as in the list of what it has to find."""

import csv
import io
import json
import zipfile

import pytest

from .conftest import ADORA, NOBODY, PAGE, USER

LONG = [
    "run_id", "test_id", "run_group_ids", "name", "status", "test_wdl", "test_wdl_hash", "test_wdl_dependencies",
    "test_wdl_dependencies_hash", "eval_wdl", "eval_wdl_hash", "eval_wdl_dependencies", "eval_wdl_dependencies_hash",
    "test_input", "test_options", "eval_input", "eval_options", "test_cromwell_job_id", "eval_cromwell_job_id",
    "created_at", "created_by", "finished_at", "results", "errors",
]  # fmt: skip
SHORT = [key for key in LONG if key not in {"run_group_ids", "results", "errors"} and not key.endswith("_hash")]
CSVS = [
    "eval_inputs.csv", "eval_options.csv", "metadata.csv", "results.csv", "test_inputs.csv", "test_options.csv",
]  # fmt: skip
NONE_FOUND = (404, "No run found", "No runs found with the specified parameters")


def rows_of(reply, name="metadata"):
    """The rows of a file of the archive."""
    with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
        assert sorted(archive.namelist()) == CSVS
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))


def list_runs(stage, query="", parent="tests", identity=None):
    return stage.get(f"/{parent}/{identity or stage.X}/runs?{query}{'&' if query else ''}{PAGE}&csv=false")


def names(reply):
    assert reply.status == 200, reply.body
    return [run["name"] for run in reply.json]


def test_01_a_run_is_found_by_its_id(stage):
    reply = stage.get(f"/runs/{stage.S}")
    run = reply.json
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert list(run) == LONG
    assert (run["status"], run["results"], run["errors"]) == ("succeeded", {"F": "0.9", "Minutes": "7"}, None)
    assert b'"status":"succeeded",' in reply.body


def test_02_a_run_that_is_not_there(stage, said):
    said(stage.get(f"/runs/{NOBODY}"), 404, "No run found", "No run found with the specified ID")


@pytest.mark.parametrize("identity", ["not-a-uuid", "x" * 36, "{3cc2b1a2-7f0e-4d4e-9b57-3f1f0a6a2a11"])
def test_03_an_id_that_is_none(stage, said, identity):
    said(stage.get(f"/runs/{identity}"), 400, "ID formatted incorrectly", "ID must be formatted as a Uuid")


@pytest.mark.parametrize("form", ["{}", "{{{}}}", "urn:uuid:{}"])
def test_03_an_id_may_be_written_in_other_ways(stage, form):
    assert stage.get(f"/runs/{form.format(stage.S)}").status == 200
    assert stage.get(f"/runs/{stage.S.replace('-', '').upper()}").json["run_id"] == stage.S


def test_04_a_run_as_csv_files(stage):
    reply = stage.get(f"/runs/{stage.S}?csv=true")
    assert (reply.status, "Content-Type" in reply.headers, "Content-Disposition" in reply.headers) == (
        200,
        False,
        False,
    )
    [row] = rows_of(reply)
    assert (row["run_id"], row["status"], row["errors"]) == (stage.S, "succeeded", "")
    assert row["created_at"] == "2026-11-21 04:30:00"
    assert rows_of(reply, "results") == [{"run_id": stage.S, "F": "0.9", "Minutes": "7"}]
    [inputs] = rows_of(reply, "test_inputs")
    assert (inputs["HC.in_bam"], json.loads(inputs["HC.deep"])) == ("gs://b/x.bam", {"a": 1, "b": 2})


def test_05_in_csv_files_statuses_have_underscores(stage):
    assert rows_of(stage.get(f"/runs/{stage.F}?csv=true"))[0]["status"] == "test_failed"


@pytest.mark.parametrize("value", ["True", "", "1", "yes"])
def test_05_a_flag_is_exactly_true_or_false(stage, value):
    reply = stage.get(f"/runs/{stage.F}?csv={value}")
    assert (reply.status, reply.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert reply.text == "Query deserialize error: provided string was not `true` or `false`"


def test_06_the_runs_of_a_test(stage):
    assert sorted(names(list_runs(stage))) == ["f", "i", "o", "s"]


def test_07_runs_by_their_status(stage):
    assert names(list_runs(stage, "status=testfailed")) == ["f"]
    reply = list_runs(stage, "status=test_failed")
    assert (reply.status, reply.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert reply.text.startswith(
        "Query deserialize error: unknown variant `test_failed`, expected one of `buildfailed`"
    )


def test_08_no_run_is_not_found(stage, said):
    said(list_runs(stage, "status=building"), *NONE_FOUND)


def test_09_newest_first_and_in_pieces(stage, said):
    path, newest = f"/tests/{stage.X}/runs", "sort=desc(created_at)&limit=1"
    assert names(stage.get(f"{path}?{newest}")) == ["i"]
    assert names(stage.get(f"{path}?{newest}&offset=1")) == ["o"]
    said(stage.get(f"{path}?{newest}&offset=999"), *NONE_FOUND)
    said(stage.get(f"{path}?limit=0"), *NONE_FOUND)


def test_10_keys_that_nobody_knows_do_not_sort(stage):
    assert names(list_runs(stage, "sort=bogus,asc(name)")) == ["f", "i", "o", "s"]


def test_11_runs_since_a_moment(stage):
    assert len(names(list_runs(stage, "created_after=2023-01-01T00:00:00.000000"))) == 4
    reply = list_runs(stage, "created_after=2023-01-01")
    assert (reply.status, reply.text) == (400, "Query deserialize error: premature end of input")


def test_12_the_runs_of_a_group(stage, said):
    assert names(list_runs(stage, f"run_group_id={stage.G}")) == ["s", "f"]
    said(list_runs(stage, f"run_group_id={NOBODY}"), *NONE_FOUND)


def test_13_the_runs_below_template_and_pipeline(stage):
    everything = names(list_runs(stage))
    assert names(list_runs(stage, parent="templates", identity=stage.T)) == everything
    assert names(list_runs(stage, parent="pipelines", identity=stage.P)) == everything


@pytest.mark.parametrize("parent", ["tests", "templates", "pipelines"])
def test_14_below_what_is_not_there_are_no_runs(stage, said, parent):
    said(list_runs(stage, parent=parent, identity=NOBODY), *NONE_FOUND)
    said(
        list_runs(stage, parent=parent, identity="x"), 400, "ID formatted incorrectly", "ID must be formatted as a Uuid"
    )


def test_15_a_list_as_csv_files(stage):
    reply = stage.get(f"/tests/{stage.X}/runs?sort=name&{PAGE}&csv=true")
    assert [row["status"] for row in rows_of(reply)] == ["test_failed", "test_running", "eval_failed", "succeeded"]
    assert [row["Minutes"] for row in rows_of(reply, "results")] == ["", "", "7", "7"]


def test_18_the_runs_of_somebody(stage, said):
    assert names(list_runs(stage, f"created_by={ADORA}")) == ["o"]
    said(list_runs(stage, "created_by=nobody@x.y"), *NONE_FOUND)


def test_19_a_run_is_started(stage):
    reply = stage.post(f"/tests/{stage.X}/runs", {"name": "n1", "created_by": USER})
    run = reply.json
    assert list(run) == SHORT
    assert (run["status"], run["name"], run["created_by"]) == ("testsubmitted", "n1", USER)
    assert (run["eval_cromwell_job_id"], run["finished_at"], run["test_options"]) == (None, None, None)
    assert stage.get(f"/runs/{run['run_id']}").json["run_group_ids"] == []


def test_20_a_name_is_taken_once(stage, said):
    title, detail = "Run with specified name already exists", "If a custom run name is specified, it must be unique."
    said(stage.post(f"/tests/{stage.X}/runs", {"name": "s"}), 400, title, detail)


def test_21_a_name_is_made(stage):
    assert stage.post(f"/tests/{stage.X}/runs", {}).json["name"] == "X_run_2026-11-21 09:30:00.000000000 UTC"


def test_22_a_test_that_is_not_there(stage, said):
    reply = stage.post(f"/tests/{NOBODY}/runs", {})
    said(reply, 500, "Server error", "Error while attempting to query the database: NotFound")


def test_23_inputs_are_merged_with_the_defaults(stage):
    given = {"HC.in_bam": None, "HC.deep": {"b": 3, "c": [1]}, "HC.new": True}
    run = stage.post(f"/tests/{stage.X}/runs", {"test_input": given, "eval_options": {"z": 1, "a": 2}}).json
    assert run["test_input"] == {"HC.deep": {"a": 1, "b": 3, "c": [1]}, "HC.new": True}
    assert list(run["eval_options"]) == ["a", "z"]
    assert (run["eval_input"], run["test_options"]) == ({}, None)


def test_24_a_failed_run_is_deleted_and_its_report_stays(stage, said):
    assert stage.get(f"/runs/{stage.F}").json["created_by"] == USER
    reply = stage.delete(f"/runs/{stage.F}")
    assert (reply.status, reply.json) == (200, {"message": "Successfully deleted 1 row"})
    said(stage.get(f"/runs/{stage.F}"), 404, "No run found", "No run found with the specified ID")
    assert stage.get(f"/runs/{stage.F}/reports/{stage.R}").json["status"] == "failed"
    assert names(list_runs(stage, f"run_group_id={stage.G}")) == ["s"]


def test_25_a_run_that_has_not_failed_is_not_deleted(stage, said):
    for run in (stage.S, stage.I):
        said(stage.delete(f"/runs/{run}"), 403, "Cannot delete", "Cannot delete a run if it has a non-failed status")
        assert stage.get(f"/runs/{run}").status == 200


def test_26_whose_run_it_is_the_client_asks_and_the_server_does_not(stage):
    assert stage.get(f"/runs/{stage.O}").json["created_by"] == ADORA
    assert stage.delete(f"/runs/{stage.O}").status == 200


def test_27_a_run_that_is_not_there_is_not_deleted(stage, said):
    said(stage.delete(f"/runs/{NOBODY}"), 404, "No run found", "No run found for the specified id")
    said(stage.delete("/runs/x"), 400, "ID formatted incorrectly", "ID must be formatted as a Uuid")
