"""Files in buckets: what holds for every store, and gs:// against an emulator of Google Cloud Storage."""

import threading
import time

import pytest

from dashboard.domain.errors import (
    BadAnswer,
    Denied,
    Missing,
    ServerError,
    SourceError,
    Throttled,
    Unreachable,
    Unsupported,
)
from dashboard.domain.records import SourceConfig
from dashboard.sources import buckets
from dashboard.sources.addresses import NOT_ALLOWED, NOT_AN_ADDRESS, AddressRules, measure_address, open_address
from dashboard.sources.buckets import BLOCK, Blob, BlockReader, Found, forget_stores, open_blob
from dashboard.sources.docks import artifacts
from tests.http.faulty_server import Server, raw, reply

pytest.importorskip("gcsfs", reason="The extra “buckets” is not installed.")
from gcp_storage_emulator.handlers import objects
from gcp_storage_emulator.server import create_server

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

RULES = AddressRules.of(
    SourceConfig(name="Docks", kind="docks", address="https://docks.example", allowed_artifacts=("gs://bucket/team",))
)
FOUND = b'{"size": "5", "generation": "7"}'
PART = {"Content-Range": "bytes 0-4/5"}


@pytest.fixture(autouse=True, scope="module")
def _loaded():
    """The packages are in memory, so no deadline of a test is spent on them."""
    __import__("dashboard.sources.stores.gs")


class Emulator:
    def __init__(self):
        self.server = create_server("127.0.0.1", 0, in_memory=True, default_bucket="bucket")
        self.server.start()
        self.url = f"http://127.0.0.1:{self.server._api._httpd.server_port}"

    def put(self, name, data):
        facts = objects._make_object_resource(self.url, "bucket", name, "text/plain", str(len(data)))
        self.server._storage.create_file("bucket", name, data, facts)


@pytest.fixture(scope="module")
def running_emulator():
    running = Emulator()
    yield running
    running.server.stop()


@pytest.fixture
def emulator(running_emulator, monkeypatch):
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", running_emulator.url)
    yield running_emulator
    forget_stores()
    running_emulator.server.wipe(keep_buckets=True)


@pytest.fixture
def server(monkeypatch):
    running = Server()
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", running.url)
    yield running
    forget_stores()
    running.stop()


def read_all(uri, rules=RULES):
    with open_address(uri, rules) as reader:
        return reader.read(0, reader.size)


def test_a_file_is_read_whole_and_in_parts(emulator):
    emulator.put("team/logs.txt", b"0123456789")
    with open_address("gs://bucket/team/logs.txt", RULES) as reader:
        assert reader.size == 10
        assert reader.read(0, 10) == b"0123456789"
        assert (reader.read(3, 4), reader.read(8, 99), reader.read(10, 1)) == (b"3456", b"89", b"")


def test_an_empty_file_is_read(emulator):
    emulator.put("team/empty", b"")
    assert read_all("gs://bucket/team/empty") == b""


def test_a_file_of_several_blocks_is_read_across_their_borders(emulator):
    data = bytes(range(256)) * (BLOCK // 256) + b"end"
    emulator.put("team/large.bin", data)
    with open_address("gs://bucket/team/large.bin", RULES) as reader:
        assert reader.read(BLOCK - 2, 5) == data[BLOCK - 2 :]
        assert reader.read(0, len(data)) == data


@pytest.mark.parametrize(
    "name", ["a b.txt", "a#1.txt", "a?generation=3", "a%2Fb", "a%20b", "ä.txt", "{0}.txt", "+&=,.txt", "50%"]
)
def test_a_name_is_taken_as_it_is(emulator, name):
    emulator.put(f"team/{name}", name.encode())
    assert read_all(f"gs://bucket/team/{name}") == name.encode()


@pytest.mark.parametrize(
    "name", ["../secret", "a/../../secret", "a//b", "./a", "%2e%2e/a", "..%2fa", "a\\b", "a\nb", "\udc80"]
)
def test_a_name_that_can_be_read_in_two_ways_is_no_address(name):
    assert RULES.why_not(f"gs://bucket/{name}") == NOT_AN_ADDRESS


@pytest.mark.parametrize(
    "bucket", ["", "b", "Bucket", "user@bucket", "bucket:80", "bucket?x", "arn:aws:s3", "bücket", "b" * 300]
)
def test_what_is_no_name_of_a_bucket_is_no_address(bucket):
    assert RULES.why_not(f"gs://{bucket}/team/a") == NOT_AN_ADDRESS


@pytest.mark.parametrize(
    "uri",
    [
        "gs://bucket-2/team/a",
        "gs://bucke/team/a",
        "gs://bucket/teams/a",
        "gs://bucket/team%2Fa",
        "gs://bucket/other/a",
        "s3://bucket/team/a",
    ],
)
def test_beside_the_allowed_folder_nothing_is_fetched(server, uri):
    with pytest.raises(Unsupported) as raised:
        open_address(uri, RULES)
    assert (raised.value.code, raised.value.sentence) == ("address", NOT_ALLOWED)
    assert measure_address(uri, RULES, seconds=1) is None
    assert server.requests == []


def test_a_file_that_is_not_there_is_missing(emulator):
    with pytest.raises(Missing) as raised:
        read_all("gs://bucket/team/no")
    assert (raised.value.code, raised.value.source) == ("gone", "Docks")


def test_a_folder_is_no_file(emulator):
    emulator.put("team/a/b.txt", b"x")
    with pytest.raises(Missing):
        read_all("gs://bucket/team/a")


def test_a_size_is_measured(emulator):
    emulator.put("team/logs.txt", b"0123456789")
    assert measure_address("gs://bucket/team/logs.txt", RULES, seconds=2) == 10
    assert measure_address("gs://bucket/team/no", RULES, seconds=2) is None


def test_another_generation_has_another_etag(emulator):
    tags = set()
    for _ in range(2):
        emulator.put("team/a", b"same")
        with open_address("gs://bucket/team/a", RULES) as reader:
            tags.add(reader.etag)
    assert len(tags) == 2


def test_a_file_that_becomes_another_while_it_is_read_is_noticed(emulator):
    emulator.put("team/a", b"12345")
    with open_address("gs://bucket/team/a", RULES) as reader:
        emulator.put("team/a", b"1234567")
        with pytest.raises(BadAnswer) as raised:
            reader.read(0, 5)
    assert (raised.value.code, raised.value.source) == ("changed", "Docks")


def test_it_is_asked_without_an_account_and_once_each(server, monkeypatch):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/no/such/file")
    server.answer(reply(FOUND), reply(b"12345", status=206, headers=PART))
    assert read_all("gs://bucket/team/a#b") == b"12345"
    looked, fetched = server.requests
    assert looked.target == "/storage/v1/b/bucket/o/team%2Fa%23b?fields=size,generation"
    assert fetched.target == "/download/storage/v1/b/bucket/o/team%2Fa%23b?alt=media&generation=7"
    assert fetched.headers["range"] == "bytes=0-4"
    assert not {"authorization", "cookie"} & (looked.headers.keys() | fetched.headers.keys())


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (301, BadAnswer, "redirect"),
        (400, BadAnswer, "bad_response"),
        (401, Denied, "forbidden"),
        (403, Denied, "forbidden"),
        (404, Missing, "gone"),
        (429, Throttled, "throttled"),
        (502, ServerError, "server"),
        (503, ServerError, "server"),
    ],
)
def test_a_refusal_is_told_at_once_and_never_followed(server, status, kind, code):
    server.answer(reply(b"{}", status=status, headers={"Location": f"{server.url}/elsewhere"}))
    with pytest.raises(kind) as raised:
        read_all("gs://bucket/team/a")
    assert raised.value.code == code
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"<html>"),
        reply(b"[]"),
        reply(b'{"size": "x", "generation": "7"}'),
        reply(b'{"size": "-1", "generation": "7"}'),
        reply(b'{"size": "1", "generation": "../7"}'),
        reply(b" " * (2**20 + 1)),
        reply(b"\xff\xfe{"),
        reply(b"", headers={"Content-Length": "x"}),
    ],
)
def test_an_answer_of_no_use_is_a_bad_one(server, answer):
    server.answer(answer)
    with pytest.raises((BadAnswer, Unreachable)):
        read_all("gs://bucket/team/a")


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"12345", status=200),
        reply(b"1234567", status=206, headers=PART),
        reply(b"1234", status=206, headers=PART),
        reply(b"12345", status=206, headers={"Content-Range": "bytes 0-4/6"}),
        reply(b"", status=416),
        reply(b"", status=404),
    ],
)
def test_a_part_that_is_not_the_one_asked_for_means_that_the_file_changed(server, answer):
    server.answer(reply(FOUND), answer)
    with pytest.raises(BadAnswer) as raised:
        read_all("gs://bucket/team/a")
    assert raised.value.code == "changed"


def test_a_part_without_a_length_is_refused(server):
    server.answer(reply(FOUND), raw(b"HTTP/1.1 206 Part\r\nContent-Range: bytes 0-4/5\r\n\r\n12345"))
    with pytest.raises(BadAnswer) as raised:
        read_all("gs://bucket/team/a")
    assert raised.value.code == "bad_response"


def test_a_host_that_hangs_is_left_in_time(server, monkeypatch):
    monkeypatch.setattr(buckets, "OPENING", 0.1)
    server.answer(lambda peer, _: peer.hang())
    began = time.monotonic()
    with pytest.raises(Unreachable) as raised:
        read_all("gs://bucket/team/a")
    assert raised.value.code == "timeout"
    assert measure_address("gs://bucket/team/a", RULES, seconds=0.1) is None
    assert time.monotonic() - began < 2


def test_a_part_that_drips_is_left_in_time(server, monkeypatch):
    monkeypatch.setattr(buckets, "READING", 0.2)
    server.answer(reply(FOUND), lambda peer, _: peer.drip([b"HTTP/1.1 206 P\r\nContent-Length: 5\r\n\r\n"], 5))
    with pytest.raises(Unreachable) as raised:
        read_all("gs://bucket/team/a")
    assert raised.value.code == "timeout"


def test_a_host_that_is_not_there_is_unreachable(server, monkeypatch):
    server.stop()
    with pytest.raises(Unreachable) as raised:
        read_all("gs://bucket/team/a")
    assert raised.value.code == "refused"


def test_a_listing_of_many_sizes_has_one_deadline(server, monkeypatch):
    # Long enough for the one request to be sent, and for it alone to use the deadline up.
    monkeypatch.setattr(artifacts, "SECONDS", 1)
    server.answer(lambda peer, _: peer.hang())
    trial = {key: f"gs://bucket/team/{key}" for key in ("logs_uri", "trajectory_uri", "diff_uri", "result_uri")}
    began = time.monotonic()
    listing = artifacts.list_artifacts(trial, RULES)
    assert [(record.size, record.note) for record in listing.artifacts] == [(None, "")] * 4
    assert time.monotonic() - began < 3
    assert len(server.requests) == 1


def test_a_cut_connection_is_unreachable(server, monkeypatch):
    monkeypatch.setattr(buckets, "OPENING", 0.2)
    server.answer(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"))
    with pytest.raises(Unreachable):
        read_all("gs://bucket/team/a")


class Memory:
    """A store of one file, which counts what it is asked for."""

    def __init__(self, data=b""):
        self.data = data
        self.asked = []
        self.closed = False

    def find(self, blob, *, seconds):
        self.asked.append(seconds)
        return Found(blob=blob, size=len(self.data), version="1")

    def fetch(self, found, start, end, *, seconds):
        self.asked.append((start, end))
        return self.data[start:end]

    def close(self):
        self.closed = True


BLOB = Blob(scheme="gs", bucket="bucket", key="a")


def test_reading_on_asks_for_one_block_at_a_time(monkeypatch):
    monkeypatch.setattr(buckets, "BLOCK", 4)
    store = Memory(b"0123456789")
    reader = BlockReader(store, Found(blob=BLOB, size=10, version="1"), source="")
    assert [reader.read(offset, 2) for offset in (0, 2, 4, 9)] == [b"01", b"23", b"45", b"9"]
    assert store.asked == [(0, 4), (4, 8), (9, 10)]


def test_a_store_is_loaded_once_and_closed_when_forgotten(monkeypatch):
    made = []
    monkeypatch.setattr(buckets, "_load", lambda scheme: made.append(Memory()) or made[-1])
    for _ in range(2):
        with open_blob(BLOB, source="Docks"):
            pass
    assert len(made) == 1
    forget_stores()
    assert made[0].closed


def test_loading_that_lasts_does_not_hold_up_whoever_measures(monkeypatch):
    loading = threading.Event()
    monkeypatch.setattr(buckets, "_load", lambda scheme: loading.wait(5) and Memory())
    assert measure_address("gs://bucket/team/a", RULES, seconds=0.05) is None
    loading.set()
    with open_blob(BLOB, source="Docks") as reader:
        assert reader.size == 0


def test_no_time_left_is_no_time_without_end(monkeypatch):
    store = Memory()
    monkeypatch.setattr(buckets, "_load", lambda scheme: store)
    monkeypatch.setattr(buckets, "OPENING", 0)
    with pytest.raises(Unreachable), open_blob(BLOB, source="Docks"):
        pass
    assert store.asked == []


def test_a_package_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(buckets, "find_spec", lambda name: None)
    sentence = RULES.why_not("gs://bucket/team/a")
    assert "gcsfs" in sentence
    assert "extra “buckets”" in sentence
    assert measure_address("gs://bucket/team/a", RULES, seconds=1) is None


def test_a_package_that_cannot_be_imported_is_an_error_of_ours(monkeypatch):
    monkeypatch.setitem(buckets._MODULES, "gs", "dashboard.sources.stores.none")
    with pytest.raises(SourceError) as raised, open_blob(BLOB, source="Docks"):
        pass
    assert (raised.value.code, raised.value.source) == ("not_installed", "Docks")
