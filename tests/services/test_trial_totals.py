"""What a trial's own trajectory says of the whole of itself."""

import json
from decimal import Decimal

import pytest

from dashboard.services import artifacts, trial_totals
from tests.readers.trajectories.documents_made import agent_step, of_steps
from tests.views.artifacts.conftest import folder, kept_trial

__all__ = ["folder", "kept_trial"]


@pytest.fixture
def told(settings, tmp_path, folder, kept_trial):
    """What is told of a trial that left this trajectory."""
    settings.VAR_DIR = tmp_path / "var"

    def of(trajectory):
        (folder / "agent").mkdir(exist_ok=True)
        (folder / "agent/trajectory.json").write_text(json.dumps(trajectory))
        return trial_totals.of_trajectory(kept_trial, artifacts.of_trial(kept_trial))

    return of


def test_it_is_the_sum_that_the_trajectory_gives_of_itself_not_a_subagents(told):
    within = of_steps(trajectory_id="a", final_metrics={"total_cost_usd": 0.01})
    whole = of_steps(final_metrics={"total_cost_usd": 2.5, "total_prompt_tokens": 7}, subagent_trajectories=[within])
    found = told(whole)
    assert (found.cost, found.prompt_tokens) == (Decimal("2.5"), 7)
    assert told(of_steps(agent_step(1), subagent_trajectories=[within])) is None


def test_nothing_is_told_of_what_cannot_be_read_or_is_too_large(told, monkeypatch):
    assert told([1, 2]) is None
    monkeypatch.setattr(trial_totals, "MOST_READ", 10)
    assert told(of_steps(final_metrics={"total_cost_usd": 2.5})) is None
