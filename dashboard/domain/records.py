"""What a source tells us, as plain records: the shapes between a source's mapping and the mirror.

All times are aware UTC, durations ``timedelta``, money ``Decimal`` in US dollars, token counts integers.
``None`` always means *not known*, never zero. Texts come from outside: bounded by the sources, escaped by
the templates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from dashboard.domain.pipelines import TestRun
from dashboard.domain.statuses import Outcome, RunKind, RunStatus

Json = object
"""A decoded JSON value: nested dicts, lists, strings, numbers, booleans and None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """What a source needs to be constructed: its address and limits, no ORM."""

    name: str
    kind: str
    address: str
    """A base URL, or the absolute path of a folder."""
    time_zone: str = ""
    """The zone of naive times at the source; empty means the machine's own."""
    stalled_after: timedelta = timedelta(minutes=10)
    """A running run whose files have not changed for this long is marked as stalled."""
    tenant: str = ""
    """Whose runs are meant, where a server serves several tenants."""
    token: str = field(default="", repr=False)
    """The access token, in the clear; never to be logged, stored or shown from here."""
    allowed_networks: tuple[str, ...] = ()
    """Networks that are not public and may be connected to all the same, such as ``10.1.0.0/16``."""
    allowed_endpoints: tuple[tuple[str, int], ...] = ()
    """Exactly these (host, port) pairs may be connected to, wherever they lead."""
    allowed_artifacts: tuple[str, ...] = ()
    """Where artifacts may be fetched from, beside the source's own host and port: ``https://host/path``."""
    ca_bundle: str = ""
    """File of the certificate authorities to trust; empty means the usual ones."""
    list_limit: int = 200
    """How many runs a listing asks for, of a source that only lists its newest."""
    is_urgent: bool = False
    """A person waits: two seconds instead of ten, and nothing is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a source can do, known without constructing it."""

    trials: bool = False
    artifacts: bool = False
    reports: bool = False
    stop: bool = False
    delete: bool = False
    cancel: bool = False
    start: bool = False
    create: bool = False
    catalogue: bool = False
    """Data sets, their tasks, and templates of runs can be looked up."""
    is_local: bool = False
    """What it says is read from this machine's disk: a page may wait for it."""
    run_files: bool = True
    """Runs have files of their own, beside those of their trials."""
    starts: bool = True
    """It is told when runs and trials began; else ``started_at`` is when a run, or a trial that ended, was made."""
    configurations: bool = True
    """Runs tell what they were given as their configuration."""
    costs: bool = True
    """Trials say what they cost and how many tokens they wrote."""
    pages: bool = False
    """It lists whole runs, page by page (:class:`~dashboard.sources.base.PageSource`)."""
    pipelines: bool = False
    """Its runs are tests of pipelines (:class:`~dashboard.sources.base.PipelineSource`)."""
    report_queries: bool = False
    """It makes reports of all runs that a filter chooses."""
    tells_agents: bool = True
    """It says which agent and model there were; else only what they were called in their run."""
    folders: bool = False
    """Runs and trials are folders, with their names; else a trial has one file of a type, and its id names it."""
    test_shares: bool = False
    """Among a trial's rewards is, as ``tests_passed``, the share of its tests that passed."""
    why_not: Mapping[str, str] = field(default_factory=dict)
    """Per thing it cannot do, the sentence shown instead of the button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that could not be read, told instead of swallowed."""

    where: str
    """What was being read: a file's path below the run, a field's name."""
    what: str
    """One sentence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens and money; ``input_tokens`` includes the cached ones, as Harbor and ATIF count them."""

    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorInfo:
    """An exception that ended a trial or one of its steps."""

    type: str
    message: str = ""
    traceback: str = ""
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One stretch of a trial's time: environment setup, agent setup, agent, verifier."""

    name: str
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step of a multi-step trial, judged on its own."""

    name: str
    rewards: Mapping[str, float] | None = None
    usage: Usage = Usage()
    error: ErrorInfo | None = None
    phases: Sequence[Phase] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord:
    """One attempt of one agent at one task."""

    external_id: str
    """The source's id, unique within its run: for Harbor the trial's folder name."""
    fingerprint: str
    """Opaque; equal fingerprints mean that the source has nothing new about this trial."""
    uid: str = ""
    """The id the trial gives itself (a UUID), where it has one; found by the search box."""
    task_name: str
    outcome: Outcome
    dataset: str = ""
    """Where the task comes from; empty for a loose task."""
    task_is_guess: bool = False
    """The source only knows a path so far; the mirror prefers a task it knows that ends in this name."""
    agent: str = ""
    agent_version: str = ""
    model: str = ""
    """Model name without its provider."""
    provider: str = ""
    reward: float | None = None
    """The primary reward: the key ``reward``, else the only key; None when there is neither."""
    rewards: Mapping[str, float] | None = None
    error: ErrorInfo | None = None
    """Present whenever the trial raised, also when it was scored all the same."""
    usage: Usage = Usage()
    model_usage: Mapping[str, Usage] = field(default_factory=dict)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    duration: timedelta | None = None
    """As the source tells it; where it does not, the time from start to end counts."""
    phases: Sequence[Phase] = ()
    steps: Sequence[StepRecord] = ()
    config: Json = None
    extra: Mapping[str, Json] = field(default_factory=dict)
    """Facts only this source knows, shown as they are: checksum, environment mode, source trial."""
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One execution at a source, without its trials."""

    external_id: str
    """The source's address of the run, unique within the source: for Harbor the job's folder name."""
    fingerprint: str
    """Opaque; equal fingerprints mean that the source has nothing new about this run or its trials."""
    name: str
    status: RunStatus
    kind: RunKind = RunKind.EVALUATION
    raw_status: str = ""
    """The source's own word for its state, or what it means where it has no word."""
    status_reason: str = ""
    """Why it is in that state, in the source's words."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """More that only this source knows, by the label it is shown under."""
    created_by: str = ""
    """Whose it is, as the source says it: an e-mail address or a name."""
    test_run: TestRun | None = None
    """Of a test of a pipeline what only such a run has."""
    task_outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    """Of a run without trials, as of a sandbox: how its tasks came out."""
    is_stalled: bool = False
    """Running by its own account, but nothing has changed for a while."""
    uid: str = ""
    """The id the run gives itself (a UUID), where it has one; found by the search box."""
    dataset: str = ""
    """Data sets, comma-separated when there are several."""
    planned_agents: Sequence[tuple[str, str]] = ()
    """(agent, model without its provider) pairs its configuration names, known before any trial is there."""
    planned_trials: int | None = None
    """How many trials it set out to do."""
    planned_attempts: int | None = None
    """How often each task is to be tried by each agent and model."""
    concurrency: int | None = None
    """How many trials it runs at once."""
    retries: int | None = None
    """Attempts that were thrown away and done again."""
    counted_usage: Usage = Usage()
    """Tokens and cost as the source itself adds them up; shown beside our own sums."""
    source_stats: Json = None
    """The source's own statistics, as they are, to be shown beside ours."""
    started_at: datetime | None = None
    updated_at: datetime | None = None
    finished_at: datetime | None = None
    config: Json = None
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunListing:
    """One look at everything a source has."""

    changed: Sequence[str] = ()
    """External ids whose fingerprint is not the known one, most recent first."""
    present: frozenset[str] = frozenset()
    """External ids that are there; with ``complete`` the others are gone."""
    complete: bool = True
    """Whether ``present`` is everything: a source that lists only its newest says False."""
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReading:
    """One look at one run: the run and those of its trials that changed."""

    run: RunRecord
    trials: Sequence[TrialRecord] = ()
    """Trials whose fingerprint is not the known one."""
    present: frozenset[str] = frozenset()
    """External ids of all trials that are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """One answer of a source that lists whole runs."""

    parent: str
    """Id of the pipeline that was asked for its runs."""
    readings: Sequence[RunReading] = ()
    """Newest first."""
    since: datetime | None = None
    """Everything the parent has that was created after this and before ``until`` is on this page; None: no bound."""
    until: datetime | None = None
    place: Json = None
    """Opaque: with it a listing of everything goes on behind this page."""
    done: int = 0
    """Parents that nothing more is asked of, this page included."""
    total: int = 0
    """Parents there are."""
    is_last: bool = False
    """No more of the parent is asked for behind this page."""
    is_unread: bool = False
    """The page could not be read, and the parent is not listed behind it; why is among the problems."""
    without: Mapping[str, str] = field(default_factory=dict)
    """What the listing showed that this server cannot do, as in ``PipelineCatalogue.without``. Its runs are unread."""
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactRecord:
    """A file that a trial or a run left."""

    path: str
    """Where it is below its run or trial, with ``/``; the key to read it by."""
    kind: str
    """One of: log, trajectory, diff, result, config, other."""
    size: int | None
    """Bytes."""
    modified_at: datetime | None = None
    note: str = ""
    """Why it cannot be read, when it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactListing:
    """The files of a run or trial, by path; bounded, so a folder of a million files stays a page."""

    artifacts: Sequence[ArtifactRecord] = ()
    is_cut_off: bool = False
    """There are more files than the bound."""
    problems: Sequence[Problem] = ()
