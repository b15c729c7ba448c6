"""Real trajectories are shown whole: nothing that was said is missing from the pages that show it."""

import json
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from dashboard.readers.trajectories.documents import Document
from dashboard.services.trajectories import Trajectory
from dashboard.views.viewers.trajectories import choices, pages, ways
from tests.readers.made_files import MadeFile
from tests.views.viewers.made_subjects import asked, assert_well_formed, made, words

REAL = sorted((Path(__file__).parents[5] / "shared" / "data" / "atif").glob("*.json"))


def said(step):
    """The words of a step's message, reasoning, and of the first lines of what came back."""
    message = (
        step["message"] if isinstance(step["message"], str) else " ".join(p.get("text", "") for p in step["message"])
    )
    results = (step.get("observation") or {}).get("results", [])
    outputs = [result["content"] for result in results if isinstance(result.get("content"), str)]
    return [message, step.get("reasoning_content") or "", *("\n".join(output.split("\n")[:15]) for output in outputs)]


def shown(path, query):
    subject = made("agent/trajectory.json", path.read_bytes())
    opened = Trajectory(subject.run, subject.trial, subject.path, "", Document(MadeFile(subject.data)))
    choice = choices.read(subject, asked(**query).GET)
    steps = pages.set_steps(choice, opened, opened.steps(1, ways.PAGE), pages.usual_typesetter(choice))
    html = render_to_string("viewers/trajectory_steps.html", {"steps": steps})
    assert_well_formed(html)
    return html


@pytest.mark.skipif(not REAL, reason="no real trajectories here")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_trajectories_are_shown_whole(path):
    text = words(shown(path, {"view": "raw"}))
    steps = json.loads(path.read_text())["steps"]
    assert len(steps) <= ways.PAGE
    missing = [part[:80] for step in steps for part in said(step) if " ".join(part.split()) not in text]
    assert missing == []


@pytest.mark.skipif(not REAL, reason="no real trajectories here")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_trajectories_are_rendered(path):
    html = shown(path, {"open": "all"})
    assert html.count('class="step') >= len(json.loads(path.read_text())["steps"])
