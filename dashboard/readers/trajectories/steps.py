"""One step of a trajectory, wire to record: versions 1.0 to 1.8 alike, and whatever else stands there.

Nothing raises: what is missing is missing, what is of a wrong type is told among the problems, what is not known goes
into ``extra``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.domain.trajectories import Step, StepMetrics, StepSource, ToolCall, ToolResult
from dashboard.readers.trajectories import marks
from dashboard.readers.trajectories.contents import parts
from dashboard.readers.trajectories.fields import Fields
from dashboard.readers.trajectories.subagents import refs_of_result
from dashboard.readers.values import (
    mapping,
    moment,
    money,
    sequence,
    shallow,
    text,
    whole,
    written,
)

MOST_CALLS = 500
_HEAVY = ("prompt_token_ids", "completion_token_ids", "logprobs")
SOURCES = {source.value: source for source in StepSource}
"""By their word, which is looked up faster here than there."""


def source_of(wire: Mapping[str, object]) -> StepSource:
    """Who made it."""
    return SOURCES.get(text(wire.get("source")), StepSource.OTHER)


def unreadable_step(number: int, problem: str) -> Step:
    """What stands for a step that cannot be shown."""
    return Step(number=number, source=StepSource.OTHER, problems=(problem,))


def step(number: int, value: object) -> Step:
    """The record, without what only the steps before it tell: time since and running sums."""
    if not isinstance(value, dict):
        return unreadable_step(number, f"It is no JSON object: {written(value)[:60]}")
    problems: list[str] = []
    fields = Fields(value, problems)
    source = source_of(value)
    if source is StepSource.OTHER:
        problems.append("It does not say who made it: system, user or agent.")
    change, boundary = marks.context_change(value)
    has_failed = marks.step_failed(value)
    looks_failed = not has_failed and marks.step_looks_failed(value)
    for name in ("source", "is_copied_context"):
        fields.raw(name)
    found = Step(
        number=number,
        step_id=fields.text("step_id"),
        source=source,
        raw_source=written(value.get("source"))[:40],
        timestamp=fields.take("timestamp", moment),
        model=fields.text("model_name"),
        reasoning_effort=fields.text("reasoning_effort"),
        message=parts(fields.raw("message"), problems),
        reasoning=fields.text("reasoning_content"),
        tool_calls=_calls(fields.raw("tool_calls"), problems),
        results=_results(fields.raw("observation"), problems),
        metrics=metrics(fields.raw("metrics"), problems),
        llm_calls=fields.take("llm_call_count", whole),
        is_copied=marks.is_copied(value),
        is_sidechain=marks.is_sidechain(value),
        context_change=change,
        boundary=boundary,
        has_error=has_failed or looks_failed,
        looks_failed=looks_failed,
        extra=fields.rest(),
    )
    return replace(found, problems=tuple(problems))


def metrics(value: object, problems: list[str]) -> StepMetrics:
    """Tokens and money; the ids and probabilities of single tokens are counted, not shown."""
    if value is None:
        return StepMetrics()
    if not isinstance(value, dict):
        problems.append("Its metrics are no object.")
    fields = Fields(value, problems)
    heavy = {name: f"{len(found):,} values, not shown" for name in _HEAVY if (found := sequence(fields.raw(name)))}
    return StepMetrics(
        prompt_tokens=fields.take("prompt_tokens", whole),
        completion_tokens=fields.take("completion_tokens", whole),
        cached_tokens=fields.take("cached_tokens", whole),
        cost=fields.take("cost_usd", money),
        extra={**fields.rest(), **heavy},
    )


def _calls(value: object, problems: list[str]) -> Sequence[ToolCall]:
    return tuple(_call(wire, problems) for wire in _listed(value, "tool calls", problems))


def _call(wire: object, problems: list[str]) -> ToolCall:
    fields = Fields(wire, problems)
    return ToolCall(
        call_id=fields.text("tool_call_id"),
        name=fields.text("function_name"),
        arguments=shallow(fields.raw("arguments")),
        extra=fields.rest(),
    )


def _results(value: object, problems: list[str]) -> Sequence[ToolResult]:
    if value is None:
        return ()
    if not isinstance(value, dict):
        problems.append("Its observation is no object.")
        return (ToolResult(content=parts(value, problems)),)
    found = tuple(_result(wire, problems) for wire in _listed(value.get("results"), "results", problems))
    rest = {name: shallow(member) for name, member in value.items() if name != "results"}
    return (*found, ToolResult(extra=rest)) if rest else found


def _result(wire: object, problems: list[str]) -> ToolResult:
    if not isinstance(wire, dict):
        return ToolResult(content=parts(wire, problems))
    fields = Fields(wire, problems)
    fields.raw("subagent_trajectory_ref")
    is_error = marks.result_failed(wire)
    return ToolResult(
        call_id=fields.text("source_call_id"),
        content=parts(fields.raw("content"), problems),
        is_error=is_error,
        looks_failed=not is_error and marks.result_looks_failed(wire),
        subagents=refs_of_result(wire),
        extra=fields.rest(),
    )


def _listed(value: object, what: str, problems: list[str]) -> Sequence[object]:
    if value is not None and not isinstance(value, list):
        problems.append(f"Its {what} are no list.")
        return (value,) if mapping(value) else ()
    found = sequence(value)
    if len(found) > MOST_CALLS:
        problems.append(f"It has {len(found):,} {what}, of which {MOST_CALLS:,} are shown.")
    return found[:MOST_CALLS]
