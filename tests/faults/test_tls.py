"""A source over TLS whose certificate goes bad, or whose port no longer speaks TLS."""

import pytest

from dashboard.domain.statuses import SourceHealth
from dashboard.services.sync import looks
from dashboard.sources.sessions import forget_sessions
from tests.faults.conftest import make_source, mirrored
from tests.faults.tenant import Tenant
from tests.fixtures.certificates import server_context
from tests.pages import resolved


@pytest.fixture
def tenant(tmp_path, certificates, monkeypatch):
    tenant = Tenant(tmp_path / "tenant", server_context(certificates, "good"))
    monkeypatch.setattr("dashboard.http.addresses.socket.getaddrinfo", tenant.look_up)
    yield tenant
    forget_sessions()
    tenant.server.stop()


@pytest.fixture
def source(db, tenant, certificates, clock):
    """A source that trusts one private authority, mirrored."""
    port = tenant.server.port
    source = make_source(
        tenant,
        address=f"https://localhost:{port}",
        allowed_endpoints=[["localhost", port]],
        ca_bundle=str(certificates / "good.pem"),
    )
    looks.look_at_source(source.pk, clock)
    source.refresh_from_db()
    assert (source.health, source.error) == (SourceHealth.HEALTHY, "")
    clock.go_on(seconds=1)
    return source


@pytest.fixture(params=["another certificate", "no TLS"])
def fault(request, tenant, certificates, monkeypatch):
    """What the port speaks from now on."""

    def answer_plainly(connection):
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.close()

    def begin():
        if request.param == "no TLS":
            monkeypatch.setattr(tenant.server, "_serve", answer_plainly)
            tenant.server.drop()
        else:
            tenant.speak(server_context(certificates, "expired"))
        return {"no TLS": "should begin with http://", "another certificate": "certificate is not trusted"}[
            request.param
        ]

    return begin


def test_it_is_told_nothing_is_sent_and_it_recovers(fault, tenant, source, clock, monkeypatch):
    said, before = fault(), mirrored()
    tenant.server.requests.clear()
    looks.look_at_source(source.pk, clock)
    source.refresh_from_db()
    assert (source.health, source.error_code, source.failures) == (SourceHealth.FAILING, "tls", 1)
    assert said in source.error
    assert mirrored() == before
    assert tenant.server.requests == []
    monkeypatch.undo()
    monkeypatch.setattr("dashboard.http.addresses.socket.getaddrinfo", tenant.look_up)
    tenant.mend()
    looks.look_at_source(source.pk, clock)
    source.refresh_from_db()
    assert (source.health, source.error) == (SourceHealth.HEALTHY, "")


def test_pages_say_that_it_is_not_trusted_and_how_that_is_mended(fault, source, client, administrator, clock):
    said = fault()
    looks.look_at_source(source.pk, clock)
    assert "is not trusted" in resolved(client.get("/runs/"))
    mine = resolved(administrator.get("/runs/"))
    assert said in mine
    assert "Check its address and certificates" in mine
