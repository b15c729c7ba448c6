"""What we store: the mirror of the sources, and what is our own. One module per noun."""

from dashboard.models import lookups as _lookups  # noqa: F401  # registers them
from dashboard.models.clock import MirrorClock
from dashboard.models.pipeline import Pipeline, PipelineTemplate, PipelineTest, RunGroup, RunResult
from dashboard.models.preference import ListPreference
from dashboard.models.report import Report, ReportDocument, ReportTemplate
from dashboard.models.run import Run, RunAgent, RunDetail, StateChange
from dashboard.models.sign_in import OneTimeLink
from dashboard.models.source import Source
from dashboard.models.task import Task
from dashboard.models.trial import Trial, TrialDetail

__all__ = [
    "ListPreference",
    "MirrorClock",
    "OneTimeLink",
    "Pipeline",
    "PipelineTemplate",
    "PipelineTest",
    "Report",
    "ReportDocument",
    "ReportTemplate",
    "Run",
    "RunAgent",
    "RunDetail",
    "RunGroup",
    "RunResult",
    "Source",
    "StateChange",
    "Task",
    "Trial",
    "TrialDetail",
]
