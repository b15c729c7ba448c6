"""Pages of runs and trials of a Docks tenant. No page of them asks the server: sockets are off here."""

import json
from datetime import timedelta

import pytest

from dashboard.domain.statuses import Outcome, RunStatus, SourceHealth
from dashboard.models import RunDetail
from dashboard.views.trials import tiles as trial_tiles
from tests import factories
from tests.factories import NOW
from tests.pages import classed, parsed, resolved, text_of

pytestmark = pytest.mark.django_db

STATS = {
    "total_trials": 24, "completed_trials": 5, "passed_trials": 2, "failed_trials": 3,
    "leaderboard": [
        {"variant_name": "codex", "trial_count": 12, "avg_pass_rate": 61.25, "completed_count": 4, "failed_count": 2}
    ],
}  # fmt: skip


@pytest.fixture
def source():
    return factories.make_source("Docks", kind="docks", address="http://127.0.0.1:1", tenant="t")


@pytest.fixture
def sandbox(source):
    run = factories.make_run(
        source, kind="sandbox", external_id="run/0f8fad5b-d9cb-469f", name="gpu-training", raw_status="ready",
        status=RunStatus.RUNNING, n_tasks=4, n_passed=1, n_failed=2, n_pending=1, started_at=NOW,
        status_reason="Waiting for a machine",
    )  # fmt: skip
    RunDetail.objects.create(run=run, facts={"Template": "gpu-training", "DNS name": "a.example", "Remote": "ref/7"})
    return run


@pytest.fixture
def run(source):
    run = factories.make_run(
        source, external_id="eval/7c9e6679-7425", name="Nightly", raw_status="success", n_trials=24, n_passed=2,
        n_partial=1, n_failed=1, n_errored=1, input_tokens=30_000, started_at=NOW, n_with_tokens=5,
    )  # fmt: skip
    RunDetail.objects.create(run=run, facts={"Data set": "gs://sets/core"}, source_stats=STATS)
    return run


@pytest.fixture
def trial(run):
    return factories.make_trial(
        run, agent="codex", reward=0.5, outcome=Outcome.PARTIAL, duration=timedelta(minutes=7), external_id="t-1",
        started_at=NOW, has_error=True, error_type="E42", input_tokens=1_200,
        detail={
            "rewards": {"reward": 0.5, "tests_passed": 0.5}, "error_message": "It broke.",
            "extra": {
                "status": "partial", "tests_passed": 3, "tests_total": 6, "created_at": "2026", "error_code": "E42",
                "duration_seconds": "420", "logs_uri": "gs://elsewhere/logs.txt",
            },
        },
    )  # fmt: skip


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    resolved(response)
    return parsed(response)


def main(client, url):
    return text_of(page(client, url).find(".//main"))


def facts(tree):
    """Names and values of all lists of facts."""
    pairs = [pair for kv in classed(tree, "kv") for pair in zip(kv.iter("dt"), kv.iter("dd"), strict=True)]
    return {text_of(name): text_of(value) for name, value in pairs}


def tiles(tree):
    return {text_of(tile.find("dt")): text_of(tile.find("dd")) for tile in classed(tree, "tile")}


def tabs(tree):
    return [text_of(link).split()[0] for link in classed(tree, "tabs")[0].iter("a")]


class TestSandbox:
    def test_it_shows_its_machine_and_how_its_tasks_came_out(self, client, sandbox):
        shown = page(client, f"/runs/{sandbox.pk}/")
        assert tiles(shown) == {"Tasks": "4", "Passed": "1", "Failed": "2", "Pending": "1"}
        told = {"Template": "gpu-training", "DNS name": "a.example", "Remote": "ref/7", "Source's word": "ready"}
        assert told.items() <= facts(shown).items()
        assert facts(shown)["Details"] == "docks runs get 0f8fad5b-d9cb-469f"
        assert facts(shown)["Created"] == "2026-11-21 12:00:00 UTC"

    def test_it_says_why_it_is_in_its_state(self, client, sandbox):
        assert "Reason Waiting for a machine" in main(client, f"/runs/{sandbox.pk}/")

    def test_it_has_no_parts_that_only_trials_make(self, client, sandbox):
        shown = page(client, f"/runs/{sandbox.pk}/")
        assert tabs(shown) == ["Overview", "History", "Notes"]
        assert "sandbox" in [text_of(badge) for badge in classed(shown, "badge")]
        assert "Pass rate" not in text_of(shown)

    def test_its_reports_are_no_part_either_and_no_promise(self, client, sandbox):
        text = main(client, f"/runs/{sandbox.pk}/reports/")
        assert "It is one machine that works through a template, without trials." in text
        assert "Quayside" not in text

    def test_without_task_results_it_says_so(self, client, sandbox):
        factories.touch(sandbox, n_tasks=0, n_passed=0, n_failed=0, n_pending=0)
        assert "The source tells of none yet." in main(client, f"/runs/{sandbox.pk}/")
        factories.touch(sandbox, status=RunStatus.FAILED)
        assert "The source tells of none." in main(client, f"/runs/{sandbox.pk}/")

    def test_a_failed_one_without_a_reason_says_so(self, client, sandbox):
        factories.touch(sandbox, status=RunStatus.FAILED, status_reason="")
        assert "Reason The source gave no reason." in main(client, f"/runs/{sandbox.pk}/")

    def test_the_list_tells_it_from_an_evaluation(self, client, sandbox, run):
        names = [text_of(row.find("th")) for row in page(client, "/runs/").find(".//tbody")]
        assert sorted(names) == ["Nightly7c9e6679-742", "gpu-training sandbox 0f8fad5b-d9c"]
        assert "Kind" in text_of(classed(page(client, "/runs/"), "facets")[0])
        only = page(client, "/runs/?q=kind:sandbox").find(".//tbody")
        assert [row.get("id") for row in only] == [f"run-{sandbox.pk}"]


class TestEvaluation:
    def test_its_figures_are_those_that_docks_can_tell(self, client, run, trial):
        shown = tiles(page(client, f"/runs/{run.pk}/"))
        assert (shown["Trials"], shown["Tests passed"], shown["Tokens in"]) == (
            "24",
            "50.0 %",
            "30.0k",
        )
        assert not {"Cost", "Cost per solved", "Tokens out"} & shown.keys()

    def test_what_the_source_counts_stands_beside_what_we_count(self, client, run):
        shown = page(client, f"/runs/{run.pk}/")
        [counts] = [
            table
            for table in classed(shown, "table-region")
            if table.get("aria-label") == "The source's counts beside ours"
        ]
        rows = [[text_of(cell) for cell in row] for row in counts.find(".//tbody")]
        assert rows == [
            ["Trials", "24", "24"],
            ["Completed", "5", "5"],
            ["Passed", "2", "2"],
            ["Failed", "3", "2 and 1 errored"],
        ]
        assert "codex 12 4 2 61.3 %" in " ".join(text_of(cell) for cell in shown.iter() if cell.tag in {"th", "td"})

    def test_agents_have_the_share_of_tests_they_passed(self, client, run, trial):
        [table] = [
            each
            for each in classed(page(client, f"/runs/{run.pk}/"), "leaderboard", "table")
            if "Strict" in text_of(each)
        ]
        assert "Tests passed" in text_of(table.find("thead"))
        assert "50.0 % n = 1" in text_of(table)
        assert "Cost" not in text_of(table)

    def test_facts_and_commands(self, client, run):
        assert "sandbox" not in main(client, f"/runs/{run.pk}/")
        told = facts(page(client, f"/runs/{run.pk}/"))
        assert (told["Id"], told["Data set"], told["Source's word"]) == ("7c9e6679-7425", "gs://sets/core", "success")
        assert told["Artifacts"] == "docks runs artifacts 7c9e6679-7425"
        assert "Address" not in told

    @pytest.mark.parametrize(
        "stats",
        [None, [], "x", {"leaderboard": 5}, {"leaderboard": [7, {}]}, {"total_trials": True, "failed_trials": "9"},
         {"leaderboard": [{"avg_pass_rate": "x", "variant_name": 5, "trial_count": -1.5}]}, {"evals": []},
         {"leaderboard": [{"avg_pass_rate": 1e9}, {"avg_pass_rate": -3}]}, {"evals": {"a": 1, "b": {"metrics": 4}}}],
    )  # fmt: skip
    def test_whatever_a_source_counts_the_page_is_there(self, client, run, stats):
        RunDetail.objects.update(source_stats=stats)
        assert "Agents and models" in main(client, f"/runs/{run.pk}/")

    def test_there_is_a_configuration_only_where_one_is_told(self, client, run):
        assert "Configuration" not in tabs(page(client, f"/runs/{run.pk}/"))
        RunDetail.objects.update(config={"a": 1})
        assert "Configuration" in tabs(page(client, f"/runs/{run.pk}/"))

    def test_its_creation_is_not_called_a_start(self, client, run):
        shown = page(client, f"/runs/{run.pk}/")
        [clock] = [each for each in shown.iter("span") if each.get("title") == "Created"]
        assert text_of(clock).startswith("Created 2026-11-21")
        factories.touch(run, duration=timedelta(minutes=7))
        shown = page(client, f"/runs/{run.pk}/")
        assert "ended after 7 min" in text_of(shown)
        assert "from its creation to its end" in text_of(shown)
        assert "Created 2026-11-21" in main(client, "/runs/details/?q=")
        [told] = json.loads(b"".join(client.get("/runs/details.json?q=").streaming_content))
        assert (told["started_at"], told["created_at"]) == (None, "2026-11-21T12:00:00Z")

    def test_its_runs_have_no_log_and_no_files_to_ask_for(self, client, run):
        shown = page(client, f"/runs/{run.pk}/files/")
        assert "Log" not in tabs(shown)
        assert "No files." in text_of(shown)
        assert "no log of their own" in main(client, f"/runs/{run.pk}/log/")


class TestTrial:
    def test_it_shows_what_the_client_shows(self, client, run, trial):
        shown = page(client, f"/runs/{run.pk}/trials/{trial.pk}/")
        assert tiles(shown) == {"Reward": "0.5", "Tests passed": "3 of 6", "Duration": "7 min", "Tokens in": "1.20k"}
        told = facts(shown)
        assert (told["Source's word"], told["Error code"], told["Agent"]) == ("partial", "E42", "codex")
        assert told["Logs"] == "gs://elsewhere/logs.txt"
        assert told["Details"] == "docks runs trial 7c9e6679-7425 t-1"
        assert "It broke." in text_of(shown)
        assert told["Created"] == "2026-11-21 12:00:00 UTC"
        assert not {"Started", "Finished", "Duration seconds", "Id"} & told.keys()

    def test_nothing_says_for_how_long_it_runs(self, client, run):
        factories.touch(run, status=RunStatus.RUNNING)
        told = {"extra": {"created_at": "2026"}}
        trial = factories.make_trial(run, outcome=Outcome.RUNNING, agent="codex", detail=told)
        assert facts(page(client, f"/runs/{run.pk}/trials/{trial.pk}/"))["Created"] == "2026"
        lists = page(client, f"/runs/{run.pk}/").iter("ul")
        [running] = [each for each in lists if each.get("aria-label") == "Running now"]
        assert text_of(running).endswith("codex")
        table = page(client, f"/runs/{run.pk}/trials/").find(".//tbody")
        assert not [each for each in table.iter("span") if each.get("data-since")]

    def test_a_list_and_its_file_call_the_moment_it_was_made_that(self, client, run, trial):
        heads = text_of(page(client, f"/runs/{run.pk}/trials/").find(".//thead"))
        assert "Created" in heads
        assert "Started" not in heads
        [row] = json.loads(b"".join(client.get(f"/runs/{run.pk}/trials/export.json").streaming_content))
        assert row["created"] == "2026-11-21T12:00:00Z"
        assert "started" not in row

    def test_elsewhere_it_stands_as_created(self, client, run, trial):
        other = factories.make_trial(
            factories.make_run(factories.make_source("Folder")), task=trial.task, started_at=NOW
        )
        newest = main(client, f"/tasks/{trial.task_id}/")
        assert newest.count("created 2026-11-21") == 1
        assert "created 2026-11-21" in main(client, f"/runs/{other.run_id}/trials/{other.pk}/")
        assert "created 2026-11-21" not in main(client, f"/runs/{run.pk}/trials/{trial.pk}/")

    def test_its_verdict_is_asked_for_when_the_page_is_there(self, client, run, trial):
        url = f"/runs/{run.pk}/trials/{trial.pk}/"
        [region] = [tag for tag in page(client, url).iter("div") if tag.get("hx-trigger") == "load"]
        assert (region.get("hx-get"), region.get("hx-morph-skip")) == (f"{url}?part=verdict", "")
        assert [link.get("href") for link in region.iter("a")] == [f"{url}results/"]

    def test_a_change_of_the_trial_has_them_asked_for_anew(self, client, run, trial):
        def region():
            return next(tag.get("id") for tag in page(client, trial_url).iter("div") if tag.get("hx-morph-skip") == "")

        trial_url = f"/runs/{run.pk}/trials/{trial.pk}/"
        first = region()
        factories.touch(run)
        assert region() == first
        trial.version += 1
        trial.save()
        assert region() != first

    def test_a_source_that_is_away_says_so_instead_of_files(self, client, source, run, trial):
        source.health, source.failures, source.error = SourceHealth.FAILING, 9, "Nobody is there."
        source.next_sync_at = NOW + timedelta(days=36_500)
        source.save()
        url = f"/runs/{run.pk}/trials/{trial.pk}/files/"
        assert "Docks Nobody is there." in main(client, url)
        assert "No files." not in main(client, url)

    def test_there_is_an_archive_of_it(self, client, run, trial):
        assert f"/runs/{run.pk}/trials/{trial.pk}/artifacts.zip" in [
            link.get("href") for link in page(client, f"/runs/{run.pk}/trials/{trial.pk}/").iter("a")
        ]

    @pytest.mark.parametrize(
        ("extra", "said"),
        [({"tests_passed": True}, "all"), ({"tests_passed": False, "tests_total": 3}, "not all"), ({}, ""),
         ({"tests_passed": 4}, "4"), ({"tests_passed": 0, "tests_total": 2}, "0 of 2"), ({"tests_total": 2}, "")],
    )  # fmt: skip
    def test_tests_are_told_as_far_as_they_are_known(self, trial, extra, said):
        trial.detail.extra = extra
        assert trial_tiles.tests_passed(trial.detail) == said
