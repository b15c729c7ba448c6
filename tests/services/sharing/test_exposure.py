"""What becomes public by a link: files counted where that is cheap, and names that secrets have."""

import pytest

from dashboard.domain.pipelines import ResultType
from dashboard.domain.reports import ReportMaker
from dashboard.models import ReportDocument, RunResult
from dashboard.services import sharing
from dashboard.services.sync.loop import look_once
from tests.factories import make_report, make_run, make_source, make_trial

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        ".env", "agent/.env.local", "home/.ssh/config", ".aws/anything", "id_rsa", "id_ed25519", "server.pem", "a.p12",
        "credentials", "aws-credentials.json", "token.txt", "github_token", "api_key", "api-keys.json", "private.key",
        "secrets.yaml", "service-account.json", ".netrc", ".npmrc", "passwords.csv", "KUBECONFIG", "deploy/Token.JSON",
    ],
)  # fmt: skip
def test_names_that_secrets_have_are_told(path):
    assert sharing.looks_secret(path)


@pytest.mark.parametrize(
    "path",
    [
        "result.json", "agent/trajectory.json", "keyboard.py", "monkey.txt", "tokenizer.json", "environment.log",
        "id_rsa.pub", "verifier/test-stdout.txt", "secretary.md", "passwordless.rst", "token/README.md", "",
    ],
)  # fmt: skip
def test_ordinary_names_are_not(path):
    assert not sharing.looks_secret(path)


def test_files_of_a_folder_are_counted_with_those_of_its_trials(tmp_path):
    job = tmp_path / "nightly"
    trial = job / "fix-bug__1"
    (trial / "agent").mkdir(parents=True)
    (job / "config.json").write_text("{}")
    (job / "result.json").write_text('{"id": "1", "started_at": "2026-11-21T12:00:00", "n_total_trials": 1}')
    (trial / "result.json").write_text('{"task_name": "fix-bug", "trial_name": "fix-bug__1"}')
    (trial / "agent" / ".env").write_text("KEY=1")
    source = make_source(address=str(tmp_path))
    look_once()
    found = sharing.exposure_of_run(source.runs.get())
    assert found.is_known
    assert found.n_files >= 4
    assert found.suspects == ("fix-bug__1: agent/.env",)


def test_files_that_hold_the_configuration_are_counted(tmp_path):
    job = tmp_path / "nightly"
    trial = job / "fix-bug__1"
    (trial / "agent").mkdir(parents=True)
    (job / "result.json").write_text('{"id": "1", "started_at": "2026-11-21T12:00:00", "n_total_trials": 1}')
    (trial / "result.json").write_text('{"task_name": "fix-bug", "trial_name": "fix-bug__1"}')
    source = make_source(address=str(tmp_path))
    look_once()
    run = source.runs.get()
    # That of a trial repeats its configuration; that of a run does not.
    assert sharing.exposure_of_run(run).n_telling == 1
    for path in ("config.json", "lock.json", "job.log", "fix-bug__1/config.json", "fix-bug__1/agent/config.json"):
        (job / path).write_text("{}")
    assert sharing.exposure_of_run(run).n_telling == 5


def test_of_a_source_elsewhere_it_is_not_known_how_many_there_are():
    source = make_source("Docks", kind="docks", address="https://docks.example")
    run = make_run(source)
    make_trial(run)
    found = sharing.exposure_of_run(run)
    assert (found.is_known, found.n_files) == (False, 0)


def test_results_that_are_files_count_as_well():
    source = make_source("CARROT", kind="carrot", address="https://carrot.example")
    run = make_run(source, kind="test")
    RunResult.objects.create(run=run, name="key", type=ResultType.FILE, text="gs://bucket/private.key")
    RunResult.objects.create(run=run, name="score", type=ResultType.NUMERIC, text="3")
    found = sharing.exposure_of_run(run)
    assert (found.n_files, found.suspects) == (1, ("key",))


def test_files_of_a_report_that_can_be_read_are_counted():
    report = make_report(make_run(), maker=ReportMaker.QUAYSIDE, title="Weekly")
    assert sharing.exposure_of_report(report).n_files == 0
    ReportDocument.objects.create(report=report, html="<p>All is well.</p>")
    report.refresh_from_db()
    assert sharing.exposure_of_report(report).n_files == 1
