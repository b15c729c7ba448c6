"""A trial's files, one at a time and all: what stands around them, and how much the tabs say there is."""

import json
import shutil

import pytest
from django.urls import reverse

from dashboard.domain.errors import Unreachable
from dashboard.domain.statuses import Outcome
from dashboard.models import Source, Trial
from tests.pages import GENUINE, classed, parsed, resolved, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(mirrored, tmp_path):
    """A trial that the verifier failed, whose files a test may change."""
    shutil.copytree(GENUINE, tmp_path, dirs_exist_ok=True)
    Source.objects.update(address=str(tmp_path))
    return Trial.objects.filter(run=mirrored["scripted-two-models"], outcome=Outcome.FAILED).order_by("pk").first()


@pytest.fixture
def folder(tmp_path, trial):
    return tmp_path / trial.run.external_id / trial.external_id


def open_tab(client, trial, tab, rest=""):
    response = client.get(reverse(tab, args=[trial.run_id, trial.pk]) + rest)
    resolved(response)
    return parsed(response)


def told(page):
    [tabs] = classed(page, "tabs", "nav")
    return [text_of(link) for link in tabs.iter("a")][1:6]


@pytest.mark.parametrize("tab", ["trial-trajectory", "trial-logs", "trial-results", "trial-file"])
def test_it_has_a_heading_and_is_downloaded_by_one_button(client, mirrored, tab):
    trial = Trial.objects.filter(run=mirrored["scripted-two-models"], outcome=Outcome.FAILED).order_by("pk").first()
    path = ["result.json"] if tab == "trial-file" else []
    page = parsed(client.get(reverse(tab, args=[trial.run_id, trial.pk, *path])))
    downloads = [link for link in page.iter("a") if text_of(link) == "Download"]
    [path] = [link.get("href").partition("/download/")[2] for link in downloads]
    assert path in [text_of(heading) for heading in page.iter("h2")]


def test_a_files_own_page_says_how_much_there_is_too(client, trial):
    assert told(parsed(client.get(f"/runs/{trial.run_id}/trials/{trial.pk}/file/trial.log"))) == [
        "Trajectory", "Diff 0", "Logs 2", "Results 2", "Files 8",
    ]  # fmt: skip


def test_what_continues_a_trajectory_stands_behind_it(client, trial, folder):
    (folder / "agent" / "trajectory.cont-1.json").write_text("{}")
    text = text_of(open_tab(client, trial, "trial-trajectory"))
    assert 0 < text.find("agent/trajectory.json") < text.find("agent/trajectory.cont-1.json")


def test_several_trajectories_are_counted(client, trial, folder):
    (folder / "agent" / "trajectory.cont-1.json").write_text("{}")
    assert told(open_tab(client, trial, "trial-diff"))[0] == "Trajectory 2"


def test_a_recording_of_the_terminal_stands_among_the_logs(client, trial, folder):
    head = json.dumps({"version": 2, "width": 80, "height": 24})
    (folder / "agent" / "terminal.cast").write_text(head + "\n" + json.dumps([0.1, "o", "hello"]) + "\n")
    page = open_tab(client, trial, "trial-logs", "?file=agent/terminal.cast")
    chips = {text_of(link): link.get("aria-current") for link in classed(page, "chip", "a")}
    assert chips["agent/terminal.cast"] == "true"
    assert told(page)[2] == "Logs 3"
    first = classed(open_tab(client, trial, "trial-logs"), "chip", "a")
    assert [text_of(link) for link in first if link.get("aria-current")] == ["verifier/test-stdout.txt"]


@pytest.mark.parametrize(("asked", "is_told"), [("nope", True), ("<b>", True), ("trial.log", False), ("", False)])
def test_a_file_that_is_asked_for_and_not_there_is_told(client, trial, asked, is_told):
    text = text_of(open_tab(client, trial, "trial-files", f"?file={asked}"))
    assert (f"This trial has no {asked}." in text) == is_told


def test_tabs_that_need_no_files_say_how_much_there_is_too(client, trial):
    assert told(open_tab(client, trial, "trial-config"))[-1] == "Files 8"


def test_of_a_source_that_is_away_it_does_not_say_that_there_are_no_files(client, trial, monkeypatch):
    def away(*_args):
        raise Unreachable("Nobody is there.")

    monkeypatch.setattr("dashboard.services.artifacts.listings.reach", away)
    page = text_of(open_tab(client, trial, "trial-files"))
    assert "Nobody is there." in page
    assert "0 files" not in page
    assert "Download ZIP" not in page
