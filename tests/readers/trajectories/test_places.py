import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers.trajectories.places import beginning, belonging, resolve

HERE = "agent/trajectory.json"


@pytest.mark.parametrize(
    ("ref", "path"),
    [
        ("trajectory.cont-1.json", "agent/trajectory.cont-1.json"),
        ("images/1.png", "agent/images/1.png"),
        ("./images//1.png", "agent/images/1.png"),
        ("../verifier/shot.png", "verifier/shot.png"),
        ("a b ü.png", "agent/a b ü.png"),
    ],
)
def test_paths_are_meant_from_the_trajectorys_folder(ref, path):
    assert resolve(HERE, ref) == path


def test_a_trajectory_at_the_top_means_its_own_folder():
    assert resolve("trajectory.json", "images/1.png") == "images/1.png"


@pytest.mark.parametrize(
    "ref",
    [
        "", "..", "../..", "../../other/agent/trajectory.json", "../../../etc/passwd", "images/../../../x",
        "/etc/passwd", "/logs/agent/missing.png", "//host/x.png", "https://example.org/x.png", "file:///etc/passwd",
        "javascript:alert(1)", "data:image/png;base64,AA", "C:\\x.png", "..\\x.png", "a\0b", "a\nb", "x" * 1_001,
    ],
)  # fmt: skip
def test_what_leads_out_of_the_trial_or_is_an_address_leads_nowhere(ref):
    assert resolve(HERE, ref, {"agent/images/1.png", "etc/passwd"}) is None


@given(st.lists(st.sampled_from(["..", ".", "a", "", "/", "~", "%2e%2e", "b.png"]), max_size=9).map("/".join))
def test_nothing_ever_leads_above_the_trial(ref):
    path = resolve(HERE, ref)
    assert path is None or (path and not path.startswith("/") and ".." not in path.split("/"))


def test_a_path_of_the_container_is_a_file_of_the_trial_if_there_is_such_a_file():
    files = {"agent/images/1.png", "steps/one/agent/x.json"}
    assert resolve(HERE, "/logs/agent/images/1.png", files) == "agent/images/1.png"
    assert resolve("steps/one/agent/trajectory.json", "/logs/agent/x.json", files) == "steps/one/agent/x.json"
    assert resolve(HERE, "/logs/agent/../../agent/images/1.png", files) is None


def test_files_belong_to_the_one_their_name_begins_with():
    files = [
        "agent/trajectory.cont-10.json", "agent/trajectory.cont-2.json", "agent/trajectory.json", "agent/other.json",
        "agent/trajectory.summarization-1-summary.json", "user-agent/trajectory.cont-1.json",
    ]  # fmt: skip
    assert belonging(HERE, files) == [files[1], files[0], files[4]]
    assert [beginning(path) for path in files] == [
        HERE,
        HERE,
        HERE,
        "agent/other.json",
        HERE,
        "user-agent/trajectory.json",
    ]
