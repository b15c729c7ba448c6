"""Templates: WDLs by their addresses and as files."""

import hashlib

import pytest

from .conftest import BASE, NOBODY

WDL = "version 1.0\nworkflow HC {\n}\n"
BOUNDARY = "9c4a"


def form(**parts):
    """A body of parts, and its type."""
    pieces = []
    for name, content in parts.items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
        head += '; filename="x"\r\nContent-Type: application/octet-stream' if isinstance(content, bytes) else ""
        pieces.append(head.encode() + b"\r\n\r\n" + (content if isinstance(content, bytes) else content.encode()))
    body = b"\r\n".join(pieces) + f"\r\n--{BOUNDARY}--\r\n".encode()
    return body, f"multipart/form-data; boundary={BOUNDARY}"


def send(stage, method="POST", path="/templates", **parts):
    body, media_type = form(**parts)
    return stage.ask(method, path, body, CONTENT_TYPE=media_type)


@pytest.fixture
def uploaded(stage):
    """A template whose WDLs were sent as files."""
    files = {"test_wdl_file": WDL.encode(), "eval_wdl_file": WDL.encode(), "test_wdl_dependencies_file": b"PK\xff\x00"}
    reply = send(stage, name="U", pipeline_id=stage.P, description="d", created_by="x@y.z", **files)
    assert reply.status == 200, reply.body
    return reply.json


def test_files_are_kept_and_have_an_address_without_a_scheme(stage, uploaded):
    place = f"{BASE.removeprefix('http://')}/api/v1/templates/{uploaded['template_id']}"
    assert (uploaded["test_wdl"], uploaded["eval_wdl"]) == (f"{place}/test_wdl", f"{place}/eval_wdl")
    assert uploaded["test_wdl_dependencies"] == f"{place}/test_wdl_dependencies"
    assert (uploaded["eval_wdl_dependencies"], uploaded["created_by"]) == (None, "x@y.z")


def test_files_are_served(stage, uploaded, said):
    path = f"/templates/{uploaded['template_id']}"
    reply = stage.get(f"{path}/test_wdl")
    assert (reply.text, "Content-Type" in reply.headers) == (WDL, False)
    zipped = stage.get(f"{path}/test_wdl_dependencies")
    assert (zipped.headers["Content-Type"], zipped.body) == ("application/zip", b"PK\xff\x00")
    title = "No eval dependencies found"
    said(stage.get(f"{path}/eval_wdl_dependencies"), 404, title, f"{title} for the specified template")
    assert stage.get(f"/templates/{stage.T}/test_wdl").text.startswith("version 1.0")


def test_runs_take_the_wdls_and_their_hashes_along(stage, uploaded):
    test = stage.make("/tests", name="Y", template_id=uploaded["template_id"])["test_id"]
    run_id = stage.make(f"/tests/{test}/runs")["run_id"]
    run = stage.get(f"/runs/{run_id}").json
    assert run["test_wdl"] == f"{BASE.removeprefix('http://')}/api/v1/runs/{run_id}/test_wdl"
    assert run["test_wdl_hash"] == hashlib.sha512(WDL.encode()).hexdigest()
    assert stage.get(f"/runs/{run_id}/eval_wdl").text == WDL
    elsewhere = stage.get(f"/runs/{stage.S}").json
    assert (elsewhere["test_wdl"], elsewhere["test_wdl_hash"]) == ("gs://b/test.wdl", None)
    assert stage.get(f"/runs/{NOBODY}/test_wdl").status == 404


def test_a_form_may_name_addresses(stage):
    reply = send(stage, name="U", pipeline_id=stage.P, test_wdl="https://w.example/t.wdl", eval_wdl_file=WDL.encode())
    assert reply.json["test_wdl"] == "https://w.example/t.wdl"


@pytest.mark.parametrize(
    ("parts", "title", "detail"),
    [
        ({"colour": "red"}, "Encountered an expected field", "Encountered unexpected field colour"),
        ({"name": "U"}, "Missing required field", "Payload does not contain required field: pipeline_id"),
    ],
)
def test_a_form_that_does_not_fit(stage, said, parts, title, detail):
    said(send(stage, **parts), 400, title, detail)


def test_a_wdl_that_is_none(stage, said):
    files = {"test_wdl_file": b"print('no')", "eval_wdl_file": WDL.encode()}
    reply = send(stage, name="U", pipeline_id=stage.P, **files)
    assert (reply.status, reply.json["title"]) == (400, "Invalid WDL")
    assert reply.detail.startswith("Submitted test WDL failed WDL validation with womtool message: ")


def test_a_form_without_parts(stage):
    assert stage.ask("POST", "/templates", b"", CONTENT_TYPE="multipart/form-data; boundary=x").status == 400


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "text/plain", ""])
def test_other_types_of_body_find_no_method(stage, media_type):
    reply = stage.ask("POST", "/templates", {}, CONTENT_TYPE=media_type)
    assert (reply.status, reply.body) == (405, b"")


def test_json_names_addresses(stage, said):
    fields = {"name": "U", "pipeline_id": stage.P, "test_wdl": "gs://b/t.wdl"}
    assert stage.post("/templates", fields).status == 400
    reply = stage.post("/templates", fields | {"eval_wdl": "https://nowhere.invalid/e.wdl"})
    assert (reply.status, reply.json["title"]) == (500, "Failed to retrieve resource")
    stage.app.switches.gs_wdls = False
    reply = stage.post("/templates", fields | {"eval_wdl": "https://w.example/e.wdl"})
    assert (reply.status, reply.json["title"]) == (422, "Using GS URIs for WDLs is disabled")


def test_a_template_is_copied(stage, said):
    copy = stage.post(f"/templates?copy={stage.T}", {"description": "d"}).json
    assert (copy["name"], copy["description"], copy["test_wdl"]) == ("T_copy", "d", "gs://b/test.wdl")
    reply = stage.post(f"/templates?copy={NOBODY}", {})
    said(reply, 404, "No template found", "No template found with the specified ID")


def test_wdls_stay_while_a_run_goes_on(stage, said):
    detail = (
        "Updating test_wdl, eval_wdl, test_wdl_dependencies, or eval_wdl_dependencies is not allowed if there is a run "
        "tied to this template that is running"
    )
    path = f"/templates/{stage.T}"
    said(stage.put(path, {"eval_wdl": "gs://b/new.wdl"}), 403, "Update params not allowed", detail)
    assert stage.put(path, {"description": "d"}).json["description"] == "d"
    stage.app.world.remove("runs", stage.I)
    assert send(stage, "PUT", path, eval_wdl_file=WDL.encode()).json["eval_wdl"].endswith("/eval_wdl")
