"""What the sample server has at its first start."""

from collections import Counter

import pytest

from dashboard.demo.carrot import make_app
from dashboard.demo.carrot.statuses import JOBS, RUNS

from .conftest import ADORA, BASE, USER, Client
from .test_moving import runs_of


@pytest.fixture
def runs(client):
    return runs_of(client, "sort=created_at")


def maps_of(client, place):
    reply = client.get(f"{place}/reports")
    return reply.json if reply.status == 200 else []


def test_there_is_something_of_everything(client):
    counts = {kind: len(client.get(f"/{kind}").json) for kind in ("pipelines", "templates", "tests", "reports")}
    assert counts == {"pipelines": 3, "templates": 5, "tests": 12, "reports": 5}
    assert len(client.get("/subscriptions").json) == 3
    assert sum(report["description"] is not None for report in client.get("/reports").json) == 4


def test_runs_have_every_status(runs):
    statuses = Counter(run["status"] for run in runs)
    assert set(statuses) == set(RUNS)
    assert 140 <= len(runs) <= 160
    assert statuses["succeeded"] > 90


def test_runs_have_several_creators_and_span_weeks(runs):
    assert {USER, ADORA, None} <= {run["created_by"] for run in runs}
    assert min(run["created_at"] for run in runs) < "2026-10-20"
    assert max(run["created_at"] for run in runs) > "2026-11-21T09:29"


def test_names_are_unique(runs):
    assert len({run["name"] for run in runs}) == len({run["run_id"] for run in runs}) == len(runs)


def test_reports_have_every_status_that_they_can_have(client, runs):
    places = [f"/runs/{run['run_id']}" for run in runs]
    groups = [f"/run-groups/{group['run_group_id']}" for group in client.get("/run-groups").json]
    reachable = set(JOBS) - {"created", "expired"}
    assert {each["status"] for place in places for each in maps_of(client, place)} == reachable
    assert {each["status"] for place in groups for each in maps_of(client, place)} == reachable


def test_one_test_has_become_worse(client, runs):
    [test] = client.get("/tests?name=HC%20WGS1").json
    scores = [
        (run["created_at"], float(run["results"]["Best F score"]))
        for run in runs
        if run["test_id"] == test["test_id"] and run["status"] == "succeeded"
    ]
    before = [score for moment, score in scores if moment < "2026-11-12"]
    since = [score for moment, score in scores if moment > "2026-11-13"]
    assert len(before) >= 3
    assert max(since) < min(before) - 0.03


def test_what_failed_says_why(runs):
    for run in runs:
        if run["status"] in {"testfailed", "evalfailed", "buildfailed"} and run["results"] is None:
            [*_, last] = run["errors"]
            assert f": Encountered error while trying to update status for run with id {run['run_id']}: " in last
    assert any(run["errors"] and run["status"] == "succeeded" for run in runs)
    assert any(run["results"] and run["status"] == "evalfailed" for run in runs)


def test_groups_are_a_pull_request_twice_and_a_query(client, runs):
    groups = client.get("/run-groups?sort=created_at").json
    assert [next(iter(group["metadata"])) for group in groups] == ["Github", "Query", "Github"]
    members = Counter(identity for run in runs for identity in run["run_group_ids"])
    assert [members[group["run_group_id"]] for group in groups] == [2, pytest.approx(6, abs=4), 2]
    github = groups[0]["metadata"]["Github"]
    images = {run["test_input"]["HC.docker"] for run in runs if groups[0]["run_group_id"] in run["run_group_ids"]}
    assert images == {f"image_build:gatk|{github['base_commit']}", f"image_build:gatk|{github['head_commit']}"}


def test_times_have_none_three_six_or_nine_decimals(runs):
    created = {len(run["created_at"].partition(".")[2]) for run in runs}
    assert created == {0, 6}
    assert {len(run["finished_at"].partition(".")[2]) for run in runs if run["finished_at"]} >= {3, 9}


def test_only_what_ended_has_an_end(runs):
    for run in runs:
        is_over = run["status"].endswith(("failed", "aborted", "succeeded"))
        assert (run["finished_at"] is not None) == is_over
        assert run["finished_at"] is None or run["created_at"] < run["finished_at"] < "2026-11-21T09:30"


def test_it_is_the_same_every_time(client, clock, tmp_path):
    other = Client(make_app(tmp_path / "other", now=clock, base_url=BASE))
    assert runs_of(other) == runs_of(client)
    assert other.get("/templates").json == client.get("/templates").json


def test_results_are_numbers_texts_and_files(runs):
    results = next(run["results"] for run in reversed(runs) if run["status"] == "succeeded")
    assert 0 < float(results["Precision"]) <= 1
    assert results["ROC plot"].startswith(f"{BASE}/files/runs/")
    assert results["Summary table"].startswith("gs://")
