"""Forms and buttons in place of ``docks runs stop``, ``eval-start``, ``eval-cancel``, and what is watched."""

import pytest

from tests.parity.reading import header, links
from tests.parity.rows import proves

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]


def act(docks, browser, item, verb):
    """Press the button of a run's page and confirm; the page that one is led to."""
    run = docks.mirrored(item)
    url = f"/runs/{run.pk}/{verb}/"
    assert url in links(browser.open(f"/runs/{run.pk}/"))
    page = browser.send(url)
    assert url not in links(page)
    return page


@proves("docks runs stop RUN_ID")
def test_stopping_a_sandbox_run(own, browser):
    item = next(run for run in own.sandboxes if run["status"] == "running")
    page = act(own, browser, item, "stop")
    assert own.posts == [(f"/runs/{item['id']}/stop", None)]
    assert own.ask(f"/runs/{item['id']}")["status"] == "cancelled"
    assert "cancelled" in header(page)
    ended = next(run for run in own.sandboxes if run["status"] == "completed")
    run = own.mirrored(ended)
    assert f"/runs/{run.pk}/stop/" not in links(browser.open(f"/runs/{run.pk}/"))


@proves("docks runs eval-cancel RUN_ID")
def test_cancelling_an_evaluation_run(own, browser):
    item = own.evaluation("pull-request-1200")
    page = act(own, browser, item, "cancel")
    assert own.posts == [(f"/harbor/runs/{item['id']}/cancel", None)]
    assert own.evaluation("pull-request-1200")["status"] == "cancelled"
    assert "cancelled" in header(page)


@proves("docks runs eval-start RUN_ID")
def test_starting_an_evaluation_run(own, browser):
    item = own.queue()
    page = act(own, browser, item, "start")
    assert own.posts == [(f"/harbor/runs/{item['id']}/start", None)]
    assert own.evaluation("waits")["status"] == "running"
    assert "running" in header(page)


@proves("docks report show RUN_ID --watch")
def test_a_page_that_is_open_follows_its_run(own, browser):
    item = own.evaluation("pull-request-1200")
    run = own.mirrored(item)
    [live] = [each for each in browser.open(f"/runs/{run.pk}/").iter("div") if each.get("id") == "run-page"]
    assert live.get("data-live") == "3"
    poll, as_script = live.get("hx-get"), {"hx-request": "true"}
    assert browser.client.get(poll, headers=as_script).status_code == 204
    own.clock.pass_(seconds=30)
    own.look_at(run)
    answer = browser.client.get(poll, headers=as_script)
    now = own.ask(f"/harbor/runs/{item['id']}")
    assert now["completed_trials"] > item["completed_trials"]
    assert f"{now['completed_trials']} finished" in answer.content.decode()
    own.clock.pass_(minutes=60)
    own.look_at(run)
    [live] = [each for each in browser.open(f"/runs/{run.pk}/").iter("div") if each.get("id") == "run-page"]
    assert own.ask(f"/harbor/runs/{item['id']}")["status"] == "completed"
    assert live.get("data-live") is None
