"""What a viewer may see. Every service begins here; what one may not see does not exist.

Whoever has a role sees the sources that are limited to nobody or to one of their groups, and what is in them;
administrators see all. A guest sees what their link shows, as long as its creator may see it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from dashboard.domain.sharing import ShareScope
from dashboard.models import (
    Pipeline,
    PipelineTemplate,
    PipelineTest,
    Report,
    ReportTemplate,
    Run,
    RunGroup,
    Source,
    Task,
    Trial,
)
from dashboard.services import rights
from dashboard.services.rights import ORPHANED, Guest, Viewer

__all__ = [
    "ORPHANED",
    "Viewer",
    "all_trials",
    "pipeline_templates",
    "pipeline_tests",
    "pipelines",
    "report_templates",
    "reports",
    "run_groups",
    "runs",
    "scope",
    "sources",
    "tasks",
    "trials",
]

M = TypeVar("M", bound=Model)

_Limit = Source.groups.through
"""A row for each group that a source is limited to."""


def sources(viewer: Viewer) -> QuerySet[Source]:
    """The sources that are limited to nobody, or to a group of the viewer's; a guest sees that of their run."""
    if isinstance(viewer, Guest):
        return Source.objects.filter(pk__in=runs(viewer).order_by().values("source"))
    return _member(viewer, Source.objects.all(), "pk")


def runs(viewer: Viewer) -> QuerySet[Run]:
    """The runs of visible sources."""
    if isinstance(viewer, Guest):
        return _shared(viewer, runs).filter(pk__in=_there(viewer.link.run_id))
    return _member(viewer, Run.objects.all(), "source")


def trials(viewer: Viewer) -> QuerySet[Trial]:
    """The trials of visible runs that are still there."""
    return all_trials(viewer).filter(is_gone=False)


def all_trials(viewer: Viewer) -> QuerySet[Trial]:
    """The trials of visible runs, also those that vanished; a guest sees none unless the link shows trials."""
    if isinstance(viewer, Guest):
        has_trials = ShareScope(viewer.link.scope).has_trials
        return Trial.objects.filter(run__in=runs(viewer)) if has_trials else Trial.objects.none()
    return _member(viewer, Trial.objects.all(), "run__source")


def tasks(viewer: Viewer) -> QuerySet[Task]:
    """The tasks that a trial was seen of in a visible run; administrators see all."""
    if rights.may_administer(viewer):
        return Task.objects.all()
    return Task.objects.filter(Exists(all_trials(viewer).order_by().filter(task=OuterRef("pk"))))


def pipelines(viewer: Viewer) -> QuerySet[Pipeline]:
    """The pipelines of visible sources."""
    return _member(viewer, Pipeline.objects.all(), "source")


def pipeline_templates(viewer: Viewer) -> QuerySet[PipelineTemplate]:
    """The templates of visible pipelines."""
    return _member(viewer, PipelineTemplate.objects.all(), "source")


def pipeline_tests(viewer: Viewer) -> QuerySet[PipelineTest]:
    """The tests of visible pipelines."""
    return _member(viewer, PipelineTest.objects.all(), "source")


def run_groups(viewer: Viewer) -> QuerySet[RunGroup]:
    """The groups of visible runs."""
    return _member(viewer, RunGroup.objects.all(), "source")


def report_templates(viewer: Viewer) -> QuerySet[ReportTemplate]:
    """What visible sources make reports from."""
    return _member(viewer, ReportTemplate.objects.all(), "source")


def reports(viewer: Viewer) -> QuerySet[Report]:
    """The reports of visible sources; of our own, which may be of several, those all of whose runs are visible.

    One that was also of runs of a limited source that was removed (``ORPHANED``) is seen by administrators, and by its
    creator if they could see that source to the end.
    """
    if isinstance(viewer, Guest):
        return _shared(viewer, reports).filter(pk__in=_there(viewer.link.report_id))
    found = _member(viewer, Report.objects.all(), "source")
    if rights.may_administer(viewer):
        return found
    hidden = Report.runs.through.objects.filter(report=OuterRef("pk"), run__source__in=_hidden(viewer))
    is_kept = Q(**{f"options__{ORPHANED}__isnull": True})
    if rights.has_orphans(viewer):
        is_kept |= Q(**{f"options__{ORPHANED}": viewer.pk})
    return found.filter(is_kept).exclude(Exists(hidden))


def scope(viewer: Viewer) -> str:
    """A word that is equal for viewers who see the same, so that what was made for one serves the other.

    Of members: their role and groups, and who they are if a report is left to them alone. Whoever looks also has to
    know when the groups of a source change: that makes the mirror's clock tick.
    """
    if isinstance(viewer, Guest):
        return f"link-{viewer.link.pk}"
    role = rights.role(viewer)
    if role is None:
        return "none"
    alone = f":{viewer.pk}" if rights.has_orphans(viewer) else ""
    return f"{role}:{','.join(str(pk) for pk, _ in rights.groups(viewer))}{alone}"


def _member(viewer: Viewer, rows: QuerySet[M], source: str) -> QuerySet[M]:
    """Those of the rows whose ``source`` (the field's path) the viewer may see: all, some or none."""
    if rights.may_administer(viewer):
        return rows
    return rows.exclude(**{f"{source}__in": _hidden(viewer)}) if rights.may_read(viewer) else rows.none()


def _hidden(viewer: Viewer) -> QuerySet[Any, Any]:
    """Primary keys of the sources that are limited to groups, none of which is the viewer's."""
    own = _Limit.objects.filter(group__in=[pk for pk, _ in rights.groups(viewer)]).values("source")
    return _Limit.objects.exclude(source__in=own).values_list("source")


def _shared(guest: Guest, visible: Callable[[Viewer], QuerySet[M]]) -> QuerySet[M]:
    """What the creator of the guest's link may see."""
    return visible(guest.link.creator)


def _there(pk: int | None) -> list[int]:
    return [] if pk is None else [pk]
