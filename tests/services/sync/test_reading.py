"""Reading one run while others read it, too."""

from datetime import timedelta

import pytest

from dashboard.domain.errors import Unreachable
from dashboard.domain.statuses import RunStatus
from dashboard.models import Run, StateChange
from dashboard.services.sync import outcomes
from dashboard.services.sync.reading import read_run
from tests.contract.memory import MemorySource

pytestmark = pytest.mark.django_db


def test_a_reading_that_was_overtaken_changes_nothing(source, world, mirrored, clock, monkeypatch):
    mirrored("nightly", status=RunStatus.RUNNING)
    slow = MemorySource(source.config())
    ask = slow.read_run

    def overtaken(external_id, known):
        old = ask(external_id, known)
        world.put("nightly", status=RunStatus.CANCELLED)
        read_run(source, MemorySource(source.config()), external_id, clock)
        return old

    world.put("nightly", status=RunStatus.RUNNING, dataset="another")
    monkeypatch.setattr(slow, "read_run", overtaken)
    assert read_run(source, slow, "nightly", clock).status == RunStatus.CANCELLED
    run = Run.objects.get()
    assert (run.status, run.dataset) == (RunStatus.CANCELLED, "")
    assert [change.status for change in StateChange.objects.all()] == [RunStatus.RUNNING, RunStatus.CANCELLED]


def test_readings_that_fail_together_count_once(source, look, world, clock):
    world.put("nightly")
    look()
    error = Unreachable("Nobody answers.", source=source.name, code="refused")
    for _ in range(3):
        outcomes.record_failure(source, error, clock(), is_run=True)
    source.refresh_from_db()
    assert source.failures == 1
    outcomes.record_failure(source, error, clock() + timedelta(seconds=3), is_run=True)
    source.refresh_from_db()
    assert source.failures == 2
