"""Pages of runs and trials, in place of ``docks runs get``, ``eval-get``, ``trials`` and ``trial``."""

import json
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest

from dashboard import formats
from tests.pages import text_of
from tests.parity.reading import cells_of, copies, facts, links, main, rows_of, table, tiles, url_of
from tests.parity.rows import proves

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

MOVING, FINISHED = "pull-request-1200", "nightly-terminal-bench-2026-11-19"
URIS = {"logs": "Logs", "trajectory": "Trajectory", "diff": "Diff", "result": "Result"}


def moment(text):
    """The beginning of a time as the API writes it, as pages do."""
    return text[:19].replace("T", " ") + " UTC"


def result_of(trial):
    found = trial["result_data"] or {}
    return json.loads(found) if isinstance(found, str) else found


def message_of(trial):
    """What the client prints as a trial's error."""
    result = result_of(trial)
    return trial["error_message"] or result.get("error_message") or result.get("error") or ""


def agent_of(trial):
    return trial.get("agent_variant") or trial["variant_name"]


def share_of(result):
    passed, total = result.get("tests_passed"), result.get("tests_total")
    if isinstance(passed, bool):
        return "all" if passed else "not all"
    return "–" if passed is None else f"{passed} of {total}"


def duration_of(trial):
    seconds = trial["duration_seconds"] or result_of(trial).get("duration_seconds")
    return None if seconds is None else timedelta(seconds=seconds)


@proves("docks runs get RUN_ID")
def test_a_sandbox_run(docks, browser, client):
    for item in docks.sandboxes:
        page = browser.open(url_of(docks.mirrored(item)))
        told = facts(page)
        assert told["Id"] == item["id"]
        assert told["Template"] == item["template_name"]
        assert told["Source's word"] == item["status"]
        assert told["Created"] == moment(item["created_at"])
        assert told.get("DNS name") == item["dns_name"]
        assert told.get("Remote") == item["remote_ref"]
        assert told.get("Reason") == item["status_reason"]
        assert told["Details"] == f"docks runs get {item['id']}"
        assert told["Details"] in copies(page)
        words = [each["status"] for each in item["task_results"]]
        passed, failed = words.count("passed"), words.count("failed")
        numbers = {"Tasks": len(words), "Passed": passed, "Failed": failed, "Pending": len(words) - passed - failed}
        assert tiles(page) == ({label: str(n) for label, n in numbers.items()} if words else {})
        for text in (item["id"], f"docks runs get {item['id']}"):
            found = client.get(f"/search/?{urlencode({'q': text})}")
            assert found["Location"] == url_of(docks.mirrored(item))


@proves("docks runs eval-get RUN_ID")
def test_an_evaluation_run(docks, browser, client):
    for item in {run["status"]: run for run in docks.evaluations}.values():
        page = browser.open(url_of(docks.mirrored(item)))
        told = facts(page)
        assert text_of(page.find(".//h1")) == item["name"]
        assert told["Id"] == item["id"]
        assert told["Source's word"] == item["status"]
        assert told["Data set"] == item["dataset_uri"]
        assert told["Created"] == moment(item["created_at"])
        theirs = {row[0]: row[1] for row in table(page, "The source's counts beside ours")}
        counters = {"Trials": "total", "Completed": "completed", "Passed": "passed", "Failed": "failed"}
        assert theirs == {label: str(item[f"{name}_trials"]) for label, name in counters.items()}
        assert told["Details"] == f"docks runs eval-get {item['id']}"
        assert {told["Details"], told["Trials"], told["Artifacts"]} <= copies(page)
        found = client.get(f"/search/?{urlencode({'q': told['Details']})}")
        assert found["Location"] == url_of(docks.mirrored(item))


@proves("docks runs trials RUN_ID")
def test_trials_of_a_run(docks, browser):
    for name in (MOVING, FINISHED):
        item = docks.evaluation(name)
        run, trials = docks.mirrored(item), docks.trials(item)
        page = browser.open(url_of(run, "trials/"))
        rows, cells = rows_of(page, "trial"), cells_of(page, "trial")
        named = rows_of(browser.open(url_of(run, "trials/?columns=task,trial")), "trial")
        assert len(rows) == len(trials) == item["total_trials"]
        for trial in trials:
            pk = docks.mirrored_trial(trial).pk
            assert trial["id"] in named[pk]
            assert trial["task_slug"] in rows[pk]
            shown = cells[pk]
            assert shown["Agent"] == trial["agent_variant"]
            assert shown["Tests passed"] == share_of(result_of(trial))
            assert shown["Artifacts"] == (str(sum(bool(trial[f"{kind}_uri"]) for kind in URIS)).replace("0", "–"))
            assert shown["Error message"] == (message_of(trial).partition("\n")[0] or "–")
        failures = text_of(main(browser.open(url_of(run, "failures/"))))
        codes = {result_of(trial)["error_code"] for trial in trials if "error_code" in result_of(trial)}
        assert codes
        assert all(code in failures for code in codes)
        assert facts(browser.open(url_of(run)))["Trials"] == f"docks runs trials {item['id']}"


@proves("docks runs trials RUN_ID --limit N")
def test_as_many_trials_as_wanted(docks, browser):
    item = docks.evaluation("shoot-out of five")
    run = docks.mirrored(item)
    assert item["total_trials"] > 50
    seen = [rows_of(browser.open(url_of(run, f"trials/?size={size}")), "trial") for size in (25, 50, 200)]
    assert [len(rows) for rows in seen] == [25, 50, item["total_trials"]]


def one_of_each_sort(docks):
    """Trials with their runs: one in each state, as each generation of the server writes them."""
    found = {}
    for item in docks.evaluations:
        for trial in docks.trials(item):
            sort = trial["status"], type(trial["result_data"]), "variant_name" in trial, trial["diff_uri"] is None
            found.setdefault(sort, (item, trial))
    return found.values()


@proves("docks runs trial RUN_ID TRIAL_ID")
def test_a_trial(docks, browser, client):
    sorts = one_of_each_sort(docks)
    assert {"success", "failed", "error", "running", "pending", "cancelled"} <= {trial["status"] for _, trial in sorts}
    for item, trial in sorts:
        page = browser.open(url_of(docks.mirrored(item), f"trials/{docks.mirrored_trial(trial).pk}/"))
        told, shown, result = facts(page), tiles(page), result_of(trial)
        assert told["Trial"] == trial["id"]
        assert told["Task"] == trial["task_slug"]
        assert told["Agent"] == agent_of(trial)
        assert told["Source's word"] == trial["status"]
        assert told.get("Error code") == result.get("error_code")
        assert shown["Reward"] == formats.number(result.get("reward"))
        assert shown["Tests passed"] == share_of(result)
        assert shown["Tokens in"] == formats.tokens(result.get("prompt_tokens"))
        # How long one that runs has been at it, the page counts by itself.
        runs_since = f"since {datetime.fromisoformat(trial['created_at']):%Y-%m-%d %H:%M}"
        is_running = trial["status"] == "running"
        assert shown["Duration"] == (runs_since if is_running else formats.duration(duration_of(trial)))
        assert message_of(trial) in text_of(main(page))
        uris = {label: trial[f"{kind}_uri"] for kind, label in URIS.items()}
        assert {label: told.get(label) for label in uris} == {
            label: uri and uri.partition("?")[0] for label, uri in uris.items()
        }
        assert told["Details"] == f"docks runs trial {item['id']} {trial['id']}"
        assert {told["Details"], told["Artifacts"]} <= copies(page)
        found = client.get(f"/search/?{urlencode({'q': told['Details']})}")
        assert found["Location"] == url_of(docks.mirrored(item), f"trials/{docks.mirrored_trial(trial).pk}/")
        assert url_of(docks.mirrored(item)) in links(page)
