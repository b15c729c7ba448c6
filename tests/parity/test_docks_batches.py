"""Many runs at once with one confirmation, in place of ``--force`` and loops of the shell."""

import pytest

from tests.fixtures.databases import shared_database
from tests.pages import text_of
from tests.parity.reading import main
from tests.parity.rows import proves

__all__ = ["shared_database"]

pytestmark = [
    pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True), pytest.mark.enable_socket,
]  # fmt: skip


def end_all(own, browser, items):
    """Tick these runs, look at what would happen, and confirm."""
    keys = "&".join(f"run={own.mirrored(item).pk}" for item in items)
    return text_of(main(browser.send(f"/runs/batch/?{keys}", "/runs/batch/")))


@proves("docks runs stop RUN_ID --force")
def test_stopping_several_with_one_confirmation(own, browser):
    items = [run for run in own.sandboxes if run["status"] in {"running", "ready"}]
    shown = end_all(own, browser, items)
    assert len(items) > 1
    assert {path for path, _ in own.posts} == {f"/runs/{item['id']}/stop" for item in items}
    assert {own.ask(f"/runs/{item['id']}")["status"] for item in items} == {"cancelled"}
    assert all(item["template_name"] in shown for item in items)


@proves("docks runs eval-cancel RUN_ID --force")
def test_cancelling_several_with_one_confirmation(own, browser):
    own.queue()
    items = [own.evaluation("waits"), own.evaluation("pull-request-1200")]
    end_all(own, browser, items)
    assert {path for path, _ in own.posts} == {f"/harbor/runs/{item['id']}/cancel" for item in items}
    assert {own.ask(f"/harbor/runs/{item['id']}")["status"] for item in items} == {"cancelled"}


@proves("for run_id in …; do docks runs stop $run_id; done")
def test_stopping_all_that_match(own, browser):
    items = [run for run in own.sandboxes if run["status"] in {"running", "ready"}]
    page = browser.open("/runs/?q=kind:sandbox status:running")
    assert "/runs/batch/" in {each.get("formaction") or each.get("action") for each in page.iter()}
    browser.send("/runs/batch/?all=1&q=kind:sandbox status:running", "/runs/batch/")
    assert {path for path, _ in own.posts} == {f"/runs/{item['id']}/stop" for item in items} != set()
    assert not {run["status"] for run in own.sandboxes} & {"running", "ready"}
