"""Labels: words that the team sorts runs and trials by. Whoever sees one sees its labels; operators change them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from dashboard.domain.audits import AuditAction, AuditOutcome
from dashboard.models import Label, Run
from dashboard.services import audit, deeds, visibility
from dashboard.services.marks import Subject, at, source_name, touch
from dashboard.services.stars import FIELDS
from dashboard.services.visibility import Viewer
from dashboard.services.writing import has_room, writing

M = TypeVar("M", bound=Model)

LONGEST = 50
MOST = 20
"""Labels of one run or trial."""
MOST_AT_ONCE = 500
"""Runs that are labelled at once."""
SUGGESTED = 100

_UNWRITABLE = re.compile(r"[*\s]+")
"""Stars stand for anything in the query box."""


class Refused(ValueError):
    """What was to be a label is none, or there are too many; says so to a person."""


def normalised(text: str) -> str:
    """The label that is meant: lower case, composed, single spaces, printable. Raises ``Refused`` if it is none."""
    folded = unicodedata.normalize("NFC", text[: 4 * LONGEST]).lower()
    shown = "".join(each if each.isprintable() else " " for each in folded)
    name = _UNWRITABLE.sub(" ", shown).strip()
    if not name:
        raise Refused("A label has at least one letter, digit or sign that can be seen.")
    if len(name) > LONGEST or len(text) > 4 * LONGEST:
        raise Refused(f"A label has at most {LONGEST} characters.")
    return name


def of(subject: Subject) -> list[str]:
    """Its labels, by name."""
    return list(Label.objects.filter(**at(subject)).order_by("name").values_list("name", flat=True))


def brought(rows: QuerySet[M]) -> list[M]:
    """The runs or trials with their labels, which cost a query only where there are any (``has_labels``)."""
    own = Label.objects.filter(**{FIELDS[rows.model]: OuterRef("pk")})
    found = list(rows.annotate(has_labels=Exists(own)))
    prefetch_related_objects([each for each in found if vars(each)["has_labels"]], "labels")
    return found


def add(actor: Viewer, subject: Subject, text: str) -> str:
    """Put a label at it, once, and return it. Raises ``Refused`` and ``PermissionDenied``."""
    deeds.require(actor, AuditAction.LABEL_CHANGED, subject, source=source_name(subject))
    name = _named(actor, subject, text)
    with writing(actor, subject):
        others = Label.objects.filter(**at(subject)).exclude(name=name)
        if has_room(others, MOST):
            _put(actor, [subject], name)
            _record(actor, subject, AuditOutcome.DONE, {"added": name})
            return name
    raise _refused(actor, subject, f"It has {MOST} labels, which is as many as there may be.")


def remove(actor: Viewer, subject: Subject, name: str) -> None:
    """Take a label from it. Raises ``PermissionDenied``."""
    deeds.require(actor, AuditAction.LABEL_CHANGED, subject, source=source_name(subject))
    with writing(actor, subject):
        gone, _ = Label.objects.filter(**at(subject), name=name).delete()
        if gone:
            touch(subject)
        _record(actor, subject, AuditOutcome.DONE, {"removed": name[:LONGEST]})


def add_to_many(actor: Viewer, runs: QuerySet[Run], text: str) -> tuple[str, int]:
    """Put a label at these visible runs, at most ``MOST_AT_ONCE``; it, and how many it was put at.

    Those that have it, or as many labels as one may have, stay as they are. Raises ``Refused``, ``PermissionDenied``.
    """
    deeds.require(actor, AuditAction.LABEL_CHANGED)
    name = _named(actor, None, text)
    with writing(actor):
        chosen = list(runs.order_by("-pk")[:MOST_AT_ONCE])
        counted = Label.objects.filter(run__in=chosen).order_by().values("run")
        full = set(counted.annotate(n=Count("pk")).filter(n__gte=MOST).values_list("run", flat=True))
        labelled = set(Label.objects.filter(run__in=chosen, name=name).values_list("run", flat=True))
        left = [run for run in chosen if run.pk not in full | labelled]
        _put(actor, left, name)
        _record(actor, None, AuditOutcome.DONE, {"added": name, "runs": [run.pk for run in left]})
    return name, len(left)


def names(viewer: Viewer) -> list[str]:
    """The labels at what the viewer may see, the most used first."""
    seen = Q(run__in=visibility.runs(viewer).order_by()) | Q(trial__in=visibility.trials(viewer).order_by())
    counted = Label.objects.filter(seen).order_by().values("name").annotate(n=Count("pk")).order_by("-n", F("name"))
    return list(counted.values_list("name", flat=True)[:SUGGESTED])


def _named(actor: Viewer, subject: Subject | None, text: str) -> str:
    """The label that is meant. Raises ``Refused`` if it is none, after an entry in the audit log."""
    try:
        return normalised(text)
    except Refused as problem:
        raise _refused(actor, subject, str(problem)) from None


def _refused(actor: Viewer, subject: Subject | None, problem: str) -> Refused:
    """Note that something was refused, and give what to raise."""
    _record(actor, subject, AuditOutcome.REFUSED, {"problem": problem})
    return Refused(problem)


def _put(actor: Viewer, subjects: Sequence[Subject], name: str) -> None:
    if not subjects:
        return
    rows = [Label(name=name, author_id=actor.pk, created_at=timezone.now(), **at(subject)) for subject in subjects]
    Label.objects.bulk_create(rows, ignore_conflicts=True)
    touch(*subjects)


def _record(actor: Viewer, subject: Subject | None, outcome: AuditOutcome, detail: dict[str, object]) -> None:
    source = source_name(subject) if subject is not None else ""
    audit.record(AuditAction.LABEL_CHANGED, actor, subject, outcome=outcome, source=source, detail=detail)
