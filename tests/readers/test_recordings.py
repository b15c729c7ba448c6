import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.readers import recordings
from dashboard.readers.recordings import Recording
from tests.readers.made_files import MadeFile


def _read(*lines: object) -> Recording:
    return recordings.read(MadeFile("\n".join(json.dumps(line) for line in lines).encode()))


def test_version_2_counts_time_from_the_start() -> None:
    found = _read(
        {"version": 2, "width": 100, "height": 30, "timestamp": 1_700_000_000, "title": "demo", "command": "bash"},
        [0.5, "o", "$ ls\r\n"],
        [1.25, "i", "x"],
        [2.5, "o", "file"],
    )
    assert (found.version, found.columns, found.rows, found.title, found.command) == (2, 100, 30, "demo", "bash")
    assert (found.seconds, found.n_events, found.output) == (2.5, 3, "$ ls\r\nfile")
    assert str(found.started_at) == "2023-11-14 22:13:20+00:00"
    assert found.problem == ""


def test_version_3_counts_time_from_the_event_before() -> None:
    found = _read({"version": 3, "term": {"cols": 80, "rows": 24}}, [0.5, "o", "a"], [0.5, "o", "b"], [1, "x", "0"])
    assert (found.columns, found.rows, found.seconds, found.output) == (80, 24, 2.0, "ab")


def test_version_1_is_one_object() -> None:
    found = _read({"version": 1, "width": 80, "height": 24, "stdout": [[0.5, "a"], [1.5, "b"]]})
    assert (found.seconds, found.output, found.n_events) == (2.0, "ab", 2)


def test_broken_lines_are_left_out_and_counted() -> None:
    whole = b'{"version": 2}\n[1, "o", "a"]\n# no event\n\nnot json\n[1]\n[2, "o", "b"]\n[3, "o", "c'
    found = recordings.read(MadeFile(whole))
    assert found.output == "ab"
    assert found.problem == "2 of its lines cannot be read."


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b"[]", b"words", b'{"version": 2', b"[" * 10**6])
def test_what_is_no_recording_is_a_problem(data: bytes) -> None:
    found = recordings.read(MadeFile(data))
    assert found.problem
    assert not found.n_events


def test_of_much_output_the_end_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "MOST_TEXT", 4)
    found = _read({"version": 2}, [0, "o", "abc"], [1, "o", "def"])
    assert (found.output, found.is_cut_off) == ("cdef", True)


def test_of_many_events_the_first_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "MOST_LINES", 3)
    found = _read({"version": 2}, *([number, "o", "a"] for number in range(9)))
    assert found.n_events == 3
    assert "too long" in found.problem


def test_sizes_and_times_that_cannot_be_are_not_believed() -> None:
    found = _read({"version": 2, "width": 10**9, "height": -3, "timestamp": 1e300}, [-5, "o", "a"], ["1", "o", "b"])
    assert (found.columns, found.rows, found.started_at, found.output) == (None, None, None, "b")


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    found = recordings.read(MadeFile(b'{"version": 2}\n' + data))
    assert found.version == 2
    assert found.n_events == 0 or found.seconds is not None
