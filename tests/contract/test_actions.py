"""What every source promises about actions: those it can do, and those it cannot."""

import pytest

from dashboard.domain.actions import AgentVariant, EnvironmentVariables, EvaluationRequest, SandboxRequest
from dashboard.domain.errors import Conflict, Missing, Unreachable, Unsupported
from dashboard.domain.statuses import RunKind, RunStatus
from tests.contract.lists import listed_ids
from tests.contract.stages import on_stages

SECRET = "sk-that-nobody-shows-again"
CAPABILITIES = {"stop_run": "stop", "cancel_run": "cancel", "start_run": "start", "delete_run": "delete"}
AFTERWARDS = {
    "stop_run": {RunStatus.CANCELLED},
    "cancel_run": {RunStatus.CANCELLED},
    "start_run": {RunStatus.PROVISIONING, RunStatus.RUNNING},
}
STRANGERS = ["", "..", "no such run", "a/b", "\0", "\udc80"]
SANDBOX = SandboxRequest(template_id="no such template", provider="gcp", params={"key": SECRET})


def evaluation(stage, **changes):
    """A request for one task of the stage's data set, tried twice by two agents."""
    variables = EnvironmentVariables({"API_KEY": SECRET})
    variants = (
        AgentVariant(name="first", agent="claude-code", model="anthropic/claude-opus", environment=variables),
        AgentVariant(name="second", agent="codex", environment=variables),
    )
    base = {"name": "Try-out", "agent_variants": variants, "attempts_per_task": 2, "dataset_uri": stage.dataset_uri}
    return EvaluationRequest(**(base | changes))


def everything(stage):
    """Every action, by the capability that it needs."""
    yield from ((capability, action, stage.run_id) for action, capability in CAPABILITIES.items())
    yield "create", "create_evaluation", evaluation(stage)
    yield "create", "create_sandbox", SANDBOX


def possible(stage):
    can = stage.source_class.capabilities
    return [(action, subject) for capability, action, subject in everything(stage) if getattr(can, capability)]


def impossible(stage):
    can = stage.source_class.capabilities
    return [each for each in everything(stage) if not getattr(can, each[0])]


def read_all(source, stage):
    return {run_id: source.read_run(run_id, {}) for run_id in stage.run_ids}


def test_what_it_cannot_do_is_refused_with_the_sentence_of_its_capabilities(source, stage):
    before = read_all(source, stage)
    for capability, action, subject in impossible(stage):
        with pytest.raises(Unsupported) as raised:
            getattr(source, action)(subject)
        error = raised.value
        assert error.sentence == source.capabilities.why_not[capability]
        assert (error.source, error.can_retry) == (stage.config.name, False)
    assert read_all(source, stage) == before


def test_what_it_cannot_do_is_known_without_asking(source, stage):
    stage.lose()
    for _, action, subject in impossible(stage):
        with pytest.raises(Unsupported):
            getattr(source, action)(subject)


def test_there_is_a_run_for_every_action_that_it_can_do(stage):
    able = {action for action, name in CAPABILITIES.items() if getattr(stage.source_class.capabilities, name)}
    assert set(stage.allowed) == set(stage.refused) == able


def test_a_receipt_tells_the_run_and_the_state_that_it_is_then_in(source, stage):
    for action in stage.allowed.keys() & AFTERWARDS.keys():
        run_id = stage.allowed[action]
        before = source.read_run(run_id, {}).run
        receipt = getattr(source, action)(run_id)
        after = source.read_run(run_id, {}).run
        assert receipt.external_id == run_id
        assert receipt.status == after.status
        assert after.status in AFTERWARDS[action]
        assert after.fingerprint != before.fingerprint


def test_an_action_changes_that_run_only(source, stage):
    for action in stage.allowed.keys() & AFTERWARDS.keys():
        known = {run_id: reading.run.fingerprint for run_id, reading in read_all(source, stage).items()}
        getattr(source, action)(stage.allowed[action])
        assert source.list_runs(known).changed == (stage.allowed[action],)


def test_a_state_that_does_not_allow_it_is_a_conflict_and_nothing_is_done(source, stage):
    before = read_all(source, stage)
    for action, run_id in stage.refused.items():
        with pytest.raises(Conflict) as raised:
            getattr(source, action)(run_id)
        assert raised.value.source == stage.config.name
        assert raised.value.sentence.endswith(".")
    assert read_all(source, stage) == before


def test_nothing_is_done_twice(source, stage):
    for action, run_id in stage.allowed.items():
        getattr(source, action)(run_id)
        with pytest.raises(Missing if action == "delete_run" else Conflict):
            getattr(source, action)(run_id)


@on_stages(able="stop")
def test_only_sandbox_runs_are_stopped_and_only_evaluation_runs_cancelled_and_started(source, stage):
    before = read_all(source, stage)
    box, moving, queued = (stage.allowed[action] for action in ("stop_run", "cancel_run", "start_run"))
    for action, run_id in [("stop_run", moving), ("stop_run", queued), ("cancel_run", box), ("start_run", box)]:
        with pytest.raises(Unsupported):
            getattr(source, action)(run_id)
    assert read_all(source, stage) == before


@pytest.mark.parametrize("stranger", STRANGERS, ids=ascii)
def test_actions_on_what_is_not_there_are_missing(source, stage, stranger):
    for action in stage.allowed:
        for run_id in stage.ids_like(stranger, action):
            with pytest.raises(Missing):
                getattr(source, action)(run_id)


def test_of_a_place_that_is_lost_no_action_is_known_to_be_done(source, stage):
    stage.lose()
    for action, subject in [*stage.allowed.items(), *(each for each in possible(stage) if "create" in each[0])]:
        with pytest.raises(Unreachable) as raised:
            getattr(source, action)(subject)
        assert SECRET not in str(raised.value) + raised.value.detail + raised.value.hint


@on_stages(able="cancel")
def test_the_trials_of_a_cancelled_run_have_ended(source, stage):
    run_id = stage.allowed["cancel_run"]
    before = source.read_run(run_id, {})
    assert not all(trial.outcome.is_final for trial in before.trials)
    source.cancel_run(run_id)
    after = source.read_run(run_id, {})
    assert after.present == before.present
    assert all(trial.outcome.is_final for trial in after.trials)


@on_stages(able="delete")
def test_a_deleted_run_is_gone(source, stage):
    run_id = stage.allowed["delete_run"]
    assert source.delete_run(run_id).external_id == run_id
    assert run_id not in listed_ids(source)
    with pytest.raises(Missing):
        source.read_run(run_id, {})


@on_stages(able="create")
def test_a_created_evaluation_waits_to_be_started(source, stage):
    before = source.list_runs({}).present
    tasks = [task.slug for task in source.list_tasks(stage.dataset_id).items]
    receipt = source.create_evaluation(evaluation(stage, task_slugs=tasks[:1]))
    made = source.read_run(receipt.external_id, {}).run
    assert source.list_runs({}).present == before | {receipt.external_id}
    assert receipt.status == made.status == RunStatus.PENDING
    assert (made.name, made.kind, made.planned_trials) == ("Try-out", RunKind.EVALUATION, 4)
    assert source.start_run(receipt.external_id).external_id == receipt.external_id


@on_stages(able="create")
def test_without_named_tasks_it_has_all_of_the_data_set(source, stage):
    receipt = source.create_evaluation(evaluation(stage))
    n_tasks = len(source.list_tasks(stage.dataset_id).items)
    assert source.read_run(receipt.external_id, {}).run.planned_trials == 4 * n_tasks


@on_stages(able="create")
def test_the_variables_of_an_agent_come_back_nowhere(source, stage):
    receipt = source.create_evaluation(evaluation(stage))
    source.start_run(receipt.external_id)
    assert SECRET not in repr(receipt) + repr(source.read_run(receipt.external_id, {})) + repr(source.list_runs({}))


@on_stages(able="create")
def test_tasks_and_data_sets_that_are_not_there_are_rejected_and_named(source, stage):
    before = source.list_runs({}).present
    with pytest.raises(Conflict) as raised:
        source.create_evaluation(evaluation(stage, task_slugs=["no-such-task"]))
    assert raised.value.code == "rejected"
    assert "no-such-task" in raised.value.detail
    with pytest.raises(Conflict):
        source.create_evaluation(evaluation(stage, dataset_uri="memory://no-such-data-set"))
    assert source.list_runs({}).present == before


@on_stages(able="create")
def test_a_sandbox_of_a_template_begins_at_once(source, stage):
    receipt = source.create_sandbox(SandboxRequest(template_id=stage.template_id, provider="gcp"))
    made = source.read_run(receipt.external_id, {})
    assert (made.run.kind, made.trials, made.run.status.is_final) == (RunKind.SANDBOX, (), False)
    assert receipt.external_id in source.list_runs({}).present
    assert source.stop_run(receipt.external_id).status == RunStatus.CANCELLED


@on_stages(able="create")
def test_a_template_that_is_not_there_is_missing(source, stage):
    before = source.list_runs({}).present
    with pytest.raises(Missing):
        source.create_sandbox(SANDBOX)
    assert source.list_runs({}).present == before
