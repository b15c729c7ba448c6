"""Drafts of another run like one that is there."""

from dataclasses import replace

import pytest

from dashboard.services import drafts
from dashboard.services.drafts import DraftAgent
from tests.contract.memory import MemorySource, trial

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("tells_agents", "agent"),
    [(True, DraftAgent(agent="codex", model="openai/gpt-5")), (False, DraftAgent(name="codex"))],
)
def test_a_source_that_tells_only_what_agents_were_called_gives_names(
    viewer, mirrored, monkeypatch, tells_agents, agent
):
    monkeypatch.setattr(MemorySource, "capabilities", replace(MemorySource.capabilities, tells_agents=tells_agents))
    run = mirrored("nightly", trial(agent="codex", model="gpt-5", provider="openai"))
    found = drafts.of_run(viewer, run.pk)
    assert found is not None
    assert found[1].agents == (agent,)
