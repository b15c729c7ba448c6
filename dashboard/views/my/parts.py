"""What is kept at a run or trial, as its page shows it: labels for everybody, and what is the reader's own.

The live part of a page is the same for all who may see it, so what is the reader's own is not in it: the page has it
from the beginning, and swaps leave it alone.
"""

from typing import Any

from django.urls import reverse

from dashboard.models import Run
from dashboard.services import labels, marks, rights
from dashboard.services.marks import Marks, Subject
from dashboard.shared_addresses import is_below
from dashboard.tables.columns import label_url
from dashboard.views import fragments
from dashboard.views.addresses import here
from dashboard.views.requests import Request


def read(request: Request, subject: Subject) -> Marks:
    """What is kept at it."""
    return marks.of(request.user, subject)


def shown(request: Request, subject: Subject, kept: Marks) -> dict[str, Any]:
    """Context of ``my/_marks.html``."""
    return {
        "labels": [{"name": name, "url": label_url(subject, name)} for name in kept.labels],
        "own": None if fragments.is_poll(request) or is_below() else _own(request, subject, kept),
    }


def _own(request: Request, subject: Subject, kept: Marks) -> dict[str, Any]:
    is_run = isinstance(subject, Run)
    arguments = [subject.pk] if isinstance(subject, Run) else [subject.run_id, subject.pk]
    return {
        "subject": f"{'run' if is_run else 'trial'}-{subject.pk}",
        "has_star": kept.has_star,
        "labels_url": reverse("run-labels" if is_run else "trial-labels", args=arguments),
        "may_label": rights.may_act(request.user),
        "longest": labels.LONGEST,
        "here": here(request),
    }
