"""What goes wrong when a test wants it: as with the other stand-ins, in CARROT's own words."""

import pytest

from dashboard.demo.carrot import Fault
from dashboard.demo.carrot.faults import Form, Kind

from .conftest import NOBODY, PAGE


@pytest.fixture
def pauses(stage):
    """Seconds that the stand-in would have waited."""
    waited = []
    stage.app.faults.pause = waited.append
    return waited


@pytest.mark.parametrize(
    ("form", "body"),
    [
        (Form.OBJECT, b'{"title":"Server error","status":503,"detail":"busy"}'),
        (Form.TEXT, b'{"detail":"busy"}'),
        (Form.PLAIN, b"busy"),
        (Form.HTML, b"<html><body><h1>busy</h1></body></html>"),
        (Form.EMPTY, b""),
        (Form.NOT_JSON, b'{"id": "'),
        (Form.WRONG_SHAPE, b"42"),
    ],
)
def test_a_fault_answers_in_its_form(stage, form, body):
    stage.app.faults.add(Fault(status=503, form=form, message="busy", retry_after=7))
    reply = stage.get("/pipelines")
    assert (reply.status, reply.body, reply.headers["Retry-After"]) == (503, body, "7")
    assert stage.get("/pipelines").status == 200


def test_a_fault_hits_as_often_and_where_it_is_told_and_does_nothing(stage):
    stage.app.faults.add(Fault(status=429, where="/reports", count=2))
    path = f"/runs/{stage.O}/reports/{stage.R}"
    assert stage.get(f"/runs/{stage.O}").status == 200
    assert [stage.post(path, {}).status, stage.get(path).status, stage.get(path).status] == [429, 429, 404]


def test_slow_and_hanging_answers_come_late_but_right(stage, pauses):
    stage.app.faults.latency = 0.25
    stage.app.faults.add(Fault(kind=Kind.HANG, seconds=40))
    assert stage.get("/pipelines").json[0]["name"] == "P"
    assert pauses == [0.25, 40]


def test_half_a_body_is_less_than_was_promised(stage):
    whole = stage.get("/pipelines").body
    stage.app.faults.add(Fault(kind=Kind.HALF))
    reply = stage.get("/pipelines")
    assert (int(reply.headers["Content-Length"]), reply.body) == (len(whole), whole[: len(whole) // 2])


def test_a_run_that_is_gone_is_in_no_answer(stage):
    stage.app.faults.gone = frozenset({stage.S, stage.F})
    runs = stage.get(f"/tests/{stage.X}/runs?{PAGE}").json
    assert {run["run_id"] for run in runs} == {stage.O, stage.I}
    assert stage.get(f"/runs/{stage.S}").json == stage.get(f"/runs/{NOBODY}").json
    assert stage.delete(f"/runs/{stage.F}").status == 404
    stage.app.faults.clear()
    assert stage.get(f"/runs/{stage.S}").status == 200


def test_requests_are_noted_with_their_queries(stage):
    stage.app.asked.clear()
    stage.get(f"/pipelines?{PAGE}")
    stage.delete(f"/runs/{NOBODY}")
    assert list(stage.app.asked) == [("GET", f"/api/v1/pipelines?{PAGE}"), ("DELETE", f"/api/v1/runs/{NOBODY}")]


@pytest.mark.parametrize(("length", "status"), [("x", 400), ("9999999", 413)])
def test_a_body_of_no_or_of_too_great_a_length(stage, length, status):
    reply = stage.ask("POST", "/pipelines", b"", CONTENT_LENGTH=length)
    assert (reply.status, reply.body) == (status, b"")
