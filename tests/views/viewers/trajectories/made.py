"""Trajectories in memory, on a page that there is not."""

import json

from django.http import QueryDict
from django.template.loader import render_to_string

from dashboard.readers.trajectories.documents import Document
from dashboard.services.trajectories import Trajectory
from dashboard.views.viewers.trajectories import choices, pages
from dashboard.views.viewers.trajectories.steps import StepMaker
from tests.readers.made_files import MadeFile
from tests.views.viewers.made_subjects import assert_well_formed, made

PATH = "agent/trajectory.json"


def agent_step(number, **fields):
    return {"step_id": number, "source": "agent", "message": f"step {number}", **fields}


def call(name="Bash", arguments=None, call_id="c1"):
    return {"tool_call_id": call_id, "function_name": name, "arguments": arguments or {}}


def result(content, call_id="c1", **fields):
    return {"source_call_id": call_id, "content": content, **fields}


def called(number=1, output="fine", arguments=None, **fields):
    """A step with one call and what came of it."""
    return agent_step(
        number, tool_calls=[call(arguments=arguments)], observation={"results": [result(output, **fields)]}
    )


def trajectory(*steps, **members):
    """An open trajectory of these steps; what belongs to it is not looked for."""
    wire = {"schema_version": "ATIF-v1.7", "agent": {"name": "codex", "version": "1"}, "steps": list(steps), **members}
    subject = made(PATH, json.dumps(wire))
    return Trajectory(subject.run, subject.trial, PATH, "", Document(MadeFile(subject.data)))


def chosen(query=""):
    return choices.read(made(PATH, ""), QueryDict(query))


def step_page(step, query="", **options):
    """One step as its template gets it."""
    opened, choice = trajectory(step), chosen(query)
    maker = StepMaker(choices=choice, typesetter=pages.usual_typesetter(choice), resolve=opened.resolve, **options)
    return maker.page(opened.steps(1, 1)[0])


def html_of(*steps, query=""):
    """The HTML of steps."""
    opened, choice = trajectory(*steps), chosen(query)
    found = pages.set_steps(choice, opened, opened.steps(1, len(steps)), pages.usual_typesetter(choice))
    html = render_to_string("viewers/trajectory_steps.html", {"steps": found})
    assert_well_formed(html)
    return html
