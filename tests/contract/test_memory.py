"""What the source in memory has beyond the contract: tests of services let it fail, and look what was done."""

import pytest

from dashboard.domain.actions import EvaluationRequest, SandboxRequest
from dashboard.domain.errors import Conflict, Denied, ServerError, Unreachable, Unsupported
from dashboard.domain.records import Capabilities
from dashboard.domain.statuses import RunStatus
from tests.contract.memory import MemorySource
from tests.contract.stages import MemoryStage


@pytest.fixture
def stage(tmp_path):
    stage = MemoryStage(tmp_path)
    yield stage
    stage.close()


@pytest.fixture
def world(stage):
    return stage.world


def test_what_was_done_is_told_in_order(source, world):
    request = EvaluationRequest(name="n", agent_variants=(), dataset_uri="memory://bench")
    sandbox = SandboxRequest(template_id="shop", provider="p")
    source.cancel_run("moving")
    source.stop_run("box")
    made = source.create_evaluation(request).external_id
    source.create_sandbox(sandbox)
    source.start_run(made)
    source.delete_run("nightly")
    assert world.actions == [
        ("cancel_run", "moving"),
        ("stop_run", "box"),
        ("create_evaluation", request),
        ("create_sandbox", sandbox),
        ("start_run", "made-1"),
        ("delete_run", "nightly"),
    ]
    assert world.runs["made-2"][0].name == "shop"


def test_a_refusal_is_not_done(source, world):
    world.refusals["cancel_run"] = Denied("Not you.")
    with pytest.raises(Denied):
        source.cancel_run("moving")
    assert (world.actions, world.runs["moving"][0].status) == ([], RunStatus.RUNNING)


def test_a_lost_answer_is_to_something_that_was_done(source, world):
    world.lost_answers["cancel_run"] = Unreachable("Too late.", code="timeout")
    with pytest.raises(Unreachable):
        source.cancel_run("moving")
    assert (world.actions, world.runs["moving"][0].status) == ([("cancel_run", "moving")], RunStatus.CANCELLED)


def test_what_is_wrong_with_a_run_or_the_world_is_in_the_way_of_actions(source, world):
    world.failures["moving"] = ServerError("Broken.")
    with pytest.raises(ServerError):
        source.cancel_run("moving")
    world.failure = Unreachable("Nobody there.")
    for ask in (lambda: source.stop_run("box"), source.list_datasets, source.list_templates):
        with pytest.raises(Unreachable):
            ask()
    assert world.actions == []


def test_a_conflict_is_not_done(source, world):
    with pytest.raises(Conflict):
        source.start_run("moving")
    assert world.actions == []


def test_what_a_test_takes_from_its_capabilities_it_cannot_do(source, world, monkeypatch):
    monkeypatch.setattr(MemorySource, "capabilities", Capabilities(stop=True, why_not={"cancel": "Not here."}))
    with pytest.raises(Unsupported, match=r"Not here\."):
        source.cancel_run("moving")
    assert source.stop_run("box").status == RunStatus.CANCELLED
    assert world.actions == [("stop_run", "box")]
