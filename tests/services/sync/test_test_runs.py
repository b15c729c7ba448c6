"""What a run of a test brought, in the mirror: results, groups and details."""

import pytest

from dashboard.domain.pipelines import RunPhase, Workflow
from dashboard.domain.statuses import RunStatus
from dashboard.models import Run, RunResult
from tests.contract.records import uuid_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mirror_run(tests_world, look_at_tests):
    def put(**fields):
        tests_world.put_test(**fields)
        look_at_tests()
        return Run.objects.select_related("test", "detail").get()

    return put


def results():
    return {result.name: (result.type, result.text, result.number) for result in RunResult.objects.all()}


def test_it_has_its_test_and_phase_and_no_rates(mirror_run):
    run = mirror_run(status=RunStatus.FAILED, phase=RunPhase.EVAL, created_by="ada@example.com")
    assert (run.test.name, run.phase, run.created_by, run.dataset) == ("Sample 1", "eval", "ada@example.com", "")
    assert (run.rate_strict, run.rate_scored, run.n_trials, run.kind) == (None, None, 0, "test")


def test_its_details_hold_workflows_errors_and_software(mirror_run):
    workflow = Workflow(name="test", wdl="gs://b/t.wdl", job_id="j", inputs={"a": 1})
    run = mirror_run(workflows=(workflow,), errors=("It broke.",), software=(("gatk", "4.3"),))
    detail = run.detail.test_run
    assert detail["workflows"] == [
        {"name": "test", "wdl": "gs://b/t.wdl", "wdl_hash": "", "dependencies": "", "dependencies_hash": "",
         "job_id": "j", "inputs": {"a": 1}, "options": None}
    ]  # fmt: skip
    assert (detail["errors"], detail["software"]) == (["It broke."], [["gatk", "4.3"]])
    assert detail["test_id"] == uuid_of("test")


def test_results_are_replaced_where_they_differ(mirror_run):
    mirror_run(status=RunStatus.RUNNING, results={"precision": 0.5, "plot": "gs://b/p.png", "note": "old"})
    kept = RunResult.objects.get(name="plot").pk
    mirror_run(results={"precision": 0.75, "plot": "gs://b/p.png", "recall": 1.0})
    assert results() == {
        "precision": ("numeric", "0.75", 0.75), "plot": ("file", "gs://b/p.png", None), "recall": ("numeric", "1.0", 1),
    }  # fmt: skip
    assert RunResult.objects.get(name="plot").pk == kept


def test_it_is_in_the_groups_that_it_names_and_no_others(mirror_run):
    run = mirror_run(group_ids=("a", "b"))
    assert set(run.groups.values_list("external_id", flat=True)) == {"a", "b"}
    run = mirror_run(group_ids=("b", "c"))
    assert set(run.groups.values_list("external_id", flat=True)) == {"b", "c"}
