"""A trial's files: listed by its addresses, read by parts, over a real connection."""

import time

import pytest

from dashboard.domain.errors import BadAnswer, Denied, Missing, Unreachable, Unsupported
from dashboard.sources import ranges
from dashboard.sources.docks import artifacts
from dashboard.sources.docks.source import DocksSource
from tests.http.faulty_server import drip, raw, reply
from tests.sources.docks.fake import TOKEN, refuse, trial

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

DATA = bytes(range(256)) * 4_096


@pytest.fixture
def data_file(docks):
    """A trial with logs of a mebibyte."""
    uri = docks.put_file("files/agent.log", DATA)
    docks.trials["e1"] = [trial(logs_uri=uri)]
    return uri


def open_logs(source, path="logs.log", *, at=0):
    return source.open_artifact("eval/e1", "t1", path, at=at)


def asked(docks):
    """Which part every request for the file wanted, None where all of it."""
    requests = [one for one in docks.requests if one.target == "/files/agent.log"]
    return [one.headers.get("range") for one in requests]


def ranged(docks):
    return [request.headers["range"] for request in docks.requests if "range" in request.headers]


def test_a_trials_files_are_listed_by_path_with_size_and_kind(docks, source):
    docks.trials["e1"] = [
        trial(
            logs_uri=docks.put_file("out/agent.txt", b"line"),
            trajectory_uri=docks.put_file("out/trajectory", b"{}"),
            diff_uri="gs://bucket/e1/change.diff",
            result_uri=f"{docks.origin}/out/gone.json",
        )
    ]
    listing = source.list_artifacts("eval/e1", "t1")
    assert [(one.path, one.kind, one.size, bool(one.note)) for one in listing.artifacts] == [
        ("diff.diff", "diff", None, True),
        ("logs.txt", "log", 4, False),
        ("result.json", "result", None, False),
        ("trajectory.json", "trajectory", 2, False),
    ]
    assert listing.artifacts[0].note == "Not fetched: its address is not among those allowed."


def test_a_trial_without_addresses_has_no_files(source):
    assert source.list_artifacts("eval/e1", "t1").artifacts == ()


def test_an_address_that_is_no_text_is_a_problem(docks, source):
    docks.trials["e1"] = [trial(logs_uri={"href": "x"}, diff_uri="", result_uri="https://[half")]
    listing = source.list_artifacts("eval/e1", "t1")
    assert [problem.where for problem in listing.problems] == ["logs_uri"]
    assert [one.path for one in listing.artifacts] == ["result.json"]
    assert listing.artifacts[0].note.startswith("Not fetched: this is not an address")


def test_sizes_are_not_waited_for_longer_than_a_person_would(docks, source, monkeypatch, data_file):
    monkeypatch.setattr(artifacts, "SECONDS", 0.1)
    docks.answers["HEAD /files/agent.log"] = lambda peer, _: peer.hang()
    docks.files.clear()
    assert [one.size for one in source.list_artifacts("eval/e1", "t1").artifacts] == [None]


def test_a_run_has_no_files_but_must_be_there(source):
    assert source.list_artifacts("eval/e1", None).artifacts == ()
    assert source.list_artifacts("run/s1", None).artifacts == ()
    with pytest.raises(Missing):
        source.list_artifacts("eval/gone", None)
    with pytest.raises(Missing), source.open_artifact("eval/e1", None, "logs.txt"):
        pass


@pytest.mark.parametrize("place", [("eval/e1", "gone"), ("eval/gone", "t1"), ("run/s1", "t1"), ("eval/e1", "..")])
def test_files_of_what_is_not_there_are_missing(source, place):
    with pytest.raises(Missing):
        source.list_artifacts(*place)
    with pytest.raises(Missing), source.open_artifact(*place, "logs.txt"):
        pass


def test_a_path_that_was_not_listed_is_missing(source, data_file):
    with pytest.raises(Missing), open_logs(source, "logs.txt"):
        pass


def test_any_part_can_be_read(docks, source, data_file):
    with open_logs(source) as reader:
        assert reader.size == len(DATA)
        for offset, length in [(0, 10), (1_000_000, 100), (10, 7), (17, 300_000), (len(DATA) - 3, 10), (len(DATA), 1)]:
            assert reader.read(offset, length) == DATA[offset : offset + length]


def test_reading_on_asks_once(docks, source, data_file):
    with open_logs(source) as reader:
        pieces = [reader.read(offset, 100_000) for offset in range(0, len(DATA), 100_000)]
    assert b"".join(pieces) == DATA
    assert ranged(docks) == ["bytes=0-"]


def test_the_end_of_a_file_is_read_without_its_beginning(docks, source, data_file):
    with open_logs(source) as reader:
        assert reader.read(reader.size - 5, 5) == DATA[-5:]
    assert ranged(docks) == ["bytes=0-", f"bytes={len(DATA) - 5}-"]


def test_where_reading_begins_is_asked_for_at_once(docks, source, data_file):
    end = len(DATA) - 300_000
    with open_logs(source, at=end) as reader:
        assert (reader.size, reader.read(end, 200_000)) == (len(DATA), DATA[end:][:200_000])
        assert reader.read(end + 200_000, 200_000) == DATA[end + 200_000 :]
        assert asked(docks) == [f"bytes={end}-"]
        assert reader.read(0, 3) == DATA[:3]
    assert asked(docks) == [f"bytes={end}-", "bytes=0-"]


@pytest.mark.parametrize("at", [len(DATA), len(DATA) + 1, 10**12])
def test_a_file_that_ends_before_where_reading_begins_is_read_from_its_beginning(docks, source, data_file, at):
    with open_logs(source, at=at) as reader:
        assert (reader.size, reader.read(at, 10), reader.read(0, 3)) == (len(DATA), b"", DATA[:3])
    assert asked(docks) == [f"bytes={at}-", "bytes=0-"]


@pytest.mark.parametrize("at", [0, 5, 10**12])
def test_a_server_without_ranges_has_its_file_copied_from_its_first_answer(docks, source, data_file, at):
    docks.knows_ranges = False
    with open_logs(source, at=at) as reader:
        assert (reader.size, reader.read(5, 5), reader.read(0, 3)) == (len(DATA), DATA[5:10], DATA[:3])
        assert reader.read(at, 5) == DATA[at : at + 5]
    assert asked(docks) == [f"bytes={at}-"]


def test_a_part_that_begins_elsewhere_is_not_taken(docks, source, data_file):
    path = "/files/agent.log"
    wrong = reply(b"x" * 9, status=206, headers={"Content-Range": "bytes 1-9/10"})
    del docks.files[path]
    docks.answers[f"GET {path}"] = lambda peer, one: (wrong if "range" in one.headers else reply(DATA))(peer, one)
    with open_logs(source, at=5) as reader:
        assert reader.read(5, 5) == DATA[5:10]
    assert asked(docks) == ["bytes=5-", None]


def test_a_whole_file_that_comes_too_slowly_is_not_waited_for(docks, source, data_file, monkeypatch):
    path = "/files/agent.log"
    monkeypatch.setattr(ranges, "COPYING", ranges.StreamLimits(transfer=0.2))
    del docks.files[path]
    docks.answers[f"GET {path}"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n", *[b"x"] * 100, every=0.02)
    with pytest.raises(Unreachable) as raised, open_logs(source):
        pass
    assert raised.value.code == "timeout"


def test_a_copy_is_bounded(docks, source, data_file, monkeypatch):
    docks.knows_ranges = False
    monkeypatch.setattr(ranges, "COPYING", ranges.StreamLimits(deadline=2, max_bytes=1_000))
    with pytest.raises(BadAnswer) as raised, open_logs(source):
        pass
    assert raised.value.code == "too_large"


def test_an_empty_file_is_a_file(docks, source, data_file):
    docks.files["/files/agent.log"] = b""
    with open_logs(source) as reader:
        assert (reader.size, reader.read(0, 10)) == (0, b"")


@pytest.mark.parametrize(
    "content_range", ["bytes 0-9/*", "bytes 5-1048575/1048576", "bytes 0-9/1048576", "items 0-1/2", ""]
)
def test_a_part_that_cannot_be_relied_on_is_not_taken(docks, source, data_file, content_range):
    path = "/files/agent.log"
    wrong = reply(b"x" * 10, status=206, headers={"Content-Range": content_range})
    whole = reply(b"the whole file")
    del docks.files[path]
    docks.answers[f"GET {path}"] = lambda peer, request: (wrong if "range" in request.headers else whole)(peer, request)
    with open_logs(source) as reader:
        assert reader.read(0, 100) == b"the whole file"


def test_a_compressed_part_is_not_taken(docks, source, data_file):
    docks.file_headers = {"Content-Encoding": "gzip"}
    with pytest.raises(BadAnswer), open_logs(source):
        pass


def test_a_file_that_changes_while_it_is_read_is_told(docks, source, data_file):
    with open_logs(source) as reader:
        assert reader.read(0, 10) == DATA[:10]
        docks.files["/files/agent.log"] = DATA[::-1]
        with pytest.raises(BadAnswer) as raised:
            reader.read(500_000, 10)
        assert raised.value.code == "changed"


def test_after_a_failure_a_part_is_asked_for_again(docks, source, data_file):
    docks.knows_ranges = True
    with open_logs(source) as reader:
        assert reader.read(0, 10) == DATA[:10]
        docks.files["/files/agent.log"] = DATA[:-1]
        with pytest.raises(BadAnswer):
            reader.read(500, 10)
        docks.files["/files/agent.log"] = DATA
        assert reader.read(500, 10) == DATA[500:510]


@pytest.mark.parametrize("cut", ["in time", "without a word"])
def test_a_file_that_breaks_off_is_not_taken_for_whole(docks, source, data_file, cut):
    path = "/files/agent.log"
    length = b"Content-Length: 10\r\n" if cut == "in time" else b""
    head = b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-9/10\r\n" + length + b"\r\n"
    del docks.files[path]
    docks.answers[f"GET {path}"] = raw(head, b"four")
    with pytest.raises(Unreachable) as raised, open_logs(source) as reader:
        reader.read(0, 10)
    assert raised.value.code == "reset"


def test_a_file_that_comes_byte_by_byte_is_not_waited_for(docks, source, data_file, monkeypatch):
    path = "/files/agent.log"
    monkeypatch.setattr(ranges, "READING", 0.2)
    head = b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-199/200\r\nContent-Length: 200\r\n\r\n"
    del docks.files[path]
    docks.answers[f"GET {path}"] = drip(head, *[b"x"] * 100, every=0.02)
    began = time.monotonic()
    with pytest.raises(Unreachable) as raised, open_logs(source) as reader:
        reader.read(0, 200)
    assert raised.value.code == "timeout"
    assert time.monotonic() - began < 1.5


def test_an_etag_changes_with_the_bytes_only(docks, source, data_file):
    def etag():
        with open_logs(source) as reader:
            return reader.etag

    before = etag()
    assert etag() == before
    docks.files["/files/agent.log"] = DATA[::-1]
    assert etag() != before


def test_a_file_without_a_stamp_never_looks_the_same(docks, source, data_file):
    docks.file_headers = {"ETag": ""}
    etags = set()
    for _ in range(2):
        with open_logs(source) as reader:
            etags.add(reader.etag)
    assert len(etags) == 2


@pytest.mark.parametrize(
    ("handler", "kind"), [(refuse(404, "Gone"), Missing), (refuse(403, "No"), Denied), (refuse(302, ""), BadAnswer)]
)
def test_a_file_that_cannot_be_had_is_an_error(docks, source, data_file, handler, kind):
    del docks.files["/files/agent.log"]
    docks.answers["GET /files/agent.log"] = handler
    with pytest.raises(kind), open_logs(source):
        pass


def test_the_token_goes_to_the_api_and_not_beside_it(docks, source):
    inside, outside = docks.put_file("api/files/a.txt", b"in"), docks.put_file("b.txt", b"out")
    docks.trials["e1"] = [trial(logs_uri=inside, diff_uri=outside)]
    source.list_artifacts("eval/e1", "t1")
    for path in ("logs.txt", "diff.txt"):
        with open_logs(source, path) as reader:
            reader.read(0, 10)
    tokens = {request.target: request.headers.get("authorization") for request in docks.requests}
    assert tokens["/api/files/a.txt"] == f"Bearer {TOKEN}"
    assert tokens["/b.txt"] is None


def test_another_host_gets_no_token_and_must_be_allowed(docks, other, configure):
    docks.trials["e1"] = [trial(logs_uri=other.put_file("a.txt", b"there"))]
    with pytest.raises(Unsupported), open_logs(DocksSource(configure()), "logs.txt"):
        pass
    assert other.requests == []
    endpoints = (("127.0.0.1", docks.port), ("127.0.0.1", other.port))
    source = DocksSource(configure(allowed_artifacts=(other.origin,), allowed_endpoints=endpoints))
    with open_logs(source, "logs.txt") as reader:
        assert reader.read(0, 10) == b"there"
    assert "authorization" not in other.requests[0].headers


def test_an_address_keeps_its_query(docks, source):
    docks.trials["e1"] = [trial(logs_uri=docks.put_file("a.txt", b"x") + "?sig=a%2Bb&x=")]
    with open_logs(source, "logs.txt") as reader:
        assert reader.size == 1
    assert docks.requests[-1].target == "/a.txt?sig=a%2Bb&x="


def test_roots_of_no_use_are_told(configure):
    source = DocksSource(configure(allowed_artifacts=("nonsense",)))
    with pytest.raises(Unreachable) as raised:
        source.list_artifacts("eval/e1", "t1")
    assert raised.value.code == "config"
