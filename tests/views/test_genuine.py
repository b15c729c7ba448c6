"""The genuine jobs, from their files to what one reads in a browser."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from dashboard.domain.statuses import Outcome
from dashboard.models import Trial
from dashboard.services.failures import groups
from dashboard.views.runs import facts as run_facts
from tests import factories
from tests.pages import check_all, classed, parsed, resolved, row_ids, tab_urls, text_of

pytestmark = pytest.mark.django_db

JOBS = ("multi-step-oracle", "nop-baseline", "oracle-local")


def test_all_pages_resolve(client, mirrored):
    texts = check_all(client)
    assert len(mirrored) == 5
    assert len(texts) > 60


def test_the_list_names_all_runs_and_says_that_they_are_five(client, mirrored):
    page = parsed(client.get("/runs/"))
    assert {text_of(link) for link in page.iter("a") if link.get("data-row-link") is not None} == set(mirrored)
    assert "5 runs" in text_of(page)


@pytest.mark.parametrize("name", JOBS)
def test_a_runs_page_has_a_link_to_each_tab_and_marks_its_own(client, mirrored, name):
    for url in tab_urls(mirrored[name]):
        navs = classed(parsed(client.get(url)), "tabs", "nav")
        [tabs] = [nav for nav in navs if nav.get("aria-label") != "Views of this list"]
        links = {link.get("href"): link.get("aria-current") for link in tabs.iter("a")}
        assert set(links) == set(tab_urls(mirrored[name]))
        assert [href for href, current in links.items() if current] == [url]


def test_a_trial_says_its_outcome_and_why(client, mirrored):
    trial = Trial.objects.filter(outcome=Outcome.PASSED).first()
    page = parsed(client.get(reverse("trial-detail", args=[trial.run_id, trial.pk])))
    assert "The verifier gave reward 1: 1 or more is a pass." in text_of(page)
    errored = Trial.objects.filter(has_error=True).first()
    text = text_of(parsed(client.get(reverse("trial-detail", args=[errored.run_id, errored.pk]))))
    assert errored.error_type in text
    assert "Traceback" in text


def test_every_group_of_failures_leads_to_exactly_its_trials(client, mirrored):
    found = 0
    for run in mirrored.values():
        for group, row in zip(groups(run), run_facts.failure_rows(groups(run)), strict=True):
            url = f"/runs/{run.pk}/trials/?{urlencode({'q': row['query'], 'size': 200})}"
            assert len(row_ids(client.get(url), "trial")) == group.n_trials
            found += 1
    assert found > 3


def test_a_group_without_a_message_leads_to_no_trial_with_one(client, db):
    run = factories.make_run()
    for message in ("", "", "timed out"):
        factories.make_trial(run, outcome=Outcome.ERRORED, has_error=True, error_type="Oops", error_group=message)
    for group, row in zip(groups(run), run_facts.failure_rows(groups(run)), strict=True):
        found = row_ids(client.get(f"/runs/{run.pk}/trials/?{urlencode({'q': row['query']})}"), "trial")
        assert len(found) == group.n_trials
    assert [group.n_trials for group in groups(run)] == [2, 1]


@pytest.mark.parametrize(
    ("cause", "whose"),
    [("agent_budget", "agent's own"), ("verifier", "around the agent"), ("unknown", ""), ("cancelled", ""), ("", "")],
)
def test_the_failures_say_which_are_the_agents_own(client, db, cause, whose):
    run = factories.make_run()
    factories.make_trial(run, outcome=Outcome.ERRORED, has_error=True, error_type="Oops", cause=cause)
    [row] = run_facts.failure_rows(groups(run))
    assert row["whose"] == whose
    assert whose in text_of(parsed(client.get(reverse("run-failures", args=[run.pk]))))


def test_the_log_shows_the_jobs_own_lines(client, mirrored):
    run = mirrored["oracle-local"]
    page = parsed(client.get(reverse("run-log", args=[run.pk])))
    [lines] = classed(page, "log-lines", "ol")
    written = (Path(run.source.address) / run.external_id / "job.log").read_text().splitlines()
    shown = [text_of(line) for line in lines.iter("li")]
    assert len(shown) == len(written) > 0
    assert written[0] in shown[0]


def test_each_file_of_a_trial_can_be_opened_and_downloaded(client, mirrored):
    trial = Trial.objects.filter(run=mirrored["oracle-local"], task__name__contains="fix-bug").first()
    page = parsed(client.get(reverse("trial-files", args=[trial.run_id, trial.pk])))
    [files] = classed(page, "files", "ul")
    links = [link.get("href") for link in files.iter("a")]
    assert any("patch.diff" in link for link in links)
    for link in links:
        response = client.get(link)
        assert (response.status_code, bool(b"".join(response))) == (200, True), link


def test_a_task_page_counts_its_trials_over_all_runs(client, mirrored):
    trial = Trial.objects.filter(task__name__contains="fix-bug").first()
    n = Trial.objects.filter(task=trial.task).count()
    assert f"of {n} finished trials" in text_of(parsed(client.get(reverse("task-detail", args=[trial.task_id]))))


def test_tasks_are_found_by_a_part_of_their_name(client, mirrored):
    page = parsed(client.get("/tasks/?q=fix"))
    names = [text_of(link) for link in page.iter("a") if link.get("data-row-link") is not None]
    assert names
    assert all("fix" in name for name in names)
    assert "Nothing matches" in resolved(client.get("/tasks/?q=nowhere"))


def test_a_multi_step_trial_shows_its_steps(client, mirrored):
    trial = Trial.objects.filter(run=mirrored["multi-step-oracle"]).first()
    text = text_of(parsed(client.get(reverse("trial-detail", args=[trial.run_id, trial.pk]))))
    assert "create-file" in text
    assert "append-content" in text
