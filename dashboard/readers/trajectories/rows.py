"""What an index holds of each step: its line of the outline, when it was, whom it called, and the sums up to it.

A row is one line of JSON, quickly made and read again only when it is asked for: an index of 100,000 steps costs its
bytes alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from dashboard.domain.trajectories import OutlineRow, StepSource, SubagentRef, Totals
from dashboard.readers.trajectories import marks
from dashboard.readers.trajectories.outlines import holds_of, title_of, tools_of
from dashboard.readers.trajectories.steps import SOURCES, source_of
from dashboard.readers.trajectories.subagents import refs_of_step
from dashboard.readers.values import mapping, moment, money, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step in an index."""

    outline: OutlineRow
    seconds: float | None = None
    """Its time, from 1970 on."""
    refs: Sequence[SubagentRef] = ()
    running: Totals
    """Sums of this step and those before it."""


@dataclass(slots=True)
class Sums:
    """Running sums. What nothing was told of yet is None; steps that were copied count as steps only."""

    prompt: int | None = None
    completion: int | None = None
    cached: int | None = None
    cost: Decimal | None = None
    steps: int = 0

    def add(self, prompt: int | None, completion: int | None, cached: int | None, cost: Decimal | None) -> None:
        """Another step's."""
        if prompt is not None:
            self.prompt = (self.prompt or 0) + prompt
        if completion is not None:
            self.completion = (self.completion or 0) + completion
        if cached is not None:
            self.cached = (self.cached or 0) + cached
        if cost is not None:
            self.cost = (self.cost or 0) + cost


def encode(value: object, sums: Sums) -> bytes:
    """The row of a step, as one line without its end, and the sums moved on; of no object, an empty one."""
    wire = mapping(value)
    metrics = mapping(wire.get("metrics"))
    prompt, completion = whole(metrics.get("prompt_tokens")), whole(metrics.get("completion_tokens"))
    cost, time, is_copied = money(metrics.get("cost_usd")), moment(wire.get("timestamp")), marks.is_copied(wire)
    sums.steps += 1
    if metrics and not is_copied:
        sums.add(prompt, completion, whole(metrics.get("cached_tokens")), cost)
    return orjson.dumps(
        [
            source_of(wire),
            title_of(wire),
            tools_of(wire),
            holds_of(wire),
            prompt,
            completion,
            _written(cost),
            marks.step_failed(wire) or marks.step_looks_failed(wire),
            is_copied,
            marks.is_sidechain(wire),
            marks.context_change(wire)[0],
            time.timestamp() if time else None,
            [[ref.trajectory_id, ref.path, ref.session_id, ref.summary] for ref in refs_of_step(wire)],
            [sums.prompt, sums.completion, sums.cached, _written(sums.cost), sums.steps],
        ]
    )


def decode(number: int, line: bytes) -> Row:
    """The row that was encoded. Raises ``ValueError`` for what is none."""
    source, title, tools, holds, prompt, completion, cost, failed, copied, sidechain, change, seconds, refs, sums = (
        orjson.loads(line)
    )
    outline = OutlineRow(
        number=number,
        source=SOURCES.get(source, StepSource.OTHER),
        title=title,
        tools=tools,
        holds=holds,
        prompt_tokens=prompt,
        completion_tokens=completion,
        cost=_read(cost),
        has_error=failed,
        is_copied=copied,
        is_sidechain=sidechain,
        context_change=change,
        subagents=len(refs),
    )
    return Row(outline=outline, seconds=seconds, refs=_refs(refs), running=_totals(sums))


def has_refs(line: bytes) -> bool:
    """Whether an encoded row names sub-agents: told without decoding it, by what stands before its last list."""
    return not line[: line.rfind(b",[")].endswith(b",[]")


def sums_after(row: Row) -> Sums:
    """The sums that the row behind this one goes on from."""
    sums = row.running
    return Sums(sums.prompt_tokens, sums.completion_tokens, sums.cached_tokens, sums.cost, sums.steps or 0)


def _refs(refs: Sequence[Sequence[str]]) -> Sequence[SubagentRef]:
    return tuple(
        SubagentRef(trajectory_id=identity, path=path, session_id=session, summary=summary)
        for identity, path, session, summary in refs
    )


def _totals(sums: Sequence[Any]) -> Totals:
    prompt, completion, cached, cost, steps = sums
    return Totals(
        prompt_tokens=prompt, completion_tokens=completion, cached_tokens=cached, cost=_read(cost), steps=steps
    )


def _written(cost: Decimal | None) -> str | None:
    return None if cost is None else str(cost)


def _read(cost: str | None) -> Decimal | None:
    return None if cost is None else Decimal(cost)
