"""Software: what is registered, runs that are built from it, and runs by the versions that they were made with (16)."""

import json
from urllib.parse import quote

import pytest

from .conftest import NOBODY, PAGE, USER

GATK = {"name": "gatk", "repository_url": "https://github.com/broadinstitute/gatk.git", "created_by": USER}


@pytest.fixture
def gatk(stage):
    """A software with three versions."""
    software = stage.make("/software", **GATK)["software_id"]
    for number, tags in enumerate((["v1"], [], ["v2", "latest"])):
        key = f"00000000-0000-4000-8000-00000000000{number}"
        row = {"software_version_id": key, "software_id": software, "commit": f"c{number}", "tags": tags}
        day = f"2026-11-0{number + 1}T00:00:00.000000000"
        stage.app.world.add("software_versions", key, row | {"commit_date": day, "created_at": day})
    return software


def start(stage, image, **fields):
    return stage.post(f"/tests/{stage.X}/runs", {"test_input": {"HC.docker": f"image_build:{image}"}} | fields)


def list_with(stage, wanted):
    text = wanted if isinstance(wanted, str) else json.dumps(wanted)
    return stage.get(f"/tests/{stage.X}/runs?software_versions={quote(text)}&{PAGE}&csv=false")


def test_software_is_registered(stage):
    made = stage.make("/software", **GATK)
    assert (made["machine_type"], made["description"]) == ("standard", None)
    path = f"/software/{made['software_id']}"
    assert stage.put(path, {"machine_type": "n1-highcpu-8"}).json["machine_type"] == "n1-highcpu-8"
    assert stage.get("/software?machine_type=n1-highcpu-8").json == [stage.get(path).json]
    assert stage.get("/software?machine_type=large").status == 400
    assert stage.post("/software", GATK | {"machine_type": ""}).status == 400
    other = stage.post("/software", GATK | {"name": "other"})
    assert "software_repository_url_key" in other.detail


@pytest.mark.parametrize("address", ["gatk", "https://nowhere.invalid/gatk.git"])
def test_a_repository_is_there(stage, address):
    reply = stage.post("/software", GATK | {"repository_url": address})
    assert (reply.status, reply.json["title"]) == (400, "Failed to clone git repo")


def test_versions_are_found(stage, gatk, said):
    assert [row["commit"] for row in stage.get("/software_versions?sort=desc(commit_date)").json] == ["c2", "c1", "c0"]
    assert len(stage.get("/software_versions?software_name=gatk&committed_after=2026-11-01T12:00:00").json) == 2
    assert stage.get("/software_versions?software_name=picard").status == 404
    [row] = stage.get("/software_versions?commit=c2").json
    path = f"/software_versions/{row['software_version_id']}"
    assert stage.get(path).json == stage.ask("PUT", path, b"whatever").json == row
    assert (row["commit_date"], row["tags"]) == ("2026-11-03T00:00:00", ["v2", "latest"])
    title = "No software_version found"
    said(stage.get(f"/software_versions/{NOBODY}"), 404, title, f"{title} with the specified ID")


def test_builds_have_all_their_statuses(client, said):
    builds = client.get("/software_builds").json
    assert len({build["status"] for build in builds}) >= 8
    for build in builds:
        assert (build["image_url"] is not None) == (build["status"] == "succeeded")
        assert (build["finished_at"] is not None) == (build["status"] in {"succeeded", "failed", "aborted"})
    assert client.get(f"/software_builds/{builds[0]['software_build_id']}").json == builds[0]
    assert client.get("/software_builds?status=succeeded&sort=status").json[0]["status"] == "succeeded"
    title = "No software_build found"
    said(client.get(f"/software_builds/{NOBODY}"), 404, title, f"{title} with the specified ID")


def test_a_run_with_software_is_built_first(stage, gatk, clock):
    run = start(stage, "gatk|v1").json
    assert (run["status"], run["test_cromwell_job_id"]) == ("building", None)
    clock.pass_(seconds=90)
    later = stage.get(f"/runs/{run['run_id']}").json
    assert later["status"].startswith("test")
    assert later["test_cromwell_job_id"]


@pytest.mark.parametrize(
    ("image", "refusal"),
    [
        ("picard|v1", (400, "No such software exists", "No software registered with the name: picard")),
        (
            "gatk|v9",
            (
                500,
                "Git error",
                "Error while attempting to retrieve git repo information: pathspec 'v9' did not match",
            ),
        ),
    ],
)
def test_a_start_that_fails_leaves_the_run_behind(stage, gatk, said, image, refusal):
    said(start(stage, image, name="lost"), *refusal)
    [run] = stage.get(f"/tests/{stage.X}/runs?name=lost").json
    assert (run["status"], run["errors"]) == ("carrotfailed", None)
    assert run["finished_at"]
    assert start(stage, "gatk|v1", name="lost").json["title"] == "Run with specified name already exists"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"name": "gatk", "commits_and_tags": ["v1"]}, ["one"]),
        ({"name": "gatk", "commits_and_tags": ["c0", "latest"]}, ["one", "two"]),
        ({"name": "gatk", "count": 1}, ["two"]),
        ({"name": "gatk", "count": 2}, ["two"]),
        ({"name": "gatk", "count": 2, "tags_only": True}, ["one", "two"]),
        ({"name": "gatk", "from": "2026-11-02T00:00:00"}, ["two"]),
        ({"name": "gatk", "to": "2026-11-02T00:00:00", "branch": "main"}, ["one"]),
    ],
)
def test_16_runs_by_their_software(stage, gatk, wanted, found):
    start(stage, "gatk|v1", name="one")
    start(stage, "gatk|c2", name="two")
    assert [run["name"] for run in list_with(stage, wanted).json] == found


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "gatk", "commits_and_tags": ["v7"]},
        {"name": "Gatk", "commits_and_tags": ["v1"]},
        {"name": "gatk", "count": 0},
    ],
)
def test_16_no_run_with_that_software(stage, gatk, said, wanted):
    start(stage, "gatk|v1")
    said(list_with(stage, wanted), 404, "No run found", "No runs found with the specified parameters")


@pytest.mark.parametrize(
    "wanted",
    ["", "{", "[]", {"commits_and_tags": []}, {"name": "picard", "count": 1}, {"name": "gatk", "colour": "red"},
     {"name": "gatk", "from": "yesterday"}, {"name": "gatk", "count": -1}],
)  # fmt: skip
def test_16_a_question_that_cannot_be_asked(stage, gatk, wanted):
    reply = list_with(stage, wanted)
    assert (reply.status, reply.json["title"]) == (500, "Server error")
    error = "Encountered the following error while trying to process your request: RunQueryConversionError "
    assert reply.detail.startswith(error)


def test_a_kept_query_names_the_versions(stage, gatk):
    start(stage, "gatk|v1")
    wanted = quote(json.dumps({"name": "gatk", "commits_and_tags": ["v1"]}))
    made = stage.post(f"/tests/{stage.X}/runs/reports/{stage.R}?software_versions={wanted}", {}).json
    kept = stage.get(f"/run-groups/{made['entity_id']}").json["metadata"]["Query"]["query"]
    assert kept["software_versions"] == ["gatk|c0"]


def test_without_image_builds_software_is_disabled(stage, said):
    stage.app.switches.image_builds = False
    detail = (
        "You are trying to access a software-related endpoint, but the software building feature is disabled for this "
        "CARROT server"
    )
    for method, path in (("GET", "/software"), ("POST", "/software"), ("DELETE", "/software_builds/x")):
        said(stage.ask(method, path), 422, "Software building disabled", detail)
