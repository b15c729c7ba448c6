"""The pages of a trial: why it came out as it did, one file at a time, and the way to the next."""

import json
import shutil
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from dashboard.domain.statuses import Outcome, RunStatus
from dashboard.models import Source, Trial, TrialDetail
from dashboard.services import artifacts
from dashboard.views.trials.tabs import TABS
from tests import factories
from tests.pages import GENUINE, classed, parsed, resolved, text_of

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}


@pytest.fixture
def jobs(tmp_path):
    """A folder of jobs that a test may change."""
    shutil.copytree(GENUINE, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def trial(mirrored, jobs):
    """A trial that the verifier failed, whose files a test may change."""
    Source.objects.update(address=str(jobs))
    return Trial.objects.filter(run=mirrored["scripted-two-models"], outcome=Outcome.FAILED).order_by("pk").first()


@pytest.fixture
def folder(jobs, trial):
    return jobs / trial.run.external_id / trial.external_id


def url(trial, tab="trial-detail", query=""):
    return reverse(tab, args=[trial.run_id, trial.pk]) + query


def open_tab(client, trial, tab="trial-detail", query=""):
    response = client.get(url(trial, tab, query))
    resolved(response)
    return parsed(response)


def tabs_of(page):
    [tabs] = classed(page, "tabs", "nav")
    return {text_of(link).split()[0]: link for link in tabs.iter("a")}


def strip_of(page):
    return {text_of(link): link for link in classed(page, "chip", "a")}


def current(links):
    return [name for name, link in links.items() if link.get("aria-current")]


class TestTabs:
    @pytest.mark.parametrize("tab", TABS)
    def test_each_has_an_address_says_which_it_is_and_leads_to_the_others(self, client, trial, tab):
        page = open_tab(client, trial, tab)
        tabs = tabs_of(page)
        assert [link.get("href") for link in tabs.values()] == [url(trial, name) for name in TABS]
        assert [tabs[name].get("href") for name in current(tabs)] == [url(trial, tab)]
        assert "Failed" in text_of(page)

    def test_they_say_how_much_there_is(self, client, trial):
        told = [text_of(link) for link in tabs_of(open_tab(client, trial)).values()]
        assert told[1:6] == ["Trajectory", "Diff 0", "Logs 2", "Results 2", "Files 8"]

    @pytest.mark.parametrize(("tab", "title"), [("trial-diff", "No diff"), ("trial-trajectory", "No trajectory")])
    def test_where_there_is_nothing_it_is_said(self, client, trial, folder, tab, title):
        shutil.rmtree(folder / "agent")
        assert title in text_of(open_tab(client, trial, tab))

    def test_a_trial_that_goes_on_may_still_leave_something(self, client, trial):
        Trial.objects.filter(pk=trial.pk).update(outcome=Outcome.RUNNING)
        assert "No diff yet" in text_of(open_tab(client, trial, "trial-diff"))

    def test_a_file_that_is_gone_is_told_and_the_page_stays(self, client, trial, folder, monkeypatch):
        log = folder / "verifier" / "test-stdout.txt"
        log.unlink()
        log.symlink_to("/etc/passwd")
        page = open_tab(client, trial, "trial-logs", "?file=verifier/test-stdout.txt")
        assert "This trial has no verifier/test-stdout.txt." in text_of(page)
        assert "root:" not in text_of(page)


class TestWhichFile:
    def test_a_failed_trials_logs_open_on_the_verifiers(self, client, trial):
        assert current(strip_of(open_tab(client, trial, "trial-logs"))) == ["verifier/test-stdout.txt"]

    def test_the_address_names_another(self, client, trial):
        page = open_tab(client, trial, "trial-logs", "?file=trial.log&q=outcome:failed")
        strip = strip_of(page)
        assert current(strip) == ["trial.log"]
        asked = parse_qs(urlsplit(strip["verifier/test-stdout.txt"].get("href")).query)
        assert asked == {"file": ["verifier/test-stdout.txt"], "q": ["outcome:failed"]}

    def test_one_that_the_trial_has_not_is_said_and_the_first_is_shown(self, client, trial):
        page = open_tab(client, trial, "trial-logs", "?file=agent/none.txt")
        assert "This trial has no agent/none.txt." in text_of(page)
        assert current(strip_of(page)) == ["verifier/test-stdout.txt"]

    def test_the_files_of_a_multi_step_trial_stand_by_step_in_their_order(self, client, mirrored):
        trial = Trial.objects.get(run=mirrored["multi-step-oracle"])
        page = open_tab(client, trial, "trial-logs")
        groups = [text_of(group) for group in classed(page, "strip-group", "div")]
        assert groups == [
            "trial.log",
            "create-file agent/oracle.txt verifier/test-stdout.txt",
            "append-content agent/oracle.txt verifier/test-stdout.txt",
        ]

    def test_many_files_are_folded(self, client, trial, folder):
        for number in range(30):
            (folder / "agent" / f"{number:02}.txt").write_text("x")
        page = open_tab(client, trial, "trial-logs")
        assert len(strip_of(page)) == 32
        assert "20 more" in text_of(page)

    def test_a_single_file_has_its_page_among_the_files(self, client, trial):
        page = open_tab(client, trial, "trial-files")
        [files] = classed(page, "files", "ul")
        shown = parsed(client.get(next(files.iter("a")).get("href")))
        assert current(tabs_of(shown)) == ["Files"]


class TestHostile:
    NAME = "<script>alert(1)</script>\" onmouseover=alert(1) x='.txt"

    @pytest.fixture(autouse=True)
    def _left(self, folder):
        (folder / "agent" / self.NAME.replace("/", "⁄")).write_text("<img src=x onerror=alert(1)>")
        (folder / "verifier" / "test-stdout.txt").write_text(
            "<img src=x onerror=alert(1)>\x1b]8;;javascript:alert(1)\x07"
        )

    @pytest.mark.parametrize("tab", TABS)
    def test_no_page_holds_an_element_or_attribute_of_theirs(self, client, trial, tab):
        page = open_tab(client, trial, tab)
        assert not [each for each in page.iter("script") if "alert" in text_of(each)]
        assert not [each for each in page.iter() if any(name.startswith("on") for name in each.attrib)]
        assert not [each for each in page.iter("img") if each.get("src") == "x"]
        assert not [each for each in page.iter("a") if each.get("href", "").startswith("javascript")]

    def test_a_hostile_traceback_stays_text(self, client):
        head = "Traceback (most recent call last):\n"
        frame = head + '  File "<b>a</b>.py", line 1, in <i>x</i>\n    <img src=x>\n<u>E</u>: <s>\n'
        run = factories.make_run()
        trial = factories.make_trial(
            run, outcome=Outcome.ERRORED, has_error=True, error_type="<b>", detail={"traceback": frame}
        )
        page = open_tab(client, trial)
        [calls] = classed(page, "calls", "ol")
        assert text_of(calls).startswith("<b>a</b>.py:1 in <i>x</i>")
        assert not [each for each in page.iter("img") if each.get("src") == "x"]


class TestOutcome:
    def test_a_failed_trial_shows_what_its_verifier_printed(self, client, trial):
        text = text_of(open_tab(client, trial))
        assert (
            text.index("What the verifier said") < text.index("/app/count.txt: No such file") < text.index("Duration")
        )

    def test_only_the_last_lines_are_shown(self, client, trial, folder):
        (folder / "verifier" / "test-stdout.txt").write_text("".join(f"line {n}\n" for n in range(5_000)))
        text = text_of(open_tab(client, trial))
        assert "line 4999" in text
        assert "line 4980 " in text
        assert "line 4979 " not in text

    def test_its_colours_are_those_of_the_terminal(self, client, trial, folder):
        (folder / "verifier" / "test-stdout.txt").write_text("\x1b[31mFAILED\x1b[0m test_count\x07")
        page = open_tab(client, trial)
        [code] = classed(page, "code", "pre")
        assert text_of(code).startswith("FAILED test_count")
        assert [text_of(span) for span in code.iter("span")] == ["FAILED"]

    @pytest.mark.parametrize(
        ("path", "document"),
        [
            ("verifier/ctrf.json", {"results": {"tests": [{"name": "<b>", "status": "failed"}, {}, {}]}}),
            ("result.json", {"reward": 0, "tests": [{"name": "<b>", "passed": False}, {}, {}]}),
        ],
    )
    def test_the_tests_that_failed_are_counted_and_named(self, client, trial, folder, path, document):
        shutil.rmtree(folder / "verifier")
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(json.dumps(document))
        page = open_tab(client, trial)
        text = text_of(page)
        assert "1 of 3 tests failed: <b> " in text
        assert "The verifier gave reward 0: 1 or more is a pass." in text
        assert "It left nothing that says why." not in text
        [link] = [each for each in page.iter("a") if text_of(each) == path][:1]
        assert parse_qs(urlsplit(link.get("href")).query) == {"file": [path]}

    def test_of_a_multi_step_trial_the_step_that_failed_is_heard(self, client, mirrored, jobs):
        Source.objects.update(address=str(jobs))
        trial = Trial.objects.get(run=mirrored["multi-step-oracle"])
        steps = jobs / trial.run.external_id / trial.external_id / "steps"
        for name, status in [("create-file", "failed"), ("append-content", "passed")]:
            report = {"results": {"tests": [{"name": f"test_{name}", "status": status}]}}
            (steps / name / "verifier" / "ctrf.json").write_text(json.dumps(report))
            (steps / name / "verifier" / "test-stdout.txt").write_text(f"{name} was judged")
        told = [{"name": "create-file", "rewards": {"reward": 0}}, {"name": "append-content", "rewards": {"reward": 1}}]
        TrialDetail.objects.filter(trial=trial).update(steps=told)
        Trial.objects.filter(pk=trial.pk).update(outcome=Outcome.PARTIAL)
        text = text_of(open_tab(client, trial))
        assert "test_create-file" in text
        assert "create-file was judged" in text
        assert "test_append-content" not in text
        assert "append-content was judged" not in text

    def test_the_steps_of_a_multi_step_trial_lead_to_their_logs(self, client, mirrored):
        trial = Trial.objects.get(run=mirrored["multi-step-oracle"])
        page = open_tab(client, trial)
        [link] = [each for each in page.iter("a") if text_of(each) == "append-content"]
        assert parse_qs(urlsplit(link.get("href")).query) == {"file": ["steps/append-content/agent/oracle.txt"]}

    def test_what_cannot_be_read_is_left_out(self, client, trial, folder):
        shutil.rmtree(folder / "verifier")
        assert "It left nothing that says why." in text_of(open_tab(client, trial))

    def test_an_errored_trial_begins_with_the_call_that_raised(self, client, mirrored):
        trial = Trial.objects.filter(run=mirrored["scripted-failing"], outcome=Outcome.ERRORED).first()
        page = open_tab(client, trial)
        [calls] = [each for each in classed(page, "calls", "ol") if "last one first" in each.get("aria-label", "")]
        assert text_of(calls).startswith("/srv/bench/scripted_agents.py:37 in run")
        assert "3 earlier calls" in text_of(page)
        assert "Traceback as it was printed" in text_of(page)

    def test_a_chain_of_exceptions_stands_below_the_one_that_ended_it(self, client, mirrored):
        trial = Trial.objects.filter(error_type="AgentTimeoutError").first()
        text = text_of(open_tab(client, trial))
        assert text.index("_run_agent_phase") < text.index("caused by TimeoutError") < text.index("CancelledError")

    def test_what_is_no_traceback_of_pythons_is_shown_as_it_is(self, client):
        run = factories.make_run()
        trial = factories.make_trial(
            run, outcome=Outcome.ERRORED, has_error=True, error_type="Oops",
            detail={"traceback": "panic: <b>goroutine</b>", "error_message": "it broke"},
        )  # fmt: skip
        page = open_tab(client, trial)
        assert not classed(page, "calls", "ol")
        assert "panic: <b>goroutine</b>" in text_of(page)

    def test_the_trajectorys_cost_stands_beside_the_results(self, client, trial, folder):
        def note():
            [tile] = [tile for tile in classed(open_tab(client, trial), "tile") if "Cost" in text_of(tile)]
            return text_of(tile)

        trajectory = folder / "agent" / "trajectory.json"
        document = json.loads(trajectory.read_text())
        document["final_metrics"]["total_cost_usd"] = 12.5
        trajectory.write_text(json.dumps(document))
        assert "trajectory: $12.50" in note()
        document["final_metrics"]["total_cost_usd"] = float(trial.cost)
        trajectory.write_text(json.dumps(document))
        assert "as in the trajectory" in note()
        (folder / "agent" / "trajectory.cont-1.json").write_text("{}")
        assert "trajectory" not in note()


class TestElsewhere:
    @pytest.fixture(autouse=True)
    def _far(self, monkeypatch):
        monkeypatch.setattr(artifacts, "are_near", lambda run: False)
        monkeypatch.setattr("dashboard.services.artifacts.listings.are_near", lambda run: False)

    def test_the_page_waits_for_no_list_and_gets_the_verdict_later(self, client, trial, monkeypatch):
        page = open_tab(client, trial)
        assert [text_of(link) for link in tabs_of(page).values()][3] == "Logs"
        [region] = [div for div in page.iter("div") if div.get("hx-trigger") == "load"]
        content = client.get(region.get("hx-get"), headers=HTMX).content.decode()
        assert "/app/count.txt: No such file" in content
        assert "<html" not in content

    def test_what_comes_later_is_dressed_by_the_page(self, client, trial):
        styles = [link.get("href") for link in open_tab(client, trial).iter("link")]
        assert any("css/viewers/ansi" in style for style in styles)

    def test_a_tab_asks_and_says_how_much_there_is(self, client, trial):
        told = [text_of(link) for link in tabs_of(open_tab(client, trial, "trial-diff")).values()]
        assert told[2:4] == ["Diff 0", "Logs 2"]


class TestWay:
    @pytest.mark.parametrize("tab", TABS)
    def test_the_next_trial_opens_on_the_same_tab_of_the_same_list(self, client, trial, tab):
        page = open_tab(client, trial, tab, "?q=outcome:failed&sort=-cost")
        [way] = [nav for nav in page.iter("nav") if nav.get("aria-label") == "Trials of the list"]
        ways = [link for link in way.iter("a") if link.get("rel") in {"prev", "next"}]
        assert ways
        for link in ways:
            address = urlsplit(link.get("href"))
            assert address.path.removeprefix(f"/runs/{trial.run_id}/trials/").partition("/")[2] == (
                url(trial, tab).removeprefix(url(trial))
            )
            assert parse_qs(address.query) == {"q": ["outcome:failed"], "sort": ["-cost"]}

    def test_a_chosen_file_goes_along(self, client, trial):
        page = open_tab(client, trial, "trial-logs", "?file=trial.log")
        links = [link.get("href") for link in page.iter("a") if link.get("rel") == "next"]
        assert [parse_qs(urlsplit(link).query) for link in links] == [{"file": ["trial.log"]}]

    def test_the_other_attempts_open_on_the_same_tab(self, client, trial):
        page = open_tab(client, trial, "trial-logs")
        [strip] = classed(page, "cell-strip", "ul")
        assert all(link.get("href").endswith("/logs/") for link in strip.iter("a"))
        assert len([link for link in strip.iter("a") if link.get("aria-current")]) == 1

    def test_a_trial_that_its_list_does_not_hold_leads_to_all(self, client, trial):
        page = open_tab(client, trial, query="?q=outcome:passed")
        [up] = [link for link in page.iter("a") if link.get("data-up") is not None]
        assert up.get("href") == reverse("run-trials", args=[trial.run_id])


class TestLive:
    @pytest.fixture
    def running(self):
        run = factories.make_run(status=RunStatus.RUNNING)
        return factories.make_trial(run, outcome=Outcome.RUNNING, agent="codex")

    @pytest.mark.parametrize("tab", TABS)
    def test_an_open_page_is_told_when_nothing_is_new_and_else_gets_what_is_live(self, client, running, tab):
        page = open_tab(client, running, tab)
        [live] = [div for div in page.iter("div") if div.get("id") == "trial-page"]
        assert client.get(live.get("hx-get"), headers=HTMX).status_code == 204
        factories.touch(running.run)
        text = resolved(client.get(live.get("hx-get"), headers=HTMX))
        assert 'id="trial-page"' in text
        assert "<html" not in text
        assert ("Where the time went" in text or "Facts" in text) == (tab == "trial-detail")
