"""Lists of runs, in place of ``docks runs list`` and ``docks runs eval-list``."""

import json

import pytest

from tests.pages import text_of
from tests.parity.reading import counts, ids_of, links, main, rows_of
from tests.parity.rows import proves

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

MEANT = {
    "pending": {"pending"},
    "provisioning": {"provisioning"},
    "running": {"running", "ready"},
    "completed": {"completed"},
    "failed": {"failed"},
    "cancelled": {"cancelled", "deleted"},
    "unknown": {"hibernated"},
}
"""Words of the source, by the word that finds them here."""


def wanted(items, status):
    return {item["id"] for item in items if item["status"] in MEANT[status]}


@proves("docks runs list")
def test_sandbox_runs(docks, browser):
    page = browser.open("/runs/?q=kind:sandbox")
    rows = rows_of(page)
    assert ids_of(rows) == {run["id"] for run in docks.sandboxes}
    for item in docks.sandboxes:
        row = rows[docks.mirrored(item).pk]
        assert item["id"][:12] in row
        assert item["template_name"] in row
        assert item["created_at"][:19] in row
        assert item["status"] in row


@proves("docks runs list --limit N")
def test_as_many_rows_as_wanted_newest_first(docks, browser):
    rows = rows_of(browser.open("/runs/?q=kind:sandbox&size=25"))
    newest = sorted(docks.sandboxes, key=lambda run: run["created_at"], reverse=True)
    assert list(rows) == [docks.mirrored(item).pk for item in newest[:25]]


@proves("docks runs list --status STATUS")
def test_sandbox_runs_of_a_state(docks, browser):
    for status in MEANT:
        rows = rows_of(browser.open(f"/runs/?q=kind:sandbox status:{status}"))
        assert ids_of(rows) == wanted(docks.sandboxes, status) != set(), status
    both = rows_of(browser.open("/runs/?q=kind:sandbox status:pending,provisioning"))
    assert ids_of(both) == wanted(docks.sandboxes, "pending") | wanted(docks.sandboxes, "provisioning")
    assert any("status%3Afailed" in link for link in links(browser.open("/runs/?q=kind:sandbox")) if link)


@proves("docks runs eval-list")
def test_evaluation_runs(docks, browser):
    rows = rows_of(browser.open("/runs/?q=kind:evaluation"))
    assert ids_of(rows) == {run["id"] for run in docks.evaluations}
    for item in docks.evaluations:
        row = rows[docks.mirrored(item).pk]
        assert item["id"][:12] in row
        assert item["name"] in row
        assert item["created_at"][:19] in row
        assert item["status"] in row
        shown = counts(row)
        assert sum(shown.values()) == item["total_trials"]
        ended = sum(n for word, n in shown.items() if word not in {"running", "pending", "cancelled"})
        assert ended == item["completed_trials"]


@proves("docks runs eval-list --limit N")
def test_evaluation_runs_go_on_from_page_to_page(docks, browser, settings):
    settings.PAGE_SIZES = (5, 25)
    newest = [docks.mirrored(item).pk for item in docks.evaluations]
    first = rows_of(browser.open("/runs/?q=kind:evaluation&size=5"))
    second = rows_of(browser.open("/runs/?q=kind:evaluation&size=5&page=2"))
    assert [*first, *second] == newest[:10]
    assert list(rows_of(browser.open("/runs/?q=kind:evaluation&size=25"))) == newest[:25]


@proves("docks runs list --status failed --format json")
def test_failed_runs_as_json(docks, client):
    response = client.get("/runs/export.json?q=kind:sandbox status:failed")
    rows = json.loads(b"".join(response.streaming_content))
    assert {row["uid"] for row in rows} == wanted(docks.sandboxes, "failed")
    assert {row["raw_status"] for row in rows} == {"failed"}


@proves("for run_id in …; do docks runs get $run_id; done")
def test_details_of_each_failed_run(docks, browser, client):
    failed = [*docks.sandboxes, *docks.evaluations]
    ids = wanted(failed, "failed")
    page = browser.open("/runs/details/?q=status:failed")
    text = text_of(main(page))
    for item in failed:
        assert (item["id"] in text) == (item["id"] in ids)
        if item["id"] in ids and item.get("status_reason"):
            assert item["status_reason"] in text
    answer = client.get("/runs/details.json?q=status:failed")
    told = {run["uid"]: run for run in json.loads(b"".join(answer.streaming_content))}
    assert set(told) == ids
    for item in failed:
        if item["id"] in ids and "template_name" in item:
            assert told[item["id"]]["facts"]["Template"] == item["template_name"]
            assert told[item["id"]]["status_reason"] == (item["status_reason"] or "")
    [shown] = {link for link in links(browser.open("/runs/?q=status:failed")) if link and "/runs/details/" in link}
    assert shown == "/runs/details/?q=status%3Afailed"
