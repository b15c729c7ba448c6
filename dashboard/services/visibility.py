"""What a viewer may see. Every service begins here; what one may not see does not exist."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet

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

Viewer = AbstractBaseUser | AnonymousUser


def sources(viewer: Viewer) -> QuerySet[Source]:
    """All sources for everybody who is signed in, none for others."""
    return Source.objects.all() if viewer.is_authenticated else Source.objects.none()


def runs(viewer: Viewer) -> QuerySet[Run]:
    """The runs of visible sources."""
    return Run.objects.all() if viewer.is_authenticated else Run.objects.none()


def trials(viewer: Viewer) -> QuerySet[Trial]:
    """The trials of visible runs that are still there."""
    return Trial.objects.filter(is_gone=False) if viewer.is_authenticated else Trial.objects.none()


def tasks(viewer: Viewer) -> QuerySet[Task]:
    """The tasks that a visible trial is about."""
    return Task.objects.all() if viewer.is_authenticated else Task.objects.none()


def pipelines(viewer: Viewer) -> QuerySet[Pipeline]:
    """The pipelines of visible sources."""
    return Pipeline.objects.all() if viewer.is_authenticated else Pipeline.objects.none()


def pipeline_templates(viewer: Viewer) -> QuerySet[PipelineTemplate]:
    """The templates of visible pipelines."""
    return PipelineTemplate.objects.all() if viewer.is_authenticated else PipelineTemplate.objects.none()


def pipeline_tests(viewer: Viewer) -> QuerySet[PipelineTest]:
    """The tests of visible pipelines."""
    return PipelineTest.objects.all() if viewer.is_authenticated else PipelineTest.objects.none()


def run_groups(viewer: Viewer) -> QuerySet[RunGroup]:
    """The groups of visible runs."""
    return RunGroup.objects.all() if viewer.is_authenticated else RunGroup.objects.none()


def report_templates(viewer: Viewer) -> QuerySet[ReportTemplate]:
    """What visible sources make reports from."""
    return ReportTemplate.objects.all() if viewer.is_authenticated else ReportTemplate.objects.none()


def reports(viewer: Viewer) -> QuerySet[Report]:
    """The reports of visible runs."""
    return Report.objects.all() if viewer.is_authenticated else Report.objects.none()


def scope(viewer: Viewer) -> str:
    """A word that is equal for viewers who see the same, so that what was made for one serves the other.

    Administrators see the same runs, and more of what is wrong with a source.
    """
    if not viewer.is_authenticated:
        return "none"
    return "staff" if getattr(viewer, "is_staff", False) else "all"
