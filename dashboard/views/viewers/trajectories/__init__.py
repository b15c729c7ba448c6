"""Trajectories of agents: pages of steps beside an outline, and what people look for in them.

The first answer holds the steps that were asked for; sums, outline and what belongs to the trajectory follow as pieces,
or are pages of their own where nothing runs scripts.
"""

from typing import Any

from django.http import HttpResponseBase

from dashboard.services.trajectories import open_trajectory
from dashboard.views.requests import Request
from dashboard.views.viewers.subjects import Subject
from dashboard.views.viewers.trajectories import choices, pages, parts

TEMPLATE = "viewers/trajectory.html"
STYLES = ("css/viewers/code.css", "css/viewers/ansi.css", "css/viewers/trajectory.css")
SCRIPTS = ("js/viewers/find.js", "js/viewers/trajectory.js")


def context(request: Request, subject: Subject) -> dict[str, Any]:
    """The page with the chosen step. Raises ``SourceError``."""
    chosen = choices.read(subject, request.GET)
    with open_trajectory(subject.run, subject.trial, subject.path, within=chosen.within) as trajectory:
        return pages.context(chosen, trajectory)


def part(request: Request, subject: Subject, name: str) -> HttpResponseBase:
    """One of ``parts.PARTS``. Raises ``SourceError`` and ``Http404``."""
    chosen = choices.read(subject, request.GET)
    with open_trajectory(subject.run, subject.trial, subject.path, within=chosen.within) as trajectory:
        return parts.answer(request, chosen, trajectory, name)
