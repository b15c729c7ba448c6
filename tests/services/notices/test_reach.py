"""Where a webhook may go: to what is public, and to networks named for it; looked up and judged at each delivery."""

import socket
from contextlib import contextmanager

import pytest

from dashboard.services.notices import posting
from tests.http.faulty_server import Server, reply
from tests.services.notices.conftest import NOW

pytestmark = pytest.mark.enable_socket

REFUSED = (
    "Its address is in a network where this dashboard may not go. "
    "An administrator of the server can allow it: NOTICE_NETWORKS."
)
BODY = {"event": "tested", "run": None, "title": "t"}
PUBLIC = "93.184.215.14"


@pytest.fixture
def server():
    running = Server()
    running.answer(reply(b""))
    yield running
    running.stop()


@pytest.fixture
def names(monkeypatch):
    """Addresses that each host name leads to, in the order of asking; others are as the system knows them."""
    answers, genuine = {}, socket.getaddrinfo

    def getaddrinfo(host, port, *args, **named):
        if host not in answers:
            return genuine(host, port, *args, **named)
        found = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
        return [(0, socket.SOCK_STREAM, 0, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return answers


@contextmanager
def nothing_is_dialled():
    """Fails if any connection is begun, so that no test goes where it should not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", lambda _, place: pytest.fail(f"went to {place}"))
        yield


def send(address):
    return posting.webhook(address, "whsec_s", BODY, delivery=1, now=NOW)


@pytest.mark.parametrize(
    "found",
    [
        ["10.0.0.5"],
        ["127.0.0.1"],
        ["169.254.169.254"],
        [PUBLIC, "10.0.0.5"],
        ["192.168.0.9", PUBLIC],
        ["::1"],
        ["::ffff:10.0.0.5"],
        ["::ffff:169.254.169.254"],
        ["64:ff9b::a00:5"],
        ["2002:0a00:0005::1"],
        ["fd12::5"],
        ["fe80::1%lo"],
        ["100.64.0.7"],
    ],
    ids=str,
)
def test_a_name_that_leads_inside_is_not_asked_not_even_half(names, settings, found):
    settings.ALLOWED_NETWORKS = ["10.0.0.0/8", "127.0.0.0/8", "::1/128", "192.168.0.0/16"]
    names["hooks.example"] = [found]
    with nothing_is_dialled():
        assert send("https://hooks.example/x").text == REFUSED


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "2130706433", "0x7f000001", "017700000001", "127.1", "0177.0.0.1", "0", "localhost",
        "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "[64:ff9b::7f00:1]",
    ],
)  # fmt: skip
def test_no_spelling_of_this_machine_is_asked(host):
    with nothing_is_dialled():
        assert send(f"https://{host}:8454/x").text == REFUSED


def test_what_led_outside_and_then_leads_inside_is_judged_anew(names, settings, server):
    settings.NOTICE_NETWORKS = ["127.0.0.1/32"]
    names["hooks.example"] = [["127.0.0.1"], ["127.0.0.2"]]
    address = f"http://hooks.example:{server.port}/x"
    assert send(address).is_delivered
    with nothing_is_dialled():
        assert send(address).text == REFUSED
    assert len(server.requests) == 1


def test_without_tls_nothing_is_sent_to_public_addresses(names, settings):
    settings.NOTICE_NETWORKS = ["127.0.0.1/32"]
    names["hooks.example"] = [[PUBLIC]]
    with nothing_is_dialled():
        assert send("http://hooks.example/x").text == REFUSED


def test_an_address_that_was_taken_while_its_network_was_open_is_not_asked_when_it_is_closed(settings, server):
    settings.NOTICE_NETWORKS = ["127.0.0.1/32"]
    address = posting.check_address(f"{server.url}/x")
    settings.NOTICE_NETWORKS = []
    with nothing_is_dialled():
        assert send(address).text == REFUSED


def test_a_redirect_inside_is_told_and_not_followed(settings, server):
    settings.NOTICE_NETWORKS = ["127.0.0.1/32"]
    place = f"Location: {server.url}/inside".encode()
    server.answer(lambda peer, _: peer.send(b"HTTP/1.1 302 Found\r\n" + place + b"\r\nContent-Length: 0\r\n\r\n"))
    assert "redirects are not followed" in send(f"{server.url}/x").text
    assert [each.target for each in server.requests] == ["/x"]


@pytest.mark.parametrize("address", ["https://ada:secret@hooks.example/x", "https://hooks.example@127.0.0.1/x"])
def test_credentials_in_an_address_are_refused_when_it_is_given(address):
    with pytest.raises(ValueError, match="user name or password"):
        posting.check_address(address)
