"""Many runs at once with one confirmation, in place of ``carrot_cli run delete --yes``."""

import pytest

from tests.fixtures.databases import shared_database
from tests.pages import text_of
from tests.parity.reading import main
from tests.parity.rows import proves

__all__ = ["shared_database"]

pytestmark = [
    pytest.mark.usefixtures("shared_database"), pytest.mark.django_db(transaction=True), pytest.mark.enable_socket,
]  # fmt: skip


@proves("carrot_cli run delete ID --yes")
def test_deleting_several_with_one_confirmation(own_carrot, browser):
    stage = own_carrot.stage
    gone = [stage.F, stage.O]
    keys = "&".join(f"run={own_carrot.mirrored(each).pk}" for each in (*gone, stage.S))
    url = f"/runs/batch/?verb=delete&{keys}"
    assert "adora@example.com" in text_of(main(browser.open(url)))
    shown = text_of(main(browser.send(url, "/runs/batch/", though="1")))
    assert set(own_carrot.changes) == {("DELETE", f"/runs/{run_id}") for run_id in gone}
    assert [own_carrot.has(f"/runs/{run_id}") for run_id in (*gone, stage.S)] == [False, False, True]
    assert "2 done" in shown
