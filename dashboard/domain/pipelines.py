"""Tests of pipelines, as a source tells of them: what is tested, and what a run of a test brought.

Times are aware UTC, ids the source's own, texts bounded by the sources. ``None`` means *not known*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Json = object
"""A decoded JSON value."""


class RunPhase(StrEnum):
    """How far a run of a test has come; of a failed one, where it failed."""

    BUILD = "build"
    """The images of the software under test are made."""
    TEST = "test"
    """The test workflow runs."""
    EVAL = "eval"
    """The evaluation workflow measures what the test made."""


class ResultType(StrEnum):
    """What a result is."""

    NUMERIC = "numeric"
    FILE = "file"
    """Its text is an address."""
    TEXT = "text"


class GroupKind(StrEnum):
    """Why runs belong together."""

    GITHUB = "github"
    """The two runs of a comparison that a pull request asked for: its base and its head."""
    QUERY = "query"
    """The runs that a filter chose for a report."""
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word that a person reads."""
        return {"github": "Pull request", "query": "Runs of a filter", "other": "Group of runs"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRecord:
    """A pipeline under test."""

    external_id: str
    name: str
    description: str = ""
    created_at: datetime | None = None
    created_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineTemplateRecord:
    """How a pipeline is tested: a workflow that runs it, and one that measures what came out."""

    external_id: str
    pipeline_id: str
    name: str
    description: str = ""
    test_wdl: str = ""
    eval_wdl: str = ""
    created_at: datetime | None = None
    created_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineTestRecord:
    """A template with inputs: what runs are made of."""

    external_id: str
    template_id: str
    name: str
    description: str = ""
    defaults: Mapping[str, Json] = field(default_factory=dict)
    """``test_input``, ``test_options``, ``eval_input``, ``eval_options`` → what runs begin from."""
    created_at: datetime | None = None
    created_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunGroupRecord:
    """Runs that belong together."""

    external_id: str
    kind: GroupKind = GroupKind.OTHER
    owner: str = ""
    repo: str = ""
    issue_number: int | None = None
    author: str = ""
    base_commit: str = ""
    head_commit: str = ""
    test_input_key: str = ""
    """The input that holds the software's version, which tells the base's run from the head's."""
    eval_input_key: str = ""
    query: Mapping[str, Json] = field(default_factory=dict)
    """The filter, where one chose the runs: only what it sets."""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTemplateRecord:
    """A notebook that reports are filled from; the notebook itself is not kept."""

    external_id: str
    name: str
    description: str = ""
    created_at: datetime | None = None
    created_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineCatalogue:
    """Everything a source tests, and what it says of itself."""

    pipelines: Sequence[PipelineRecord] = ()
    templates: Sequence[PipelineTemplateRecord] = ()
    tests: Sequence[PipelineTestRecord] = ()
    groups: Sequence[RunGroupRecord] = ()
    report_templates: Sequence[ReportTemplateRecord] = ()
    result_types: Mapping[str, ResultType] = field(default_factory=dict)
    """What results are, by name; of a name that is not here, their text tells it."""
    software: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(name, tag) of software → the commit that it names."""
    job_address: str = ""
    """Where the workflow engine answers, for links to its jobs; empty where the source does not say."""
    without: Mapping[str, str] = field(default_factory=dict)
    """What this server cannot do though its kind can (names of ``Capabilities``), each with the sentence why."""
    unread: frozenset[str] = frozenset()
    """Names of what stands above that could not be read: what is mirrored of it stays."""
    problems: Sequence[tuple[str, str]] = ()
    """(where, what) of all that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultValue:
    """One result of a run."""

    name: str
    text: str
    """As the source has it."""
    type: ResultType = ResultType.TEXT
    number: float | None = None
    """Of a numeric result its finite value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow that a run executes."""

    name: str
    """``test`` or ``eval``."""
    wdl: str = ""
    """Address of its text."""
    wdl_hash: str = ""
    dependencies: str = ""
    dependencies_hash: str = ""
    job_id: str = ""
    """The workflow engine's id of it."""
    inputs: Json = None
    options: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRun:
    """What a run of a test has beside what every run has."""

    __test__ = False

    test_id: str
    phase: RunPhase | None = None
    group_ids: Sequence[str] = ()
    results: Sequence[ResultValue] = ()
    errors: Sequence[str] = ()
    """In the source's words, the oldest first; there may be some though it succeeded."""
    workflows: Sequence[Workflow] = ()
    software: Sequence[tuple[str, str]] = ()
    """(name, commit or tag) of what was built for it."""
