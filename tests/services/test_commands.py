"""Commands to copy: the client's own, and nothing that an id could smuggle into a shell."""

import shlex

import pytest

from dashboard.domain.statuses import RunKind, RunStatus
from dashboard.models import Run, Source, Trial
from dashboard.services import commands

HOSTILE = ["a'b", "$(reboot)", "; rm -rf ~", "`id`", "a b", "ü*?", "!!"]


def a_run(external_id="eval/7c9e6679-7425", *, kind=RunKind.EVALUATION, source="docks"):
    return Run(source=Source(kind=source), external_id=external_id, kind=kind)


def lines(found):
    return {command.label: command.text for command in found}


def test_an_evaluation_run_has_its_details_trials_and_artifacts():
    assert lines(commands.of_run(a_run())) == {
        "Details": "docks runs eval-get 7c9e6679-7425",
        "Trials": "docks runs trials 7c9e6679-7425",
        "Artifacts": "docks runs artifacts 7c9e6679-7425",
    }


def test_a_sandbox_run_has_its_details():
    assert lines(commands.of_run(a_run("run/77", kind=RunKind.SANDBOX))) == {"Details": "docks runs get 77"}


def test_a_run_of_a_test_has_its_details_its_reports_and_its_end():
    run = a_run("3cc2b1a2-7f0e-4d4e-9b57-3f1f0a6a2a11", kind=RunKind.TEST, source="carrot")
    run.status = RunStatus.FAILED
    assert lines(commands.of_run(run)) == {
        "Details": "carrot_cli run find_by_id 3cc2b1a2-7f0e-4d4e-9b57-3f1f0a6a2a11",
        "Reports": "carrot_cli run find_reports 3cc2b1a2-7f0e-4d4e-9b57-3f1f0a6a2a11",
        "Delete": "carrot_cli run delete 3cc2b1a2-7f0e-4d4e-9b57-3f1f0a6a2a11",
    }


@pytest.mark.parametrize(
    "fields", [{"status": RunStatus.COMPLETED}, {"status": RunStatus.RUNNING}, {"is_gone": True}], ids=str
)
def test_what_cannot_be_deleted_has_no_command_for_it(fields):
    run = a_run("3cc2b1a2-7f0e-4d4e-9b57-3f1f0a6a2a11", kind=RunKind.TEST, source="carrot")
    for name, value in ({"status": RunStatus.FAILED} | fields).items():
        setattr(run, name, value)
    assert set(lines(commands.of_run(run))) == {"Details", "Reports"}


def test_a_trial_is_named_with_its_run():
    trial = Trial(run=a_run("eval/7"), external_id="t-1")
    assert lines(commands.of_trial(trial)) == {
        "Details": "docks runs trial 7 t-1",
        "Artifacts": "docks runs artifacts 7 --trial t-1",
    }


def test_a_folder_of_jobs_has_no_client():
    run = a_run("nightly", source="harbor")
    assert commands.of_run(run) == commands.of_trial(Trial(run=run, external_id="t")) == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_id_is_one_word_of_the_shell_whatever_it_holds(hostile):
    [details, artifacts] = commands.of_trial(Trial(run=a_run(f"eval/{hostile}"), external_id=hostile))
    assert shlex.split(details.text) == ["docks", "runs", "trial", hostile, hostile]
    assert shlex.split(artifacts.text) == ["docks", "runs", "artifacts", hostile, "--trial", hostile]


def test_an_id_that_looks_like_an_option_is_none():
    [details, artifacts] = commands.of_trial(Trial(run=a_run("eval/--output=/etc"), external_id="-x"))
    assert details.text == "docks runs trial -- --output=/etc -x"
    assert artifacts.text == "docks runs artifacts --trial=-x -- --output=/etc"
