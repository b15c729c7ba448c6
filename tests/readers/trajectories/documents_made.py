"""Trajectories that tests make up: plain ones, and whatever hypothesis thinks of."""

import json

from hypothesis import strategies as st

from dashboard.readers.trajectories.documents import Document
from tests.readers.made_files import MadeFile

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = (
    SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=3), SCALARS | st.just([{}]), max_size=2)
)
TEXTS = st.text(max_size=20) | st.sampled_from(['"}]', "\\", '{"step_id": 1', "Exit code 1", "]"])


def some(**members):
    """Objects with any of these members, one that nobody knows, or no objects at all."""
    return st.fixed_dictionaries({}, optional={**members, "odd": VALUES}) | VALUES


def several(values):
    """Lists of these, or no lists at all."""
    return st.lists(values, max_size=2) | VALUES


PARTS = some(type=st.sampled_from(["text", "image", "audio", "?"]), text=VALUES, source=VALUES)
CONTENTS = TEXTS | several(PARTS)
CALLS = some(tool_call_id=TEXTS, function_name=TEXTS, arguments=VALUES, extra=VALUES)
REFS = some(trajectory_id=TEXTS, trajectory_path=VALUES, session_id=TEXTS, extra=VALUES)
RESULTS = some(source_call_id=VALUES, content=CONTENTS, subagent_trajectory_ref=several(REFS), extra=VALUES)
METRICS = some(prompt_tokens=st.integers(0, 9_999), cached_tokens=VALUES, cost_usd=VALUES, logprobs=VALUES)
TIMES = st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-01", "0001-01-01T00:00:00+23:00"]) | VALUES
STEPS = st.lists(
    some(
        step_id=st.integers(1, 9),
        timestamp=TIMES,
        source=st.sampled_from(["system", "user", "agent"]) | VALUES,
        message=CONTENTS,
        reasoning_content=CONTENTS,
        tool_calls=several(CALLS),
        observation=some(results=several(RESULTS)),
        metrics=METRICS,
        is_copied_context=VALUES,
        extra=some(context_management=VALUES),
    ),
    max_size=5,
)
HEADS = st.fixed_dictionaries(
    {},
    optional={
        "schema_version": VALUES,
        "agent": some(name=TEXTS, tool_definitions=VALUES),
        "final_metrics": some(total_cost_usd=VALUES, total_steps=VALUES),
        "subagent_trajectories": several(some(trajectory_id=TEXTS, steps=VALUES)),
        "continued_trajectory_ref": VALUES,
        "extra": VALUES,
    },
)


@st.composite
def wires(draw, steps=STEPS):
    """A root with its members in any order."""
    members = {**draw(HEADS), "steps": draw(steps)}
    return dict(draw(st.permutations(list(members.items()))))


WRITTEN = st.builds(
    lambda wire, indent, is_ascii: json.dumps(wire, indent=indent, ensure_ascii=is_ascii).encode(errors="replace"),
    wires(),
    st.sampled_from([None, 0, 2]),
    st.booleans(),
)


def document(wire, kept=None):
    """Open a made-up trajectory: its root, or its bytes."""
    return Document(MadeFile(wire if isinstance(wire, bytes) else json.dumps(wire, indent=2).encode()), kept)


def agent_step(number, **fields):
    """A plain step of an agent."""
    return {"step_id": number, "source": "agent", "message": f"step {number}", **fields}


def of_steps(*steps, **members):
    """A root with these steps."""
    return {
        "schema_version": "ATIF-v1.7",
        "agent": {"name": "terminus-2", "version": "2"},
        "steps": list(steps),
        **members,
    }


def everything(trajectory):
    """Whatever can be asked of one, so that nothing of it is left untried."""
    n = trajectory.count()
    whole = trajectory.head, trajectory.beginning, trajectory.sums(), trajectory.refs(), list(trajectory.embedded)
    steps = trajectory.steps(1, n), trajectory.outline(1, n)
    kept = trajectory.numbers(errors=True), trajectory.numbers(kinds=["tools"])
    found = trajectory.find("e"), trajectory.find("[a-z]", is_regex=True)
    return n, whole, steps, kept, found
