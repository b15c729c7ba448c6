"""What is shared of each kind: reports with their documents, runs of tests, sandboxes; and frames for guests."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.domain.pipelines import ResultType
from dashboard.domain.reports import ReportMaker
from dashboard.domain.sharing import ShareScope
from dashboard.models import ReportDocument, Run, RunDetail, RunResult
from dashboard.services import labels, notes, sharing
from tests.factories import make_pipeline_test, make_report, make_run, make_source

pytestmark = pytest.mark.django_db

SUMMARY, TRIALS, ARTIFACTS = ShareScope


@pytest.fixture(autouse=True)
def _two_names(settings):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]


@pytest.fixture
def report():
    made = make_report(make_run(name="nightly"), maker=ReportMaker.QUAYSIDE, title="Weekly", created_by="grace")
    ReportDocument.objects.create(report=made, html="<p>All is well.</p>")
    return made


def framed(page):
    return re.search(r'<iframe[^>]* src="([^"]+)"', page)


def test_a_shared_report_shows_its_document_in_a_frame_without_the_links_token(share, report):
    link = share(report, SUMMARY)
    page = link.browser.get(link.place, headers={"host": "localhost"}).content.decode()
    address = framed(page)[1]
    assert address.startswith("http://127.0.0.1/reports/frame/")
    assert link.token not in address
    document = Client().get(address.removeprefix("http://127.0.0.1"), headers={"host": "127.0.0.1"})
    assert document.status_code == 200
    assert b"All is well." in b"".join(document)


def test_a_frame_dies_with_its_link(share, report, person):
    link = share(report, SUMMARY)
    page = link.browser.get(link.place, headers={"host": "localhost"}).content.decode()
    address = framed(page)[1].removeprefix("http://127.0.0.1")
    sharing.revoke(person, link.link, now=timezone.now())
    assert Client().get(address, headers={"host": "127.0.0.1"}).status_code == 404


def test_a_shared_report_names_nobody_and_leads_nowhere(share, report):
    shown = share(report, ARTIFACTS).page()
    assert "grace" not in shown
    assert "Delete report" not in shown
    assert "nightly" in shown
    assert 'href="/runs/' not in shown
    assert "one report" in shown


def test_files_of_a_report_go_out_by_scope(share, report):
    for scope in (SUMMARY, ARTIFACTS):
        link = share(report, scope)
        document = link.get(f"reports/{report.pk}/files/html_report/")
        assert document.status_code == 200
        assert document["Content-Disposition"].startswith("attachment")
        document.close()
    assert share(report, SUMMARY).get(f"reports/{report.pk}/files/run_csv_zip/").status_code == 404


def test_other_reports_and_the_reports_runs_are_not_there(share, report):
    link, other = share(report, ARTIFACTS), make_report(make_run())
    run = report.runs.get()
    rests = (
        f"reports/{other.pk}/",
        f"runs/{run.pk}/",
        f"reports/{report.pk}/delete/",
        "reports/",
        f"reports/{other.pk}/preview/",
    )
    assert {link.get(rest).status_code for rest in rests} == {404}


@pytest.fixture
def test_run():
    source = make_source("CARROT", kind="carrot", address="https://carrot.example")
    run = make_run(source, kind="test", name="t-run", test=make_pipeline_test(source), created_by="grace@example.com")
    workflow = {
        "name": "test", "job_id": "c0ffee", "wdl": "gs://secret/a.wdl", "wdl_hash": "", "dependencies": "",
        "dependencies_hash": "", "inputs": {}, "options": None,
    }  # fmt: skip
    told = {"workflows": [workflow], "errors": ["It broke."], "software": [["tool", "https://git.example/tool"]]}
    RunDetail.objects.create(run=run, test_run=told)
    RunResult.objects.create(run=run, name="score", type=ResultType.NUMERIC, number=0.5, text="0.5")
    RunResult.objects.create(run=run, name="plot", type=ResultType.FILE, text="gs://secret/plot.png")
    return run


@pytest.mark.parametrize("scope", list(ShareScope))
def test_a_run_of_a_test_shows_its_results_without_addresses_and_jobs(share, test_run, scope):
    shown = share(test_run, scope).page()
    assert "score" in shown
    assert "0.5" in shown
    assert "It broke." in shown
    for word in ("gs://", "c0ffee", "grace@example.com", "git.example", "carrot.example", "Compare with"):
        assert word not in shown


def test_a_sandbox_shows_no_machine(share):
    run = make_run(make_source("Docks", kind="docks", address="https://docks.example"), kind="sandbox", name="box")
    RunDetail.objects.create(run=run, facts={"DNS name": "box.internal.example", "Remote": "git@example.com:x"})
    shown = share(run, ARTIFACTS).page()
    assert "box" in shown
    assert "internal.example" not in shown
    assert "git@example.com" not in shown


def test_a_run_that_cannot_be_read_says_so_without_the_sources_words(share):
    run = make_run(unread_since=timezone.now(), unread_reason="Refused at https://secret.example/api")
    shown = share(run, SUMMARY).page()
    assert "This run cannot be read" in shown
    assert "secret.example" not in shown


def test_a_run_that_its_source_forgot_is_shown_as_gone(share):
    run = make_run()
    Run.objects.filter(pk=run.pk).update(is_gone=True, gone_at=timezone.now())
    assert "No longer at its source" in share(run, SUMMARY).page()


def test_a_summary_names_no_task(share, run):
    names = set(run.trials.values_list("task__name", flat=True))
    shown = share(run, SUMMARY).page()
    assert not [name for name in names if name in shown]
    assert "Tasks and attempts" not in shown
    assert "Tasks and attempts" in share(run, TRIALS).page()


def test_a_trial_is_shown_without_its_files_unless_the_link_has_them(share, run):
    trial = run.trials.filter(outcome="failed").first()
    address = f"runs/{run.pk}/trials/{trial.pk}/"
    assert "What the verifier said" not in share(run, TRIALS).page(address)
    assert "What the verifier said" in share(run, ARTIFACTS).page(address)
    part = share(run, TRIALS).page(f"{address}?part=verdict")
    assert "<pre" not in part


def test_what_the_team_keeps_at_a_run_is_not_shown_nor_asked_for(share, run, person):
    trial = run.trials.filter(outcome="failed").first()
    labels.add(person, trial, "embarrassing")
    labels.add(person, run, "embarrassing")
    notes.add(person, run, "between us")
    link = share(run, ARTIFACTS)
    trials = f"runs/{run.pk}/trials/"
    for rest in ("", trials, f"{trials}?columns=task,labels", f"{trials}?columns=labels", f"{trials}{trial.pk}/"):
        shown = link.page(rest)
        assert "embarrassing" not in shown
        assert "between us" not in shown
        assert ">Labels<" not in shown
    # Whether there is such a label cannot be found out either: the filter is left out.
    wanted, unwanted = link.page(f"{trials}?q=label:embarrassing"), link.page(f"{trials}?q=label:another")
    assert wanted.count('<tr id="trial-') == unwanted.count('<tr id="trial-') == run.n_trials
    assert link.get(f"runs/{run.pk}/notes/").status_code == 404
