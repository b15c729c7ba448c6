"""The API says what the page and the export of the same run say."""

import csv
import io

import pytest
from django.urls import reverse

from dashboard import formats
from dashboard.domain.statistics import Interval
from dashboard.models import Trial
from dashboard.views.runs import tiles as run_tiles
from tests.pages import parsed, text_of

pytestmark = pytest.mark.django_db

JOBS = ("multi-step-oracle", "nop-baseline", "oracle-local", "scripted-failing", "scripted-two-models")


def exported(client, address, **asked):
    text = b"".join(client.get(address, asked).streaming_content).decode()
    return {int(row["id"]): row for row in csv.DictReader(io.StringIO(text))}


def number(text):
    return None if text == "" else float(text)


@pytest.mark.parametrize("name", JOBS)
def test_the_numbers_of_a_run_are_those_of_its_export(viewer, client_of_viewer, mirrored, name):
    run = mirrored[name]
    columns = "rate,cost,tokens,output_tokens,trials,errored,duration,started,finished,retries"
    row = exported(client_of_viewer, "/runs/export.csv", columns=columns)[run.pk]
    told = viewer.get(f"/runs/{run.pk}").json()
    numbers = told["numbers"]

    assert {key: int(row[f"n_{key}"]) for key in numbers["counts"]} == numbers["counts"]
    assert int(row["n_finished"]) == numbers["n_finished"] == numbers["strict"]["of"]
    assert int(row["trials"]) == numbers["n_trials"]
    assert number(row["rate"]) == numbers["strict"]["value"]
    interval = numbers["strict"]["interval"] or {"low": None, "high": None}
    assert (number(row["interval_low"]), number(row["interval_high"])) == (interval["low"], interval["high"])
    assert number(row["cost"]) == numbers["cost"]["usd"]
    assert number(row["tokens"]) == numbers["tokens"]["input"]
    assert number(row["output_tokens"]) == numbers["tokens"]["output"]
    assert number(row["duration"]) == told["duration_seconds"]
    assert (row["started"], row["finished"]) == (told["started_at"], told["finished_at"])


@pytest.mark.parametrize("name", JOBS)
def test_the_words_of_a_run_are_those_of_its_page(viewer, client_of_viewer, mirrored, name):
    run = mirrored[name]
    page = text_of(parsed(client_of_viewer.get(reverse("run-detail", args=[run.pk]))))
    numbers = viewer.get(f"/runs/{run.pk}").json()["numbers"]
    said = [numbers["strict"]["words"], numbers["scored"]["words"], numbers["errored_words"]]
    if run.cost is not None:
        said += [numbers["cost"]["words"], numbers["cost"]["words_per_passed"]]

    for words in said:
        assert " ".join(words.split()) in page, words
    if numbers["strict"]["interval"]:
        shown = formats.interval(Interval(**numbers["strict"]["interval"]))
        assert " ".join(shown.split()) in page


@pytest.mark.parametrize("name", JOBS)
def test_every_figure_of_the_page_says_what_the_api_says_it_is_of(viewer, mirrored, name):
    run = mirrored[name]
    notes = {str(tile["label"]): str(tile["note"]) for tile in run_tiles.tiles(run)}
    numbers = viewer.get(f"/runs/{run.pk}").json()["numbers"]

    assert notes["Pass rate, strict"].rpartition(" · ")[2] == numbers["strict"]["words"]
    assert notes["Pass rate, scored"] == numbers["scored"]["words"]
    assert notes["Errored"] == numbers["errored_words"]
    assert notes["Cost"] == numbers["cost"]["words"]
    assert notes["Cost per solved"] == numbers["cost"]["words_per_passed"]
    assert notes["Tokens out"] == numbers["tokens"]["words"]


@pytest.mark.parametrize("name", JOBS)
def test_the_trials_of_a_run_are_those_of_its_export(viewer, client_of_viewer, mirrored, name):
    run = mirrored[name]
    columns = "task,attempt,outcome,agent,model,reward,error,cost,tokens,output_tokens,started,duration"
    rows = exported(client_of_viewer, reverse("trial-export", args=[run.pk, "csv"]), columns=columns)
    items = viewer.get(f"/runs/{run.pk}/trials", limit=200).json()["items"]

    assert [item["id"] for item in items] == list(rows)
    for item in items:
        row = rows[item["id"]]
        assert (row["task"], row["outcome"], row["agent"]) == (item["task"]["name"], item["outcome"], item["agent"])
        assert number(row["reward"]) == item["reward"]
        assert number(row["cost"]) == item["cost_usd"]
        assert number(row["tokens"]) == item["input_tokens"]
        assert number(row["duration"]) == item["duration_seconds"]
        assert (row["started"] or None) == item["started_at"]
        assert row["error"] == item["error_type"]


def test_the_leaderboard_adds_up_to_the_run(viewer, mirrored):
    for run in mirrored.values():
        told = viewer.get(f"/runs/{run.pk}").json()
        for outcome, n in told["numbers"]["counts"].items():
            assert sum(standing["counts"][outcome] for standing in told["standings"]) == n
        assert sum(group["n_trials"] for group in told["failures"]) >= told["numbers"]["counts"]["failed"]


def test_the_tasks_are_those_of_their_export(viewer, client_of_viewer, mirrored):
    rows = exported(client_of_viewer, "/tasks/export.csv")
    items = viewer.get("/tasks", limit=200).json()["items"]
    assert [item["id"] for item in items] == list(rows)
    for item in items:
        row = rows[item["id"]]
        assert (number(row["rate"]), int(row["passed"])) == (item["rate"], item["n_passed"])
        assert (int(row["finished"]), int(row["runs"])) == (item["n_finished"], item["n_runs"])


def test_the_whole_trial_tells_what_its_page_tells(viewer, mirrored):
    errored = Trial.objects.filter(has_error=True).first()
    told = viewer.get(f"/runs/{errored.run_id}/trials/{errored.pk}").json()
    assert told["error_type"] == errored.error_type
    assert told["traceback"].startswith("Traceback")
    steps = Trial.objects.filter(run=mirrored["multi-step-oracle"]).first()
    told = viewer.get(f"/runs/{steps.run_id}/trials/{steps.pk}").json()
    assert [step["name"] for step in told["steps"]] == ["create-file", "append-content"]
    assert told["rewards"]["reward"] == told["reward"]


def test_every_file_of_a_trial_is_listed_and_its_bytes_are_there_for_the_same_token(viewer, stranger, mirrored):
    trial = Trial.objects.filter(run=mirrored["oracle-local"], task__name__contains="fix-bug").first()
    told = viewer.get(f"/runs/{trial.run_id}/trials/{trial.pk}/artifacts").json()
    paths = {item["path"]: item for item in told["items"]}
    assert "artifacts/logs/artifacts/patch.diff" in paths
    assert paths["artifacts/logs/artifacts/patch.diff"]["kind"] == "diff"
    for item in told["items"]:
        response = viewer.get(item["download_url"])
        assert response.status_code == 200
        assert len(b"".join(response.streaming_content)) == item["size_bytes"]
        assert stranger.get(item["download_url"]).status_code == 401
    first = viewer.get(told["items"][0]["download_url"], headers={"range": "bytes=0-1"})
    assert (first.status_code, len(b"".join(first.streaming_content))) == (206, 2)


def test_a_file_that_is_not_there_is_a_problem(viewer, mirrored):
    run = mirrored["oracle-local"]
    for path in ("nothing.txt", "../config.json", "..%2F..%2Fsecret", "%00"):
        response = viewer.get(f"/runs/{run.pk}/download/{path}")
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
