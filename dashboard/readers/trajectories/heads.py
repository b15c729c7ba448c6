"""Everything of a trajectory but its steps: read member by member from where a scan found them."""

from collections.abc import Mapping, Sequence

from dashboard.domain.files import ByteReader
from dashboard.domain.trajectories import Totals, TrajectoryHead
from dashboard.readers.trajectories.fields import Fields
from dashboard.readers.trajectories.progress import Progress, Span
from dashboard.readers.values import Unreadable, money, parse, shallow, whole, written

LARGEST_MEMBER = 2 * 2**20
"""Bytes of one member beyond which it is named, not read."""
_MOST_READ = 8 * 2**20
"""Bytes of all members together."""


def head(reader: ByteReader, progress: Progress, *, embedded: Sequence[str] = (), is_whole: bool) -> TrajectoryHead:
    """What the members that were found so far say."""
    problems = [progress.problem] if progress.problem else []
    wire = _members(reader, progress.members, problems)
    fields = Fields(wire, problems)
    agent = Fields(fields.raw("agent"), problems)
    found = {
        "schema_version": fields.text("schema_version"),
        "trajectory_id": fields.text("trajectory_id"),
        "session_id": fields.text("session_id"),
        "agent": agent.text("name"),
        "agent_version": agent.text("version"),
        "model": agent.text("model_name"),
        "notes": fields.text("notes"),
        "continuation": fields.text("continued_trajectory_ref"),
    }
    return TrajectoryHead(
        **found,
        tool_definitions=shallow(agent.raw("tool_definitions")),
        final=_final(fields.raw("final_metrics"), problems),
        embedded=embedded,
        extra={**fields.rest(), **({"agent": about} if (about := agent.rest()) else {})},
        is_whole=is_whole,
        problems=tuple(problems),
    )


def _final(value: object, problems: list[str]) -> Totals | None:
    if not isinstance(value, dict):
        if value is not None:
            problems.append(f"Its final_metrics are no object: {written(value)[:60]}")
        return None
    fields = Fields(value, problems)
    return Totals(
        prompt_tokens=fields.take("total_prompt_tokens", whole),
        completion_tokens=fields.take("total_completion_tokens", whole),
        cached_tokens=fields.take("total_cached_tokens", whole),
        cost=fields.take("total_cost_usd", money),
        steps=fields.take("total_steps", whole),
    )


def _members(reader: ByteReader, spans: Mapping[str, Span], problems: list[str]) -> dict[str, object]:
    left, found = _MOST_READ, {}
    for name, span in spans.items():
        length = span.end - span.start
        if length > min(left, LARGEST_MEMBER):
            problems.append(f"Its {name[:60]} is {length:,} bytes long, too much to be shown.")
            continue
        left -= length
        try:
            found[name] = parse(reader.read(span.start, length))
        except Unreadable as error:
            problems.append(f"Its {name[:60]} cannot be read. {error}")
    return found
