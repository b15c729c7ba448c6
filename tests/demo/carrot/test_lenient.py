"""What the real client sends to look names up (45): the strict server refuses it, the lenient one finds them."""

import pytest

from dashboard.demo.carrot import Mode

TIMES = "created_by=&created_before=&created_after=&sort=&limit=2&offset="
LOOK_UPS = {
    "reports": f"/reports?report_id=&name=R&description=&notebook=&config=&{TIMES}",
    "tests": (
        "/tests?test_id=&template_id=&name=X&description=&test_input_defaults=&test_option_defaults="
        f"&eval_input_defaults=&eval_option_defaults=&{TIMES}"
    ),
    "templates": (f"/templates?template_id=&pipeline_id=&name=T&description=&test_wdl=&eval_wdl=&{TIMES}"),
    "pipelines": f"/pipelines?pipeline_id=&name=P&description=&{TIMES}",
}
RUNS = ["/None/None/runs?name=s&limit=2&csv=false", "///runs?name=s&limit=2"]


@pytest.fixture
def lenient(stage):
    stage.app.switches.mode = Mode.LENIENT
    return stage


@pytest.mark.parametrize("entity", LOOK_UPS)
def test_a_strict_server_takes_nothing_for_a_value(stage, entity):
    reply = stage.get(LOOK_UPS[entity])
    assert (reply.status, reply.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert reply.text.startswith("Query deserialize error: UUID parsing failed")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("limit=", "cannot parse integer from empty string"),
        ("offset=x", "invalid digit found in string"),
        ("limit=99999999999999999999", "invalid digit found in string"),
        ("limit=9999999999999999999", "number too large to fit in target type"),
        ("created_after=", "premature end of input"),
        ("created_after=2026-11-21T09:30:00Z", "trailing input"),
        ("created_after=2026-11-21T09:30:00%2B00:00", "trailing input"),
        ("created_after=2026-11-21 09:30:00", "input contains invalid characters"),
        ("created_after=2026-13-21T09:30:00", "input is out of range"),
        ("name=a&name=b", "duplicate field `name`"),
    ],
)
def test_a_strict_server_says_what_it_cannot_read(stage, query, reason):
    reply = stage.get(f"/pipelines?{query}")
    assert (reply.status, reply.text) == (400, f"Query deserialize error: {reason}")


def test_an_empty_text_is_a_text(stage, said):
    said(stage.get("/pipelines?name="), 404, "No pipelines found", "No pipelines found with the specified parameters")


def test_what_nobody_knows_is_ignored_however_often(stage):
    assert stage.get("/pipelines?colour=red&colour=blue&page=").status == 200


@pytest.mark.parametrize("path", RUNS)
def test_a_strict_server_knows_no_runs_by_name(stage, path):
    reply = stage.get(path)
    assert (reply.status, reply.body) == (404, b"")


@pytest.mark.parametrize("entity", LOOK_UPS)
def test_a_lenient_server_takes_nothing_for_nothing(lenient, entity):
    [found] = lenient.get(LOOK_UPS[entity]).json
    assert found["name"] in {"R", "X", "T", "P"}


@pytest.mark.parametrize("path", RUNS)
def test_a_lenient_server_finds_runs_by_name(lenient, path):
    assert [run["run_id"] for run in lenient.get(path).json] == [lenient.S]


def test_a_lenient_server_still_reads_what_is_there(lenient, said):
    assert lenient.get("/pipelines?limit=x").status == 400
    said(lenient.get("/None/None/runs?name=zz"), 404, "No run found", "No runs found with the specified parameters")
    assert lenient.delete("/None/None/runs").status == 404


@pytest.mark.parametrize("query", ["limit=-1", "offset=-1"])
def test_a_negative_piece_is_an_error_of_the_database(stage, said, query):
    name = query.partition("=")[0].upper()
    detail = (
        "Encountered the following error while trying to process your request: "
        f'DatabaseError(Unknown, "{name} must not be negative")'
    )
    said(stage.get(f"/pipelines?{query}"), 500, "Server error", detail)
