"""Runs whose trials are known one by one, with their numbers made as the sync makes them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dashboard.domain.records import RunRecord
from dashboard.domain.statuses import RunStatus
from dashboard.services.sync.numbers import recount
from tests.factories import NOW, make_run, make_task, make_trial


def recounted(run):
    """The run with its numbers made from its trials."""
    record = RunRecord(external_id=run.external_id, name=run.name, status=RunStatus(run.status), fingerprint="")
    recount(run, record)
    run.save()
    return run


@pytest.fixture
def run_of(db):
    """Makes a run of «task: outcomes», each trial with a cost of its place and so many minutes."""

    def make(tasks, **fields):
        run = make_run(**{"started_at": NOW, "looked_at": NOW} | fields)
        number = 0
        for name, outcomes in tasks.items():
            for outcome in outcomes.split():
                number += 1
                raised = outcome == "errored"
                make_trial(
                    run, make_task(name), outcome=outcome, agent="codex", model="gpt-5", provider="openai",
                    has_error=raised, error_type="AgentTimeoutError" if raised else "",
                    error_group="timed out after <n> s" if raised else "",
                    error_summary="timed out after 9 s" if raised else "", cause="agent_budget" if raised else "",
                    cost=Decimal(number), duration=timedelta(minutes=number), input_tokens=100 * number,
                    reward=None if raised else float(outcome == "passed"),
                )  # fmt: skip
        return recounted(run)

    return make
