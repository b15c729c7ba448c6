import json

import pytest
from django.core.cache import cache

from dashboard.domain.errors import BadAnswer, Missing
from dashboard.services import trajectory_trees
from dashboard.services.trajectories import SMALL, open_trajectory
from tests.contract.memory import trial
from tests.readers.trajectories.documents_made import agent_step, of_steps

PATH = "agent/trajectory.json"
PAID = {"prompt_tokens": 100, "completion_tokens": 10, "cost_usd": 0.5}


@pytest.fixture(autouse=True)
def _kept_apart(settings, tmp_path):
    """Lists of files are kept by primary key and version, indexes on disk."""
    settings.VAR_DIR = tmp_path / "var"
    cache.clear()


@pytest.fixture
def found(mirrored, world):
    """Opens trajectories of a trial with these files."""

    def opened(path=PATH, *, within="", **files):
        run = mirrored("r", trial())
        world.files["r", "a__1"] = {
            name: wire if isinstance(wire, bytes) else json.dumps(wire).encode() for name, wire in files.items()
        }
        return open_trajectory(run, run.trials.get(), path, within=within)

    return opened


def steps(n, **fields):
    return [agent_step(k, **fields) for k in range(1, n + 1)]


def drawn(branches):
    """A tree as nested lists of what its branches are called and what is wrong with them."""
    return [(branch.problem or branch.title, drawn(branch.branches)) for branch in branches]


def test_a_trajectory_is_read_by_step(found):
    with found(**{PATH: of_steps(*steps(5, metrics=PAID), final_metrics={"total_steps": 5})}) as opened:
        assert opened.beginning.agent == "terminus-2"
        assert [step.number for step in opened.steps(2, 2)] == [2, 3]
        assert [row.number for row in opened.outline(4, 9)] == [4, 5]
        assert (opened.count(), opened.sums().prompt_tokens, opened.head.final.steps) == (5, 500, 5)
        assert opened.numbers(kinds=["user"]) == []
        assert opened.find("STEP 3", case=False).count == 1
        assert opened.find("(", regex=True).problem
        assert opened.disagreements() == []
        assert opened.parts() == []


def test_a_file_that_is_none_or_that_is_not_there_is_an_error_of_the_source(found):
    with pytest.raises(BadAnswer, match="no trajectory"), found(**{PATH: b"[]"}):
        pass
    with pytest.raises(Missing), found("agent/other.json", **{PATH: of_steps()}):
        pass


def test_an_embedded_trajectory_is_opened_by_its_id(found):
    files = {PATH: of_steps(*steps(1), subagent_trajectories=[of_steps(*steps(3), trajectory_id="sub")])}
    with found(within="sub", **files) as opened:
        assert opened.count() == 3
    with pytest.raises(Missing, match="no trajectory called gone"), found(within="gone", **files):
        pass


def test_what_was_worked_out_of_a_large_file_is_kept_for_the_next_page(found, settings):
    wire = of_steps(*steps(40, message="x" * (SMALL // 20)))
    for _ in range(2):
        with found(**{PATH: wire}) as opened:
            assert opened.count() == 40
            assert len(opened.steps(30, 5)) == 5
    assert [path for path in (settings.VAR_DIR / "cache/indexes").rglob("*") if path.is_file()]


def test_a_large_file_is_kept_as_far_as_it_was_read_although_the_page_failed(found, settings):
    with pytest.raises(ZeroDivisionError), found(**{PATH: of_steps(*steps(40, message="x" * (SMALL // 20)))}) as opened:
        assert opened.count() // 0
    assert [path for path in (settings.VAR_DIR / "cache/indexes").rglob("*") if path.is_file()]


def test_sums_that_are_not_the_files_own_figures_are_told(found):
    final = {"total_prompt_tokens": 250, "total_completion_tokens": 20, "total_cost_usd": 2.5, "total_steps": 3}
    with found(**{PATH: of_steps(*steps(2, metrics=PAID), final_metrics=final)}) as opened:
        assert opened.disagreements() == [
            ("steps", "2", "3"), ("prompt tokens", "200", "250"), ("cost", "$1.00", "$2.50"),
        ]  # fmt: skip


def test_totals_that_may_include_sub_agents_are_told_but_are_no_disagreement(found):
    final = {"total_prompt_tokens": 250, "total_completion_tokens": 10}
    members = {"subagent_trajectories": [of_steps(trajectory_id="a")], "final_metrics": final}
    with found(**{PATH: of_steps(*steps(2, metrics=PAID), **members)}) as opened:
        assert opened.above_steps() == [("prompt tokens", "200", "250")]
        assert opened.disagreements() == [("completion tokens", "20", "10")]
    del members["subagent_trajectories"]
    with found(**{PATH: of_steps(*steps(2, metrics=PAID), **members)}) as opened:
        assert opened.above_steps() == []


def test_a_cost_that_includes_sub_agents_is_no_disagreement(found):
    members = {"subagent_trajectories": [of_steps(trajectory_id="a")], "final_metrics": {"total_cost_usd": 2.5}}
    with found(**{PATH: of_steps(*steps(2, metrics=PAID), **members)}) as opened:
        assert opened.disagreements() == []
    members["final_metrics"] = {"total_cost_usd": 0.5}
    with found(**{PATH: of_steps(*steps(2, metrics=PAID), **members)}) as opened:
        assert [what for what, _, _ in opened.disagreements()] == ["cost"]


def test_costs_that_differ_by_rounding_do_not_differ(found):
    costs = of_steps(*steps(1_000, metrics={"cost_usd": 0.1}), final_metrics={"total_cost_usd": sum([0.1] * 1_000)})
    with found(**{PATH: costs}) as opened:
        assert opened.disagreements() == []


def ref(step, **where):
    return {**agent_step(step), "observation": {"results": [{"subagent_trajectory_ref": [where]}]}}


def test_what_belongs_together_is_a_tree_from_whichever_of_it_is_open(found):
    files = {
        PATH: of_steps(
            agent_step(1), ref(2, trajectory_path="trajectory.summarization-1-summary.json", extra={"summary": "Why"}),
            ref(3, trajectory_id="sub"), ref(4, trajectory_id="gone"),
            continued_trajectory_ref="trajectory.cont-1.json",
            subagent_trajectories=[of_steps(*steps(2), trajectory_id="sub"), of_steps(trajectory_id="unnamed")],
        ),
        "agent/trajectory.cont-1.json": of_steps(
            *steps(3), continued_trajectory_ref="/logs/agent/trajectory.cont-2.json"
        ),
        "agent/trajectory.cont-2.json": of_steps(*steps(4)),
        "agent/trajectory.summarization-1-summary.json": of_steps(*steps(1)),
        "agent/trajectory.summarization-2-summary.json": of_steps(*steps(1)),
        "agent/other.json": of_steps(),
    }  # fmt: skip
    expected = [("trajectory.json", [
        ("trajectory.summarization-1-summary.json", []), ("sub", []),
        ("It names neither a file nor a trajectory of this file.", []), ("unnamed", []),
        ("trajectory.cont-1.json", [("trajectory.cont-2.json", [])]), ("trajectory.summarization-2-summary.json", []),
    ])]  # fmt: skip
    for path, within in ((PATH, ""), ("agent/trajectory.cont-1.json", ""), (PATH, "sub")):
        with found(path, within=within, **files) as opened:
            (root,) = opened.parts()
        assert drawn([root]) == expected
        summary, sub, *_ = root.branches
        assert (summary.step, summary.summary, summary.steps) == (2, "Why", 1)
        assert (sub.path, sub.within, sub.steps, sub.is_open) == (PATH, "sub", 2, within == "sub")
        assert root.is_open == ((path, within) == (PATH, ""))
        assert root.branches[4].is_open == (path == "agent/trajectory.cont-1.json")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("missing.json", "There is no such file in this trial."),
        ("../../../etc/passwd", "It leads out of this trial."),
        ("https://example.org/t.json", "It leads out of this trial."),
        ("notes.txt", "The file is no trajectory: it does not begin as a JSON object does."),
    ],
)
def test_what_cannot_be_followed_says_why(found, name, problem):
    with found(**{PATH: of_steps(continued_trajectory_ref=name), "agent/notes.txt": b"notes"}) as opened:
        (root,) = opened.parts()
    assert drawn(root.branches) == [(problem, [])]


def test_trajectories_that_refer_to_one_another_in_a_circle_end(found):
    other = "agent/other.json"
    files = {
        PATH: of_steps(continued_trajectory_ref="other.json"),
        other: of_steps(continued_trajectory_ref="trajectory.json"),
    }
    with found(**files) as opened:
        assert drawn(opened.parts()) == [("trajectory.json", [("other.json", [("trajectory.json", [])])])]


def test_a_tree_is_bounded_in_depth_and_number(found, monkeypatch):
    chain = {f"agent/{n}.json": of_steps(continued_trajectory_ref=f"{n + 1}.json") for n in range(20)}
    with found("agent/0.json", **chain) as opened:
        (branch,) = opened.parts()
    depth = 1
    while branch.branches:
        (branch,), depth = branch.branches, depth + 1
    assert depth == trajectory_trees.DEEPEST
    assert (branch.steps, branch.problem) == (None, "")
    monkeypatch.setattr(trajectory_trees, "MOST_BRANCHES", 4)
    with found(**{PATH: of_steps(subagent_trajectories=[of_steps(trajectory_id=f"s{n}") for n in range(9)])}) as opened:
        assert len(opened.parts()[0].branches) == 3


def test_large_files_are_told_of_without_being_read(found, monkeypatch):
    monkeypatch.setattr(trajectory_trees, "MOST_READ_FAR", 1_000)
    large = of_steps(*steps(2, message="x" * 1_000))
    with found(**{PATH: of_steps(continued_trajectory_ref="large.json"), "agent/large.json": large}) as opened:
        (branch,) = opened.parts()[0].branches
    assert (branch.title, branch.steps, branch.problem) == ("large.json", None, "")


def test_paths_that_a_trajectory_names_are_those_of_its_trial(found):
    with found(**{PATH: of_steps(), "agent/images/1.png": b"", "x.png": b""}) as opened:
        assert opened.resolve("images/1.png") == "agent/images/1.png"
        assert opened.resolve("/logs/agent/images/1.png") == "agent/images/1.png"
        assert opened.resolve("/x.png") is None
        assert opened.resolve("../../x.png") is None
