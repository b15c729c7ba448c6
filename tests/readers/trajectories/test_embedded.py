import json

from dashboard.readers.trajectories import embedded
from tests.readers.made_files import MadeFile
from tests.readers.trajectories.documents_made import Document, agent_step, document, of_steps


def within(wire, identity):
    """The trajectory of that id within one, opened; None if there is none."""
    file = MadeFile(json.dumps(wire, indent=1).encode())
    outer = Document(file)
    outer.count()
    part = embedded.find(file, outer.index.progress.embedded, identity)
    return part and Document(part)


def nested(*identities):
    """Trajectories, each embedded in the one before it."""
    wire = of_steps(agent_step(1, message=identities[0]), trajectory_id=identities[0])
    return wire | {"subagent_trajectories": [nested(*identities[1:])]} if identities[1:] else wire


def test_a_sub_agents_trajectory_is_read_as_a_file_of_its_own():
    wire = of_steps(agent_step(1), subagent_trajectories=[
        of_steps(agent_step(1, message="first"), trajectory_id="a"),
        {"steps": [agent_step(1, message="second"), agent_step(2)], "notes": "late", "trajectory_id": "b"},
    ])  # fmt: skip
    found = within(wire, "b")
    assert [step.message[0].text for step in found.steps(1, 9)] == ["second", "step 2"]
    assert found.head.notes == "late"
    assert found.head.is_whole
    assert document(wire).head.embedded == ["a", "b"]
    assert document(wire).find("second").count == 0


def test_one_without_an_id_goes_by_its_place():
    wire = of_steps(subagent_trajectories=[of_steps(agent_step(1, message="only"))])
    assert within(wire, "#1").steps(1, 1)[0].message[0].text == "only"


def test_those_within_others_are_found_to_a_depth():
    wire = nested("root", "a", "b", "c", "d", "e")
    assert within(wire, "d").steps(1, 1)[0].message[0].text == "d"
    assert within(wire, "e") is None
    assert within(wire, "root") is None


def test_a_trajectory_cut_off_within_another_is_not_whole():
    data = json.dumps(nested("root", "a"), indent=1).encode()
    assert document(data[:-40]).head.embedded == []


def test_a_slice_reads_nothing_beyond_itself():
    wire = of_steps(subagent_trajectories=[of_steps(trajectory_id="a")])
    file = MadeFile(json.dumps(wire).encode())
    outer = Document(file)
    ((_, part),) = outer.embedded.items()
    assert part.read(part.size - 2, 50) == b'"}'
    assert part.read(part.size + 5, 50) == b""
