"""Pages in place of ``docks report html``, ``show`` and ``summary``: the same figures, from the same trials."""

import json
from collections import Counter
from statistics import fmean

import pytest
from django.test import Client

from dashboard import formats
from tests.factories import make_person
from tests.pages import classed
from tests.parity.conftest import Browser
from tests.parity.reading import counts, facts, header, rows_of, table, tiles, told, url_of
from tests.parity.rows import proves

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

NAMES = ("pull-request-1200", "nightly-terminal-bench-2026-11-19", "gemini out of quota", "no machines", "sweep")
LEADERS = "The source's leaderboard"


def pass_rate(trials):
    """The client's: the mean of tests passed ÷ tests over the trials that tell them; None if none does."""
    found = [trial["result_data"] or {} for trial in trials]
    results = [json.loads(each) if isinstance(each, str) else each for each in found]
    shares = [each.get("tests_passed", 0) / each["tests_total"] for each in results if each.get("tests_total")]
    return fmean(shares) if shares else None


def percent(share):
    """As it reads: spaces are all the same to a reader."""
    return " ".join(formats.percent(share).split())


def states(trials):
    """How many trials are in each state, in our words: a verdict that is neither good nor bad is our own."""
    ours = {"success": "passed", "error": "errored"}
    found = Counter(ours.get(trial["status"], trial["status"]) for trial in trials)
    found["judged as not passed"] = found.pop("failed", 0) + found.pop("partial", 0)
    return +found


def shown_states(page):
    shown = Counter(counts(main_bar(page)))
    shown["judged as not passed"] = shown.pop("failed", 0) + shown.pop("partial", 0)
    return +shown


def main_bar(page):
    """What the run's own bar says."""
    [bar] = classed(page, "outcome-bar-wide")
    return told(bar)


@proves("docks report html RUN_ID")
def test_a_report(docks, browser):
    for name in NAMES:
        item = docks.evaluation(name)
        trials = docks.trials(item)
        page = browser.open(url_of(docks.mirrored(item)))
        shown = tiles(page)
        assert shown["Trials"] == str(len(trials)) == str(item["total_trials"])
        assert shown["Tests passed"] == percent(pass_rate(trials))
        if trials:
            assert shown_states(page) == states(trials)
        if item["leaderboard"]:
            assert table(page, LEADERS) == [
                [
                    each["variant_name"], str(each["trial_count"]), str(each["completed_count"]),
                    str(each["failed_count"]), percent(each["avg_pass_rate"] / 100),
                ]
                for each in item["leaderboard"]
            ]  # fmt: skip
        first = rows_of(browser.open(url_of(docks.mirrored(item), "trials/?size=50")), "trial")
        assert len(first) == min(50, len(trials))


@proves("docks report summary RUN_ID")
def test_a_summary(docks, browser):
    for name in NAMES:
        item = docks.evaluation(name)
        trials = docks.trials(item)
        page = browser.open(url_of(docks.mirrored(item)))
        assert item["name"] in header(page)
        assert item["status"] in header(page)
        assert facts(page)["Id"] == item["id"]
        shown, theirs = counts(main_bar(page)), Counter(trial["status"] for trial in trials)
        assert shown.get("running", 0) == theirs["running"]
        assert shown.get("pending", 0) == theirs["pending"]
        assert tiles(page)["Tests passed"] == percent(pass_rate(trials))


@proves("docks report show RUN_ID")
def test_a_dashboard(docks, browser):
    for name in NAMES[:3]:
        item = docks.evaluation(name)
        page = browser.open(url_of(docks.mirrored(item)))
        told_facts = facts(page)
        assert told_facts["Created"][:19] == item["created_at"][:19].replace("T", " ")
        if item["completed_at"]:
            assert told_facts["Finished"][:19] == item["completed_at"][:19].replace("T", " ")
        trials = {docks.mirrored_trial(trial).pk: trial for trial in docks.trials(item)}
        rows = rows_of(browser.open(url_of(docks.mirrored(item), "trials/?sort=-started")), "trial")
        begun = [trials[pk]["created_at"] for pk in rows if trials[pk]["status"] not in {"pending", "running"}]
        assert begun == sorted(begun, reverse=True)
        assert all(trials[pk]["task_slug"] in row for pk, row in rows.items())


@proves("docks report html RUN_ID --output PATH")
def test_a_report_is_kept_by_its_address(docks, browser):
    url = url_of(docks.mirrored(docks.evaluation(NAMES[1])))
    other = Client()
    other.force_login(make_person("grace"))
    assert tiles(Browser(other).open(url)) == tiles(browser.open(url)) != {}
