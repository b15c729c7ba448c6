"""How actions are spoken of: buttons, questions, and what will happen if one says yes."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from dashboard import formats
from dashboard.models import Run
from dashboard.services import offers, own_reports
from dashboard.services.offers import Verb
from dashboard.services.rights import may_act
from dashboard.services.visibility import Viewer
from dashboard.views.reports import beginnings as report_beginnings

LABELS = {
    Verb.START: "Start run",
    Verb.CANCEL: "Cancel run",
    Verb.STOP: "Stop run",
    Verb.DELETE: "Delete run",
}

FORGOTTEN = (
    "Its source forgets the run with its results, errors and places in run groups. Its reports stay readable there, "
    "and Quayside keeps its own copy, marked as gone."
)

FORGOTTEN_ALL = (
    "Each is asked for once, in this order. Its source forgets a run with its results, errors and places in run "
    "groups. Reports stay readable there, and Quayside keeps its own copies, marked as gone."
)


def bar(viewer: Viewer, run: Run) -> dict[str, Any]:
    """What the header of a run's page offers: its buttons, or with them why they cannot be pressed now.

    Nothing in it is personal: who sees the same in the same role gets the same, so the header may be kept.
    """
    found = offers.offered(viewer, run)
    return {
        "buttons": [_button(run, offer) for offer in found],
        "why_not": next((offer.why_not for offer in found if offer.why_not), ""),
        "again_url": f"{reverse('run-create')}?{urlencode({'from': run.pk})}" if offers.can_repeat(viewer, run) else "",
        "report_url": _report_url(run) if may_act(viewer) else "",
        **_sharing(viewer, run),
    }


def _sharing(viewer: Viewer, run: Run) -> dict[str, Any]:
    """Where it is shared, and how many links show it; nothing for those who may not share."""
    if not may_act(viewer):
        return {"share_url": "", "n_shared": 0, "shares_url": ""}
    shares_url = f"{reverse('share-list')}?{urlencode({'run': run.pk})}"
    share_url = reverse("run-share", args=[run.pk])
    return {"share_url": share_url, "n_shared": vars(run).get("n_shared", 0), "shares_url": shares_url}


def _report_url(run: Run) -> str:
    """Where a report of it is begun: its source's, or one of our own; empty where none can be made."""
    if run.is_test:
        return "" if run.is_gone else report_beginnings.address(run.source, run=run.pk)
    return "" if own_reports.why_not(run) else f"{reverse('own-report-new')}?{urlencode({'run': run.pk})}"


def _button(run: Run, offer: offers.Offer) -> dict[str, Any]:
    return {
        "label": LABELS[offer.verb],
        "url": reverse(f"run-{offer.verb}", args=[run.pk]),
        "is_ending": offer.verb is not Verb.START,
        "is_allowed": offer.is_allowed,
    }


def tick_for_others(viewer: Viewer, run: Run, verb: Verb) -> str:
    """What one confirms beside the deletion of a run that another person made; empty where there is nothing to."""
    owner = offers.others_than(viewer, run.created_by) if verb is Verb.DELETE else ""
    return f"Delete it though it is {owner}’s" if owner else ""


def question(run: Run, verb: Verb) -> str:
    """«Cancel nightly?»"""
    return f"{verb.capitalize()} {run.name}?"


def consequence(run: Run, verb: Verb) -> str:
    """What will happen, by the numbers that the mirror has."""
    if verb is Verb.DELETE:
        return FORGOTTEN
    if verb is Verb.STOP:
        return "Its machine ends, and with it what has not finished; what finished stays."
    waiting = max(0, run.n_trials - run.n_finished - run.n_running)
    if verb is Verb.START:
        return f"{_trials(f'{waiting:,}', waiting)} begin{'s' if waiting == 1 else ''}." if waiting else "It begins."
    parts = [f"{n:,} {word}" for n, word in ((run.n_running, "running"), (waiting, "waiting")) if n]
    if not parts:
        return "It ends; what finished stays."
    n_ending = run.n_running + waiting
    return f"{_trials(' and '.join(parts), n_ending)} end{'s' if n_ending == 1 else ''}; what finished stays."


def _trials(text: str, n: int) -> str:
    return f"{text} {formats.plural(n, 'trial').rpartition(' ')[2]}"
