"""Pipelines, templates, tests, results: what is common to them, and what is not."""

import pytest

from .conftest import NOBODY, NOTEBOOK, USER

KINDS = {
    "pipelines": ("pipeline", {"name": "new"}),
    "tests": ("test", {"name": "new", "template_id": "T"}),
    "results": ("result", {"name": "new", "result_type": "numeric"}),
    "reports": ("report", {"name": "new", "notebook": NOTEBOOK}),
    "templates": ("template", {"name": "new", "pipeline_id": "P", "test_wdl": "gs://b/t", "eval_wdl": "gs://b/e"}),
}
ERROR = "Encountered the following error while trying to process your request: "


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def made(stage, kind):
    """A new one, and its address."""
    fields = {name: getattr(stage, value) if value in ("T", "P") else value for name, value in KINDS[kind][1].items()}
    row = stage.make(f"/{kind}", **fields, created_by=USER)
    return f"/{kind}/{row[f'{KINDS[kind][0]}_id']}", row


def test_what_was_created_is_read_and_listed(stage, kind, made):
    path, row = made
    assert row["created_at"] == "2026-11-21T09:30:00"
    assert stage.get(path).json == row
    assert stage.get(f"/{kind}?name=new&created_by={USER}").json == [row]


def test_names_are_taken_once(stage, kind, made, said):
    noun = KINDS[kind][0]
    row = made[1]
    fields = {name: row[name] for name in KINDS[kind][1]}
    detail = f'DatabaseError(UniqueViolation, "duplicate key value violates unique constraint \\"{noun}_name_key\\"")'
    said(stage.post(f"/{kind}", fields), 500, "Server error", ERROR + detail)


def test_null_leaves_a_field_as_it_was(stage, made):
    path, row = made
    assert stage.put(path, {"description": "said", "name": None}).json == row | {"description": "said"}
    assert stage.put(path, {"name": "other"}).json["name"] == "other"


def test_changing_nothing_is_an_error_of_the_server(stage, kind, made):
    path, _ = made
    assert "There are no changes to save" in stage.put(path, {"created_by": "x"}).detail
    reply = stage.put(f"/{kind}/{NOBODY}", {"name": "x"})
    assert (reply.status, reply.detail.removeprefix(ERROR) in {"NotFound", "DB(NotFound)"}) == (500, True)


def test_what_is_deleted_is_gone(stage, kind, made, said):
    path, noun = made[0], KINDS[kind][0]
    assert stage.delete(path).json == {"message": "Successfully deleted 1 row"}
    said(stage.get(path), 404, f"No {noun} found", f"No {noun} found with the specified ID")
    said(stage.delete(path), 404, f"No {noun} found", f"No {noun} found for the specified id")


@pytest.mark.parametrize(
    ("path", "title", "detail"),
    [
        ("/pipelines", "No pipelines found", "No pipelines found"),
        ("/templates", "No template found", "No templates found"),
        ("/tests", "No test found", "No tests found"),
        ("/results", "No result found", "No results found"),
        ("/reports", "No reports found", "No reports found"),
        ("/subscriptions", "No subscriptions found", "No subscriptions found"),
        ("/software", "No software found", "No software found"),
        ("/software_versions", "No software_version found", "No software_versions found"),
        ("/software_builds", "No software_build found", "No software_builds found"),
        ("/run-groups", "No run group found", "No run group found"),
        ("/templates/{T}/results", "No template_result mapping found", "No template_result mapping found"),
        ("/templates/{T}/reports", "No template_report mapping found", "No template_report mapping found"),
        ("/tests/{X}/subscriptions", "No subscriptions found", "No subscriptions found"),
    ],
)
def test_an_empty_list_is_not_found(stage, said, path, title, detail):
    filled = path.format(T=stage.T, X=stage.X)
    said(stage.get(f"{filled}?limit=0"), 404, title, f"{detail} with the specified parameters")


def test_what_is_in_use_is_not_deleted(stage, said):
    result = stage.make("/results", name="F", result_type="numeric")["result_id"]
    stage.make(f"/templates/{stage.T}/results/{result}", result_key="HC.f")
    for path, detail in {
        f"/pipelines/{stage.P}": "Cannot delete a pipeline if there is a template mapped to it",
        f"/templates/{stage.T}": "Cannot delete a template if there are tests or results mapped to it",
        f"/tests/{stage.X}": "Cannot delete a test if there are runs mapped to it",
        f"/results/{result}": "Cannot delete a result if there is a template_result mapped to it",
    }.items():
        said(stage.delete(path), 403, "Cannot delete", detail)
        assert stage.get(path).status == 200


def test_parents_are_there(stage):
    assert "test_template_id_fkey" in stage.post("/tests", {"name": "n", "template_id": NOBODY}).detail
    wdls = {"test_wdl": "gs://b/t", "eval_wdl": "gs://b/e"}
    reply = stage.post("/templates", {"name": "n", "pipeline_id": NOBODY, **wdls})
    assert (reply.status, "template_pipeline_id_fkey" in reply.detail) == (500, True)


def test_names_of_parents_are_filters(stage):
    assert len(stage.get("/templates?pipeline_name=P").json) == 1
    assert stage.get("/templates?pipeline_name=Q").status == 404
    assert len(stage.get("/tests?template_name=T").json) == 1
    assert stage.get("/tests?template_name=U").status == 404


def test_bounds_are_strict_and_tests_forget_one_of_them(stage):
    now = "2026-11-21T09:30:00"
    assert stage.get(f"/pipelines?created_before={now}").status == 404
    assert stage.get(f"/pipelines?created_after={now}").status == 404
    assert stage.get(f"/pipelines?created_before={now}.000001").status == 200
    assert stage.get("/tests?created_before=2000-01-01T00:00:00").status == 200
    assert stage.get(f"/tests?created_after={now}").status == 404


def test_json_in_a_query_matches_nothing(stage):
    assert stage.get("/tests?test_input_defaults={}").status == 404
    assert stage.get("/reports?config={}").status == 404
    assert stage.get(f"/tests/{stage.X}/runs?test_input={{}}").status == 404


def test_a_test_is_copied(stage, said):
    copy = stage.post(f"/tests?copy={stage.X}", {}).json
    assert (copy["name"], copy["template_id"], copy["created_by"]) == ("X_copy", stage.T, None)
    assert copy["test_input_defaults"] == {"HC.deep": {"a": 1, "b": 2}, "HC.in_bam": "gs://b/x.bam"}
    said(stage.post(f"/tests?copy={NOBODY}", {}), 500, "Server error", f"{ERROR}DB(NotFound)")
    assert stage.post("/tests?copy=x", {}).text.startswith("Query deserialize error: UUID")
    assert stage.post("/tests", {"name": "n"}).json["title"] == "Invalid request body"


def test_defaults_stay_while_a_run_goes_on(stage, said):
    detail = (
        "Updating test_input_defaults, eval_input_defaults, test_option_defaults, or eval_option_defaults is not "
        "allowed if there is a run tied to this test that is running"
    )
    said(stage.put(f"/tests/{stage.X}", {"test_input_defaults": {}}), 403, "Update params not allowed", detail)
    assert stage.put(f"/tests/{stage.X}", {"description": "d"}).status == 200
    stage.app.world.remove("runs", stage.I)
    assert stage.put(f"/tests/{stage.X}", {"test_input_defaults": {"z": 1}}).json["test_input_defaults"] == {"z": 1}


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"", "application/json"),
        (b"{}", "text/plain"),
        (b"{}", ""),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"name": NaN}', "application/json"),
        (b'{"name": 7}', "application/json"),
        (b"[" * 20_000, "application/json"),
    ],
)
def test_a_body_that_is_not_wanted_is_refused_without_a_word(stage, body, media_type):
    reply = stage.ask("POST", "/pipelines", body, CONTENT_TYPE=media_type)
    assert (reply.status, reply.body, "Content-Type" in reply.headers) == (400, b"", False)


def test_a_charset_does_no_harm(stage):
    reply = stage.ask("POST", "/pipelines", {"name": "q"}, CONTENT_TYPE="application/json; charset=utf-8")
    assert reply.status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/runs", 404),
        ("GET", "/pipelines/", 404),
        ("GET", "/runs/{S}/test_wdl_dependencies", 404),
        ("GET", "/run-groups/{G}/runs", 404),
        ("PUT", "/runs/{S}", 405),
        ("POST", "/run-groups", 405),
        ("HEAD", "/runs/{S}", 405),
        ("OPTIONS", "/pipelines", 405),
        ("DELETE", "/software/{S}", 405),
    ],
)
def test_where_nobody_answers_nothing_is_said(stage, method, path, status):
    reply = stage.ask(method, path.format(S=stage.S, G=stage.G))
    assert (reply.status, reply.body, "Content-Type" in reply.headers) == (status, b"", False)


def test_result_types_are_three(stage):
    assert stage.post("/results", {"name": "n", "result_type": "number"}).status == 400
    assert stage.get("/results?result_type=number").status == 400
    assert [stage.post("/results", {"name": t, "result_type": t}).status for t in ("numeric", "file", "text")] == [
        200
    ] * 3
