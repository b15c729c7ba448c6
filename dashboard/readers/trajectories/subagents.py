"""What results say of sub-agents: where what they did is told."""

from collections.abc import Mapping, Sequence
from itertools import islice

from dashboard.domain.trajectories import SubagentRef
from dashboard.readers.values import mapping, sequence, text

MOST_REFS = 50
_LONGEST = 1_000
_REF = "subagent_trajectory_ref"


def refs_of_step(wire: Mapping[str, object]) -> Sequence[SubagentRef]:
    """Of all its results, in their order; at most 50."""
    results = sequence(mapping(wire.get("observation")).get("results"))
    if not any(_REF in mapping(result) for result in results):
        return ()
    return tuple(islice((ref for result in results for ref in refs_of_result(mapping(result))), MOST_REFS))


def refs_of_result(wire: Mapping[str, object]) -> Sequence[SubagentRef]:
    """One, several, or none."""
    value = wire.get(_REF)
    if value is None:
        return ()
    found = value if isinstance(value, list) else [value]
    return tuple(_ref(mapping(ref)) for ref in found[:MOST_REFS])


def _ref(wire: Mapping[str, object]) -> SubagentRef:
    return SubagentRef(
        trajectory_id=text(wire.get("trajectory_id"))[:_LONGEST],
        path=text(wire.get("trajectory_path"))[:_LONGEST],
        session_id=text(wire.get("session_id"))[:_LONGEST],
        summary=(text(wire.get("summary")) or text(mapping(wire.get("extra")).get("summary")))[:_LONGEST],
    )
