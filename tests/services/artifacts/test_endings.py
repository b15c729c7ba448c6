import pytest

from dashboard.services import artifacts
from tests.contract.memory import trial


@pytest.fixture
def ending(mirrored, world):
    """Gives so many bytes of the end of a file with these bytes."""
    run = mirrored("r", trial())

    def end_of(data, limit):
        world.files["r", "a__1"] = {"trial.log": data}
        return artifacts.ending(run, run.trials.get(), "trial.log", limit=limit)

    return end_of


@pytest.mark.parametrize(
    ("data", "limit", "text", "is_cut_off"),
    [
        (b"one\ntwo\n", 100, "one\ntwo\n", False),
        (b"12345678", 8, "12345678", False),
        (b"first\nsecond\nthird\n", 8, "third\n", True),
        (b"x" * 100, 10, "x" * 10, True),
        (b"caf\xe9", 100, "caf\ufffd", False),
        (b"\x89PNG\r\n\0\0", 100, "", False),
        (b"", 100, "", False),
    ],
)
def test_the_end_begins_with_a_line_and_is_bounded(ending, data, limit, text, is_cut_off):
    found = ending(data, limit)
    assert (found.text, found.is_cut_off) == (text, is_cut_off)
