import logging
import socket
import threading

import pytest

from dashboard.domain.errors import Unreachable
from dashboard.http.addresses import AddressPolicy, Dialer, resolve
from dashboard.http.base_urls import check_base_url
from dashboard.http.deadlines import Deadline, Pace
from tests.http.faulty_server import Server

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "::1"])

NOT_PUBLIC = [
    # Loopback in all its spellings.
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
    "127.255.255.254", "[::1]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]", "localhost",
    # No machine.
    "0.0.0.0", "0", "0x0", "[::]",
    # Private, shared, link-local, metadata.
    "10.0.0.1", "10.1", "167772161", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.257", "100.64.0.1",
    "100.100.100.200", "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "168.63.129.16",
    "192.0.0.192", "[fd00:ec2::254]", "[fc00::1]", "[fe80::1]", "[fec0::1]",
    # Multicast, broadcast, reserved, documentation.
    "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "[ff02::1]", "192.0.2.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.7", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[4000::1]",
    # IPv4 inside IPv6.
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:8.8.8.8]", "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b::8.8.8.8]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2002:808:808::1]",
    "[2001:0:7f00:1::1]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "192.88.99.1",
]  # fmt: skip


@pytest.fixture
def pace():
    return Pace(Deadline(2), 2)


@pytest.mark.parametrize("spelling", NOT_PUBLIC)
def test_no_spelling_of_an_inner_address_gets_through(spelling, pace):
    url = check_base_url(f"http://{spelling}")
    host = url.removeprefix("http://")
    with Dialer(AddressPolicy()) as dialer, pytest.raises(Unreachable) as refusal:
        dialer.dial(host, 80, connect=0.1, pace=pace)
    assert refusal.value.code == "address_refused"


def test_the_list_of_spellings_is_long():
    assert len(NOT_PUBLIC) > 60


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_public_addresses_are_allowed(address):
    assert AddressPolicy().check("docks.example", 443, [address]) == [address]


def test_a_named_network_is_allowed_and_its_neighbour_is_not():
    policy = AddressPolicy(networks=["10.1.0.0/16", "fd12::/64"])
    assert policy.check("inner", 80, ["10.1.2.3", "fd12::5"]) == ["10.1.2.3", "fd12::5"]
    for address in ("10.2.0.1", "fd12:0:0:1::5", "127.0.0.1"):
        with pytest.raises(Unreachable):
            policy.check("inner", 80, [address])


def test_one_bad_address_among_good_ones_refuses_the_name():
    with pytest.raises(Unreachable, match="leads to a private network"):
        AddressPolicy().check("docks.example", 443, ["8.8.8.8", "10.0.0.1"])


def test_an_endpoint_is_exactly_one_host_and_port():
    policy = AddressPolicy(endpoints=[("LOCALHOST", 8901), ("127.0.0.1", 8902), ("[::1]", 8903)])
    assert policy.check("localhost", 8901, ["127.0.0.1", "::1"]) == ["127.0.0.1", "::1"]
    assert policy.check("anything", 8902, ["127.0.0.1"]) == ["127.0.0.1"]
    assert policy.check("::1", 8903, ["::1"]) == ["::1"]
    for host, port, address in (
        ("localhost", 8902, "::1"),
        ("localhost", 22, "127.0.0.1"),
        ("127.0.0.1", 8901, "127.0.0.1"),
        ("evil.localhost", 8901, "127.0.0.1"),
    ):
        with pytest.raises(Unreachable):
            policy.check(host, port, [address])


@pytest.mark.parametrize(
    ("network", "allowed", "refused"),
    [
        ("64:ff9b::/96", "64:ff9b::808:808", "64:ff9b::7f00:1"),
        ("2002::/16", "2002:808:808::1", "2002:a00:1::1"),
        ("::ffff:0:0/96", "::ffff:8.8.8.8", "::ffff:127.0.0.1"),
    ],
)
def test_a_hidden_address_must_be_allowed_too(network, allowed, refused):
    policy = AddressPolicy(networks=[network])
    assert policy.check("host", 80, [allowed])
    with pytest.raises(Unreachable):
        policy.check("host", 80, [refused])


def test_a_zone_does_not_hide_the_local_link():
    with pytest.raises(Unreachable, match="local link"):
        AddressPolicy().check("host", 80, ["fe80::1%lo"])


def test_the_refused_address_is_in_the_log_and_not_in_the_sentence(caplog):
    with caplog.at_level(logging.WARNING), pytest.raises(Unreachable) as refusal:
        AddressPolicy().check("docks.example", 443, ["10.9.8.7"])
    assert "10.9.8.7" in caplog.text
    assert "10.9.8.7" not in str(refusal.value) + refusal.value.hint


def test_the_system_gives_each_address_once():
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]


@pytest.mark.parametrize("failure", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_is_not_found_is_a_dns_failure(failure, pace):
    def fail(host, port):
        raise failure

    with Dialer(AddressPolicy(), resolver=fail) as dialer, pytest.raises(Unreachable, match="not found") as error:
        dialer.dial("nowhere.example", 80, connect=1, pace=pace)
    assert error.value.code == "dns"


def test_a_name_without_addresses_is_a_dns_failure(pace):
    with Dialer(AddressPolicy(), resolver=lambda *_: []) as dialer, pytest.raises(Unreachable) as error:
        dialer.dial("nowhere.example", 80, connect=1, pace=pace)
    assert error.value.code == "dns"


def test_a_hanging_resolver_ends_at_the_deadline():
    pace = Pace(Deadline(0.2), 0.2)
    released = threading.Event()
    with Dialer(AddressPolicy(), resolver=lambda *_: released.wait(5) and []) as dialer:
        with pytest.raises(Unreachable, match="took too long") as error:
            dialer.dial("slow.example", 80, connect=1, pace=pace)
        released.set()
    assert error.value.code == "dns"


def test_the_next_address_is_tried_when_one_does_not_answer(server, pace):
    policy = AddressPolicy(networks=["127.0.0.0/8", "::1/128"])
    with Dialer(policy, resolver=lambda *_: ["::1", "127.0.0.1"]) as dialer:
        connection = dialer.dial("two.example", server.port, connect=0.2, pace=pace)
    with connection:
        assert connection.getpeername()[0] == "127.0.0.1"


def test_nothing_listening_is_refused(pace):
    gone = Server()
    gone.stop()
    with Dialer(AddressPolicy(networks=["127.0.0.0/8"])) as dialer, pytest.raises(Unreachable) as error:
        dialer.dial("127.0.0.1", gone.port, connect=0.2, pace=pace)
    assert error.value.code == "refused"


@pytest.mark.parametrize(("failure", "code"), [(TimeoutError(), "timeout"), (OSError(113, "no route"), "refused")])
def test_connecting_that_fails_is_named(monkeypatch, pace, failure, code):
    def fail(*_):
        raise failure

    monkeypatch.setattr("dashboard.http.addresses._connect", fail)
    with Dialer(AddressPolicy()) as dialer, pytest.raises(Unreachable) as error:
        dialer.dial("8.8.8.8", 80, connect=0.2, pace=pace)
    assert error.value.code == code


def test_keep_alive_is_on(server, pace):
    with Dialer(AddressPolicy(networks=["127.0.0.1/32"])) as dialer:
        connection = dialer.dial("127.0.0.1", server.port, connect=0.2, pace=pace)
    with connection:
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) != 0
        assert 0 < connection.gettimeout() <= 2


def test_a_name_that_is_bound_anew_gains_nothing(server, pace):
    """First an address that may be asked, then one that may not: it is looked up once for each connection."""
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1", "127.0.0.2"]])
    asked = []

    def resolver(host, port):
        asked.append((host, port))
        return next(answers)

    policy = AddressPolicy(["127.0.0.1/32"])
    with Dialer(policy, resolver=resolver) as dialer:
        with dialer.dial("rebinding.example", server.port, connect=1, pace=pace) as connection:
            assert connection.getpeername()[0] == "127.0.0.1"
        assert len(asked) == 1
        for _ in range(2):
            with pytest.raises(Unreachable) as refusal:
                dialer.dial("rebinding.example", server.port, connect=1, pace=pace)
            assert refusal.value.code == "address_refused"


def test_at_least_forty_spellings_are_tried():
    assert len(set(NOT_PUBLIC)) >= 40
