"""Stars: the runs and trials that somebody wants to find again. Theirs alone, so nothing that is kept holds them."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast

from django.db.models import Count, Exists, Max, Model, OuterRef, QuerySet, Value
from django.db.models.fields import BooleanField
from django.utils import timezone

from dashboard.models import Run, Star, Trial
from dashboard.services import visibility
from dashboard.services.marks import Subject, at
from dashboard.services.visibility import Viewer
from dashboard.services.writing import writing

M = TypeVar("M", bound=Model)

FIELDS: dict[type[Model], str] = {Run: "run", Trial: "trial"}
"""What can have a star, and what a star calls it."""

MOST = 5_000
"""Stars that one person has; of a new one beyond it the oldest goes."""


def put(viewer: Viewer, subject: Subject) -> None:
    """Have a star at it, once."""
    if viewer.pk is None:
        return
    with writing(viewer, subject):
        Star.objects.get_or_create(user_id=viewer.pk, **at(subject), defaults={"created_at": timezone.now()})
        beyond = Star.objects.filter(user=viewer.pk).order_by("-pk").values_list("pk", flat=True)[MOST : MOST + 100]
        Star.objects.filter(pk__in=list(beyond)).delete()


def take(viewer: Viewer, subject: Subject) -> None:
    """Have no star at it."""
    Star.objects.filter(user=viewer.pk, **at(subject)).delete()


def among(viewer: Viewer, model: type[Model], pks: Iterable[int]) -> set[int]:
    """Which of these have the viewer's star, by primary key."""
    name, wanted = FIELDS.get(model), list(pks)
    if name is None or not wanted or viewer.pk is None:
        return set()
    found = Star.objects.filter(user=viewer.pk, **{f"{name}__in": wanted})
    return set(found.values_list(name, flat=True))


def known(viewer: Viewer, rows: QuerySet[M]) -> QuerySet[M]:
    """The same runs or trials, which can be filtered by ``has_star``."""
    return cast("QuerySet[M]", rows.alias(has_star=_has(viewer, rows.model)))


def stamp(viewer: Viewer) -> str:
    """A word that is another whenever the viewer's stars are, for what is kept of a list that is filtered by them.

    How many there are, and the newest: each new one is the newest, and those that go are never as many again.
    """
    found = Star.objects.filter(user=viewer.pk).aggregate(n=Count("pk"), newest=Max("pk"))
    return f"{viewer.pk}.{found['n']}.{found['newest']}"


def trials(viewer: Viewer, limit: int) -> Sequence[Trial]:
    """The trials with the viewer's star that they may see, the newest star first."""
    starred = visibility.trials(viewer).filter(stars__user=viewer.pk).order_by("-stars__pk")
    return list(starred.select_related("run__source", "task")[:limit])


def runs(viewer: Viewer, limit: int) -> Sequence[Run]:
    """The runs with the viewer's star that they may see, the newest star first."""
    starred = visibility.runs(viewer).filter(stars__user=viewer.pk).order_by("-stars__pk")
    return list(starred.select_related("source")[:limit])


def _has(viewer: Viewer, model: type[Model]) -> Any:
    if viewer.pk is None:
        return Value(False, output_field=BooleanField())
    return Exists(Star.objects.filter(user=viewer.pk, **{FIELDS[model]: OuterRef("pk")}))
