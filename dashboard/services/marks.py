"""What people keep at runs and trials, in general: at what, and that a change of it is news."""

from dataclasses import dataclass

from django.db.models import Count, Exists, Q, Subquery

from dashboard.models import MirrorClock, Note, Run, Star, Trial
from dashboard.services import rights
from dashboard.services.visibility import Viewer

Subject = Run | Trial
"""What a mark is kept at."""


def at(subject: Subject) -> dict[str, int]:
    """The fields of a mark by which it is kept at this."""
    return {"run_id": subject.pk} if isinstance(subject, Run) else {"trial_id": subject.pk}


def source_name(subject: Subject) -> str:
    """Of what source a run, or the run of a trial, is."""
    run = subject if isinstance(subject, Run) else subject.run
    return run.source.name


def touch(*subjects: Subject) -> None:
    """Pages that show these learn of it. To be called inside the transaction that writes what changed.

    A trial's list is as of its run, so that changes as well.
    """
    version = MirrorClock.tick()
    trials = [each.pk for each in subjects if isinstance(each, Trial)]
    runs = [each.pk for each in subjects if isinstance(each, Run)]
    Trial.objects.filter(pk__in=trials).update(version=version)
    Run.objects.filter(Q(pk__in=runs) | Q(trials__in=trials)).update(version=version)


@dataclass(frozen=True, slots=True)
class Marks:
    """What is kept at a run or trial, for its page."""

    labels: tuple[str, ...] = ()
    n_notes: int = 0
    has_star: bool = False
    """Of whoever looks."""


def of(viewer: Viewer, subject: Subject) -> Marks:
    """What is kept at it, in one query; of no concern to a guest."""
    if isinstance(viewer, rights.Guest):
        return Marks()
    stars = Star.objects.filter(user=viewer.pk, **at(subject))
    notes = Note.objects.filter(**at(subject)).order_by().values("run", "trial").annotate(n=Count("pk")).values("n")
    told = type(subject)._default_manager.filter(pk=subject.pk).order_by("labels__name")
    rows = list(told.values_list("labels__name", Exists(stars), Subquery(notes)))
    names = tuple(name for name, _, _ in rows if name)
    return Marks(names, rows[0][2] or 0, rows[0][1]) if rows else Marks()
