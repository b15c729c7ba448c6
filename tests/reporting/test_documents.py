"""The document of a report: what it says, that it stands alone, and that nothing in it is executed."""

import re
from datetime import timedelta

import html5lib
import pytest

from dashboard.domain.statuses import RunStatus
from dashboard.models import Run
from dashboard.reporting import documents, trials, words
from dashboard.services import own_reports
from dashboard.services.own_report_making import CannotMake
from dashboard.services.own_reports import Order, Part
from tests.factories import NOW, make_person, make_source, make_task, make_trial, make_trials
from tests.pages import classed, text_of

HOSTILE = """</td><script>alert(1)</script><img src=x onerror="alert(2)">'&"""

MIXED = "Its runs changed while it was written"


@pytest.fixture
def report_of(db):
    person = make_person(email="ada@example.org")

    def make(*runs, **fields):
        return own_reports.ask(person, runs, Order(**{"title": "Weekly"} | fields), now=NOW)

    return make


def told(_done, _total):
    """Takes note of nothing."""


def written(report):
    html = documents.write(report, tell=told, now=NOW)
    assert "UNRESOLVED" not in html, re.findall(r".{60}UNRESOLVED\[.{40}", html, re.DOTALL)[:5]
    return html


def tree_of(html):
    """The document as a tree, read strictly enough that what is wrong with it raises."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def by_id(tree, name):
    return next(element for element in tree.iter() if element.get("id") == name)


def rows_of(element):
    return [" ".join(text for cell in row if (text := text_of(cell))) for row in element.iter("tr")]


def test_it_says_of_what_and_as_of_when_it_is(run_of, report_of):
    run = run_of({"a": "passed"}, name="nightly", source=make_source("Harbor box", address="/srv/box"))
    tree = tree_of(written(report_of(run, origin="https://quayside.example")))
    header = text_of(next(tree.iter("header")))
    assert "Made by Quayside on 2026-11-21 12:00:00 UTC, asked for by ada@example.org" in header
    runs = text_of(by_id(tree, "runs"))
    address = f"https://quayside.example/runs/{run.pk}/"
    for part in ("nightly", run.external_id, address, "Harbor box", "2026-11-21 12:00:00 UTC"):
        assert part in runs
    assert "/srv/box" not in text_of(tree), "it is sent on"


def test_a_report_that_knows_no_origin_has_the_path(run_of, report_of):
    run = run_of({"a": "passed"})
    cells = [text_of(cell) for cell in by_id(tree_of(written(report_of(run))), "runs").iter("td")]
    assert f"/runs/{run.pk}/" in cells


def test_the_summary_has_denominators_and_intervals(run_of, report_of):
    run = run_of({"a": "passed", "b": "failed", "c": "errored", "d": "partial"})
    summary = text_of(by_id(tree_of(written(report_of(run))), "summary"))
    assert "25.0 % 1 of 4 finished95 % 4.6–69.9 % (Wilson)" in summary
    assert "33.3 % 1 of 3 with a verdict95 % 6.1–79.2 % (Wilson)" in summary
    assert "1 of 4 finished trials have no verdict" in summary


def test_a_run_that_has_not_finished_is_told_so_far(run_of, report_of):
    run = run_of({"a": "passed", "b": "running"}, status=RunStatus.RUNNING)
    tree = tree_of(written(report_of(run)))
    assert "not every run had finished" in text_of(next(tree.iter("header")))
    assert "so far" in text_of(by_id(tree, "summary"))
    assert "not finished: its numbers are so far" in text_of(by_id(tree, "runs"))


def test_all_trials_are_in_the_table(run_of, report_of):
    run = run_of({"fix": "passed errored"})
    rows = rows_of(by_id(tree_of(written(report_of(run))), "trials"))
    assert rows[1] == "fix 1 codex gpt-5 ✓ passed 1 1 min $1.00"
    assert rows[2] == "fix 2 codex gpt-5 ⚠ errored – 2 min $2.00 AgentTimeoutError: timed out after 9 s"


def test_failures_are_grouped_by_cause(run_of, report_of):
    run = run_of({"a": "errored", "b": "errored failed"})
    failures = text_of(by_id(tree_of(written(report_of(run))), "failures"))
    assert "3 trials failed, came out partial or raised" in failures
    assert "agent ran out of budget (the agent's own)" in failures
    assert "timed out after <n> s" in failures


def test_a_run_without_trials_has_a_document(run_of, report_of):
    tree = tree_of(written(report_of(run_of({}))))
    assert "No trial is there yet" in text_of(by_id(tree, "trials"))
    assert "No trial failed" in text_of(by_id(tree, "failures"))


def test_parts_that_were_not_asked_for_are_left_out(run_of, report_of):
    html = written(report_of(run_of({"a": "passed"}), parts=[Part.COSTS]))
    ids = {element.get("id") for element in tree_of(html).iter()}
    assert {"summary", "costs", "method"} <= ids
    assert not ids & {"trials", "failures", "leaderboard", "comparison"}
    assert 'href="#trials"' not in html


def test_several_runs_stand_side_by_side(run_of, report_of):
    first = run_of({"a": "passed", "b": "passed", "only-here": "failed"}, name="before")
    second = run_of({"a": "passed", "b": "failed"}, name="after", started_at=NOW + timedelta(hours=1))
    tree = tree_of(written(report_of(second, first)))
    compared = text_of(by_id(tree, "comparison"))
    assert "Compared are the 2 tasks of which each run has a finished trial" in compared
    assert "after less before is −50.0 percentage points, p = 1.000 (exact McNemar test, two-sided)" in compared
    assert "after has no finished trial of 1 taskonly-here" in compared
    assert rows_of(by_id(tree, "trials"))[1].startswith("before a 1")


def test_runs_that_share_no_task_are_not_compared(run_of, report_of):
    tree = tree_of(written(report_of(run_of({"a": "passed"}), run_of({"b": "passed"}))))
    assert "so there is nothing to compare" in text_of(by_id(tree, "comparison"))


def test_tasks_of_one_name_in_two_data_sets_are_told_once(run_of, report_of):
    first, second = run_of({"a": "passed"}), run_of({})
    make_trial(second, make_task("a", "another"), outcome="passed")
    compared = text_of(by_id(tree_of(written(report_of(first, second))), "comparison"))
    assert compared.count("The same names, of different data sets: not compared 1 name: a") == 1
    assert "has no finished trial of" not in compared


def test_runs_of_one_name_are_told_apart(run_of):
    runs = [run_of({}, name="nightly"), run_of({}, name="nightly"), run_of({}, name="weekly")]
    assert list(words.labels(runs).values()) == ["nightly (1)", "nightly (2)", "weekly"]


def test_an_interval_over_tasks_is_in_points_with_signs(run_of, report_of):
    before = run_of({"a": "failed failed", "b": "failed passed"}, name="before")
    after = run_of({"a": "passed failed", "b": "passed passed"}, name="after")
    best = run_of({"a": "passed passed", "b": "passed passed"}, name="best")
    compared = text_of(by_id(tree_of(written(report_of(before, after))), "comparison"))
    assert "+50.0 percentage points" in compared
    wider = text_of(by_id(tree_of(written(report_of(before, best))), "comparison"))
    assert re.search(r"95 % interval −\d+\.\d to \+\d+\.\d \(Student’s t over tasks\)", wider)


def test_names_of_strangers_are_text(run_of, report_of):
    run = run_of({HOSTILE: "passed errored"}, name=HOSTILE, source=make_source(HOSTILE), status_reason=HOSTILE)
    run.trials.update(agent=HOSTILE, model=HOSTILE, error_summary=HOSTILE, error_group=HOSTILE, error_type=HOSTILE)
    other = run_of({"b": "passed"}, name="other")
    html = written(report_of(run, other, title=HOSTILE, notes=HOSTILE))
    tree = tree_of(html)
    assert not list(tree.iter("script")) + list(tree.iter("img"))
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    assert text_of(by_id(tree, "trials")).count("<script>alert(1)</script>") > 4
    assert HOSTILE in text_of(next(tree.iter("h1")))


def test_it_stands_alone(run_of, report_of):
    tree = tree_of(written(report_of(run_of({"a": "passed failed"}), run_of({"a": "passed", "b": "errored"}))))
    addresses = [
        element.get(name)
        for element in tree.iter()
        for name in ("src", "href", "srcset", "data", "action", "{http://www.w3.org/1999/xlink}href")
        if element.get(name)
    ]
    assert addresses
    assert all(address.startswith("#") for address in addresses)
    assert {address[1:] for address in addresses} <= {element.get("id") for element in tree.iter()}
    style = "".join(element.text for element in tree.iter("style"))
    assert "url(" not in style
    assert "@import" not in style
    assert not list(tree.iter("link")) + list(tree.iter("script"))


def test_it_brings_its_own_policy_and_prints(run_of, report_of):
    html = written(report_of(run_of({"a": "passed"})))
    tree = tree_of(html)
    [policy] = [e.get("content") for e in tree.iter("meta") if e.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    for rule in ("@page", "table-header-group", "break-inside: avoid", "prefers-color-scheme: dark"):
        assert rule in html


def test_on_paper_no_section_begins_a_page_by_itself(run_of, report_of):
    style = re.search(r"<style>(.*?)</style>", written(report_of(run_of({"a": "passed"}))), re.DOTALL)[1]
    assert re.findall(r"@page[^{]*\{ size: ([^;]+)", style) == ["A4 landscape"], "another size would begin another page"
    assert not re.search(r"break-(before|after): *(page|always|left|right)|[{;] *page:", style)


def test_pictures_and_tables_are_named(run_of, report_of):
    tree = tree_of(written(report_of(run_of({"a": "passed failed errored"}), run_of({"a": "passed", "b": "failed"}))))
    for picture in (each for each in tree.iter() if each.tag.endswith("svg")):
        assert picture.get("aria-hidden") == "true" or (picture.get("role") == "img" and picture.get("aria-label"))
    for table in tree.iter("table"):
        assert text_of(next(table.iter("caption")))
        assert all(cell.get("scope") for cell in table.iter("th"))
    assert len(classed(tree, "region")) > 5
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_progress_is_told_in_trials(run_of, report_of, monkeypatch):
    monkeypatch.setattr(trials, "BATCH", 40)
    run = run_of({})
    make_trials(run, 100)
    heard = []
    documents.write(report_of(run), tell=lambda done, total: heard.append((done, total)), now=NOW)
    assert heard == [(0, 200), (100, 200), (140, 200), (180, 200), (200, 200)]


def test_a_table_that_is_too_long_says_so(run_of, report_of, monkeypatch):
    monkeypatch.setattr(trials, "MOST", 30)
    monkeypatch.setattr(trials, "BATCH", 20)
    first, second = run_of({}, name="first"), run_of({}, name="second")
    make_trials(first, 25)
    make_trials(second, 25)
    part = by_id(tree_of(written(report_of(first, second))), "trials")
    assert "These are the first 30 trials of 50 trials; the numbers above are of all of them." in text_of(part)
    assert len(rows_of(part)) == 31


def test_what_changes_while_it_is_read_is_read_again(run_of, report_of):
    run, heard = run_of({"a": "passed"}), []

    def change(done, total):
        heard.append((done, total))
        if len(heard) == 1:
            Run.objects.filter(pk=run.pk).update(name="renamed", version=run.version + 1)

    html = documents.write(report_of(run, title="T"), tell=change, now=NOW)
    assert ">renamed<" in html
    assert len(heard) == 6
    assert MIXED not in html
    assert "All numbers are as of that moment" in html


def test_what_never_stands_still_is_written_all_the_same_and_says_so(run_of, report_of):
    run, heard = run_of({"a": "passed"}), []

    def change(done, _total):
        heard.append(done)
        Run.objects.filter(pk=run.pk).update(version=run.version + len(heard))

    html = documents.write(report_of(run), tell=change, now=NOW)
    assert "</html>" in html
    assert MIXED in html
    assert "All numbers are as of that moment" not in html
    assert len(heard) == 3 * documents.MOST_READINGS


def test_a_report_whose_runs_are_gone_cannot_be_made(run_of, report_of):
    run = run_of({"a": "passed"})
    report = report_of(run)
    run.delete()
    with pytest.raises(CannotMake, match="no longer here"):
        documents.write(report, tell=told, now=NOW)


def test_states_of_runs_are_told(run_of, report_of):
    run = run_of({"a": "passed"}, is_gone=True, unread_since=NOW)
    stalled = run_of({"a": "running"}, is_stalled=True, status=RunStatus.RUNNING, started_at=None)
    said = text_of(by_id(tree_of(written(report_of(run, stalled))), "runs"))
    assert "no longer at its source; could not be read since 2026-11-21" in said
    assert "stalled; not finished" in said
