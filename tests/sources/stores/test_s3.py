"""s3:// against a server on loopback that answers as S3 documents HeadObject and GetObject."""

import time

import pytest

from dashboard.domain.errors import BadAnswer, Denied, Missing, ServerError, Throttled, Unreachable
from dashboard.domain.records import SourceConfig
from dashboard.sources import buckets
from dashboard.sources.addresses import AddressRules, measure_address, open_address
from dashboard.sources.buckets import forget_stores
from tests.http.faulty_server import Server, reply

pytest.importorskip("s3fs", reason="The extra “buckets” is not installed.")

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

RULES = AddressRules.of(
    SourceConfig(name="Docks", kind="docks", address="https://docks.example", allowed_artifacts=("s3://bucket",))
)
TAG = '"abc"'


@pytest.fixture(autouse=True, scope="module")
def _loaded():
    """The packages are in memory, so no deadline of a test is spent on them."""
    __import__("dashboard.sources.stores.s3")


@pytest.fixture
def server(monkeypatch):
    running = Server()
    monkeypatch.setattr(buckets, "OPENING", 8)
    monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/no/such/file")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "canary-key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-secret")
    yield running
    forget_stores()
    running.stop()


def found(size=5, **headers):
    """Head of a file; its body is announced and not sent, as HEAD has it."""

    def handle(peer, _):
        lines = {"Content-Length": str(size), "ETag": TAG, **headers}
        peer.send(b"HTTP/1.1 200 OK\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()).encode() + b"\r\n")
        return True

    return handle


def part(data=b"12345", span="bytes 0-4/5"):
    return reply(data, status=206, content_type="text/plain", headers={"Content-Range": span, "ETag": TAG})


def refusal(code, status):
    body = f"<Error><Code>{code}</Code><Message>canary</Message></Error>".encode()
    return reply(body, status=status, content_type="application/xml")


def read_all(uri):
    with open_address(uri, RULES) as reader:
        return reader.read(0, reader.size)


def test_a_file_is_read_without_an_account_and_only_in_the_version_that_was_found(server):
    server.answer(found(), part())
    assert read_all("s3://bucket/a#b?versionId=3") == b"12345"
    head, get = server.requests
    assert (head.method, get.method) == ("HEAD", "GET")
    assert head.target == get.target == "/bucket/a%23b%3FversionId%3D3"
    assert (get.headers["range"], get.headers["if-match"]) == ("bytes=0-4", TAG)
    assert not {"authorization", "cookie"} & (head.headers.keys() | get.headers.keys())


def test_a_size_is_measured(server):
    server.answer(found(123))
    assert measure_address("s3://bucket/a", RULES, seconds=8) == 123


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (307, BadAnswer, "redirect"),
        (400, BadAnswer, "bad_response"),
        (403, Denied, "forbidden"),
        (404, Missing, "gone"),
        (429, Throttled, "throttled"),
        (503, ServerError, "server"),
    ],
)
def test_a_refusal_is_told_at_once_and_never_followed(server, status, kind, code):
    server.answer(reply(b"", status=status, headers={"Location": f"{server.url}/elsewhere"}))
    with pytest.raises(kind) as raised:
        read_all("s3://bucket/a")
    assert (raised.value.code, raised.value.source) == (code, "Docks")
    assert {request.target for request in server.requests} <= {"/bucket/a", "/bucket"}


@pytest.mark.parametrize(
    "answer",
    [
        part(span="bytes 0-4/6"),
        part(b"1234"),
        refusal("PreconditionFailed", 412),
        refusal("InvalidRange", 416),
        refusal("NoSuchKey", 404),
    ],
)
def test_a_part_that_is_not_the_one_asked_for_means_that_the_file_changed(server, answer):
    server.answer(found(), answer)
    with pytest.raises(BadAnswer) as raised:
        read_all("s3://bucket/a")
    assert raised.value.code == "changed"
    assert "canary" not in str(raised.value) + raised.value.detail


def test_an_answer_without_an_entity_tag_is_a_bad_one(server):
    server.answer(reply(b""))
    with pytest.raises(BadAnswer) as raised:
        read_all("s3://bucket/a")
    assert raised.value.code == "bad_response"


def test_a_host_that_hangs_is_left_in_time(server, monkeypatch):
    server.answer(found(0))
    assert read_all("s3://bucket/a") == b""
    server.answer(lambda peer, _: peer.hang())
    began = time.monotonic()
    monkeypatch.setattr(buckets, "OPENING", 0.1)
    with pytest.raises(Unreachable) as raised:
        read_all("s3://bucket/a")
    assert raised.value.code == "timeout"
    assert measure_address("s3://bucket/a", RULES, seconds=0.1) is None
    assert time.monotonic() - began < 2


def test_a_host_that_is_not_there_is_unreachable(server):
    server.stop()
    with pytest.raises(Unreachable) as raised:
        read_all("s3://bucket/a")
    assert raised.value.code == "refused"
