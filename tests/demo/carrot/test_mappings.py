"""Results and reports of templates, and subscriptions."""

import pytest

from .conftest import NOBODY, USER

ROW = {"message": "Successfully deleted 1 row"}


@pytest.fixture
def result(stage):
    return stage.make("/results", name="F", result_type="numeric")["result_id"]


def test_a_result_is_mapped_to_a_template(stage, result, said):
    path = f"/templates/{stage.T}/results/{result}"
    made = stage.make(path, result_key="HC.f", created_by=USER)
    assert list(made) == ["template_id", "result_id", "result_key", "created_at", "created_by"]
    assert stage.get(path).json == made
    assert stage.get(f"/templates/{stage.T}/results?result_key=HC.f").json == [made]
    assert "template_result_pkey" in stage.post(path, {"result_key": "x"}).detail
    assert stage.post(f"/templates/{stage.T}/results/{NOBODY}", {}).status == 400
    assert (
        "template_result_result_id_fkey"
        in stage.post(f"/templates/{stage.T}/results/{NOBODY}", {"result_key": "x"}).detail
    )
    noun = "template_result mapping"
    said(
        stage.get(f"/templates/{NOBODY}/results/{result}"),
        404,
        f"No {noun} found",
        f"No {noun} found with the specified ID",
    )


def test_a_result_stays_mapped_while_runs_go_on(stage, result, said):
    path = f"/templates/{stage.T}/results/{result}"
    stage.make(path, result_key="HC.f")
    detail = "Cannot delete a template_result mapping if the associated template has runs in progress"
    said(stage.delete(path), 403, "Cannot delete", detail)
    stage.app.world.remove("runs", stage.I)
    assert stage.delete(path).json == ROW
    assert stage.delete(path).status == 404


def test_a_report_is_mapped_to_a_template_for_a_trigger(stage, said):
    place = f"/templates/{stage.T}/reports"
    made = stage.make(f"{place}/{stage.R}/Single")
    assert list(made) == ["template_id", "report_id", "report_trigger", "created_at", "created_by"]
    assert (made["report_trigger"], made["created_by"]) == ("single", None)
    assert stage.get(f"{place}/{stage.R}/single").json == made
    stage.make(f"{place}/{stage.R}/pr", created_by=USER)
    assert len(stage.get(place).json) == 2
    assert stage.get(f"{place}?report_trigger=pr").json[0]["created_by"] == USER
    assert stage.get(f"{place}?report_trigger=both").status == 400
    reply = stage.get(f"{place}/{stage.R}/both")
    assert (reply.status, reply.json["title"]) == (400, "Unsupported value for report_trigger")
    assert stage.delete(f"{place}/{stage.R}/pr").json == ROW
    noun = "template_report mapping"
    said(stage.delete(f"{place}/{stage.R}/pr"), 404, f"No {noun} found", f"No {noun} found for the specified id")


@pytest.mark.parametrize("kind", ["pipeline", "template", "test"])
def test_somebody_is_told_of_something(stage, said, kind):
    identity = {"pipeline": stage.P, "template": stage.T, "test": stage.X}[kind]
    path = f"/{kind}s/{identity}/subscriptions"
    made = stage.make(path, email="User@Example.com")
    assert list(made) == ["subscription_id", "entity_type", "entity_id", "email", "created_at"]
    assert (made["entity_type"], made["entity_id"]) == (kind, identity)
    assert stage.get(f"/subscriptions/{made['subscription_id']}").json == made
    assert stage.get("/subscriptions?email=user@example.com&entity_type=" + kind).json == [made]
    assert stage.get(f"{path}?sort=email").json == [made]
    said(
        stage.delete(f"{path}?email=user@example.com"),
        404,
        "No subscription found",
        "No subscription found for the specified parameters",
    )
    assert stage.delete(path).text == "Query deserialize error: missing field `email`"
    stage.make(path, email="User@Example.com")
    assert stage.delete(f"{path}?email=User@Example.com").json == {"message": "Successfully deleted 2 row(s)"}
    said(
        stage.post(f"/{kind}s/{NOBODY}/subscriptions", {"email": USER}),
        404,
        f"No {kind} found",
        f"No {kind} found with the specified ID",
    )
    assert stage.post(path, {"email": "nobody"}).json["title"] == "Not a valid email address"
    assert stage.post(path, {}).status == 400


def test_a_subscription_that_is_not_there(stage, said):
    said(
        stage.get(f"/subscriptions/{NOBODY}"),
        404,
        "No subscription found",
        "No subscription found with the specified ID",
    )
    assert stage.get("/subscriptions?entity_type=run").status == 400
