"""How runs and reports move as the clock goes on, and what they bring about by ending."""

from itertools import pairwise

import pytest

from dashboard.demo.carrot import make_app
from dashboard.demo.carrot.plans import EVAL, JOB, TEST
from dashboard.demo.carrot.statuses import ENDED_RUNS

from .conftest import USER, Client

STEP = 5


def watch(client, clock, path, ends, most=1_200):
    """Every status that something has until it ends, and how long each lasted at the least."""
    seen = []
    for second in range(0, most, STEP):
        document = client.get(path).json
        if not seen or seen[-1][1] != document["status"]:
            seen.append((second, document["status"]))
        if document["status"] in ends:
            return document, [status for _, status in seen], [b - a for (a, _), (b, _) in pairwise(seen)]
        clock.pass_(seconds=STEP)
    raise AssertionError(seen)


def start(stage, **fields):
    return f"/runs/{stage.post(f'/tests/{stage.X}/runs', fields).json['run_id']}"


def test_a_run_goes_from_test_to_evaluation_to_success(stage, clock):
    run, seen, lengths = watch(stage, clock, start(stage), ENDED_RUNS)
    assert seen == [*TEST, *EVAL, "succeeded"]
    assert all(15 <= length <= 65 for length in lengths)
    assert len(run["finished_at"].partition(".")[2]) in {0, 3}
    assert run["eval_cromwell_job_id"] != run["test_cromwell_job_id"]


@pytest.mark.parametrize("ending", ENDED_RUNS)
def test_an_input_can_lead_a_run_to_any_end(stage, clock, ending):
    path = start(stage, test_options={"lead": f"stand-in://{ending}"})
    run, seen, _ = watch(stage, clock, path, ENDED_RUNS)
    assert run["status"] == ending
    assert (run["errors"] is None) == (ending == "succeeded")
    assert (run["finished_at"] is not None, "evalsubmitted" in seen) == (True, ending[:4] in {"succ", "eval"})
    assert stage.delete(path).status == (403 if ending == "succeeded" else 200)


def test_what_an_input_cannot_lead_to_is_success(stage, clock):
    path = start(stage, eval_input={"lead": "stand-in://building"})
    assert watch(stage, clock, path, ENDED_RUNS)[0]["status"] == "succeeded"


def test_results_of_the_test_are_there_while_the_evaluation_goes_on(client, clock):
    run = next(run for run in runs_of(client) if run["name"].startswith("HC WGS1_run_2026-11-21 09:29:45"))
    _, seen, _ = watch(client, clock, f"/runs/{run['run_id']}", EVAL)
    assert "building" in seen
    partial = client.get(f"/runs/{run['run_id']}").json["results"]
    assert sorted(partial) == ["Called VCF", "Runtime minutes", "Workflow log"]
    whole = watch(client, clock, f"/runs/{run['run_id']}", ENDED_RUNS)[0]["results"]
    assert partial.items() < whole.items()
    assert len(whole) == len(client.get("/results").json)
    assert all(isinstance(value, str) for value in whole.values())


def runs_of(client, query=""):
    pipelines = client.get("/pipelines").json
    lists = [client.get(f"/pipelines/{each['pipeline_id']}/runs?{query}") for each in pipelines]
    return [run for reply in lists if reply.status == 200 for run in reply.json]


def test_a_report_is_submitted_and_rendered(stage, clock):
    path = f"/runs/{stage.O}/reports/{stage.R}"
    stage.post(path, {"created_by": USER})
    made, seen, lengths = watch(stage, clock, path, {"succeeded", "failed"})
    assert seen == [*JOB, "succeeded"]
    assert all(5 <= length <= 35 for length in lengths)
    assert len(made["results"]) == 4


def test_a_report_can_fail(client, clock):
    [audit] = client.get("/reports?name=Annotation%20audit").json
    run = runs_of(client, "status=evalfailed")[0]
    path = f"/runs/{run['run_id']}/reports/{audit['report_id']}"
    assert client.post(path, {}).status == 200
    made, _, _ = watch(client, clock, path, {"succeeded", "failed"})
    assert (made["status"], made["results"]) == ("failed", None)
    assert made["finished_at"]


def test_success_brings_a_report_about(stage, clock):
    stage.make(f"/templates/{stage.T}/reports/{stage.R}/single")
    path = start(stage, created_by=USER)
    run, _, _ = watch(stage, clock, path, ENDED_RUNS)
    [made] = stage.get(f"{path}/reports").json
    assert (made["report_id"], made["created_by"], made["created_at"]) == (stage.R, USER, run["finished_at"])
    failing = start(stage, test_options={"lead": "stand-in://testfailed"})
    watch(stage, clock, failing, ENDED_RUNS)
    clock.pass_(minutes=1)
    assert stage.get(f"{failing}/reports").status == 404


def test_a_pull_request_brings_its_report_about_when_both_runs_have_ended(client, clock):
    group = next(each for each in client.get("/run-groups?sort=desc(created_at)").json if "Github" in each["metadata"])
    path = f"/run-groups/{group['run_group_id']}/reports"
    assert client.get(path).status == 404
    clock.pass_(minutes=10)
    client.get("/pipelines")
    runs = runs_of(client, f"run_group_id={group['run_group_id']}")
    assert [run["status"] for run in runs] == ["succeeded", "succeeded"]
    [made] = client.get(path).json
    assert made["created_at"] == max(run["finished_at"] for run in runs)


def test_new_runs_begin_now_and_then(client, clock):
    before = len(runs_of(client))
    clock.pass_(minutes=22)
    newest = runs_of(client, "sort=desc(created_at)")
    assert len(newest) == before + 3
    assert {run["created_by"] for run in newest if run["created_at"] > "2026-11-21T09:31"} == {"nightly@example.com"}
    assert len(runs_of(client)) == before + 3


def test_after_a_long_time_alone_only_the_latest_new_runs_are_there(client, clock):
    before = len(runs_of(client))
    clock.pass_(days=30)
    assert len(runs_of(client)) == before + 12


def test_a_clock_that_goes_back_changes_nothing(client, clock):
    before = runs_of(client)
    clock.pass_(seconds=-1)
    assert len(runs_of(client)) == len(before)


def test_everything_is_kept(client, clock, folder):
    pipeline = client.get("/pipelines").json[0]["pipeline_id"]
    client.put(f"/pipelines/{pipeline}", {"description": "kept"})
    clock.pass_(minutes=8)
    before = runs_of(client)
    again = Client(make_app(folder, now=clock, base_url="http://127.0.0.1:8490"))
    assert runs_of(again) == before
    assert again.get(f"/pipelines/{pipeline}").json["description"] == "kept"


def test_a_state_that_cannot_be_read_is_said(folder, clock):
    folder.mkdir()
    (folder / "state.json").write_text("{")
    with pytest.raises(ValueError, match="Expecting"):
        make_app(folder, now=clock)
