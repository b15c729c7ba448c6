"""Every page in every state says what is there, and leaves no variable of its template unresolved."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from dashboard.domain.roles import Role
from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import RunDetail, Source
from dashboard.services.failures import groups
from dashboard.views.runs import facts as run_facts
from tests import factories
from tests.pages import check_all, classed, parsed, resolved, row_ids, tab_urls, text_of, urls_of_everything

pytestmark = pytest.mark.django_db

HOSTILE = "a\"b'c</script><img src=x onerror=alert(1)>\n\u202egnp.exe \U0001f4a3 {{ x }} %00 &amp; =1+1"


class TestStates:
    def test_nothing_known_at_all(self, client):
        run = factories.make_run(status=RunStatus.UNKNOWN)
        factories.make_trial(run, outcome=Outcome.UNSCORED)
        factories.make_trial(run, outcome=Outcome.PENDING, detail={})
        texts = check_all(client)
        assert "nothing judged yet" in texts[f"/runs/{run.pk}/"]
        assert "unknown agent" in texts[f"/runs/{run.pk}/trials/{run.trials.first().pk}/"]

    def test_what_comes_from_a_stand_in_is_said_to_be_a_sample(self, client):
        factories.make_run(factories.make_source("Genuine"))
        genuine = text_of(parsed(client.get("/runs/")))
        assert "sample" not in genuine
        stand_in = factories.make_source("Stand-in", kind="docks", address="http://127.0.0.1:43210", is_sample=True)
        run = factories.make_run(stand_in)
        lists, page = (text_of(parsed(client.get(path))) for path in ("/runs/", f"/runs/{run.pk}/"))
        assert "with sample data" in lists
        assert "sample ·" in lists
        assert "sample data" in page

    def test_a_run_before_its_first_trial(self, client):
        run = factories.make_run(status=RunStatus.PENDING, n_trials=8, n_pending=8)
        texts = check_all(client)
        assert "No trial yet" in texts[f"/runs/{run.pk}/trials/"]
        assert "No trial yet" in texts[f"/runs/{run.pk}/grid/"]
        assert "Nothing went wrong" in texts[f"/runs/{run.pk}/failures/"]
        assert "No trial has started yet" in texts[f"/runs/{run.pk}/"]

    def test_a_running_run_says_how_far_it_has_come(self, client):
        source = factories.make_source()
        started = factories.NOW - timedelta(hours=1)
        run = factories.make_run(
            source, status=RunStatus.RUNNING, started_at=started, n_trials=10, n_passed=4, n_failed=1, n_running=1,
            n_pending=4, rate_strict=0.8,
        )  # fmt: skip
        running = factories.make_trial(run, outcome=Outcome.RUNNING, started_at=started, agent="codex")
        with time_machine.travel(factories.NOW, tick=False):
            texts = check_all(client)
        assert "about 1 h left" in texts[f"/runs/{run.pk}/"]
        assert f"/runs/{run.pk}/trials/{running.pk}/" in texts[f"/runs/{run.pk}/"]
        assert 'data-live="3"' in texts[f"/runs/{run.pk}/"]
        assert "Pass rate, strict so far" in texts[f"/runs/{run.pk}/"]
        assert "so far" in texts["/runs/"]

    def test_a_stalled_run_says_so(self, client):
        run = factories.make_run(status=RunStatus.RUNNING, is_stalled=True, started_at=factories.NOW, n_passed=5)
        texts = check_all(client)
        assert "Its process may have died" in texts[f"/runs/{run.pk}/"]
        assert "no end can be told" in texts[f"/runs/{run.pk}/"]

    def test_a_run_that_is_gone_stays_and_says_so(self, client):
        run = factories.make_run(status=RunStatus.RUNNING, is_gone=True, gone_at=factories.NOW)
        factories.make_trial(run, is_gone=True)
        factories.note_state(run, is_gone=True)
        texts = check_all(client)
        assert "No longer at its source" in texts[f"/runs/{run.pk}/"]
        assert "data-live" not in texts[f"/runs/{run.pk}/"].split("run-page")[1].split(">")[0]
        assert "no longer at its source" in texts[f"/runs/{run.pk}/history/"]
        assert ">gone<" in texts["/runs/"].split(f'href="/runs/{run.pk}/"')[0]

    def test_a_source_that_fails_is_told_on_every_page_of_its_runs_and_nothing_is_hidden(self, client):
        source = factories.make_source("Nightly jobs", address="/nowhere/at/all")
        run = factories.make_run(source)
        trial = factories.make_trial(run)
        factories.make_failing(source, "The folder /nowhere is not there.")
        texts = check_all(client)
        for url in ("/runs/", *tab_urls(run), f"/runs/{run.pk}/trials/{trial.pk}/"):
            assert "Nightly jobs cannot be read" in texts[url], url
            assert "The folder /nowhere is not there." in texts[url], url
        assert run.name in texts["/runs/"]

    def test_a_source_whose_folder_is_away_has_no_files_and_says_why(self, client):
        run = factories.make_run(factories.make_source(address="/nowhere/at/all"))
        for tab in ("log", "files"):
            text = resolved(client.get(reverse(f"run-{tab}", args=[run.pk])))
            assert "not there" in text or "does not exist" in text

    def test_problems_are_told_where_they_concern_something(self, client):
        run = factories.make_run()
        problems = [{"where": "result.json", "what": "It is cut off after 12 bytes."}]
        RunDetail.objects.create(run=run, problems=problems)
        trial = factories.make_trial(run, detail={"problems": problems})
        texts = check_all(client)
        for url in (f"/runs/{run.pk}/", f"/runs/{run.pk}/trials/{trial.pk}/"):
            assert "It is cut off after 12 bytes." in texts[url]

    def test_a_source_that_is_read_for_the_first_time_shows_how_far_it_is(self, client):
        factories.make_source("Archive", progress_done=40, progress_total=200, last_good_at=None, health="new")
        assert "Reading Archive" in resolved(client.get("/runs/"))
        assert "runs appear as they are read" in resolved(client.get("/runs/"))

    def test_a_source_of_pipelines_that_is_read_says_what_it_has_read(self, client):
        note = "Pipeline 1 of 3 · 200 runs so far"
        factories.make_source("Archive", progress_total=3, progress_note=note, last_good_at=None, health="new")
        text = resolved(client.get("/runs/"))
        assert note in text
        assert "appear as they are read" not in text

    def test_many_errored_trials_warn_about_the_rates(self, client):
        run = factories.make_run(n_passed=10, n_errored=10, n_raised=12, rate_strict=0.5, rate_scored=1.0)
        text = resolved(client.get(f"/runs/{run.pk}/"))
        assert "More than 5 % of the finished trials errored" in text
        assert "2 more raised, but judged" in text

    @pytest.mark.parametrize(
        ("counts", "claim"),
        [
            ({"n_passed": 1, "n_failed": 1, "n_cancelled": 10}, "trials were cancelled</strong>"),
            ({"n_errored": 5, "n_cancelled": 5}, "trials errored and more than 5 % were cancelled</strong>"),
            ({"n_passed": 19, "n_cancelled": 1}, ""),
            ({"n_cancelled": 9}, ""),
        ],
    )
    def test_many_cancelled_trials_warn_about_the_rates_where_there_are_any(self, client, counts, claim):
        run = factories.make_run(**counts)
        text = " ".join(resolved(client.get(f"/runs/{run.pk}/")).split())
        assert claim in text
        assert ("More than 5 %" in text) is bool(claim)

    def test_the_strict_rate_says_how_many_of_its_trials_were_cancelled(self, client):
        run = factories.make_run(n_passed=1, n_failed=1, n_cancelled=10, rate_strict=1 / 12)
        assert "1 passed of 12 finished, 10 of them cancelled" in resolved(client.get(f"/runs/{run.pk}/"))

    def test_the_count_at_the_tab_of_trials_is_that_of_the_overview(self, client):
        run = factories.make_run(n_passed=4, n_pending=20, n_trials=24)
        [link] = [
            link for link in classed(parsed(client.get(f"/runs/{run.pk}/")), "tabs")[0] if "Trials" in text_of(link)
        ]
        assert text_of(link).split() == ["Trials", "24"]

    def test_a_failed_run_without_a_reason_says_so(self, client):
        run = factories.make_run(status=RunStatus.FAILED)
        other = factories.make_run(status=RunStatus.FAILED, status_reason="Out of disk", name="other")
        fine = factories.make_run(name="fine")
        texts = [resolved(client.get(f"/runs/{each.pk}/")) for each in (run, other, fine)]
        assert ["The source gave no reason." in text for text in texts] == [True, False, False]
        assert "Out of disk" in texts[1]

    def test_a_state_without_a_word_of_ours_is_shown_in_the_sources(self, client):
        run = factories.make_run(status=RunStatus.UNKNOWN, raw_status="hibernated")
        for url in ("/runs/", f"/runs/{run.pk}/"):
            status = next(iter(classed(parsed(client.get(url)).find(".//main"), "status")))
            assert (text_of(status), status.get("title")) == ("hibernated", "The source's word; unknown to Quayside")

    def test_the_strict_rate_has_its_interval_if_one_is_known(self, client):
        known = {"n_passed": 10, "n_failed": 10, "rate_strict": 0.5}
        bare = factories.make_run(**known)
        run = factories.make_run(**known, interval_low=0.299, interval_high=0.701, interval_kind="wilson")
        texts = [" ".join(resolved(client.get(f"/runs/{each.pk}/")).split()) for each in (run, bare)]
        assert "29.9–70.1 % · 10 passed of 20 finished" in texts[0]
        assert "10 passed of 20 finished" in texts[1]
        assert "· 10 passed of 20 finished" not in texts[1]

    def test_several_models_are_shown_apart(self, client):
        usage = {"input_tokens": 1000, "cached_tokens": None, "output_tokens": 5, "cost": "0.5"}
        step = {"name": "one", "rewards": None, "usage": usage, "error": {"type": "Boom", "message": "m"}, "phases": []}
        run = factories.make_run()
        trial = factories.make_trial(
            run, outcome=Outcome.FAILED, has_error=True, error_type="Boom", reward=0.0,
            detail={"model_usage": {"a": usage, "b": usage}, "steps": [step], "config": {"x": [1, None, True, "y"]}},
        )  # fmt: skip
        text = resolved(client.get(f"/runs/{run.pk}/trials/{trial.pk}/"))
        assert "By model" in text
        assert "It raised Boom all the same." in text

    @pytest.mark.parametrize("outcome", list(Outcome))
    def test_every_outcome_has_a_reason(self, client, outcome):
        run = factories.make_run()
        trial = factories.make_trial(run, outcome=outcome, reward=0.5)
        page = parsed(client.get(f"/runs/{run.pk}/trials/{trial.pk}/"))
        [reason] = classed(page, "reason", "p")
        assert text_of(reason).endswith((".", "!"))


class TestEmptyStates:
    def test_no_source_yet_leads_the_administrator_to_add_one(self, client, person):
        text = resolved(client.get("/runs/"))
        assert "No source yet" in text
        assert "/admin/" not in text
        person.groups.add(factories.make_role(Role.ADMINISTRATOR))
        assert "/admin/dashboard/source/add/" in resolved(client.get("/runs/"))

    def test_no_runs_yet_names_the_source_that_has_none(self, client):
        factories.make_source("Fresh folder")
        text = resolved(client.get("/runs/"))
        assert "No runs yet" in text
        assert "Fresh folder: nothing there yet" in text

    def test_no_match_says_which_filter_is_to_blame(self, client):
        factories.make_run(name="nightly", status=RunStatus.COMPLETED)
        text = resolved(client.get("/runs/?q=status:failed+nightly"))
        assert "Nothing matches" in text
        assert "Without status:failed there would be 1 run." in text
        assert "Clear all filters" in text

    def test_no_match_of_a_single_filter(self, client):
        factories.make_run()
        assert "Nothing has this value." in resolved(client.get("/runs/?q=status:failed"))

    def test_no_match_of_several_filters_together(self, client):
        factories.make_run(name="nightly")
        text = resolved(client.get("/runs/?q=status:failed+dataset:none"))
        assert "it takes several to be removed" in text

    def test_no_tasks_yet(self, client):
        assert "No tasks yet" in resolved(client.get("/tasks/"))

    def test_a_task_without_trials_that_count(self, client):
        task = factories.make_task("lonely")
        factories.make_trial(factories.make_run(), task, is_gone=True)
        factories.make_trial(factories.make_run(), task, is_gone=True)
        assert "No trial of this task is left" in resolved(client.get(f"/tasks/{task.pk}/"))


class TestHostileNames:
    """Names come from outside: they are text everywhere, and break no attribute, address or header."""

    @pytest.fixture
    def run(self):
        source = factories.make_source(HOSTILE[:90], address="/nowhere/at/all")
        run = factories.make_run(
            source, name=HOSTILE, external_id=HOSTILE, uid=HOSTILE[:90], dataset=HOSTILE, agents_text=HOSTILE,
            raw_status=HOSTILE[:90], agents=[(HOSTILE, HOSTILE, HOSTILE)], status=RunStatus.RUNNING,
        )  # fmt: skip
        tree = {HOSTILE: [HOSTILE, {HOSTILE: HOSTILE}]}
        problems = [{"where": HOSTILE, "what": HOSTILE}]
        stats = {"evals": {HOSTILE: {"n_trials": HOSTILE, "n_errors": HOSTILE, "metrics": [{HOSTILE: 1.5}]}}}
        RunDetail.objects.create(run=run, config=tree, source_stats=stats, problems=problems)
        usage = {"input_tokens": 1, "cached_tokens": 1, "output_tokens": 1, "cost": "1"}
        step = {
            "name": HOSTILE, "rewards": {HOSTILE: 1.0}, "usage": usage, "phases": [],
            "error": {"type": HOSTILE, "message": HOSTILE},
        }  # fmt: skip
        phase = {"name": HOSTILE, "started_at": "2026-11-21T12:00:00+00:00", "finished_at": "2026-11-21T12:01:00+00:00"}
        for outcome in (Outcome.ERRORED, Outcome.RUNNING):
            factories.make_trial(
                run, factories.make_task(HOSTILE, HOSTILE), outcome=outcome, external_id=f"{outcome}{HOSTILE}",
                agent=HOSTILE, model=HOSTILE, provider=HOSTILE, agent_version=HOSTILE[:90], has_error=True,
                error_type=HOSTILE, error_summary=HOSTILE, error_group=HOSTILE, started_at=factories.NOW,
                detail={
                    "config": tree, "problems": problems, "error_message": HOSTILE, "traceback": HOSTILE,
                    "rewards": {HOSTILE: 1.0}, "steps": [step], "phases": [phase], "extra": {HOSTILE: HOSTILE},
                    "model_usage": {HOSTILE: usage, "other": usage},
                },
            )  # fmt: skip
        factories.note_state(run, raw_status=HOSTILE[:90])
        return run

    def test_no_page_holds_an_element_or_attribute_of_theirs(self, client, run):
        query = urlencode(
            {"q": f'"{HOSTILE[:40]}" {HOSTILE[40:]}', "sort": HOSTILE, "size": HOSTILE, "columns": HOSTILE}
        )
        urls = [
            *dict.fromkeys(urls_of_everything()),
            f"/runs/?{query}",
            f"/runs/{run.pk}/trials/?{query}",
            f"/tasks/?{query}",
        ]
        for url in urls:
            response = client.get(url)
            assert response.status_code == 200, url
            resolved(response)
            page = parsed(response)
            assert not list(page.iter("img")), url
            assert all("onerror" not in tag.attrib for tag in page.iter()), url
            assert not any(script.text for script in page.iter("script")), url

    def test_links_made_of_their_names_lead_to_their_rows(self, client, run):
        page = parsed(client.get("/runs/"))
        facets = [link.get("href") for link in classed(page, "facet-item", "a")]
        menu = [link.get("href") for link in classed(page, "menu-item", "a") if "?q=source" in link.get("href", "")]
        for href in [*facets, *menu]:
            assert row_ids(client.get(href)) == [run.pk], href

    def test_their_failures_are_found_by_the_link_of_their_group(self, client, run):
        [row] = run_facts.failure_rows(groups(run))
        found = row_ids(client.get(f"/runs/{run.pk}/trials/?{urlencode({'q': row['query']})}"), "trial")
        assert len(found) == row["n_trials"]


def test_a_source_is_current_in_the_menu_only_if_it_is_filtered_by(client):
    factories.make_source("Jobs")
    factories.make_source("Jobs 2", address="/b")

    def current(query):
        page = parsed(client.get("/runs/", {"q": query}))
        return [
            text_of(link.find("span[2]"))
            for link in classed(page, "menu-item", "a")
            if link.get("aria-current") and link.find("span[2]") is not None and "?q=source" in link.get("href", "")
        ]

    assert current("source:Jobs") == ["Jobs"]
    assert current('source:"Jobs 2"') == ["Jobs 2"]
    assert current("other") == []
    assert Source.objects.count() == 2
