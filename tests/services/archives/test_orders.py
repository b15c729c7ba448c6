"""How an archive is laid out goes by what its source is like, not by which it is."""

from dataclasses import replace

import pytest

from dashboard.services.archives.orders import TYPES, Order, top_folder, trial_folder
from tests.contract.memory import MemorySource, trial

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("are_folders", "folders", "expected"),
    [
        (True, ("The nightly one", "fix-bug__0123456789"), ()),
        (False, ("2026-11-22-n", "fix-bug_fix-bug__012"), tuple(TYPES)),
    ],
)
def test_folders_keep_their_names_and_others_are_called_by_their_ids(
    mirrored, monkeypatch, are_folders, folders, expected
):
    monkeypatch.setattr(MemorySource, "capabilities", replace(MemorySource.capabilities, folders=are_folders))
    tried = trial("fix-bug__0123456789", task_name="fix-bug")
    run = mirrored("2026-11-22-nightly", tried, name="The nightly one")
    assert (top_folder(run), trial_folder(run.trials.get())) == folders
    assert Order(run=run).expected == expected
