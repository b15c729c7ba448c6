"""What an agent did, step by step: the records of the Agent Trajectory Interchange Format (ATIF, 1.0 to 1.8).

They hold what a file says and no more: everything may be missing, and what is not known is None or empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

Json = object


class StepSource(StrEnum):
    """Who made a step."""

    SYSTEM = "system"
    USER = "user"
    AGENT = "agent"
    OTHER = "other"
    """A word that the format does not know; the step's ``raw_source`` has it."""


class PartKind(StrEnum):
    """What a part of a message is."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPart:
    """A part of a message or of an observation."""

    kind: PartKind = PartKind.TEXT
    text: str = ""
    path: str = ""
    """Of an image or sound: as the file says it, relative to the trajectory, absolute, or an address. Never trusted."""
    media_type: str = ""
    seconds: float | None = None
    """Of a sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubagentRef:
    """Where what a sub-agent did is told: in this very file, or in another."""

    trajectory_id: str = ""
    """One that is embedded."""
    path: str = ""
    """A file, as the trajectory says it. Never trusted."""
    session_id: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """What the agent had done."""

    call_id: str
    name: str
    arguments: Json = None
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What came of it."""

    call_id: str = ""
    """Of the call of the same step; empty where none is named."""
    content: Sequence[ContentPart] = ()
    is_error: bool = False
    """The result says itself that it failed."""
    looks_failed: bool = False
    """It does not say so, but its last lines read like a failure: a guess."""
    subagents: Sequence[SubagentRef] = ()
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMetrics:
    """Tokens and money of one step; ``prompt_tokens`` includes the cached ones."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    cost: Decimal | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over steps, or what a file gives as its final metrics."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    cost: Decimal | None = None
    steps: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, whole."""

    number: int
    """Its place in the file, from 1: what addresses name."""
    step_id: str = ""
    """As the file says it; mostly the same."""
    source: StepSource
    raw_source: str = ""
    timestamp: datetime | None = None
    seconds: float | None = None
    """From the step before it, where both tell their times."""
    model: str = ""
    reasoning_effort: str = ""
    message: Sequence[ContentPart] = ()
    reasoning: str = ""
    tool_calls: Sequence[ToolCall] = ()
    results: Sequence[ToolResult] = ()
    metrics: StepMetrics = StepMetrics()
    running: Totals = Totals()
    """Sums of this step and those before it."""
    llm_calls: int | None = None
    is_copied: bool = False
    """Context that was copied from an earlier trajectory: it happened there."""
    is_sidechain: bool = False
    """A sub-agent's step among those of its caller."""
    context_change: str = ""
    """compaction, pruning, injection: here the context window was rewritten."""
    boundary: str = ""
    """replace, append, truncate."""
    has_error: bool = False
    """A tool failed, or the step itself says so, or it looks so."""
    looks_failed: bool = False
    """Nothing says so, but the last lines of an output read like a failure: a guess."""
    extra: Mapping[str, Json] = field(default_factory=dict)
    problems: Sequence[str] = ()
    """What of it could not be read, each a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineRow:
    """One step as a line of the outline; everything needed without reading the step again."""

    number: int
    source: StepSource
    title: str = ""
    """The first words of its message, or of what it called; at most 120 characters."""
    tools: Sequence[str] = ()
    """Names of the tools it called; at most five."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: Decimal | None = None
    has_error: bool = False
    """Something failed, or looks so."""
    is_copied: bool = False
    is_sidechain: bool = False
    context_change: str = ""
    subagents: int = 0
    holds: Sequence[str] = ()
    """What it is made of: messages, reasoning, tools, outputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrajectoryHead:
    """Everything of a trajectory but its steps."""

    schema_version: str = ""
    trajectory_id: str = ""
    session_id: str = ""
    agent: str = ""
    agent_version: str = ""
    model: str = ""
    tool_definitions: Json = None
    notes: str = ""
    final: Totals | None = None
    """What the file itself says of the whole; None where it does not."""
    continuation: str = ""
    """The file that goes on where this one ends, as the file says it. Never trusted."""
    embedded: Sequence[str] = ()
    """Ids of the trajectories of sub-agents within this file."""
    extra: Mapping[str, Json] = field(default_factory=dict)
    is_whole: bool = True
    """False: the file is cut off or half written, and the steps that are whole are shown."""
    problems: Sequence[str] = ()


class Place(StrEnum):
    """Where in a step a text was found."""

    MESSAGE = "message"
    REASONING = "reasoning"
    ARGUMENTS = "arguments"
    """The name of the tool that a call names, or what was handed to it."""
    OUTPUT = "output"
    """What a tool gave back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindHit:
    """A text was found in one place of one step: its first occurrence there, with the words around it."""

    number: int
    """Of the step."""
    place: Place
    before: str = ""
    found: str = ""
    after: str = ""
    """What was found, and at most 60 characters before and 120 after it; a long find is cut as well."""
    occurrences: int = 1
    """How often it occurs in this place of this step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindResult:
    """What a search through the steps of one trajectory found."""

    hits: Sequence[FindHit] = ()
    """By step, each with its places in the order message, reasoning, arguments, output; at most 500."""
    count: int = 0
    """Occurrences, those beyond the last hit told of included."""
    searched: int = 0
    """Steps that were looked through."""
    is_cut_off: bool = False
    """There may be more: the time or the number of hits was up."""
    next: int = 0
    """The step to go on from, then; 0: nothing is left to look through."""
    is_out_of_time: bool = False
    """Some steps were not looked through."""
    problem: str = ""
    """Why nothing could be searched for, in a sentence: an expression that is none, or one that takes too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One trajectory of those that belong together: a file, or one that is embedded in a file."""

    title: str
    path: str
    """Of the file, as the trial's listing has it; as the trajectory says it where that leads to no file."""
    within: str = ""
    """Which of those embedded in the file; empty for the file's own."""
    steps: int | None = None
    """None: not known without reading much."""
    step: int | None = None
    """The step of the one above that refers to it; None where the whole does, or only the name of the file."""
    summary: str = ""
    """What the one above says of it."""
    is_open: bool = False
    """It is the one that the tree was asked of."""
    problem: str = ""
    """Why it cannot be opened, in a sentence: missing, outside, too deep."""
    branches: Sequence["Branch"] = ()
    """What it refers to, in the order of the steps."""
