import json

import pytest

from dashboard.readers.trajectories import scanning
from dashboard.readers.trajectories.progress import Span, Where
from dashboard.readers.trajectories.scanning import MOST_MEMBERS, Scan
from tests.readers.made_files import MadeFile


def scanned(data):
    """The steps' bytes, and how far it got."""
    file = MadeFile(data if isinstance(data, bytes) else json.dumps(data).encode())
    scan, found = Scan(file), []
    while span := scan.next_step():
        found.append(file.data[span.start : span.end])
    return found, scan.progress


def test_steps_are_found_wherever_among_the_members_they_stand():
    for data in (
        b'{"steps":[1,{"a":2}],"b":3}',
        b'{"b":3,"steps":[1,{"a":2}]}',
        b'\xef\xbb\xbf {"b" : 3 , "steps" : [ 1 , {"a":2} ] } ',
    ):
        found, progress = scanned(data)
        assert found == [b"1", b'{"a":2}']
        assert progress.where is Where.END
        assert list(progress.members) == ["b"]


def test_steps_of_other_objects_are_not_the_roots():
    assert scanned(b'{"extra":{"steps":[1]},"subagent_trajectories":[{"steps":[2]}],"steps":[3]}')[0] == [b"3"]


def test_a_step_that_holds_what_looks_like_the_next_one_is_one_step():
    tricky = {"step_id": 1, "x": [{"step_id": 1}, {"step_id": '}, {"step_id": '}], "y": '{"step_id": 1}'}
    found, _ = scanned({"steps": [tricky, tricky, {"step_id": 3}]})
    assert [json.loads(step) for step in found] == [tricky, tricky, {"step_id": 3}]


@pytest.mark.parametrize(
    ("data", "n"),
    [
        (b'{"steps":[{"a":1},{"a":2', 1),
        (b'{"steps":[{"a":1},{"a":"2\\', 1),
        (b'{"steps":[12', 0),
        (b'{"steps":[12,', 1),
        (b'{"steps":[tru', 0),
        (b'{"steps":[', 0),
        (b'{"st', 0),
    ],
)
def test_what_is_not_whole_is_no_step_yet(data, n):
    found, progress = scanned(data)
    assert len(found) == n
    assert progress.where is not Where.END
    assert not progress.problem


def test_where_the_file_stops_being_json_the_scan_stops_and_says_so():
    found, progress = scanned(b'{"steps":[{"a":1}, }, {"a":2}]}')
    assert found == [b'{"a":1}']
    assert progress.problem == "From byte 19 on the file is not JSON."


def test_steps_that_are_no_list_are_told_of():
    found, progress = scanned({"steps": {"1": {}}, "agent": {}})
    assert found == []
    assert progress.problem == "Its steps are no list."
    assert "agent" in progress.members


def test_of_steps_told_twice_the_first_count():
    assert scanned(b'{"steps":[1],"steps":[2,3]}')[0] == [b"1"]


def test_a_key_across_two_reads_is_read_whole():
    for padding in range(256 * 1024 - 30, 256 * 1024 + 1):
        found, _ = scanned(b'{"notes":"' + b"x" * padding + b'","steps":[1,2]}')
        assert found == [b"1", b"2"]


def test_members_without_end_are_not_kept_without_end():
    _, progress = scanned({f"m{n}": n for n in range(MOST_MEMBERS + 50)} | {"steps": [1]})
    assert len(progress.members) == MOST_MEMBERS


def test_a_step_much_longer_than_what_is_read_at_once_is_passed_over():
    found, _ = scanned({"steps": [{"a": 'é\\"' * 400_000}, {"a": [[{"b": "c"}]] * 60_000}, {"a": 1}]})
    assert [len(step) > 256 * 1024 for step in found] == [True, True, False]


def test_a_scan_goes_on_from_what_was_noted_of_it():
    file = MadeFile(json.dumps({"steps": [{"a": n} for n in range(10)], "b": 1}).encode())
    first = Scan(file)
    spans = [first.next_step() for _ in range(4)]
    wire = json.loads(json.dumps(first.progress.to_wire()))
    second = Scan(file, type(first.progress).from_wire(wire))
    while span := second.next_step():
        spans.append(span)
    assert [json.loads(file.data[span.start : span.end])["a"] for span in spans] == list(range(10))
    assert second.progress.members == {"b": Span(file.size - 2, file.size - 1)}


def test_steps_that_begin_each_otherwise_are_not_looked_for_again_and_again(monkeypatch):
    data = b'{"steps":[' + b",".join(b'{"k%d":1}' % number for number in range(30_000)) + b"]}"
    looked_at, look = [], scanning._likely_end

    def counted(window, begin):
        end, n_bytes = look(window, begin)
        looked_at.append(n_bytes)
        return end, n_bytes

    monkeypatch.setattr(scanning, "_likely_end", counted)
    assert len(scanned(data)[0]) == 30_000
    assert 0 < sum(looked_at) < 3 * len(data)


def test_of_too_many_members_the_rest_is_not_looked_at_and_it_says_so(monkeypatch):
    monkeypatch.setattr(scanning, "MOST_PASSED", 3)
    assert scanned(b'{"a":1,"a":2,"steps":[3]}')[1].problem == ""
    found, progress = scanned(b'{"a":1,"a":2,"a":3,"steps":[3]}')
    assert (found, progress.problem) == ([], "It has more than 3 members: what is behind them was not looked at.")
