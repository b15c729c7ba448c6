"""How many mirrored runs a source's filter would choose, told before it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from dashboard.domain.reports import Parent
from dashboard.models import Run
from dashboard.services import visibility
from dashboard.services.reports.subjects import Subject
from dashboard.services.sync import told
from dashboard.services.visibility import Viewer

BELOW = {
    Parent.TEST: "test",
    Parent.TEMPLATE: "test__template",
    Parent.PIPELINE: "test__template__pipeline",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What a filter would choose, by the mirror."""

    n: int
    n_all: int
    """Without its limit and offset."""
    is_counted_by_software: bool
    """False: the filter names versions of software, which the mirror does not tell runs apart by."""
    as_of: datetime | None
    is_complete: bool
    """Whether all runs of the source are mirrored, as far as its listings tell; else there may be more."""


def matching(viewer: Viewer, subject: Subject, filters: Mapping[str, str]) -> Matching:
    """Count the runs below the subject that the filter (CARROT's parameters, none empty) lets through."""
    n_all = _runs(viewer, subject, filters).count()
    left = max(0, n_all - int(filters.get("offset", 0)))
    return Matching(
        n=min(left, int(filters["limit"])) if "limit" in filters else left,
        n_all=n_all,
        is_counted_by_software="software_versions" not in filters,
        as_of=subject.source.last_good_at,
        is_complete=subject.source.listed_at is not None and not told.gaps(subject.source),
    )


def _runs(viewer: Viewer, subject: Subject, filters: Mapping[str, str]) -> QuerySet[Run]:
    found = visibility.runs(viewer).filter(source=subject.source, is_gone=False)
    if subject.parent is not None:
        found = found.filter(**{BELOW[subject.parent]: subject.below})
    for name, text in filters.items():
        if name in _CONDITIONS:
            found = found.filter(_CONDITIONS[name](text))
    return found.order_by()


def _job(workflow: str) -> Callable[[str], Q]:
    """Runs one of whose workflows, of which a run has two at most, has this name and job."""

    def condition(text: str) -> Q:
        any_of_two = Q()
        for place in (0, 1):
            path = f"detail__test_run__workflows__{place}"
            any_of_two |= Q(**{f"{path}__name": workflow, f"{path}__job_id": text})
        return any_of_two

    return condition


def _time(lookup: str) -> Callable[[str], Q]:
    return lambda text: Q(**{lookup: datetime.fromisoformat(text).replace(tzinfo=UTC)})


_CONDITIONS: Mapping[str, Callable[[str], Q]] = {
    "run_group_id": lambda text: Q(groups__external_id=text),
    "name": lambda text: Q(name=text),
    "status": lambda text: Q(raw_status=text),
    "test_cromwell_job_id": _job("test"),
    "eval_cromwell_job_id": _job("eval"),
    "created_by": lambda text: Q(created_by=text),
    "created_after": _time("started_at__gt"),
    "created_before": _time("started_at__lt"),
    "finished_after": _time("finished_at__gt"),
    "finished_before": _time("finished_at__lt"),
}
"""A run's creation is where the mirror has its start: its source tells no other."""
