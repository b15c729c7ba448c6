import json
import math
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.domain.errors import BadAnswer
from dashboard.domain.trajectories import Totals
from dashboard.readers.trajectories import indexes, windows
from dashboard.readers.trajectories.documents import Document
from dashboard.readers.values import LARGEST
from tests.readers.made_files import MadeFile
from tests.readers.trajectories.documents_made import WRITTEN, agent_step, document, everything, of_steps, wires

SHARED = Path(__file__).parents[4] / "shared/data"
GENUINE = sorted([*SHARED.glob("atif/*.json"), *SHARED.glob("harbor-jobs/*/*/agent/trajectory*.json")])


def taken(value):
    """As JSON of strangers is taken: what is no number is nothing, halves of characters are marked, and so on."""
    if isinstance(value, dict):
        return {taken(name): taken(member) for name, member in value.items()}
    if isinstance(value, list):
        return [taken(member) for member in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) > 2**53:
        return float(value)
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


@contextmanager
def read_by(size):
    """The whole is read so many bytes at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "CHUNK", size)
        yield


SIZES = st.sampled_from([3, 64, windows.CHUNK])


@given(wires(), SIZES)
def test_any_document_has_the_steps_that_a_parser_finds(wire, size):
    with read_by(size):
        found = document(wire)
        assert found.head.is_whole
    assert [taken(value) for _, value in found.index.values()] == [taken(step) for step in wire["steps"]]
    assert [number for number, _ in found.index.values()] == list(range(1, len(wire["steps"]) + 1))


@given(WRITTEN, st.floats(0, 1), SIZES)
@example(b'{"steps": [{"a": 1}, {"a": "\\"}', 1.0, 3)
@example(b'{"steps": [1, 23]}', 0.9, 3)
def test_any_document_cut_off_anywhere_answers_and_has_a_prefix_of_its_steps(data, where, size):
    cut, whole = data[: max(1, int(len(data) * where))], document(data)
    with read_by(size):
        found = document(cut)
        everything(found)
    n = found.count()
    assert n <= whole.count()
    assert found.steps(1, n) == whole.steps(1, n)
    assert found.head.is_whole == (len(cut) == len(data) and whole.head.is_whole)


@given(st.binary(max_size=60), st.lists(st.sampled_from(list('{}[]",:\\ 1a')), max_size=60))
def test_garbage_answers_or_says_that_it_is_no_trajectory(garbage, signs):
    for data in (garbage, b"{" + garbage, "".join(signs).encode(), b'{"steps":[' + "".join(signs).encode()):
        try:
            found = document(data)
        except BadAnswer:
            assert not data.startswith(b"{")
        else:
            everything(found)


@given(WRITTEN, st.integers(1, 8), st.integers(0, 8))
def test_any_window_of_steps_is_that_part_of_all(data, first, count):
    assert document(data).steps(first, count) == document(data).steps(1, 100)[first - 1 : first - 1 + count]


def test_an_empty_file_is_no_trajectory_yet():
    with pytest.raises(BadAnswer, match="is empty"):
        document(b" \n")


@pytest.mark.parametrize("data", [b"[]", b"null", b'"{"', b"\x00", b"not json", b"\x1f\x8b\x08"])
def test_what_is_no_object_is_no_trajectory(data):
    with pytest.raises(BadAnswer, match="no trajectory"):
        document(data)


@pytest.mark.parametrize("path", GENUINE or [None], ids=lambda path: path and f"{path.parts[-3]}-{path.name}")
def test_genuine_ones_are_read_whole_and_without_a_problem(path):
    if path is None:
        pytest.skip("the shared trajectories are not on this machine")
    wire = json.loads(path.read_bytes())
    found = document(path.read_bytes())
    assert found.count() == len(wire["steps"])
    assert found.head.agent == wire["agent"]["name"]
    assert found.head.problems == ()
    assert [step.problems for step in found.steps(1, 999)] == [()] * len(wire["steps"])
    assert [step.step_id for step in found.steps(1, 999)] == [str(step["step_id"]) for step in wire["steps"]]


class Counted(MadeFile):
    """Knows how far it was read."""

    furthest = 0

    def read(self, offset, length):
        self.furthest = max(self.furthest, offset + length)
        return super().read(offset, length)


def test_the_first_steps_are_read_without_the_rest():
    wire = of_steps(*(agent_step(n, reasoning_content="x" * 5_000) for n in range(1, 1_001)))
    file = Counted(json.dumps(wire).encode())
    assert len(Document(file).steps(1, 20)) == 20
    assert file.furthest < file.size / 4


def test_sums_run_over_the_steps_and_leave_out_what_was_copied():
    paid = {"prompt_tokens": 100, "completion_tokens": 10, "cached_tokens": 40, "cost_usd": 0.1}
    found = document(of_steps(
        agent_step(1, metrics=paid, is_copied_context=True), agent_step(2, metrics=paid),
        {"source": "user", "message": "go on"}, agent_step(4, metrics=paid | {"cached_tokens": None}),
    ))  # fmt: skip
    assert [step.running.prompt_tokens for step in found.steps(1, 4)] == [None, 100, 100, 200]
    assert found.sums() == Totals(
        prompt_tokens=200, completion_tokens=20, cached_tokens=40, cost=Decimal("0.2"), steps=4
    )


def test_a_trajectory_without_steps_has_sums_of_nothing():
    assert document(of_steps()).sums() == Totals(steps=0)
    assert document({"agent": {}}).count() == 0


def test_the_time_between_steps_is_known_where_both_tell_theirs_and_time_goes_forward():
    times = [
        "2026-01-01T10:00:00Z",
        "2026-01-01T10:00:02.5+00:00",
        None,
        "2026-01-01T12:00:00+01:00",
        "2026-01-01T10:00:00",
    ]
    found = document(of_steps(*(agent_step(n, timestamp=time) for n, time in enumerate(times, 1))))
    assert [step.seconds for step in found.steps(1, 5)] == [None, 2.5, None, None, None]
    assert found.steps(2, 1)[0].seconds == 2.5


def test_filters_keep_the_steps_of_a_kind_and_those_that_failed():
    found = document(of_steps(
        {"source": "system", "message": ""}, {"source": "user", "message": ""},
        agent_step(3, tool_calls=[{"function_name": "bash"}]), agent_step(4, extra={"is_error": True}), {"source": "?"},
    ))  # fmt: skip
    assert found.numbers() == [1, 2, 3, 4, 5]
    assert found.numbers(kinds=["system", "user"]) == [1, 2]
    assert found.numbers(kinds=["tools", "other"]) == [3, 5]
    assert found.numbers(errors=True) == [4]
    assert found.numbers(kinds=["user"], errors=True) == []


def test_filters_ask_for_what_steps_hold():
    blank = {"source": "agent", "message": " ", "reasoning_content": "\n", "tool_calls": [], "observation": {}}
    found = document(of_steps(
        blank, agent_step(2), {"message": [{"type": "image"}]}, {"reasoning_content": "hm"}, {"tool_calls": [{}]},
        {"observation": {"results": [{"content": ""}, {"content": "fine"}]}}, {"observation": "loose"}, None,
        {"observation": {"results": [{"subagent_trajectory_ref": {"session_id": "x"}}]}}, {"message": [{"text": ""}]},
    ))  # fmt: skip
    assert found.numbers(kinds=["messages"]) == [2, 3]
    assert found.numbers(kinds=["reasoning"]) == [4]
    assert found.numbers(kinds=["tools"]) == [5]
    assert found.numbers(kinds=["outputs"]) == [6, 7, 9]
    assert found.numbers(kinds=["reasoning", "tools"]) == [4, 5]


def test_a_step_too_long_to_be_shown_is_named_and_the_others_are_there(monkeypatch):
    monkeypatch.setattr("dashboard.readers.trajectories.indexes.LARGEST_STEP", 1_000)
    found = document(of_steps(agent_step(1), agent_step(2, message="x" * 2_000), agent_step(3)))
    assert [bool(step.problems) for step in found.steps(1, 9)] == [False, True, False]
    assert "2,0" in found.steps(2, 1)[0].problems[0]
    assert found.find("step 3").count == 1


def test_ten_thousand_levels_are_a_problem_of_their_step_alone():
    deep = b"[" * 10_000 + b"]" * 10_000
    found = document(b'{"notes": ' + deep + b', "steps": [{"message": ' + deep + b'}, {"message": "fine"}]}')
    everything(found)
    assert "too deeply" in found.steps(1, 1)[0].problems[0]
    assert found.steps(2, 1)[0].message[0].text == "fine"
    assert "too deeply" in found.head.problems[0]


def test_a_file_that_shrinks_while_it_is_read_shows_what_is_left_of_it():
    file = MadeFile(json.dumps(of_steps(*(agent_step(n) for n in range(1, 100)))).encode())
    found = Document(file)
    found.count()
    file.data = file.data[:500]
    steps = found.steps(1, 99)
    assert not steps[0].problems
    assert steps[-1].problems


def test_tokens_of_any_number_of_steps_are_summed():
    paid = agent_step(1, metrics={"prompt_tokens": 10**12})
    assert document(of_steps(*[paid] * 100)).sums().prompt_tokens == 10**14
    assert indexes.MOST_STEPS * LARGEST < 2**63


def test_of_too_many_steps_the_first_are_shown_and_it_says_so(monkeypatch):
    monkeypatch.setattr(indexes, "MOST_STEPS", 3)
    for n_steps, problems in ((3, ()), (4, ("It has more than 3 steps: the others are not shown.",))):
        trajectory = document(of_steps(*[agent_step(1)] * n_steps))
        assert (trajectory.count(), trajectory.head.problems) == (3, problems)
        kept = document(of_steps(*[agent_step(1)] * n_steps), trajectory.index.to_bytes())
        assert (kept.count(), kept.head.problems) == (3, problems)
