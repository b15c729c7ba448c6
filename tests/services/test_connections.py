"""Testing a connection: what is said of a source that answers, and of each way in which one may not."""

import socket
import threading

import pytest

from dashboard.demo import carrot
from dashboard.demo.docks import Fault, make_app
from dashboard.demo.faults import Kind
from dashboard.models import Source
from dashboard.models.sealed import Sealed
from dashboard.services import connections
from dashboard.sources.sessions import forget_sessions
from tests.demo.docks.conftest import TENANT, TOKEN, Clock
from tests.fixtures.docks import serving

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def server(tmp_path):
    app = make_app(tmp_path / "docks", now=Clock(), token=TOKEN, tenant=TENANT)
    with serving(app) as running:
        app.base_url = running.url
        running.app = app
        yield running


def docks(server, *, token=TOKEN, **fields):
    endpoints = {"allowed_endpoints": [["127.0.0.1", server.port]]}
    given = {"name": "Prod", "kind": "docks", "address": server.url, "tenant": TENANT, **endpoints}
    return Source(token=Sealed.of(token), **given | fields)


def test_a_tenant_that_answers_is_told_with_what_it_can_do(server):
    report = connections.test(docks(server))
    assert (report.is_good, report.name, report.said) == (True, "Prod", "It lists runs.")
    assert 0 <= report.milliseconds < 5_000
    assert {"show trials", "create runs", "stop sandbox runs"} <= set(report.can)
    assert report.cannot == [
        "Docks cannot delete runs.",
        "Docks makes no reports; Quayside's own can be made of its runs.",
    ]
    assert "version" in report.version


def test_a_carrot_server_that_answers_is_told(tmp_path):
    running = carrot.serve(carrot.make_app(tmp_path / "carrot", now=Clock()), "127.0.0.1", 0)
    try:
        endpoints = [["127.0.0.1", running.port]]
        report = connections.test(Source(name="C", kind="carrot", address=running.url, allowed_endpoints=endpoints))
    finally:
        forget_sessions()
        running.shutdown()
    assert (report.is_good, report.said) == (True, "It lists runs.")
    assert "make reports" in report.can


def test_a_folder_tells_how_many_jobs_it_holds(tmp_path):
    source = Source(name="Jobs", kind="harbor", address=str(tmp_path))
    assert connections.test(source).said == "The folder can be read; it holds no jobs yet."
    (tmp_path / "job").mkdir()
    (tmp_path / "job" / "config.json").write_text("{}")
    assert connections.test(source).said == "The folder can be read: 1 job."


def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    ("fields", "code", "advice"),
    [
        ({"token": "docks_wrong-token-123"}, "auth", "token that is valid"),
        ({"kind": "carrot", "tenant": ""}, "no_api", "not the API"),
        ({"address": "http://127.0.0.1/nowhere", "allowed_endpoints": []}, "address_refused", "ALLOWED_NETWORKS"),
        ({"address": "http://no-such-host.invalid"}, "dns", "spelled"),
    ],
)
def test_each_failure_is_told_with_what_to_do(server, fields, code, advice):
    report = connections.test(docks(server, **fields))
    assert (report.is_good, report.code) == (False, code)
    assert advice in report.advice
    assert TOKEN not in repr(report)


def test_a_port_where_nothing_listens_is_told(server):
    port = unused_port()
    source = docks(server, address=f"http://127.0.0.1:{port}", allowed_endpoints=[["127.0.0.1", port]])
    report = connections.test(source)
    assert (report.code, "port" in report.advice) == ("refused", True)


def test_a_server_without_tls_where_tls_is_asked_for_is_told(server):
    report = connections.test(docks(server, address=server.url.replace("http:", "https:")))
    assert (report.code, "certificates" in report.advice) == ("tls", True)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(status=500, count=9), "server"),
        (Fault(status=429, retry_after=30, count=9), "throttled"),
        (Fault(status=403, count=9), "forbidden"),
        (Fault(status=302, count=9), "redirect"),
    ],
)
def test_answers_that_are_refusals_are_told_apart(server, fault, code):
    server.app.faults.add(fault)
    report = connections.test(docks(server))
    assert (report.is_good, report.code) == (False, code)
    assert report.advice


@pytest.mark.parametrize(("name", "code"), [("missing", "no_folder"), ("file", "no_folder")])
def test_a_folder_that_cannot_be_shown_is_told(tmp_path, name, code):
    (tmp_path / "file").write_text("")
    report = connections.test(Source(name="Jobs", kind="harbor", address=str(tmp_path / name)))
    assert report.code == code
    assert report.advice


def test_a_token_that_no_key_opens_is_told():
    report = connections.test(Source(name="P", kind="docks", address="https://x.example", token=Sealed("gAAAAbroken")))
    assert (report.is_good, report.code) == (False, "auth")


def test_nobody_waits_longer_than_the_patience(server, monkeypatch):
    monkeypatch.setattr(connections, "PATIENCE", 0.05)
    server.app.faults.add(Fault(kind=Kind.HANG, seconds=1.0, count=2))
    report = connections.test(docks(server))
    assert (report.code, report.milliseconds) == ("late", 50)


def test_several_are_asked_at_the_same_time(tmp_path, monkeypatch):
    together = threading.Barrier(3)

    def meet(_config, _able):
        together.wait(timeout=10)
        return "It answers.", []

    monkeypatch.setattr(connections, "_question", meet)
    made = [Source(name=name, kind="harbor", address=str(tmp_path)) for name in "abc"]
    assert [(report.name, report.is_good) for report in connections.test_all(made)] == [(n, True) for n in "abc"]
