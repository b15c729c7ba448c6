import json
from collections import Counter

import pytest

from dashboard.demo.docks import make_app

from .conftest import START, TENANT, TOKEN, Client


def count(client, run_id):
    return Counter(trial["status"] for trial in client.trials(run_id))


def fetch(client, address):
    return client.ask("GET", address.removeprefix("http://127.0.0.1:8480")).body


def test_something_moves_from_the_first_moment(client, moving):
    assert client.get(f"/harbor/runs/{moving}").json["status"] == "running"
    assert count(client, moving)["running"] == 3


def test_trials_start_pass_fail_and_err(client, clock, moving):
    seen = []
    for _ in range(8):
        seen.append(count(client, moving))
        clock.pass_(minutes=1)
    assert [each["pending"] for each in seen] == sorted((each["pending"] for each in seen), reverse=True)
    assert all(sum(each.values()) == 24 for each in seen)
    assert seen[-1].keys() == {"success", "failed", "error"}


def test_the_run_completes_and_says_when(client, clock, moving):
    clock.pass_(minutes=9)
    run = client.get(f"/harbor/runs/{moving}").json
    assert (run["status"], run["completed_trials"]) == ("completed", 24)
    assert START.isoformat() < run["completed_at"]


def test_what_it_says_follows_from_the_clock_alone(client, clock, moving):
    clock.pass_(minutes=5)
    first = client.trials(moving)
    clock.pass_(minutes=-3)
    client.trials(moving)
    clock.pass_(minutes=3)
    assert client.trials(moving) == first


def test_the_next_run_begins_soon_after(client, clock, moving):
    clock.pass_(minutes=7, seconds=17)
    upcoming = client.get("/harbor/runs?limit=1").json[0]
    assert (upcoming["name"], upcoming["status"], upcoming["total_trials"]) == ("pull-request-1201", "pending", 24)
    assert set(count(client, upcoming["id"])) == {"pending"}
    clock.pass_(seconds=6)
    assert client.get(f"/harbor/runs/{upcoming['id']}").json["status"] == "provisioning"
    clock.pass_(seconds=10)
    assert client.get(f"/harbor/runs/{upcoming['id']}").json["status"] == "running"


@pytest.mark.parametrize("seed", [1, 7, 12])
def test_a_run_ends_before_the_next_one_begins(folder, clock, seed):
    client = Client(make_app(folder, now=clock, token=TOKEN, tenant=TENANT, seed=seed))
    for _ in range(20):
        clock.pass_(minutes=8, seconds=30)
        names = {run["name"]: run["status"] for run in client.get("/harbor/runs?limit=4").json}
        assert sum(status in {"pending", "provisioning", "running"} for status in names.values()) == 1


def test_lists_show_the_latest_four_and_older_ones_answer_to_their_ids(client, clock, moving):
    clock.pass_(days=3)
    names = [run["name"] for run in client.get("/harbor/runs?limit=200").json if run["name"].startswith("pull")]
    assert len(names) == 4
    assert client.get(f"/harbor/runs/{moving}").json["name"] == "pull-request-1200"


def test_a_run_that_is_yet_to_come_is_not_found(client, clock):
    clock.pass_(hours=1)
    latest = client.get("/harbor/runs?limit=1").json[0]["id"]
    clock.pass_(hours=-1)
    assert client.get(f"/harbor/runs/{latest}").status == 404


def test_artifacts_appear_one_after_the_other(client, clock, moving):
    kinds = ("logs", "trajectory", "diff", "result")
    sets = set()
    for _ in range(50):
        for trial in client.trials(moving):
            sets.add((trial["status"], tuple(kind for kind in kinds if trial[f"{kind}_uri"])))
        clock.pass_(seconds=10)
    assert {("pending", ()), ("running", ("logs",)), ("running", ("logs", "trajectory")), ("success", kinds)} <= sets
    assert ("error", ("logs", "trajectory", "result")) in sets


def test_logs_and_trajectories_only_grow(client, clock, moving):
    log, steps = b"", 0
    index = next(number for number, trial in enumerate(client.trials(moving)) if trial["status"] == "running")
    for _ in range(30):
        trial = client.trials(moving)[index]
        longer = fetch(client, trial["logs_uri"])
        assert longer.startswith(log)
        log = longer
        if trial["trajectory_uri"]:
            document = json.loads(fetch(client, trial["trajectory_uri"]))
            assert len(document["steps"]) >= steps
            steps = len(document["steps"])
        clock.pass_(seconds=3)
    assert log.decode().splitlines()[-1].endswith("Collecting artifacts")
    assert steps > 4
