"""What stands around a shared page: from which team, as of when, until when; and what a preview of its link says."""

from typing import Any

from django.urls import get_script_prefix

from dashboard.domain.sharing import ShareScope
from dashboard.models import Run, ShareLink
from dashboard.services import runs, team
from dashboard.services.rights import Guest
from dashboard.views.requests import Request

STILL = "still"
"""What an open page asks the link's own address with: whether it still shows something."""


def frame(request: Request) -> dict[str, Any]:
    """Context of the page's frame: ``shared`` (None on other pages), and for guests nothing of a session or a form."""
    viewer = getattr(request, "user", None)
    if not isinstance(viewer, Guest):
        return {"shared": None}
    return {"shared": _shared(request, viewer.link), "csrf_token": "", "messages": ()}


def _shared(request: Request, link: ShareLink) -> dict[str, Any]:
    subject = link.run or link.report
    return {
        "team": team.current().name or f"Quayside at {request.get_host()}",
        "scope": ShareScope(link.scope).label if link.run_id else "one report",
        "title": str(subject),
        "description": _in_words(link),
        "is_live": subject is not None and not subject.is_finished and not subject.is_gone,
        "seen_at": runs.seen_at(link.run) if link.run else (link.report.finished_at if link.report else None),
        "expires_at": link.expires_at,
        "still_url": f"{get_script_prefix()}?{STILL}=1",
    }


def _in_words(link: ShareLink) -> str:
    return _run_in_words(link.run) if link.run else f"A report, {link.report.status}." if link.report else ""


def _run_in_words(run: Run) -> str:
    """«Run completed: 41 of 60 trials passed.»"""
    words = f"Run {run.status}"
    return f"{words}: {run.n_passed:,} of {run.n_trials:,} trials passed." if run.n_trials else f"{words}."
