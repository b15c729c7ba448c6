"""Reports: documents made from runs, by a source or by ourselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ReportStatus(StrEnum):
    """State of a report; the source's raw word is kept beside it."""

    SUBMITTED = "submitted"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Nothing more comes of it by itself."""
        return self in {ReportStatus.SUCCEEDED, ReportStatus.FAILED, ReportStatus.CANCELLED}

    @property
    def has_failed(self) -> bool:
        """It ended without a document, and another may take its place."""
        return self in {ReportStatus.FAILED, ReportStatus.CANCELLED}


class ReportMaker(StrEnum):
    """Who makes a report."""

    SOURCE = "source"
    QUAYSIDE = "quayside"


class SubjectKind(StrEnum):
    """What a report of a source is about."""

    RUN = "run"
    GROUP = "run_group"


class ReportFile(StrEnum):
    """The files of a report, by the names that CARROT gives them."""

    HTML = "html_report"
    NOTEBOOK = "populated_notebook"
    EMPTY_NOTEBOOK = "empty_notebook"
    DATA = "run_csv_zip"


@dataclass(frozen=True, slots=True)
class ReportKey:
    """A report at its source: of one subject and template there is one at most."""

    subject: SubjectKind
    subject_id: str
    """The id of the run or run group at the source."""
    template_id: str

    def __str__(self) -> str:
        return f"{self.subject}/{self.subject_id}/{self.template_id}"

    @classmethod
    def parse(cls, text: str) -> "ReportKey":
        """The key of its text. Raises ``ValueError``."""
        subject, subject_id, template_id = text.split("/")
        return cls(SubjectKind(subject), subject_id, template_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRecord:
    """A report as its source tells it."""

    key: ReportKey
    status: ReportStatus
    raw_status: str = ""
    job_id: str = ""
    """The workflow engine's id of the job that fills it."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Name (see :class:`ReportFile`) → address; empty until it succeeded."""
    created_at: datetime | None = None
    created_by: str = ""
    finished_at: datetime | None = None


class Parent(StrEnum):
    """Below what a filter looks for runs."""

    PIPELINE = "pipeline"
    TEMPLATE = "template"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuery:
    """The runs below something that a filter chooses."""

    parent: Parent
    parent_id: str
    filters: Mapping[str, str] = field(default_factory=dict)
    """CARROT's own parameters: ``status``, ``name``, ``created_after``, ``sort``, ``limit``, …; none is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """A report to be made by its source: of a run or group (``subject``), or of the runs of a query."""

    template_id: str
    created_by: str
    subject: SubjectKind | None = None
    subject_id: str = ""
    query: ReportQuery | None = None
    replaces_failed: bool = False
    """Forget a failed one of the same subject and template first."""
