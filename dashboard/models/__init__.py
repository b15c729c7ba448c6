"""What we store: the mirror of the sources, and what is our own. One module per noun."""

from dashboard.models import lookups as _lookups  # noqa: F401  # registers them
from dashboard.models.audit import AuditEntry
from dashboard.models.clock import MirrorClock
from dashboard.models.marks import Label, Note, Star
from dashboard.models.pipeline import Pipeline, PipelineTemplate, PipelineTest, RunGroup, RunResult
from dashboard.models.preference import ListPreference, Preferences, SavedView
from dashboard.models.report import Report, ReportDocument, ReportTemplate
from dashboard.models.run import Run, RunAgent, RunDetail, StateChange
from dashboard.models.share import ShareLink
from dashboard.models.sign_in import OneTimeLink
from dashboard.models.source import Source
from dashboard.models.task import Task
from dashboard.models.team import TeamSettings
from dashboard.models.token import ApiToken
from dashboard.models.trial import Trial, TrialDetail
from dashboard.models.watch import Channel, Delivery, Watch

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Channel",
    "Delivery",
    "Label",
    "ListPreference",
    "MirrorClock",
    "Note",
    "OneTimeLink",
    "Pipeline",
    "PipelineTemplate",
    "PipelineTest",
    "Preferences",
    "Report",
    "ReportDocument",
    "ReportTemplate",
    "Run",
    "RunAgent",
    "RunDetail",
    "RunGroup",
    "RunResult",
    "SavedView",
    "ShareLink",
    "Source",
    "Star",
    "StateChange",
    "Task",
    "TeamSettings",
    "Trial",
    "TrialDetail",
    "Watch",
]
